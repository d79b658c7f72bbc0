from pathlib import Path

import pytest

from weakspot.core.errors import DataError
from weakspot.dataset.fixes import Fix, parse_fixes, read_fixes
from weakspot.model.bundle import EMBEDDED, open_bundle
from weakspot.train.reserved import is_reserved

FIXES = Path(__file__).resolve().parents[2] / "datasets" / "fixes"

COMMIT = "3f2a9c0d5e6b7a8190c2d3e4f5061728394a5b6c"
TEXT = f"""### CWE-22: members are joined as they are named
sprout/garden {COMMIT} garden/backup.py Backup.restore
! 44, 51-53

### CWE-78: a branch's name reaches a shell
sprout/garden {COMMIT} garden/git.py checkout
! 9
"""


def test_a_fix_names_its_place_and_its_weak_lines() -> None:
    restore, checkout = parse_fixes(TEXT)
    assert restore.cwe == "CWE-22"
    assert restore.title == "members are joined as they are named"
    assert (restore.project, restore.commit) == ("sprout/garden", COMMIT)
    assert (restore.path, restore.name) == ("garden/backup.py", "Backup.restore")
    assert restore.lines == (44, 51, 52, 53)
    assert checkout.lines == (9,)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("### CWE-22: ", "### ", "line 1: a heading reads"),
        (COMMIT + " garden/backup", COMMIT[:12] + " garden/backup", "line 1: below a heading"),
        ("! 44, 51-53", "! all", "line 1: the weak lines read"),
        ("! 9", "", "line 5: below a heading"),
        ("51-53", "53-51", "line 1: lines 53-51 end before"),
        ("garden/git.py", "garden/g\u00eft.py", "line 5: below a heading"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(before: str, after: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        list(parse_fixes(TEXT.replace(before, after)))


def test_a_file_that_is_wrong_is_named(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("no heading\n", "utf-8")
    with pytest.raises(DataError, match=r"one\.txt"):
        list(read_fixes(tmp_path))


@pytest.fixture(scope="module")
def ours() -> list[Fix]:
    return list(read_fixes(FIXES))


def test_no_fix_stands_twice(ours: list[Fix]) -> None:
    assert len(ours) > 150
    assert len({(fix.project, fix.commit, fix.path, fix.name) for fix in ours}) == len(ours)


def test_fixes_are_of_cwes_that_the_model_names(ours: list[Fix]) -> None:
    assert {fix.cwe for fix in ours} <= set(open_bundle(EMBEDDED).manifest.labels)


def test_no_fix_is_of_a_project_that_thresholds_are_chosen_on(ours: list[Fix]) -> None:
    listed = FIXES.parents[1].joinpath("recipes", "corpus-calibration.txt").read_text("utf-8")
    packages = {line.split("==")[0] for line in listed.splitlines() if "==" in line}
    assert not [fix.project for fix in ours if fix.project.split("/")[1] in packages]


def test_no_fix_is_of_a_reserved_project(ours: list[Fix]) -> None:
    assert not [fix.project for fix in ours if any(map(is_reserved, fix.project.split("/")))]
