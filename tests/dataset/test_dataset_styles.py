"""Short pairs as rows, and the styles: what they hold, and that nothing learns from them."""

from collections import Counter, defaultdict
from itertools import chain
from pathlib import Path

import pytest
from rows_of_test_data import write_pairs

from weakspot.cli.main import run as weakspot
from weakspot.core.catalogue import has
from weakspot.core.errors import DataError
from weakspot.dataset.drills import parse_drills, read_drills
from weakspot.dataset.near import ALIKE, grams, similarity
from weakspot.dataset.overlap import digests, is_reserved
from weakspot.dataset.pairs import read_pairs
from weakspot.dataset.rows import Row, read_data, rows_of

DATASETS = Path(__file__).parents[2] / "datasets"
STYLES = DATASETS / "styles"
ONE = """### CWE-78: a ping
import os
<<<<<<<
os.system("ping " + host)  #!
=======
subprocess.run(["ping", host])
>>>>>>>
"""


def test_short_pairs_are_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(ONE, "utf-8")
    weak, sound = read_data(path).rows
    assert (weak.is_weak, weak.cwes, weak.lines) == (True, ("CWE-78",), (2,))
    assert (sound.is_weak, sound.cwes, sound.lines) == (False, ("CWE-78",), ())
    assert weak.pair == sound.pair == weak.mechanism
    assert weak.id != sound.id
    assert read_data(tmp_path).rows == (weak, sound)


def test_what_is_broken_in_one_text_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ONE, "utf-8")
    (tmp_path / "b.txt").write_text(ONE.replace("  #!", ""), "utf-8")
    (tmp_path / "c.txt").write_text(ONE, "utf-8")
    (tmp_path / "d.txt").write_bytes(b"### \xff")
    data = read_data(tmp_path)
    assert len(data.rows) == 2
    assert [Path(text.partition(": ")[0]).name for text in data.broken] == [
        "b.txt",
        "c.txt",
        "c.txt",
        "d.txt",
    ]
    assert "no line is marked" in data.broken[0]
    assert "comes twice" in data.broken[1]


def test_a_folder_with_neither_kind_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no pair files"):
        read_data(tmp_path)
    (tmp_path / "a.txt").write_text("\n", "utf-8")
    with pytest.raises(DataError, match="no pairs"):
        read_data(tmp_path)


def test_texts_beside_pair_files_are_named_and_never_dropped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs = write_pairs(tmp_path / "pairs", 2)
    (tmp_path / "pairs" / "notes.txt").write_text("To do: ### read.\n", "utf-8")
    assert not read_data(tmp_path).broken
    (tmp_path / "short").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "short" / name).write_text(ONE, "utf-8")
    (told,) = read_data(tmp_path).broken
    assert told.startswith(f"{tmp_path / 'short'}: 2 texts ")
    assert weakspot(["dataset", "lint", str(tmp_path)]) == 1
    assert "broken: 2 texts" in capsys.readouterr().out
    words = ["dataset", "build", str(tmp_path), "--format", "suite", "-o", str(tmp_path / "out")]
    assert weakspot(words) == 2
    assert not read_data(pairs).broken


def test_styles_are_whole_and_of_many_cwes() -> None:
    data = read_data(STYLES)
    assert not data.broken
    assert all(has(row.cwes[0]) for row in data.rows)
    for path in STYLES.glob("*.txt"):
        drills = list(parse_drills(path.read_text("utf-8")))
        assert len(drills) >= 25, path
        assert len({weak.cwe for weak, _ in drills}) >= 20, path


def test_styles_are_near_nothing_that_is_learnt_from() -> None:
    """Neither drills nor reviewed pairs, nor each other, nor a reserved suite."""
    rows = read_data(STYLES).rows
    assert not [row.id for row in rows if any(map(is_reserved, digests(row.code)))]
    known = [grams(row.code) for row in rows]
    holders = defaultdict(list)
    for at, found in enumerate(known):
        for gram in found:
            holders[gram].append(at)

    def alike(own: frozenset[tuple[str, ...]]) -> list[Row]:
        shared = Counter(at for gram in own for at in holders.get(gram, ()))
        near = (at for at, count in shared.items() if count >= ALIKE * len(own))
        return [rows[at] for at in near if similarity(own, known[at]) >= ALIKE]

    drills = (side.code for drill in read_drills(DATASETS / "drills") for side in drill)
    pairs = (row.code for pair in read_pairs(DATASETS / "top25" / "pairs") for row in rows_of(pair))
    for code in chain(drills, pairs):
        assert not alike(grams(code)), code
    for row, found in zip(rows, known, strict=True):
        assert {other.pair for other in alike(found)} == {row.pair}
