"""JUnit XML, which nearly every build server shows: a test case for each file and finding.

A file that was analysed whole and has no finding passes; a finding is a failure; a file that was
not or only partly analysed is an error, so that no build server ever shows it as passed.
"""

from collections.abc import Iterator
from html import escape  # as good for XML; `xml.sax.saxutils` would load an HTTP client

from weakspot.core.finding import Finding
from weakspot.core.report import FileOutcome, FileStatus, ScanReport
from weakspot.report import wording
from weakspot.report.neutral import visible, visible_code
from weakspot.report.rendering import RenderContext
from weakspot.report.selection import Selection, select


class JunitFormat:
    """One test suite; strings are free of every character that XML 1.0 forbids."""

    name = "junit"

    def render(self, report: ScanReport, context: RenderContext) -> str:
        """Return the XML document."""
        chosen = select(report, context)
        silenced = [finding for finding in chosen.shown if not finding.is_active]
        failures = [finding for finding in chosen.shown if finding.is_active]
        weak = {finding.path for finding in chosen.shown}
        passed = [
            outcome
            for outcome in report.coverage.files
            if outcome.status is FileStatus.ANALYSED and outcome.path not in weak
        ]
        total = len(chosen.shown) + len(chosen.unread) + len(passed)
        counts = (
            f'tests="{total}" failures="{len(failures)}" errors="{len(chosen.unread)}" '
            f'skipped="{len(silenced)}"'
        )
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<testsuites name="weakspot" {counts}>',
            f'  <testsuite name="weakspot" {counts}>',
            *_properties(report, chosen),
            *(_finding(finding) for finding in chosen.shown),
            *(_unread(outcome) for outcome in chosen.unread),
            *(f"    {_case(outcome.path, 'analysed')}/>" for outcome in passed),
            *_output(report, chosen),
            "  </testsuite>",
            "</testsuites>",
        ]
        return "\n".join(lines) + "\n"


def _properties(report: ScanReport, chosen: Selection) -> Iterator[str]:
    pairs = {
        "coverage": report.coverage.line(),
        "verdict": wording.verdict(report, chosen),
        "hidden": wording.hidden(chosen),
        "model": wording.model_line(report),
    }
    yield "    <properties>"
    for name, value in pairs.items():
        yield f'      <property name="{name}" value={_attribute(value)}/>'
    yield "    </properties>"


def _finding(finding: Finding) -> str:
    name = wording.cwe_name(finding.cwe)
    case = f"{finding.cwe} {name}, {wording.place(finding)}"
    head = f"    {_case(finding.path, case)}>"
    if not finding.is_active:
        return f"{head}<skipped message={_attribute(wording.state(finding))}/></testcase>"
    said = f"{finding.cwe} {name}: {wording.likelihood(finding)}"
    body = [
        f"{finding.path}:{finding.file_line}:{finding.file_column} in {finding.unit}",
        *(f"{wording.flagged_place(one)}: {visible_code(one.text)}" for one in finding.lines),
        f"Why: {wording.why(finding)}",
        f"Fix: {wording.fix(finding)}",
    ]
    text = "\n".join(escape(visible(line), quote=False) for line in body)
    kind = finding.severity.label
    failure = f"<failure type={_attribute(kind)} message={_attribute(said)}>{text}</failure>"
    return f"{head}{failure}</testcase>"


def _unread(outcome: FileOutcome) -> str:
    status = wording.status(outcome)
    message = _attribute(wording.reasons(outcome))
    return (
        f"    {_case(outcome.path, status)}>"
        f"<error type={_attribute(status)} message={message}/></testcase>"
    )


def _output(report: ScanReport, chosen: Selection) -> Iterator[str]:
    lines = [wording.verdict(report, chosen), wording.hidden(chosen)]
    lines.append(f"Coverage: {report.coverage.line()}")
    for notice in report.notices:
        line, more = wording.notice_place(notice)
        lines.append(f"{notice.path}:{line or 1}: {notice.kind}: {notice.message}{more}")
    text = "\n".join(escape(visible(line), quote=False) for line in lines if line)
    yield f"    <system-out>{text}</system-out>"


def _case(path: str, name: str) -> str:
    return f"<testcase classname={_attribute(path)} name={_attribute(name)}"


def _attribute(text: str) -> str:
    return f'"{escape(visible(text))}"'
