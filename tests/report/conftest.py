"""Reports for the format tests: one rich and hostile, one empty, one incomplete, one good."""

from dataclasses import replace

import pytest
from report_cases import ESC, MAIN, make_findings

from weakspot.core.report import (
    Coverage,
    FileOutcome,
    FileStatus,
    ModelIdentity,
    Notice,
    ScanReport,
)


@pytest.fixture
def rich() -> ScanReport:
    """Return a report with every kind of finding, file and notice, and hostile names."""
    findings = make_findings()
    files = [
        FileOutcome(path, FileStatus.ANALYSED, 100, 9, 4) for path in {f.path for f in findings}
    ]
    files += [
        FileOutcome("clean.py", FileStatus.ANALYSED, 10, 1),
        FileOutcome("half.py", FileStatus.PARTLY, 50, 3, 0, ("syntax error in lines 7 to 9",)),
        FileOutcome("fifo\n|<i>.py", FileStatus.NOT, 0, 0, 0, ("not a regular file", f"x{ESC}c")),
    ]
    return ScanReport(
        tool_version="0.1.0",
        model=ModelIdentity("nano", "1", "ab" * 32),
        threshold=0.62,
        findings=findings,
        coverage=Coverage(tuple(sorted(files, key=lambda file: file.path))),
        notices=(Notice("unused-suppression", MAIN, 9, "nothing to ignore\n::warning::here"),),
        has_baseline=True,
    )


@pytest.fixture
def empty(rich: ScanReport) -> ScanReport:
    """Return the report of a scan that met no file."""
    return replace(rich, findings=(), coverage=Coverage(()), notices=())


@pytest.fixture
def incomplete(empty: ScanReport) -> ScanReport:
    """Return a report without findings in which a file was not analysed."""
    files = (
        FileOutcome("a.py", FileStatus.ANALYSED, 3, 1),
        FileOutcome("b.py", FileStatus.NOT, reasons=("no read permission",)),
    )
    return replace(empty, coverage=Coverage(files))


@pytest.fixture
def good(incomplete: ScanReport) -> ScanReport:
    """Return a report without findings in which everything was analysed."""
    return replace(incomplete, coverage=Coverage(incomplete.coverage.files[:1]))
