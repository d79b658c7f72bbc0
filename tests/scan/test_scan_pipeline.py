import json
import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
import scan_fakes
from scan_fakes import LABELS

from weakspot.core.errors import NothingToScanError, UsageError
from weakspot.core.finding import Confidence, Severity
from weakspot.core.report import FileStatus, Filters, ScanReport
from weakspot.report.formats import load
from weakspot.report.rendering import RenderContext
from weakspot.scan.pipeline import exit_code
from weakspot.scan.settings import ScanSettings
from weakspot.scan.workers import Crew

WEAK = "import os\n\n\ndef run(name):\n    y = name\n    os.system(\n        'ls ' + y,\n    )\n"


def places(report: ScanReport) -> list[tuple[str, int, str]]:
    return [(f.path, f.span.start_line, f.cwe) for f in report.findings]


def render(report: ScanReport) -> str:
    return load("json").render(report, RenderContext())


def outcomes(report: ScanReport) -> dict[str, tuple[FileStatus, str]]:
    return {file.path: (file.status, "; ".join(file.reasons)) for file in report.coverage.files}


def test_a_finding_covers_its_statement(project: Path, run) -> None:
    (project / "a.py").write_text(WEAK)
    (finding,) = run().findings
    assert (finding.span.start_line, finding.span.start_column) == (6, 5)
    assert (finding.span.end_line, finding.span.end_column) == (8, 6)
    assert finding.lines[0].text == "    os.system("
    assert (finding.unit, finding.cwe, finding.probability) == ("run", "CWE-78", 0.9)


def test_test_files_have_the_stricter_threshold(project: Path, run) -> None:
    (project / "tests").mkdir()
    for name in ("a.py", "tests/a.py", "test_b.py"):
        (project / name).write_text("password = 'x'\ndef f(x):\n    eval(x)\n")
    found = [(f.path, f.cwe, f.is_test) for f in run().findings]
    assert found == [
        ("a.py", "CWE-798", False),
        ("a.py", "CWE-95", False),
        ("test_b.py", "CWE-95", True),
        ("tests/a.py", "CWE-95", True),
    ]


def test_related_cwes_on_one_line_are_one_finding(project: Path, run) -> None:
    (project / "a.py").write_text("def f(x):\n    exec(eval(x))\n    h = md5(x)\n")
    found = {f.cwe: [score.cwe for score in f.cwes] for f in run().findings}
    assert found == {"CWE-95": ["CWE-95", "CWE-94"], "CWE-327": ["CWE-327"]}


BOTH = "def f(x):\n    eval(os.system(x))\n"  # CWE-78, and CWE-95, which has nothing to do with it


def test_unrelated_cwes_on_one_line_are_two_findings(project: Path, run) -> None:
    (project / "a.py").write_text(BOTH)
    found = [(f.cwe, [score.cwe for score in f.cwes]) for f in run().findings]
    assert found == [("CWE-78", ["CWE-78"]), ("CWE-95", ["CWE-95"])]


@pytest.mark.parametrize(("silenced", "loud"), [("78", "CWE-95"), ("95", "CWE-78")])
def test_a_comment_silences_what_it_names_alone(
    project: Path, run, silenced: str, loud: str
) -> None:
    (project / "a.py").write_text(f"{BOTH.rstrip()}  # weakspot: ignore[{silenced}]\n")
    report = run()
    assert [f.cwe for f in report.active] == [loud]
    assert len(report.findings) == 2
    assert report.notices == ()


def test_related_cwes_follow_the_one_that_names_the_finding(project: Path, run) -> None:
    (project / "a.py").write_text("exec(eval(x))  # weakspot: ignore[95]\n")
    (finding,) = run().findings
    assert finding.suppression is not None
    assert [score.cwe for score in finding.cwes] == ["CWE-95", "CWE-94"]
    (project / "a.py").write_text("exec(eval(x))  # weakspot: ignore[94]\n")
    (finding,) = run().active
    assert [score.cwe for score in finding.cwes] == ["CWE-95"]


def test_the_report_is_the_same_for_any_jobs_and_cache(project: Path, tmp_path: Path, run) -> None:
    for index in range(9):
        (project / f"m{index}.py").write_text(WEAK * (index + 1) + "def broken(:\n")
    cache = tmp_path / "cache"
    texts = [render(run(jobs=jobs)) for jobs in (1, 2, 3)]
    texts += [render(run(jobs=jobs, cache=cache)) for jobs in (2, 1)]
    assert len(set(texts)) == 1
    assert "CWE-78" in texts[0]


def test_an_unchanged_file_needs_no_worker(
    project: Path, tmp_path: Path, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "a.py").write_text(WEAK)
    before = render(run(cache=tmp_path))
    monkeypatch.setattr(Crew, "_start", lambda self: pytest.fail("a worker was started"))
    assert render(run(cache=tmp_path)) == before


def test_what_was_short_of_memory_is_read_again(project: Path, tmp_path: Path, run) -> None:
    (project / "a.py").write_text(WEAK)
    short = run(cache=tmp_path, reader=scan_fakes.short)
    assert outcomes(short)["a.py"][0] is FileStatus.PARTLY
    assert render(run(cache=tmp_path)) == render(run())


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("CRASH", "worker process ended (killed by signal 9)"),
        ("HANG", "timed out after 1 s"),
        ("STARVE", "memory limit of 200 MB reached"),
        ("RAISE", "internal error (RuntimeError: as the test asked)"),
    ],
)
def test_a_bad_file_costs_itself_only(project: Path, run, word: str, reason: str) -> None:
    for index in range(4):
        (project / f"m{index}.py").write_text(WEAK)
    (project / "m1x.py").write_text(f"def f():\n    {word}\n")
    report = run(timeout=1.0, memory_limit=200, jobs=2)
    assert [place[0] for place in places(report)] == ["m0.py", "m1.py", "m2.py", "m3.py"]
    assert outcomes(report)["m1x.py"] == (FileStatus.NOT, reason)


def test_a_killed_worker_costs_its_file_only(project: Path, run, monkeypatch) -> None:
    (project / "a.py").write_text("def f():\n    HANG\n")
    for index in range(5):
        (project / f"m{index}.py").write_text(WEAK)
    crews: list[Crew] = []
    enter = Crew.__enter__
    monkeypatch.setattr(Crew, "__enter__", lambda self: crews.append(self) or enter(self))

    def kill() -> None:
        while not (crews and any(w.request for w in crews[0]._workers)):
            time.sleep(0.01)
        time.sleep(0.2)
        os.kill(crews[0].processes[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    report = run(jobs=1, timeout=60.0)
    killer.join()
    assert len(places(report)) == 5
    assert outcomes(report)["a.py"][1] == "worker process ended (killed by signal 9)"


def test_workers_import_nothing_from_the_scanned_folder(project: Path, run) -> None:
    for name in ("struct", "pickle", "socket", "json", "tokenize", "numpy", "weakspot"):
        (project / f"{name}.py").write_text(f"open({str(project / 'ran')!r}, 'w')\n")
    report = run()
    assert not (project / "ran").exists()
    assert report.coverage.is_complete


def test_fifo_and_oversized_files_are_told(project: Path, run) -> None:
    os.mkfifo(project / "p.py")
    (project / "big.py").write_text("x = 1\n" * 1000)
    report = run(max_file_size=100)
    assert {path: status for path, (status, _) in outcomes(report).items()} == {
        "p.py": FileStatus.NOT,
        "big.py": FileStatus.NOT,
    }
    assert exit_code(report, ScanSettings()) == 4
    assert exit_code(report, ScanSettings(allow_incomplete=True)) == 0


def test_no_python_is_an_error(project: Path, run) -> None:
    (project / "readme.txt").write_text("hello")
    with pytest.raises(NothingToScanError):
        run()


def test_choices(project: Path, run) -> None:
    (project / "a.py").write_text("def f(x):\n    eval(x)\ndef g(x):\n    h = md5(x)\n")
    assert [f.cwe for f in run(select=("CWE-327",)).findings] == ["CWE-327"]
    assert [f.cwe for f in run(ignore=("327",)).findings] == ["CWE-95"]
    assert [f.cwe for f in run(per_file_ignores=(("a.*", ("95",)),)).findings] == ["CWE-327"]
    assert [f.cwe for f in run(threshold=0.7).findings] == ["CWE-95"]
    assert run(min_severity=Severity.CRITICAL, select=("327",)).findings == ()
    assert run(min_confidence=Confidence.HIGH).filters == Filters(below=1)


def test_a_choice_of_nothing_is_told_before_the_scan(project: Path, run, monkeypatch) -> None:
    (project / "a.py").write_text(WEAK)
    monkeypatch.setattr(Crew, "_start", lambda self: pytest.fail("a worker was started"))
    for choice in ({"select": ("CWE-89",), "ignore": ("injection",)}, {"ignore": ("all",)}):
        with pytest.raises(UsageError, match="nothing to look for"):
            run(**choice)


@pytest.mark.parametrize("choice", [{"select": ("88", "CWE-91")}, {"ignore": LABELS}])
def test_a_choice_of_what_the_model_never_names_is_refused(
    project: Path, run, monkeypatch, choice
) -> None:
    (project / "a.py").write_text(WEAK)
    monkeypatch.setattr(Crew, "_start", lambda self: pytest.fail("a worker was started"))
    with pytest.raises(UsageError, match=r"never names any of (88, CWE-91|what is not ignored)$"):
        run(**choice)


@pytest.mark.parametrize("words", [("injection",), ("all",), ("88", "78")])
def test_a_choice_names_what_the_model_knows(project: Path, run, words) -> None:
    (project / "a.py").write_text(WEAK)
    report = run(select=words)
    assert [one.cwe for one in report.findings] == ["CWE-78"]
    assert report.filters == Filters(select=tuple(word for word in words if word != "88"))


def test_a_model_is_asked_for_its_own_labels_alone(project: Path, run, monkeypatch) -> None:
    other = replace(scan_fakes.model(), labels=("CWE-88",))
    monkeypatch.setattr(scan_fakes, "model", lambda: other)
    (project / "a.py").write_text(WEAK)
    assert run(select=("CWE-88",)).findings == ()
    with pytest.raises(UsageError, match="never names any of 78"):
        run(select=("78",))


def test_the_first_stage_skips_and_deep_does_not(project: Path, run) -> None:
    (project / "a.py").write_text("def f(x):\n    SKIP\n    eval(x)\n")
    assert run().findings == ()
    assert run().coverage.skipped_units == 1
    assert [f.cwe for f in run(deep=True).findings] == ["CWE-95"]


def test_notebook_places_name_the_cell(project: Path, run) -> None:
    (project / "n.ipynb").write_text(
        '{"cells": [{"cell_type": "code", "source": "x = 1\\n"},'
        '{"cell_type": "code", "source": ["import os\\n", "os.system(x)"]}],'
        '"metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    )
    (finding,) = run().findings
    assert finding.cell is not None
    assert (finding.cell.number, finding.cell.line) == (2, 2)


def test_lines_and_comments_of_notebooks_have_their_cells(project: Path, run, tmp_path) -> None:
    cells = [
        ["import os\n", "os.system(x)\n"],
        ["# weakspot: ignore[CWE-78] fine\n", "os.system(y)"],
        ["x = 1  # weakspot: ignore[CWE-89]\n", "# weakspot: ignore[CWE-78] (until soon)\n"],
        ["def f(:\n", "    eval(x)\n"],
    ]
    parts = [{"cell_type": "code", "source": one} for one in cells]
    (project / "n.ipynb").write_text(json.dumps({"nbformat": 4, "cells": parts}, indent=1))
    text = (project / "n.ipynb").read_text().split("\n")
    for cache in (None, tmp_path / "cache", tmp_path / "cache"):
        report = run(cache=cache)
        flagged = [one for finding in report.findings for one in finding.lines]
        silenced = [one.suppression for one in report.findings if one.suppression]
        told = [one.cell for one in (*flagged, *silenced, *report.notices)]
        assert {(one.number, one.line) for one in told if one} == {
            (1, 2),
            (2, 1),
            (2, 2),
            (3, 1),
            (3, 2),
            (4, 2),
        }
        assert None not in told
        for one in told:
            assert json.dumps(cells[one.number - 1][one.line - 1]) in text[one.file_line - 1]
        assert "<region at cell 4, line 1>" in {finding.unit for finding in report.findings}
