"""Drills: their form, and that ours may be learnt from."""

from pathlib import Path

import pytest

from weakspot.core.catalogue import has
from weakspot.core.errors import DataError
from weakspot.core.example import Role
from weakspot.dataset.drills import is_held_out, parse_drills, read_drills
from weakspot.dataset.near import ALIKE, grams, similarity
from weakspot.dataset.overlap import digests, is_reserved
from weakspot.dataset.pairs import read_pairs
from weakspot.dataset.rows import rows_of
from weakspot.dataset.splits import split

DATASETS = Path(__file__).parents[2] / "datasets"
ONE = """### CWE-89: a column to sort by
def rows(db, order):
<<<<<<<
    return db.execute(f"SELECT * FROM t ORDER BY {order}")  #!
=======
    if order not in {"a", "b"}:
        raise ValueError(order)
    return db.execute(f"SELECT * FROM t ORDER BY {order}")
>>>>>>>
"""


def test_both_sides_of_a_drill() -> None:
    ((weak, sound),) = parse_drills(ONE)
    assert (weak.cwe, weak.role, weak.lines) == ("CWE-89", Role.VULNERABLE, (2,))
    assert (sound.role, sound.lines, sound.family) == (Role.FIXED, (), weak.family)
    assert weak.code == (
        'def rows(db, order):\n    return db.execute(f"SELECT * FROM t ORDER BY {order}")\n'
    )
    assert "raise ValueError" in sound.code
    assert "#!" not in weak.code + sound.code


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("import os\n" + ONE, "line 1: there is text"),
        (ONE.replace("CWE-89: a", "SQL a"), "line 1: a heading reads"),
        (ONE.replace("=======\n", ""), ">>>>>>> stands where it cannot"),
        (ONE.replace(">>>>>>>\n", ""), "not closed"),
        (ONE.replace("  #!", ""), "no line is marked"),
        (ONE.replace("def rows(db, order):", "def rows(db, order:"), "does not parse"),
    ],
)
def test_what_is_no_drill_is_told(text: str, told: str) -> None:
    with pytest.raises(DataError, match=told):
        list(parse_drills(text))


def test_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ONE.replace(">>>>>>>\n", ""))
    with pytest.raises(DataError, match=r"a\.txt: line 1"):
        list(read_drills(tmp_path))


def test_ours_are_whole_balanced_and_of_known_cwes() -> None:
    drills = list(read_drills(DATASETS / "drills"))
    assert len({weak.family for weak, _ in drills}) == len(drills)
    assert all(has(weak.cwe) for weak, _ in drills)
    longer = sum(len(sound.code) > len(weak.code) for weak, sound in drills)
    assert 0.35 < longer / len(drills) < 0.65
    held = sum(is_held_out(drill, 0.1) for drill in drills)
    assert 0.03 < held / len(drills) < 0.15


def test_ours_repeat_no_test_data() -> None:
    """Neither a reserved suite nor the test side of our own reviewed pairs."""
    rows = [row for pair in read_pairs(DATASETS / "top25" / "pairs") for row in rows_of(pair)]
    (parted,) = split(rows, "family", 0)
    kept = [grams(row.code) for row in parted.test]
    for drill in read_drills(DATASETS / "drills"):
        for side in drill:
            assert not any(map(is_reserved, digests(side.code))), side.id
            found = grams(side.code)
            assert max(similarity(found, other) for other in kept) < ALIKE, side.id
