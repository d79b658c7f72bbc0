"""Pairs of real functions from a repository that the tests make, and from judgements of it."""

import subprocess
from pathlib import Path

import pytest

from own_git import git
from weakspot.cli.train import Generators
from weakspot.core.errors import DataError
from weakspot.core.example import UnitPair
from weakspot.dataset.fixes import parse_fixes
from weakspot.dataset.overlap import function_digests
from weakspot.generate.history import judged

WEAK = """import os


def other(root):
    return os.listdir(root)


class Backup:
    def restore(self, name, data):
        target = os.path.join(self.root, name)
        with open(target, "wb") as out:
            out.write(data)
"""
FIXED = WEAK.replace("self.root, name", "self.root, os.path.basename(name)")


def project(folder: Path) -> Path:
    """Make a repository whose second commit is the fix."""
    folder.mkdir(parents=True)
    git(folder, "init", "-q")
    for text in (WEAK, FIXED):
        (folder / "backup.py").write_text(text, "utf-8")
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", "a change")
    return folder


@pytest.fixture
def clones(tmp_path: Path) -> Path:
    return project(tmp_path / "clones" / "sprout+garden").parent


def made(clones: Path, **parts: str) -> list[UnitPair]:
    commit = git(clones / "sprout+garden", "rev-parse", "HEAD")
    told = {"project": "sprout/garden", "commit": commit, "path": "backup.py"}
    told |= {"name": "Backup.restore", "lines": "10", **parts}
    place = "{project} {commit} {path} {name}".format(**told)
    text = f"### CWE-22: joined as named\n{place}\n! {told['lines']}\n"
    return list(judged.pairs(parse_fixes(text), clones))


def test_both_sides_of_a_fix_are_read_from_the_clone(clones: Path) -> None:
    (pair,) = made(clones)
    assert pair.cwe == "CWE-22"
    assert pair.origin == "sprout+garden/backup.py"
    assert [pair.weak.lines[at].text for at in pair.lines] == [
        "target = os.path.join(self.root, name)"
    ]
    assert "basename" in pair.sound.text()
    assert "basename" not in pair.weak.text()


def test_a_function_whose_name_stands_twice_makes_no_pair(clones: Path) -> None:
    folder = clones / "sprout+garden"
    for text in (WEAK, FIXED):
        (folder / "backup.py").write_text(text + text, "utf-8")
        git(folder, "commit", "-q", "-a", "-m", "twice")
    assert made(clones) == []


def test_a_function_of_a_public_suite_makes_no_pair(
    clones: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tested = set(function_digests(WEAK).values())
    monkeypatch.setattr(judged, "is_reserved", tested.__contains__)
    assert made(clones) == []


def test_a_function_that_did_not_change_makes_no_pair(clones: Path) -> None:
    assert made(clones, name="other", lines="5") == []


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"project": "sprout/shed"}, "no clone of sprout/shed"),
        ({"commit": "0" * 40}, "has no backup.py"),
        ({"path": "backups.py"}, "has no backups.py"),
        ({"name": "Backup.store"}, "has no Backup.store"),
        ({"lines": "4"}, "a marked line is not in"),
        ({"lines": "10, 999"}, "a marked line is not in"),
    ],
)
def test_what_is_missing_is_told(clones: Path, parts: dict[str, str], said: str) -> None:
    with pytest.raises(DataError, match=said):
        made(clones, **parts)


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("Permission is hereby granted, free of charge, to any person", "MIT"),
        ("Apache License 2.0\nbut its docs: GNU Free Documentation License", "Apache-2.0"),
    ],
)
def test_a_permissive_licence_is_told(clones: Path, text: str, licence: str) -> None:
    folder = clones / "sprout+garden"
    (folder / "LICENSE.md").write_text(text, "utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "its licence")
    fixes = parse_fixes(f"### CWE-22: a\nsprout/garden {'0' * 40} a.py f\n! 1\n")
    assert judged.licences(fixes, clones) == {"sprout/garden": licence}


@pytest.mark.parametrize(
    "text",
    [
        None,
        "GNU General Public License, version 3",
        "All rights reserved",
        "Commons Clause, with: Permission is hereby granted, free of charge",
        "Functional Source License, in two years the Apache License",
        "Elastic License 2.0, not the Apache License",
        "Proprietary. Redistribution and use in source and binary forms is for staff.",
    ],
)
def test_code_of_any_other_licence_is_refused(clones: Path, text: str | None) -> None:
    folder = clones / "sprout+garden"
    if text is not None:
        (folder / "LICENSE").write_text(text, "utf-8")
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", "its licence")
    fixes = parse_fixes(f"### CWE-22: a\nsprout/garden {'0' * 40} a.py f\n! 1\n")
    with pytest.raises(DataError, match="no permissive licence"):
        judged.licences(fixes, clones)


@pytest.mark.parametrize("reserved", ["django/django", "someone/PyYAML", "tornado/forked"])
def test_a_reserved_project_is_refused(tmp_path: Path, reserved: str) -> None:
    (tmp_path / "one.txt").write_text(f"### CWE-22: a\n{reserved} {'0' * 40} a.py f\n! 1\n")
    with pytest.raises(DataError, match=f"{reserved} is reserved"):
        Generators(()).licences(tmp_path, tmp_path)


def test_projects_are_cloned_once_under_the_names_that_are_read(tmp_path: Path) -> None:
    commit = git(project(tmp_path / "hub" / "sprout" / "garden"), "rev-parse", "HEAD")
    fix = f"### CWE-22: as named\nsprout/garden {commit} backup.py Backup.restore\n! 10\n"
    (tmp_path / "fixes").mkdir()
    (tmp_path / "fixes" / "one.txt").write_text(fix + "\n" + fix.replace("as", "is"), "utf-8")
    (tmp_path / "clones" / "sprout+garden.partial").mkdir(parents=True)  # of a clone cut short
    script = Path(__file__).resolve().parents[2] / "tools" / "clone_projects.sh"
    command = [str(script), "fixes", "clones", (tmp_path / "hub").as_posix()]
    for _ in range(2):
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert [one.name for one in (tmp_path / "clones").iterdir()] == ["sprout+garden"]
    assert len(list(judged.pairs(parse_fixes(fix), tmp_path / "clones"))) == 1
