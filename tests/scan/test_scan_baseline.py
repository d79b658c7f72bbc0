import os
from pathlib import Path

import pytest

from own_git import git
from weakspot.core.errors import DataError
from weakspot.core.finding import Cell
from weakspot.scan.baseline import Baseline, Entry, read_baseline
from weakspot.scan.targets import Wanted

ONE = "def f(x):\n    os.system(x)\n"


def active(report) -> list[tuple[str, int]]:
    return [(f.path, f.span.start_line) for f in report.active]


@pytest.fixture
def known(project: Path, run) -> Baseline:
    (project / "a.py").write_text(ONE)
    return Baseline.of(run().findings)


def test_what_is_known_does_not_count(run, known: Baseline) -> None:
    report = run(baseline=known)
    assert active(report) == []
    assert [f.in_baseline for f in report.findings] == [True]


def test_lines_may_move_and_layout_may_change(project: Path, run, known: Baseline) -> None:
    (project / "a.py").write_text("# new\n\nX = 1\n\ndef f( x ):  # hi\n  os.system(\n  x)\n")
    assert active(run(baseline=known)) == []


def test_a_second_identical_one_is_new(project: Path, run, known: Baseline) -> None:
    (project / "a.py").write_text(ONE + ONE)
    assert active(run(baseline=known)) == [("a.py", 4)]


def test_a_second_one_in_the_same_function_is_new(project: Path, run, known: Baseline) -> None:
    (project / "a.py").write_text(ONE + "    y = 1\n    os.system(y)\n")
    assert active(run(baseline=known)) == [("a.py", 2)]


def test_a_renamed_file_brings_nothing_back(project: Path, run, known: Baseline) -> None:
    (project / "a.py").rename(project / "b.py")
    assert active(run(baseline=known)) == []


def test_a_copy_in_another_file_is_new(project: Path, run, known: Baseline) -> None:
    (project / "b.py").write_text(ONE)
    assert active(run(baseline=known)) == [("b.py", 2)]


WAYS = [Wanted(("b.py",)), Wanted(diff="HEAD"), Wanted(staged=True)]


@pytest.mark.parametrize("wanted", WAYS)
def test_a_copy_is_new_though_the_first_is_not_in_view(
    project: Path, run, known: Baseline, wanted: Wanted
) -> None:
    committed(project)
    (project / "b.py").write_text(ONE)
    git(project, "add", "b.py")
    assert active(run(wanted=wanted, baseline=known)) == [("b.py", 2)]


@pytest.mark.parametrize("wanted", WAYS)
def test_a_renamed_file_alone_brings_nothing_back(
    project: Path, run, known: Baseline, wanted: Wanted
) -> None:
    committed(project)
    git(project, "mv", "a.py", "b.py")
    (project / "b.py").write_text(ONE.replace("(x)\n", "( x )\n"))
    git(project, "add", "b.py")
    assert active(run(wanted=wanted, baseline=known)) == []
    (project / "a.py").write_text("")  # it is there, but neither staged nor weak
    assert bool(active(run(wanted=wanted, baseline=known))) == bool(wanted.paths)


def committed(project: Path) -> None:
    git(project, "init", "-q")
    git(project, "add", "a.py")
    git(project, "commit", "-q", "-m", "one")


def test_a_copy_is_new_though_the_first_did_not_change(project: Path, run, known: Baseline) -> None:
    committed(project)
    (project / "a.py").write_text(ONE + "\n\nX = 1\n")
    (project / "b.py").write_text(ONE)
    assert active(run(wanted=Wanted(diff="HEAD"), baseline=known)) == [("b.py", 2)]


def test_what_nobody_asks_for_is_not_gone(project: Path, run, known: Baseline) -> None:
    for choice in ({"select": ("CWE-89",)}, {"ignore": ("CWE-78",)}):
        assert run(baseline=known, **choice).notices == ()


CAUSES = "def f(x):\n    exec(eval(x))\n    os.system(md5(x))\n"


@pytest.mark.parametrize(
    "choice",
    [
        {},
        {"ignore": ("CWE-95",)},
        {"select": ("CWE-94",)},
        {"ignore": ("CWE-78",)},
        {"per_file_ignores": (("a.py", ("CWE-95", "CWE-78")),)},
    ],
)
def test_a_narrower_scan_brings_nothing_new(project: Path, run, choice) -> None:
    (project / "a.py").write_text(CAUSES)
    known = Baseline.of(run().findings)
    assert [entry.cwe for entry in known.entries] == ["CWE-95", "CWE-327", "CWE-78"]
    report = run(baseline=known, **choice)
    assert report.findings
    assert active(report) == []
    assert report.notices == ()


def test_what_a_narrow_baseline_left_out_is_new(project: Path, run) -> None:
    (project / "a.py").write_text(CAUSES)
    known = Baseline.of(run(select=("CWE-94",)).findings)
    assert [f.cwe for f in run(baseline=known).active] == ["CWE-95", "CWE-327", "CWE-78"]


@pytest.mark.parametrize("named", ["94", "95"])
def test_a_comment_beside_a_baseline_brings_nothing_new(project: Path, run, named: str) -> None:
    (project / "a.py").write_text(CAUSES)
    known = Baseline.of(run().findings)
    silenced = f"(x))  # weakspot: ignore[{named}]"
    (project / "a.py").write_text(CAUSES.replace("(x))", silenced, 1))
    report = run(baseline=known)
    assert active(report) == []
    assert [f.cwe for f in report.findings if f.suppression] == [f"CWE-{named}"]
    with_comment = Baseline.of(report.findings)
    assert active(run(baseline=with_comment)) == []


def test_entries_that_are_gone_are_told(project: Path, run, known: Baseline) -> None:
    (project / "a.py").write_text("x = 1\n")
    (notice,) = run(baseline=known).notices
    assert (notice.kind, notice.path, notice.line) == ("baseline-entry-gone", "a.py", 2)


def test_gone_entries_of_a_notebook_are_told_by_their_cell(project: Path, run, tmp_path) -> None:
    start = '{"nbformat": 4, "cells": [\n{"cell_type": "code", "source": "x = 1"},\n'
    end = '{"cell_type": "code", "source": "\\nos.system(x)"}]}'
    (project / "n.ipynb").write_text(start + end)
    known = Baseline.of(run().findings)
    (tmp_path / "b.json").write_text(known.to_json())
    (project / "n.ipynb").write_text(start + end.replace("os.system(x)", "y"))
    (notice,) = run(baseline=read_baseline(tmp_path / "b.json")).notices
    assert (notice.kind, notice.line, notice.cell) == ("baseline-entry-gone", 4, Cell(2, 2, 3))


def test_entries_of_deleted_files_are_told(project: Path, run) -> None:
    for name in ("a.py", "b.py", "sub/c.py"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(ONE)
    known = Baseline.of(run().findings)
    (project / "b.py").unlink()
    (notice,) = run(baseline=known).notices
    assert (notice.kind, notice.path, notice.line) == ("baseline-entry-gone", "b.py", 2)
    assert run("a.py", baseline=known).notices == ()  # it may have been renamed to what is not seen
    assert run(baseline=known, ignore=("CWE-78",)).notices == ()
    (project / "d.py").write_text(ONE)
    assert run(baseline=known).notices == ()


def test_under_another_root_no_entry_is_gone(project: Path, run, monkeypatch) -> None:
    (project / "sub").mkdir()
    (project / "sub" / "c.py").write_text(ONE)
    (project / "a.py").write_text(ONE)
    known = Baseline.of(run().findings)
    (project / "sub" / "c.py").write_text("x = 1\n")
    monkeypatch.chdir(project / "sub")
    assert run(baseline=known).notices == ()


def test_the_report_says_that_there_was_a_baseline(project: Path, run) -> None:
    (project / "a.py").write_text(ONE)
    assert not run().has_baseline
    assert run(baseline=Baseline()).has_baseline


def test_it_can_be_read_back(tmp_path: Path, known: Baseline) -> None:
    path = tmp_path / "b.json"
    path.write_text(known.to_json())
    assert read_baseline(path) == known
    assert len(known.entries) == 1


def test_its_paths_start_at_the_same_folder_wherever_a_scan_runs(project: Path) -> None:
    findings = Baseline((Entry("a.py", 2, "CWE-78", "0"),)).entries
    written = Baseline(findings).written_to(project / "known", project / "src")
    assert written.root == "../src"
    for baseline in (written, Baseline(findings, "../src")):
        for root, seen in (("src", "a.py"), (".", "src/a.py"), ("src/sub", "../a.py")):
            told = baseline.seen_from(project / root, project / "known", lambda _: False)
            assert [entry.path for entry in told.entries] == [seen]


@pytest.mark.parametrize(
    ("root", "there", "seen"),
    [
        (None, "ci/a.py", "../ci/a.py"),
        (None, "src/a.py", "a.py"),
        (None, "a.py", "../a.py"),
        (None, "", "../ci/a.py"),
        ("gone", "src/a.py", "a.py"),
    ],
)
def test_an_old_or_moved_one_starts_where_its_files_are(
    project: Path, root: str | None, there: str, seen: str
) -> None:
    def exists(path: str) -> bool:
        return os.path.normpath(project / "src" / path) == str(project / there)

    old = Baseline((Entry("a.py", 2, "CWE-78", "0"),), root)
    told = old.seen_from(project / "src", project / "ci", exists)
    assert [entry.path for entry in told.entries] == [seen]


def test_a_byte_order_mark_does_no_harm(tmp_path: Path, known: Baseline) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(b"\xef\xbb\xbf" + known.to_json().encode())
    assert read_baseline(path) == known


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path / "fifo", Path("/dev/zero"), tmp_path):
        with pytest.raises(DataError, match="is no regular file"):
            read_baseline(path)


@pytest.mark.parametrize("text", ['{"version": "2.1.0", "runs": []}', "[]", "x = 1", None])
def test_nobody_is_told_to_write_over_another_file(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "r.sarif"
    if text is None:
        path.mkdir()
    else:
        path.write_text(text)
    with pytest.raises(DataError) as caught:
        read_baseline(path)
    assert f"{path} is no " in caught.value.message
    assert caught.value.hint == "make one with: weakspot baseline"
    with pytest.raises(DataError) as caught:
        read_baseline(tmp_path / "new.json")
    assert caught.value.hint == f"make one with: weakspot baseline --output {tmp_path / 'new.json'}"


HEAD = '{"format": "weakspot-baseline", "version": 1, "findings": '
ENTRY = '{"path": "a.py", "cwe": "CWE-78", "fingerprint": "0", "line": 1, "count": %s}'
COUNTS = ("1e999", "-1", "0", "true", "1.5", '"1"')


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", '{"format": "weakspot-baseline", "version": 2}'),
        *(f"{HEAD}{rows}}}" for rows in ("[[1]]", "[7]", "7", '[], "root": 1')),
        *(f"{HEAD}[{ENTRY % count}]}}" for count in COUNTS),
    ],
)
def test_anything_else_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "b.json").write_text(text)
    with pytest.raises(DataError):
        read_baseline(tmp_path / "b.json")
