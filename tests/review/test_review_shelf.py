import os
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from desk_cases import pair_text, write_pairs

from weakspot.core.errors import DataError
from weakspot.dataset.pairs import read_pair
from weakspot.review import shelf as shelves
from weakspot.review.journal import digest
from weakspot.review.shelf import LONGEST, Entry, Shelf, StaleError


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


@pytest.mark.parametrize(
    "text",
    [
        pair_text(0).replace("\n", "\r\n"),
        pair_text(0).replace("\n", "\r\n", 4),
        pair_text(0).replace("\n", "\r"),
        f"{pair_text(0)} import os  # x\r-import pickle as _p\n",
    ],
    ids=["CRLF", "both", "CR", "CR within"],
)
def test_the_desk_reads_the_program_that_the_data_set_reads(tmp_path: Path, text: str) -> None:
    path = write_pairs(tmp_path, 1) / "CWE-89" / "m-0.pair"
    path.write_bytes(text.encode())
    entry = Shelf(tmp_path).entry("CWE-89/m-0")
    assert entry.digest == digest(path)
    if entry.pair:
        assert (entry.pair, entry.text) == (read_pair(path), pair_text(0))
    else:
        assert "carriage return" in entry.problem
        with pytest.raises(DataError, match="carriage return"):
            read_pair(path)


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


def test_a_second_file_of_one_name_is_shown_and_can_be_renamed(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write_pairs(tmp_path / folder, 1)
    shelf = Shelf(tmp_path)
    first, second = shelf.entries().values()
    assert (first.id, first.problem, first.is_second) == ("CWE-89/m-0", "", False)
    assert (second.id, second.pair) == ("CWE-89/m-0 (b/CWE-89/m-0.pair)", None)
    assert second.problem == "a/CWE-89/m-0.pair has this name, too"
    assert second.is_second
    with (
        pytest.raises(DataError, match="another pair CWE-89/m-0"),
        shelf.replacing(second, pair_text(0, why="Other.")),
    ):
        pass
    with shelf.replacing(second, pair_text(0, name="m-1")):
        pass
    assert [(one.id, one.problem) for one in shelf.entries().values()] == [
        ("CWE-89/m-0", ""),
        ("CWE-89/m-1", ""),
    ]


def test_no_pair_takes_the_name_of_one_in_another_folder(tmp_path: Path) -> None:
    write_pairs(tmp_path / "a", 1)
    shelf = Shelf(write_pairs(tmp_path / "b", 2).parent)
    with (
        pytest.raises(DataError, match="another pair CWE-89/m-0"),
        shelf.replacing(shelf.entry("CWE-89/m-1"), pair_text(0)),
    ):
        pass


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


@pytest.mark.parametrize("name", ["m-0", "m-7"])  # in place, and moved
def test_of_two_desks_the_second_is_told_that_the_pair_changed(tmp_path: Path, name: str) -> None:
    ours, theirs = (Shelf(folder) for folder in [write_pairs(tmp_path, 1)] * 2)
    old = ours.entry("CWE-89/m-0")
    begun: list[Entry] = []

    def change() -> None:
        with theirs.replacing(old, pair_text(0, name=name, why="Said by Bob.")) as entry:
            begun.append(entry)

    with ThreadPoolExecutor() as pool:
        with ours.replacing(old, pair_text(0, name=name, why="Said by Ada.")):
            late = pool.submit(change)
            assert not wait([late], timeout=0.3).done
        with pytest.raises(StaleError):
            late.result(30)
    assert begun == []  # what it would record, it did not
    (left,) = ours.entries().values()
    assert (left.id, "Said by Ada." in left.text) == (f"CWE-89/{name}", True)


def test_without_locks_the_later_desk_wins_and_its_file_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise OSError("no locks here")

    monkeypatch.setattr(shelves.fcntl, "flock", unknown)
    shelf = Shelf(write_pairs(tmp_path, 1))
    old = shelf.entry("CWE-89/m-0")
    with (
        shelf.replacing(old, pair_text(0, why="Said by Ada.")),
        shelf.replacing(old, pair_text(0, why="Said by Bob, at length.")),
    ):
        pass
    assert old.path.read_text("utf-8") == pair_text(0, why="Said by Ada.")
    assert [path.name for path in old.path.parent.iterdir()] == ["m-0.pair"]


def test_a_changed_file_is_as_readable_as_before(tmp_path: Path) -> None:
    shelf = Shelf(write_pairs(tmp_path, 1))
    old = shelf.entry("CWE-89/m-0")
    old.path.chmod(0o664)
    with shelf.replacing(old, pair_text(0, "CWE-564")) as entry:
        pass
    assert entry.path.stat().st_mode & 0o777 == 0o664


@pytest.mark.parametrize("is_recorded", [True, False])
def test_a_move_is_finished_where_it_was_recorded(tmp_path: Path, is_recorded: bool) -> None:
    shelf = Shelf(write_pairs(tmp_path, 2))
    path = tmp_path / "CWE-89" / "m-0.pair"
    path.write_text(pair_text(0, "CWE-564"), "utf-8")
    shelf.finish_moves({("CWE-564/m-0", digest(path))} if is_recorded else {("CWE-564/m-0", "0")})
    first = next(iter(shelf.entries().values()))
    if is_recorded:
        assert (first.id, first.problem, path.exists()) == ("CWE-564/m-0", "", False)
    else:
        assert (first.id, first.problem) == ("CWE-89/m-0", "the header names CWE-564/m-0")


def test_a_move_that_is_finished_replaces_no_other_pair(tmp_path: Path) -> None:
    shelf = Shelf(write_pairs(tmp_path, 2))
    path = tmp_path / "CWE-89" / "m-0.pair"
    path.write_text(pair_text(1), "utf-8")
    shelf.finish_moves({("CWE-89/m-1", digest(path))})
    assert shelf.entry("CWE-89/m-0").problem == "the header names CWE-89/m-1"
    assert shelf.entry("CWE-89/m-1").problem == ""
