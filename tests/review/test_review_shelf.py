import os
from pathlib import Path

import pytest
from desk_cases import pair_text, write_pairs

from weakspot.core.errors import DataError
from weakspot.review.journal import digest
from weakspot.review.shelf import LONGEST, Shelf


def test_pairs_come_by_id_and_are_read_again_when_they_change(tmp_path: Path) -> None:
    shelf = Shelf(write_pairs(tmp_path, 2))
    assert list(shelf.entries()) == ["CWE-89/m-0", "CWE-89/m-1"]
    path = tmp_path / "CWE-89" / "m-0.pair"
    path.write_text(pair_text(0, why="Other."), "utf-8")
    entry = shelf.entry("CWE-89/m-0")
    assert entry.pair is not None
    assert "Other." in entry.pair.why_vulnerable
    assert entry.digest == digest(path)
    path.unlink()
    with pytest.raises(DataError, match="no such pair"):
        shelf.entry("CWE-89/m-0")


def test_what_is_no_pair_is_kept_with_the_reason(tmp_path: Path) -> None:
    folder = write_pairs(tmp_path, 1) / "CWE-89"
    (folder / "bad.pair").write_text("nothing\n")
    (folder / "bytes.pair").write_bytes(b"\xff\xfe")
    (folder / "long.pair").write_bytes(b" " * (LONGEST + 1))
    (folder / "named.pair").write_text(pair_text(7))
    (folder / "deep.pair").write_text(pair_text(8).replace('["CWE-20"]', "[" * 5_000))
    os.mkfifo(folder / "pipe.pair")
    found = {name: entry.problem for name, entry in Shelf(tmp_path).entries().items()}
    names = ("bad", "bytes", "deep", "long", "m-0", "named")
    assert found.keys() == {f"CWE-89/{name}" for name in names}
    assert found["CWE-89/m-0"] == ""
    assert "header" in found["CWE-89/bad"]
    assert "TOML" in found["CWE-89/deep"]
    assert "UTF-8" in found["CWE-89/bytes"]
    assert "KiB" in found["CWE-89/long"]
    assert found["CWE-89/named"] == "the header names CWE-89/m-7"


def test_a_new_text_is_written_whole(tmp_path: Path) -> None:
    shelf = Shelf(write_pairs(tmp_path, 1))
    text = pair_text(0, why="Mended “so”.").rstrip("\n")
    old = shelf.entry("CWE-89/m-0")
    with shelf.replacing(old, text) as entry:
        assert digest(entry.path) == old.digest
    assert entry.path.read_text("utf-8") == text + "\n"
    assert shelf.entry("CWE-89/m-0") == entry
    assert [path.name for path in entry.path.parent.iterdir()] == ["m-0.pair"]


def test_a_new_name_moves_the_file(tmp_path: Path) -> None:
    shelf = Shelf(write_pairs(tmp_path, 2))
    old = shelf.entry("CWE-89/m-0")
    with shelf.replacing(old, pair_text(0, "CWE-564")) as entry:
        assert (entry.id, entry.path.exists(), old.path.exists()) == ("CWE-564/m-0", False, True)
    assert list(shelf.entries()) == ["CWE-564/m-0", "CWE-89/m-1"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no pair", "header"),
        (pair_text(0, name="m-1"), "another pair"),
        (pair_text(0, name="../../m"), "cannot name a file"),
        (pair_text(0, name="/etc/m"), "cannot name a file"),
        (pair_text(0).replace('"CWE-89"', '".."'), "cannot name a file"),
        (pair_text(0) + " x\n" * LONGEST, "at most"),
        (pair_text(0) + " x = '\ud800'\n", "could not be written"),
    ],
)
def test_what_fits_no_file_is_refused_and_changes_nothing(
    tmp_path: Path, text: str, told: str
) -> None:
    shelf = Shelf(write_pairs(tmp_path / "pairs", 2))
    before = {name: entry.digest for name, entry in shelf.entries().items()}
    with (
        pytest.raises(DataError, match=told),
        shelf.replacing(shelf.entry("CWE-89/m-0"), text),
    ):
        pass
    assert {name: entry.digest for name, entry in shelf.entries().items()} == before


def test_what_cannot_be_recorded_is_not_written(tmp_path: Path) -> None:
    shelf = Shelf(write_pairs(tmp_path, 1))
    old = shelf.entry("CWE-89/m-0")
    with pytest.raises(OSError, match="full"), shelf.replacing(old, pair_text(0, why="Other.")):
        raise OSError("full")
    assert shelf.entry("CWE-89/m-0") == old
    assert [path.name for path in old.path.parent.iterdir()] == ["m-0.pair"]
