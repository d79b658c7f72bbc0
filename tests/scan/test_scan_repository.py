import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import scan_command

from own_git import git
from weakspot.core.errors import UsageError
from weakspot.scan.targets import Wanted

OLD = "def f(x):\n    os.system(x)\n"
NEW = "\n\ndef g(x):\n    eval(x)\n"
DIFF = Wanted(diff="HEAD")
STAGED = Wanted(staged=True)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Return a program that leaves a file beside itself: `has_run` says whether it did."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran'\ncat \"$@\"\n")
    program.chmod(0o755)
    return program


def has_run(program: Path) -> bool:
    return (program.parent / "ran").exists()


def places(report) -> list[tuple[str, int]]:
    return [(f.path, f.span.start_line) for f in report.findings]


def test_configured_programs_are_not_run(repository: Path, run, program: Path) -> None:
    for key in ("core.fsmonitor", "diff.external", "core.pager", "diff.evil.textconv"):
        git(repository, "config", key, str(program))
    git(repository, "config", "diff.evil.command", str(program))
    (repository / ".gitattributes").write_text("*.py diff=evil\n")
    (repository / "a.py").write_text(OLD + NEW)
    assert places(run(wanted=DIFF)) == [("a.py", 6)]
    assert not has_run(program)


@pytest.mark.parametrize("name", ["evil", "e.v-i/l", "Evil", ""])
@pytest.mark.parametrize("kind", ["clean", "process", "smudge"])
@pytest.mark.parametrize("included", [False, True])
def test_filters_are_not_run(
    repository: Path, run, program: Path, name: str, kind: str, included: bool
) -> None:
    config = repository / ".git" / ("more" if included else "config")
    with config.open("a") as file:
        file.write(f'[filter "{name}"]\n{kind} = {program}\nrequired = true\n')
    if included:
        git(repository, "config", "include.path", "more")
    (repository / ".gitattributes").write_text(f"*.py filter={name}\n")
    (repository / "a.py").write_text(OLD + NEW)
    assert places(run(wanted=DIFF)) == [("a.py", 6)]
    assert places(run(wanted=STAGED)) == []
    assert not has_run(program)


def test_a_filter_that_cannot_be_switched_off_is_an_error(
    repository: Path, run, program: Path
) -> None:
    with (repository / ".git" / "config").open("a") as file:
        file.write(f'[filter "a=b"]\nclean = {program}\n')
    (repository / ".gitattributes").write_text("*.py filter=a=b\n")
    (repository / "a.py").write_text(OLD + NEW)
    with pytest.raises(UsageError, match="odd name"):
        run(wanted=DIFF)
    assert not has_run(program)


def test_nothing_that_is_missing_is_fetched(repository: Path, run, program: Path) -> None:
    for key, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::{program} %S",
        "protocol.ext.allow": "always",
    }.items():
        git(repository, "config", key, value)
    blob = git(repository, "rev-parse", "HEAD:a.py")
    (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    (repository / "a.py").write_text(OLD + NEW)
    with pytest.raises(UsageError):
        run(wanted=DIFF)
    assert not has_run(program)


def test_filters_of_submodules_are_not_run(with_submodule: Path, run, program: Path) -> None:
    git(with_submodule / "sub", "config", "filter.evil.clean", str(program))
    (with_submodule / "sub" / ".gitattributes").write_text("*.py filter=evil\n")
    (with_submodule / "sub" / "b.py").write_text(OLD.replace("x)\n", "y)\n"))  # as long as it was
    assert places(run(wanted=DIFF)) == [("sub/b.py", 2)]
    assert places(run(wanted=STAGED)) == []
    assert not has_run(program)


def test_a_bare_repository_among_the_files_is_not_asked(repository: Path, run) -> None:
    git(repository, "init", "-q", "--bare", "inner")
    git(repository / "inner", "config", "core.bare", "false")
    git(repository / "inner", "config", "core.worktree", "..")
    (repository / "inner" / "new.py").write_text(OLD)
    assert places(run(wanted=Wanted(("inner",), diff="HEAD"))) == [("inner/new.py", 2)]


HOOK = """\
#!/bin/sh
cd {folder}
PYTHONPATH={paths} exec {python} -c {program} scan --staged --no-cache -f concise -o {report}
"""


@pytest.mark.parametrize(
    ("argument", "folder", "worktree"),
    [("-a", ".", False), ("-a", "src", True), ("a.py", "src", False), ("a.py", ".", True)],
)
def test_a_hook_sees_what_is_committed(
    repository: Path, argument: str, folder: str, worktree: bool
) -> None:
    hook = repository / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    report = repository.parent / "report.txt"
    search = os.pathsep.join([str(scan_command.PACKAGES), str(Path(__file__).parent)])
    words = {
        "folder": folder,
        "paths": search,
        "python": sys.executable,
        "program": scan_command.WITH_FAKE,
        "report": str(report),
    }
    hook.write_text(HOOK.format(**{name: shlex.quote(word) for name, word in words.items()}))
    hook.chmod(0o755)
    tree = repository
    if worktree:
        tree = repository.parent / "tree"
        git(repository, "worktree", "add", "-q", str(tree))
    (tree / "src").mkdir()
    (tree / "a.py").write_text(OLD + NEW)
    (tree / "new.py").write_text(OLD)
    with pytest.raises(subprocess.CalledProcessError):
        git(tree, "commit", "-q", "-m", "two", argument)
    lines = report.read_text().splitlines()
    assert [line.split(": ")[0] for line in lines if "CWE" in line] == [
        "a.py:6:5" if folder == "." else "../a.py:6:5"
    ]


@pytest.mark.parametrize("folder", [".", "src"])
def test_the_environment_says_where_a_repository_is(
    repository: Path, run, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / ".git").rename(repository.parent / "store")
    (repository / "src").mkdir()
    (repository / "a.py").write_text(OLD + NEW)
    monkeypatch.chdir(folder)
    for name, path in (("GIT_DIR", repository.parent / "store"), ("GIT_WORK_TREE", repository)):
        monkeypatch.setenv(name, os.path.relpath(path))
    root = Path(os.path.relpath(repository))
    wanted = Wanted((str(repository / "a.py"),), diff="HEAD", root=root)
    assert places(run(wanted=wanted)) == [("a.py", 6)]


def test_the_environment_says_it_of_one_repository_only(
    with_submodule: Path, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    (with_submodule / "sub" / "b.py").write_text(OLD + NEW)
    git(with_submodule / "sub", "add", "b.py")
    assert places(run(wanted=DIFF)) == [("sub/b.py", 6)]
    assert places(run(wanted=Wanted(("sub",), staged=True))) == [("sub/b.py", 6)]


def test_settings_of_the_environment_hold(
    repository: Path, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository.parent / "ignored").write_text("new.py\n")
    (repository / "new.py").write_text(OLD)
    assert places(run(wanted=DIFF)) == [("new.py", 2)]
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.excludesFile")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(repository.parent / "ignored"))
    assert places(run(wanted=DIFF)) == []


def test_programs_of_the_environment_are_not_run(
    repository: Path, run, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(program))
    monkeypatch.setenv("GIT_CONFIG", str(repository / "none"))
    git(repository, "config", "filter.evil.clean", str(program))
    (repository / ".gitattributes").write_text("*.py filter=evil\n")
    (repository / "a.py").write_text(OLD + NEW)
    assert places(run(wanted=DIFF)) == [("a.py", 6)]
    assert not has_run(program)
