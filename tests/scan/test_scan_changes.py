from pathlib import Path

import pytest

from own_git import git
from weakspot.core.errors import UsageError
from weakspot.core.report import FileStatus
from weakspot.scan.changes import has_own_lines
from weakspot.scan.repository import Repository
from weakspot.scan.targets import Wanted

OLD = "def f(x):\n    os.system(x)\n"
NEW = "\n\ndef g(x):\n    eval(x)\n"


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


STAGED = {
    "src/new.py": OLD,
    "src/gen/g.py": OLD,
    "tool": "#!/usr/bin/env python3\n" + OLD,
    "shell": "#!/bin/sh\n",
    "notes.txt": OLD,
}


@pytest.fixture
def staged(repository: Path) -> Path:
    """Return a repository with staged files that its working tree no longer has like that."""
    for name, text in STAGED.items():
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_text(text)
    (repository / "link.py").symlink_to("src/new.py")
    git(repository, "add", ".")
    for name in STAGED:
        (repository / name).write_text("x = 1\n")
    return repository


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        ((), ["src/gen/g.py", "src/new.py", "tool"]),
        ((".",), ["src/gen/g.py", "src/new.py", "tool"]),
        (("src",), ["src/gen/g.py", "src/new.py"]),
        (("src/../src/new.py", "tool"), ["src/new.py", "tool"]),
        (("shell", "notes.txt", "link.py", "a.py"), []),
    ],
)
@pytest.mark.parametrize("absolute", [False, True])
def test_staged_files_are_chosen_as_others_are(
    staged: Path, run, paths: tuple[str, ...], found: list[str], absolute: bool
) -> None:
    named = tuple(str(staged / path) if absolute else path for path in paths)
    report = run(wanted=Wanted(named, staged=True))
    assert [finding.path for finding in report.findings] == found
    assert [outcome.path for outcome in report.coverage.files] == found


def test_paths_through_a_link_name_staged_files(staged: Path, run) -> None:
    (staged.parent / "way").symlink_to(staged)
    report = run(wanted=Wanted((str(staged.parent / "way" / "src" / "new.py"),), staged=True))
    assert [finding.path for finding in report.findings] == ["src/new.py"]


@pytest.mark.parametrize(
    ("paths", "force", "found"),
    [
        (("src",), False, ["src/new.py"]),
        (("src/gen",), False, ["src/gen/g.py"]),
        (("src/gen/g.py",), False, ["src/gen/g.py"]),
        (("src/gen", "src/gen/g.py"), True, []),
    ],
)
def test_exclusions_of_staged_files(
    staged: Path, run, paths: tuple[str, ...], force: bool, found: list[str]
) -> None:
    wanted = Wanted(paths, staged=True)
    report = run(wanted=wanted, extend_exclude=("/src/gen/",), force_exclude=force)
    assert [finding.path for finding in report.findings] == found


def test_the_current_folder_of_a_repository_decides_nothing(
    staged: Path, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(staged / "src")
    everything = run(wanted=Wanted(staged=True), extend_exclude=("/src/gen/",))
    assert [finding.path for finding in everything.findings] == ["src/new.py", "tool"]
    here = run(wanted=Wanted((".",), staged=True))
    assert [finding.path for finding in here.findings] == ["gen/g.py", "new.py"]


def commit(repository: Path, text: str) -> None:
    (repository / "a.py").write_text(text)
    git(repository, "commit", "-q", "-a", "-m", "next")


GUARDED = """\
import os


@login_required
def f(x):
    x = quote(x)

    os.system(x)
    if x:
        return x


# why
def g(y):
    return quote(y)


name = quote(name)
eval(name)
"""
CHANGES = [
    ("    x = quote(x)\n", "", [7]),
    ("    x = quote(x)\n", "    x = quote(x)\n    log(x)\n", []),
    ("    x = quote(x)\n\n    os", "    os", [6]),
    ("\n    os.system", "    os.system", []),
    ("@login_required\n", "", [7]),
    ("    if x:\n        return x\n", "    return x\n", [8]),
    ("    if x:\n        return x\n", "", [8]),
    ("def g(y):\n    return quote(y)\n\n\n", "", []),
    ("    return quote(y)\n", "    pass\n", []),
    ("name = quote(name)\n", "", [18]),
    ("import os\n\n\n", "", []),
    ("# why\n", "", []),
    ("    x = quote(x)\n\n", "    x = str(x)\n\n", [8]),
    ("    x = quote(x)\n\n", "    x = str(x)\n    log(x)\n\n", [9]),
    ("    if x:\n", "    if not x:\n", [8]),
    ("def g(y):\n", "def g(z):\n", []),
    ("# why\n", "# because\n", []),
    ("import os\n", "import sys\n", []),
]


@pytest.mark.parametrize(("old", "new", "found"), CHANGES)
def test_lines_that_are_gone_may_have_been_the_guard(
    repository: Path, run, old: str, new: str, found: list[int]
) -> None:
    commit(repository, GUARDED)
    assert GUARDED.count(old) == 1
    (repository / "a.py").write_text(GUARDED.replace(old, new))
    assert [line for _, line in places(run(wanted=Wanted(diff="HEAD")))] == found
    git(repository, "add", "a.py")
    assert [line for _, line in places(run(wanted=Wanted(staged=True)))] == found


SETUP = """\
def f(x):
    log(x)
    return 1


if name:
    print(name)
    sys.exit(1)

eval(name)
"""


@pytest.mark.parametrize("driver", ["python", "mine", "unknown", ""])
def test_a_guard_of_module_code_is_seen_whatever_git_is_told_of_the_language(
    repository: Path, run, driver: str
) -> None:
    commit(repository, SETUP)
    git(repository, "config", "diff.mine.xfuncname", "^(def .*|if.*)$")
    (repository / ".gitattributes").write_text(f"*.py diff={driver}\n")
    for gone, found in (("    sys.exit(1)\n", [9]), ("    log(x)\n", [])):
        (repository / "a.py").write_text(SETUP.replace(gone, ""))
        assert [line for _, line in places(run(wanted=Wanted(diff="HEAD")))] == found


def test_a_change_anywhere_in_a_wrapped_statement_counts(repository: Path, run) -> None:
    long = "a_long_name_of_a_command_and_all_of_its_many_words"
    text = (
        f'def f(x):\n    run(\n        {long} + "x",\n        {long},\n        shell=True,\n    )\n'
    )
    commit(repository, text)
    (repository / "a.py").write_text(text.replace('"x"', "x"))
    assert places(run(wanted=Wanted(diff="HEAD"))) == [("a.py", 5)]


def test_a_change_on_the_way_counts(repository: Path, run) -> None:
    text = "def f():\n    x = 'ls'\n    y = x\n    z = 1\n    os.system(y)\n"
    commit(repository, text)
    (repository / "a.py").write_text(text.replace("'ls'", "input()"))
    assert places(run(wanted=Wanted(diff="HEAD"))) == [("a.py", 5)]


NOTEBOOK = """{{"cells": [{{"cell_type": "code", "metadata": {{}}, "outputs": [],
 "execution_count": {count},
 "source": [
  "import os\\n",
  "{code}"]}}],
 "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}
"""


@pytest.mark.parametrize("wanted", [Wanted(diff="HEAD"), Wanted(staged=True)])
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (
            "n.ipynb",
            NOTEBOOK.format(count=1, code="x = 1").encode(),
            NOTEBOOK.format(count=2, code="os.system(x)").encode(),
        ),
        ("r.py", b"y = 1\rx = 1\r" + OLD.encode(), b"y = 2\rx = 1\r" + OLD.encode()),
        ("w.py", ("y = 1\n" + OLD).encode("utf-16"), ("y = 2\n" + OLD).encode("utf-16")),
        (
            "c.py",
            b"# coding: raw_unicode_escape\nx = 1\\u000ay = 1\nif y:\n    os.system(x)\n",
            b"# coding: raw_unicode_escape\nx = 1\\u000ay = 1\nif x:\n    os.system(x)\n",
        ),
    ],
)
def test_files_whose_lines_git_counts_otherwise_count_whole(
    repository: Path, run, wanted: Wanted, name: str, old: bytes, new: bytes
) -> None:
    (repository / name).write_bytes(old)
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "two")
    (repository / name).write_bytes(new)
    git(repository, "add", ".")
    assert [path for path, _ in places(run(wanted=wanted))] == [name]


@pytest.mark.parametrize(
    ("data", "own"),
    [
        (b"x = 1\r\ny = 2\r\n", False),
        (b"x = 1\ry = 2\n", True),
        (b"x = 1\r", True),
        (b"# -*- coding: utf-8 -*-\n", False),
        (b"#!/usr/bin/python\n# vim: set fileencoding=Latin-1 :\n", False),
        (b"#!/usr/bin/python\n# coding: utf_7\n", True),
        (b"x = 1\n\n# coding: utf_7\n", False),
        ("x = 1\n".encode("utf-32"), True),
    ],
)
def test_whose_lines_are_their_own(data: bytes, own: bool) -> None:
    assert has_own_lines("a.py", data) is own


VIEWS = """from flask import request
from store import listing


def show():
    name = "x"
    return listing(name)
"""
STORE = """import os


def listing(folder):
    return os.system("ls " + folder)


def other():
    os.system(x)
"""


def test_a_change_on_the_way_counts_though_its_end_is_in_another_file(
    repository: Path, run
) -> None:
    (repository / "views.py").write_text(VIEWS)
    (repository / "store.py").write_text(STORE)
    (repository / "apart.py").write_text(STORE)
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "two")
    (repository / "views.py").write_text(VIEWS.replace('"x"', 'request.args["name"]'))
    report = run(wanted=Wanted(diff="HEAD"))
    assert places(report) == [("store.py", 5)]
    assert {step.path for step in report.findings[0].trace} == {"views.py", ""}
    assert [outcome.path for outcome in report.coverage.files] == ["views.py"]
    (repository / "views.py").write_text(VIEWS.replace("show", "shown"))
    assert places(run(wanted=Wanted(diff="HEAD"))) == []


def test_nothing_is_told_of_files_that_did_not_change(repository: Path, run) -> None:
    (repository / "views.py").write_text(VIEWS)
    (repository / "store.py").write_text("x = 1  # weakspot: ignore\ndef broken(:\n")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "two")
    (repository / "views.py").write_text(VIEWS + "x = 1\n")
    report = run(wanted=Wanted(diff="HEAD"))
    assert (report.findings, report.notices) == ((), ())
    assert report.coverage.is_complete


def test_a_named_file_counts_though_git_ignores_it(repository: Path, run) -> None:
    (repository / ".gitignore").write_text("local.py\nlink.py\nlocal/\n")
    (repository / "local").mkdir()
    for name in ("local.py", "local/b.py"):
        (repository / name).write_text(OLD)
    (repository / "link.py").symlink_to("local/b.py")
    assert places(run(wanted=Wanted(diff="HEAD"))) == []
    named = ("local.py", "link.py", "a.py")
    found = places(run(wanted=Wanted(named, diff="HEAD")))
    assert found == [("link.py", 2), ("local.py", 2)]


def test_tracked_files_count_though_rules_would_hide_them(with_submodule: Path, run) -> None:
    (with_submodule / "lib").mkdir()
    for name in ("lib/b.py", "lib/new.py"):
        (with_submodule / name).write_text(OLD)
    (with_submodule / ".gitignore").write_text("lib/\nb.py\na.py\n")
    git(with_submodule, "add", "--force", "lib/b.py")
    git(with_submodule, "commit", "-q", "-m", "two")
    assert places(run()) == [("a.py", 2), ("lib/b.py", 2), ("sub/b.py", 2)]
    for name in ("lib/b.py", "sub/b.py"):
        (with_submodule / name).write_text(OLD + NEW)
    assert places(run(wanted=Wanted(diff="HEAD"))) == [("lib/b.py", 6), ("sub/b.py", 6)]
    assert places(run("lib")) == [("lib/b.py", 2), ("lib/b.py", 6), ("lib/new.py", 2)]


def test_without_git_rules_are_all_that_is_known(
    repository: Path, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "b.py").write_text(OLD)
    (repository / ".gitignore").write_text("a.py\n")
    monkeypatch.setenv("PATH", "")
    assert places(run()) == [("b.py", 2)]


def test_a_renamed_file_counts_where_it_differs(repository: Path, run) -> None:
    git(repository, "mv", "a.py", "b.py")
    assert places(run(wanted=Wanted(staged=True))) == []
    assert places(run(wanted=Wanted(diff="HEAD"))) == []
    (repository / "b.py").write_text(OLD + NEW)
    assert places(run(wanted=Wanted(diff="HEAD"))) == [("b.py", 6)]


NAMES = [
    "ü.py",
    "sp ace.py",
    "t\tab.py",
    "l\nine.py",
    'q"uo\\te.py',
    "'.py",
    "\udcff.py",
    "b",
    'b"',
    'b "',
    "b ",
]
TRAPS = "-- a/x.py\n++ b/x.py\n@@ -1 +1 @@\n"


@pytest.mark.parametrize("wanted", [Wanted(diff="HEAD"), Wanted(staged=True)])
def test_files_with_odd_names_and_lines(repository: Path, run, wanted: Wanted) -> None:
    old = f'#!/usr/bin/python\nx = """\n{TRAPS}"""\n' + OLD
    for name in NAMES:
        (repository / name).write_text(old)
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "two")
    for name in NAMES:
        new = old.replace(TRAPS, TRAPS + TRAPS) + "\n\neval(y)"
        (repository / name).write_text(new)
    git(repository, "add", ".")
    assert places(run(wanted=wanted)) == [(name, 14) for name in sorted(NAMES)]


@pytest.mark.parametrize("wanted", [Wanted(diff="HEAD"), Wanted(staged=True)])
def test_only_what_is_scanned_is_looked_into(
    repository: Path, run, wanted: Wanted, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("b.py", "c.py", "large.py", "data.bin"):
        (repository / name).write_text(OLD)
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "two")
    for name in ("a.py", "b.py", "data.bin"):
        (repository / name).write_text(OLD + NEW)
    (repository / "large.py").write_text(OLD + "#" * 200)
    git(repository, "mv", "c.py", "d.py")
    (repository / "d.py").write_text(OLD + NEW)
    git(repository, "add", ".")
    asked = []
    ask = Repository.ask

    def listen(self: Repository, *words: str, **more: bytes) -> bytes:
        asked.append(words)
        return ask(self, *words, **more)

    monkeypatch.setattr(Repository, "ask", listen)
    report = run(wanted=wanted, max_file_size=100)
    assert places(report) == [("a.py", 6), ("b.py", 6), ("d.py", 6)]
    unread = [o.path for o in report.coverage.files if o.status is FileStatus.NOT]
    assert unread == ["large.py"]
    patches = [words[words.index("--") + 1 :] for words in asked if "--unified=0" in words]
    assert patches == [("a.py", "b.py", "c.py", "d.py")]
    assert not any(":0:large.py" in words for words in asked)


def test_settings_of_the_repository_change_nothing(repository: Path, run) -> None:
    for key, value in (("mnemonicPrefix", "true"), ("interHunkContext", "9")):
        git(repository, "config", f"diff.{key}", value)
    (repository / "a.py").write_text("# new\n" + OLD + NEW)
    assert places(run(wanted=Wanted(diff="HEAD"))) == [("a.py", 7)]


def test_a_linked_file_counts_where_either_end_changed(repository: Path, run) -> None:
    (repository / "src").mkdir()
    (repository / "src" / "b.py").write_text(OLD)
    (repository / "link.py").symlink_to("src/b.py")
    (repository / "way").symlink_to("src")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "two")
    wanted = Wanted(("link.py", "way"), diff="HEAD")
    assert places(run(wanted=wanted)) == []
    (repository / "src" / "b.py").write_text(OLD + NEW)
    assert places(run(wanted=wanted)) == [("link.py", 6)]
    assert places(run(wanted=Wanted(("way",), diff="HEAD"))) == [("way/b.py", 6)]
    (repository / "link.py").unlink()
    (repository / "link.py").symlink_to("a.py")
    assert places(run(wanted=Wanted(("link.py",), diff="HEAD"))) == [("link.py", 2)]


def test_a_linked_file_stands_at_one_place_in_all_scans(repository: Path, run) -> None:
    """Else what a baseline of the folder knows at the link would be new where it is staged."""
    (repository / "0.py").symlink_to("a.py")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "two")
    (repository / "a.py").write_text(OLD + NEW)
    git(repository, "add", ".")
    assert places(run()) == [("a.py", 2), ("a.py", 6)]
    for wanted in (Wanted(diff="HEAD"), Wanted(staged=True)):
        assert places(run(wanted=wanted)) == [("a.py", 6)]


def test_a_link_that_leads_out_is_not_asked_about(repository: Path, run) -> None:
    (repository.parent / "out.py").write_text(OLD)
    (repository / "link.py").symlink_to("../out.py")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "two")
    assert run(wanted=Wanted(diff="HEAD")).coverage.files == ()


def test_since_the_branches_parted(repository: Path, run) -> None:
    git(repository, "branch", "-M", "main")
    git(repository, "checkout", "-q", "-b", "mine")
    commit(repository, OLD + NEW)
    git(repository, "checkout", "-q", "main")
    commit(repository, "def f(x):\n    pass\n")
    git(repository, "checkout", "-q", "mine")
    assert places(run(wanted=Wanted(diff="main"))) == [("a.py", 2), ("a.py", 6)]
    assert places(run(wanted=Wanted(diff="main..."))) == [("a.py", 6)]
    git(repository, "checkout", "-q", "--orphan", "alone")
    git(repository, "commit", "-q", "-m", "alone")
    with pytest.raises(UsageError, match="in common"):
        run(wanted=Wanted(diff="main..."))


def test_a_path_in_the_place_of_the_reference_is_explained(repository: Path, run) -> None:
    with pytest.raises(UsageError) as told:
        run(wanted=Wanted(diff="a.py"))
    assert told.value.hint == "'a.py' is a path: write `--diff HEAD a.py`"


@pytest.mark.parametrize(
    ("ref", "hint"),
    [
        ("main...HEAD", "files are scanned as they are now: write `--diff main...`"),
        ("origin/v1.2..HEAD", "files are scanned as they are now: write `--diff origin/v1.2`"),
        ("main....x", "--diff takes a branch, a tag or a commit"),
        ("..x", "--diff takes a branch, a tag or a commit"),
        ("main..", "files are scanned as they are now: write `--diff main`"),
    ],
)
def test_a_span_of_commits_is_told_how_to_be_written(
    repository: Path, run, ref: str, hint: str
) -> None:
    with pytest.raises(UsageError) as told:
        run(wanted=Wanted(diff=ref))
    assert told.value.hint == hint


@pytest.mark.parametrize("ref", ["--output=x", "...", "nope...", "nope", "-h", ""])
def test_a_bad_reference_is_an_error(repository: Path, run, ref: str) -> None:
    with pytest.raises(UsageError):
        run(wanted=Wanted(diff=ref))
    assert not (repository / "x").exists()


def test_outside_a_repository(project: Path, run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    (project / "a.py").write_text(OLD)
    with pytest.raises(UsageError):
        run(wanted=Wanted(staged=True))
