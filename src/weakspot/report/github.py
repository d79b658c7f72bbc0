"""GitHub Actions workflow commands, which show findings as annotations of a pull request.

The runner reads every line of a job's output for commands, so a name or message must neither
start a line of its own nor end a property: values are escaped as the runner's own toolkit does.
"""

from collections.abc import Iterator

from weakspot.core.finding import Finding, Severity
from weakspot.core.report import ScanReport
from weakspot.core.span import Span
from weakspot.report import wording
from weakspot.report.neutral import visible
from weakspot.report.rendering import RenderContext
from weakspot.report.selection import Selection, select

COMMANDS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
}


class GithubFormat:
    """One `::error`, `::warning` or `::notice` line for each finding and unread file."""

    name = "github"

    def render(self, report: ScanReport, context: RenderContext) -> str:
        """Return the commands, the coverage as a last notice."""
        return "".join(f"{line}\n" for line in _commands(report, select(report, context)))


def _commands(report: ScanReport, chosen: Selection) -> Iterator[str]:
    for finding in chosen.shown:
        yield _finding(finding)
    for outcome in chosen.unread:
        status = wording.status(outcome)
        properties = {"file": outcome.path, "title": f"weakspot: {status}"}
        yield _command("warning", properties, f"{status}: {wording.reasons(outcome)}")
    for notice in report.notices:
        line, more = wording.notice_place(notice)
        properties = {"file": notice.path, "line": str(line or 1), "title": notice.kind}
        yield _command("notice", properties, notice.message + more)
    summary = [wording.verdict(report, chosen), wording.hidden(chosen)]
    summary.append(f"Coverage: {report.coverage.line()}")
    level = "notice" if report.coverage.is_complete and report.coverage.files else "warning"
    yield _command(level, {"title": "weakspot"}, " ".join(part for part in summary if part))


def _finding(finding: Finding) -> str:
    properties = {"file": finding.path, "line": str(finding.file_line)}
    if finding.cell is None:  # a notebook's file has other columns than its code
        properties |= _extent(finding.span)
    properties["title"] = f"{finding.cwe} {wording.cwe_name(finding.cwe)}"
    parts = [f"{wording.likelihood(finding)} in {finding.unit}.", wording.why(finding)]
    if finding.cell is not None:
        parts.insert(1, f"Notebook {wording.place(finding)}.")
    if finding.is_test:
        parts.append("(test file)")
    if state := wording.state(finding):
        parts.append(f"({state})")
    # A finding that does not count must not look like one that fails the job.
    command = COMMANDS[finding.severity] if finding.is_active else "notice"
    return _command(command, properties, " ".join(parts))


def _extent(span: Span) -> dict[str, str]:
    if span.end_line == span.start_line:  # the runner takes columns for one-line places only
        return {"col": str(span.start_column), "endColumn": str(span.end_column)}
    return {"endLine": str(span.end_line)}


def _command(command: str, properties: dict[str, str], message: str) -> str:
    pairs = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{command} {pairs}::{_data(message)}"


def _data(text: str) -> str:
    # `visible` has already replaced line breaks; the percent sign is the runner's own escape.
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
