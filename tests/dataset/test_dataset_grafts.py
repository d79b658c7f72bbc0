import dataclasses
from pathlib import Path

import pytest

from weakspot.core.catalogue import has
from weakspot.core.errors import DataError
from weakspot.dataset.grafts import Change, parse_grafts, read_grafts, sides
from weakspot.train.reserved import is_reserved

DATASETS = Path(__file__).parents[2] / "datasets"

FILE = """import os


def store(root, name, data):
    target = os.path.join(root, os.path.basename(name))
    with open(target, "wb") as out:
        out.write(data)
"""
PLACE = "sprout-2.1.0 sprout/files.py:4 store 0123456789ab"


def graft(text: str):
    (found,) = parse_grafts(text)
    return found


def test_a_replaced_line_makes_the_weak_side_and_bears_its_mark():
    one = graft(
        f"### CWE-22 weak: any name is joined\n{PLACE}\n@ 5-5\n"
        "    target = os.path.join(root, name)  #!\n"
    )
    both = sides(one, FILE)
    assert both.sound == FILE
    assert both.weak == FILE.replace("os.path.basename(name)", "name")
    assert both.lines == (5,)


def test_a_mark_on_a_line_that_stays_follows_what_is_put_above_it():
    one = graft(
        f"### CWE-22 weak: any name is joined\n{PLACE}\n! 6\n@ 0+\nimport sys\n@ 5-5\n"
        "    target = os.path.join(\n        root, name)\n"
    )
    both = sides(one, FILE)
    assert both.weak.startswith("import sys\nimport os\n")
    assert both.weak.split("\n")[both.lines[0] - 1] == '    with open(target, "wb") as out:'


def test_lines_are_taken_away_and_put_at_the_end():
    one = graft(f"### CWE-1 weak: x\n{PLACE}\n@ 5-6\n@ 7+\n    return root  #!\n\n")
    both = sides(one, FILE)
    assert both.weak == "\n".join(
        [*FILE.split("\n")[:4], "        out.write(data)", "    return root", ""]
    )
    assert both.lines == (6,)


def test_a_graft_that_mends_leaves_the_file_as_the_weak_side():
    one = graft(f"### CWE-22 sound: any name is joined\n{PLACE}\n! 5\n@ 5-5\n    target = root\n")
    both = sides(one, FILE)
    assert both.weak == FILE
    assert "target = root\n" in both.sound
    assert both.lines == (5,)


def test_a_function_found_sound_has_a_reason_and_a_place():
    one = graft(f"### sound: the name is cut\n{PLACE}\n")
    assert (one.cwe, one.title, one.changes) == ("", "the name is cut", ())
    assert one.place.digest == "0123456789ab"
    assert (one.place.source, one.place.version) == ("sprout", "2.1.0")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"### CWE-22: x\n{PLACE}\n", "line 1: a heading"),
        ("### CWE-22 weak: x\nsprout files.py\n", "line 1: the second line"),
        (f"### CWE-22 weak: x\n{PLACE}\n", "nothing is changed"),
        (f"### CWE-22 weak: x\n{PLACE}\n@ 5-5\n    pass\n", "no line is marked"),
        (f"### CWE-22 sound: x\n{PLACE}\n@ 5-5\n    pass  #!\n", "no line is marked"),
        (f"### sound: x\n{PLACE}\n@ 5-5\n    pass\n", "found sound"),
        (f"### doubtful: x\n{PLACE}\n@ 5-5\n    pass\n", "found doubtful has no changes"),
        (f"### sound: x\n{PLACE}\n    pass\n", "belongs to no change"),
        ("text\n", "before the first heading"),
    ],
)
def test_what_is_no_graft_is_told_with_its_line(text, said):
    with pytest.raises(DataError, match=said):
        list(parse_grafts(text))


@pytest.mark.parametrize("change", [Change(9, 12, (), ()), Change(20, 19, ("x",), ())])
def test_a_change_outside_of_the_file_is_refused(change):
    one = graft(f"### CWE-1 weak: x\n{PLACE}\n@ 5-5\n    pass  #!\n")
    with pytest.raises(DataError, match="does not fit"):
        sides(dataclasses.replace(one, changes=(change,)), FILE)


def test_changes_upon_each_other_are_refused():
    one = graft(f"### CWE-1 weak: x\n{PLACE}\n@ 4-6\n    pass  #!\n@ 5-5\n    pass\n")
    with pytest.raises(DataError, match="does not fit"):
        sides(one, FILE)


def test_a_broken_file_is_named(tmp_path):
    (tmp_path / "one.txt").write_text("### nothing\n", "utf-8")
    with pytest.raises(DataError, match=r"one\.txt: line 1"):
        list(read_grafts(tmp_path))


def test_ours_are_whole_balanced_and_of_known_cwes():
    grafts = list(read_grafts(DATASETS / "grafts"))
    changed = [graft for graft in grafts if graft.changes]
    assert len({(graft.cwe, graft.title) for graft in changed}) == len(changed)
    assert all(has(graft.cwe) for graft in changed)
    assert not any(is_reserved(graft.place.source) for graft in grafts)
    gained = [
        sum(len(one.lines) - (one.last - one.first + 1) for one in graft.changes)
        * (1 if graft.makes_weak else -1)
        for graft in changed
    ]
    longer, shorter = (sum(sign * gain > 0 for gain in gained) for sign in (1, -1))
    same = len(changed) - longer - shorter
    assert (same / 2 + max(longer, shorter)) / len(changed) < 0.6  # what lengths alone tell right
