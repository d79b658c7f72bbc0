"""CSV (RFC 4180) for spreadsheets, in which no cell can become a formula."""

import csv
from collections.abc import Iterator
from io import StringIO

from weakspot.core.finding import Finding
from weakspot.core.report import FileOutcome, ScanReport
from weakspot.report import wording
from weakspot.report.neutral import visible
from weakspot.report.rendering import RenderContext
from weakspot.report.selection import Selection, select

COLUMNS = (
    "kind",
    "path",
    "line",
    "column",
    "cwe",
    "name",
    "severity",
    "probability",
    "confidence",
    "unit",
    "test_file",
    "cell",
    "code",
    "message",
    "fingerprint",
)
# What a spreadsheet takes for the start of a formula, the full-width forms of East Asian input
# methods among them.
_FORMULA_STARTS = tuple("=+-@|%\uff1d\uff0b\uff0d\uff20")


class CsvFormat:
    """One row a finding, unread file and notice, then a summary row; `kind` tells them apart."""

    name = "csv"

    def render(self, report: ScanReport, context: RenderContext) -> str:
        """Return the table with its header row."""
        out = StringIO()
        writer = csv.DictWriter(out, COLUMNS, restval="", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        for row in _rows(report, select(report, context)):
            writer.writerow({column: cell(value) for column, value in row.items()})
        return out.getvalue()


def cell(value: str) -> str:
    """Return `value` as a cell that every spreadsheet takes for text, on one line.

    A text that would start a formula, also after blanks, gets a leading apostrophe, as OWASP's
    note on CSV injection advises.
    """
    shown = visible(value)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA_STARTS) else shown


def _rows(report: ScanReport, chosen: Selection) -> Iterator[dict[str, str]]:
    for finding in chosen.shown:
        yield _finding(finding)
    for outcome in chosen.unread:
        yield _unread(outcome)
    for notice in report.notices:
        line, more = wording.notice_place(notice)
        yield {
            "kind": "notice",
            "path": notice.path,
            "line": str(line or 1),
            "cell": wording.notice_cell(notice),
            "message": f"{notice.kind}: {notice.message}{'' if notice.cell else more}",
        }
    summary = [wording.verdict(report, chosen), wording.hidden(chosen)]
    summary.append(f"Coverage: {report.coverage.line()}")
    yield {"kind": "summary", "message": " ".join(part for part in summary if part)}


def _finding(finding: Finding) -> dict[str, str]:
    start = finding.span.start_line
    code = next((flagged.text for flagged in finding.lines if flagged.line == start), "")
    return {
        "kind": "finding",
        "path": finding.path,
        "line": str(finding.file_line),
        "column": str(finding.file_column),
        "cwe": finding.cwe,
        "name": wording.cwe_name(finding.cwe),
        "severity": finding.severity.label,
        "probability": f"{finding.probability:.4f}",
        "confidence": finding.confidence.label,
        "unit": finding.unit,
        "test_file": "yes" if finding.is_test else "no",
        "cell": wording.place(finding) if finding.cell else "",
        "code": code.strip(),
        "message": wording.state(finding) or wording.why(finding),
        "fingerprint": finding.fingerprint,
    }


def _unread(outcome: FileOutcome) -> dict[str, str]:
    return {
        "kind": wording.status(outcome),
        "path": outcome.path,
        "message": wording.reasons(outcome),
    }
