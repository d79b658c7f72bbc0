import os
from pathlib import Path

import pytest

from own_git import git
from weakspot.core.errors import UsageError
from weakspot.core.report import FileStatus, ScanReport
from weakspot.scan.targets import Wanted

OLD = "def f(x):\n    os.system(x)\n"
NEW = "\n\ndef g(x):\n    eval(x)\n"
DIFF = Wanted(diff="HEAD")


def places(report: ScanReport) -> list[tuple[str, int]]:
    return [(f.path, f.span.start_line) for f in report.findings]


def unread(report: ScanReport) -> list[str]:
    return [o.path for o in report.coverage.files if o.status is FileStatus.NOT]


@pytest.mark.parametrize("wanted", [DIFF, Wanted(("sub",), diff="HEAD")])
def test_submodules_are_asked(with_submodule: Path, run, wanted: Wanted) -> None:
    assert places(run(wanted=wanted)) == []
    (with_submodule / "sub" / "b.py").write_text(OLD + NEW)
    (with_submodule / "sub" / "new.py").write_text(OLD)
    assert places(run(wanted=wanted)) == [("sub/b.py", 6), ("sub/new.py", 2)]


def test_a_submodule_is_compared_with_what_its_repository_remembers(
    with_submodule: Path, run
) -> None:
    (with_submodule / "sub" / "b.py").write_text(OLD + NEW)
    git(with_submodule / "sub", "commit", "-q", "-a", "-m", "next")
    assert places(run(wanted=DIFF)) == [("sub/b.py", 6)]
    assert places(run(wanted=Wanted(("sub",), diff="HEAD"))) == []
    git(with_submodule, "commit", "-q", "-a", "-m", "next")
    assert places(run(wanted=DIFF)) == []
    assert places(run(wanted=Wanted(diff="HEAD~1"))) == [("sub/b.py", 6)]
    assert places(run(wanted=Wanted(diff="HEAD~2"))) == [("sub/b.py", 2), ("sub/b.py", 6)]


def test_a_submodule_without_the_commit_is_not_analysed(with_submodule: Path, run) -> None:
    git(with_submodule, "update-index", "--cacheinfo", f"160000,{'1' * 40},sub")
    git(with_submodule, "commit", "-q", "-m", "elsewhere")
    report = run(wanted=DIFF)
    assert (places(report), unread(report)) == ([], ["sub/b.py"])


def test_repositories_that_are_not_remembered_are_new(repository: Path, run) -> None:
    for folder in (repository / "one", repository / "one" / "two"):
        folder.mkdir()
        git(folder, "init", "-q")
        (folder / "b.py").write_text(OLD)
        git(folder, "add", "b.py")
        git(folder, "commit", "-q", "-m", "one")
    assert places(run(wanted=DIFF)) == [("one/b.py", 2), ("one/two/b.py", 2)]


def test_a_broken_repository_inside_is_not_analysed(repository: Path, run) -> None:
    for name, link in (("lost", "gitdir: nowhere\n"), ("odd", "odd\n")):
        (repository / name).mkdir()
        (repository / name / "b.py").write_text(OLD)
        (repository / name / ".git").write_text(link)
    assert unread(run(wanted=DIFF)) == ["lost/b.py", "odd/b.py"]


def test_a_folder_that_only_looks_like_a_repository_is_part_of_its_parent(
    repository: Path, run
) -> None:
    (repository / "src" / ".git").mkdir(parents=True)
    (repository / "src" / "b.py").write_text(OLD)
    assert places(run(wanted=DIFF)) == [("src/b.py", 2)]


def test_repositories_are_asked_from_anywhere(
    repository: Path, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = repository.parent / "other"
    other.mkdir()
    git(other, "init", "-q")
    (other / "b.py").write_text(OLD)
    git(other, "add", "b.py")
    git(other, "commit", "-q", "-m", "one")
    (other / "b.py").write_text(OLD + NEW)
    (repository / "a.py").write_text(OLD + NEW)
    monkeypatch.chdir(repository.parent)
    found = run(wanted=Wanted(("project", "other"), diff="HEAD"))
    assert places(found) == [("other/b.py", 6), ("project/a.py", 6)]
    git(other, "add", ".")
    assert places(run(wanted=Wanted(("other",), staged=True))) == [("other/b.py", 6)]
    with pytest.raises(UsageError, match="one repository"):
        run(wanted=Wanted(("project", "other"), staged=True))
    with pytest.raises(UsageError, match="no commit"):
        run(wanted=Wanted(("project", "other"), diff="nope"))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", os.fspath(repository.parent.parent))
    with pytest.raises(UsageError, match="not a git repository"):
        run(wanted=DIFF)
