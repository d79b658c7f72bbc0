from pathlib import Path

import pytest

from own_git import git
from weakspot.core.errors import UsageError
from weakspot.scan.targets import Wanted

OLD = "def f(x):\n    os.system(x)\n"
NEW = "\n\ndef g(x):\n    eval(x)\n"


@pytest.fixture
def repository(project: Path) -> Path:
    git(project, "init", "-q")
    (project / "a.py").write_text(OLD)
    git(project, "add", "a.py")
    git(project, "commit", "-q", "-m", "one")
    return project


def places(report) -> list[tuple[str, int]]:
    return [(f.path, f.span.start_line) for f in report.findings]


def test_only_changed_lines_count(repository: Path, run) -> None:
    (repository / "a.py").write_text(OLD + NEW)
    (repository / "new name.py").write_text(OLD)
    report = run(wanted=Wanted(diff="HEAD"))
    assert places(report) == [("a.py", 6), ("new name.py", 2)]


def test_no_change_is_clean(repository: Path, run) -> None:
    report = run(wanted=Wanted(diff="HEAD"))
    assert (report.findings, report.coverage.files) == ((), ())


def test_the_index_is_scanned_and_not_the_file(repository: Path, run) -> None:
    (repository / "a.py").write_text(OLD + NEW)
    git(repository, "add", "a.py")
    (repository / "a.py").write_text("x = 1\n")
    assert places(run(wanted=Wanted(staged=True))) == [("a.py", 6)]


@pytest.mark.parametrize("ref", ["--output=x", "nope", "-h", ""])
def test_a_bad_reference_is_an_error(repository: Path, run, ref: str) -> None:
    with pytest.raises(UsageError):
        run(wanted=Wanted(diff=ref))
    assert not (repository / "x").exists()


def test_outside_a_repository(project: Path, run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    (project / "a.py").write_text(OLD)
    with pytest.raises(UsageError):
        run(wanted=Wanted(staged=True))


def test_a_repository_runs_nothing(repository: Path, run) -> None:
    program = repository / ".git" / "program"
    program.write_text(f"#!/bin/sh\ntouch '{repository}/ran'\ncat \"$@\"\n")
    program.chmod(0o755)
    for key in ("core.fsmonitor", "diff.external", "core.pager", "diff.evil.textconv"):
        git(repository, "config", key, str(program))
    git(repository, "config", "diff.evil.command", str(program))
    (repository / ".gitattributes").write_text("*.py diff=evil\n")
    (repository / "a.py").write_text(OLD + NEW)
    assert places(run(wanted=Wanted(diff="HEAD"))) == [("a.py", 6)]
    assert not (repository / "ran").exists()
