"""GitLab's Code Quality report, which merge requests show in every tier of GitLab.

GitLab's SAST report is no choice here: it demands the times a scan began and ended, and equal
scans shall give equal bytes (docs/decisions/0004-report-formats.md).
"""

import json
from collections.abc import Iterator
from hashlib import sha256

from weakspot.core.finding import Finding, Severity
from weakspot.core.report import FileOutcome, FileStatus, Notice, ScanReport
from weakspot.report import wording
from weakspot.report.document import Json
from weakspot.report.neutral import visible
from weakspot.report.rendering import RenderContext
from weakspot.report.selection import select

SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
}


class GitlabFormat:
    """An array of issues; unread files and the coverage line are issues as well."""

    name = "gitlab"

    def render(self, report: ScanReport, context: RenderContext) -> str:
        """Return the array; ASCII only."""
        return json.dumps(list(_issues(report, context)), indent=2) + "\n"


def _issues(report: ScanReport, context: RenderContext) -> Iterator[Json]:
    chosen = select(report, context)
    for finding in chosen.shown:
        yield _finding(finding)
    for outcome in chosen.unread:
        yield _unread(outcome)
    for notice in report.notices:
        yield _notice(notice)
    # The report is an array without a head, so the account of the scan is an issue too. Its
    # fingerprint depends on the verdict alone: GitLab shows it again only when that changes.
    state = "complete" if report.coverage.is_complete else "incomplete"
    text = f"{wording.verdict(report, chosen)} {wording.hidden(chosen)}".strip()
    yield _issue(
        check=f"coverage-{state}",
        text=f"weakspot: {text} Coverage: {report.coverage.line()}",
        severity="info",
        path=".",
        line=1,
        fingerprint=_digest("coverage", state),
    )


def _finding(finding: Finding) -> Json:
    notes = [wording.why(finding)]
    if finding.cell is not None:
        notes.append(f"Notebook {wording.place(finding)}.")
    if finding.is_test:
        notes.append("(test file)")
    if state := wording.state(finding):
        notes.append(f"({state})")
    name = wording.cwe_name(finding.cwe)
    return _issue(
        check=finding.cwe,
        text=f"{finding.cwe} {name}, {wording.likelihood(finding)}. {' '.join(notes)}",
        severity=SEVERITIES[finding.severity] if finding.is_active else "info",
        path=finding.path,
        line=finding.file_line,
        # Equal code in two files has one fingerprint, of which GitLab would show one issue only.
        fingerprint=_digest(finding.path, finding.fingerprint),
    )


def _unread(outcome: FileOutcome) -> Json:
    status = wording.status(outcome)
    reasons = wording.reasons(outcome)
    return _issue(
        check=status.replace(" ", "-"),
        text=f"weakspot: {status}: {reasons}",
        severity="major" if outcome.status is FileStatus.NOT else "minor",
        path=outcome.path,
        line=1,
        fingerprint=_digest(status, outcome.path, reasons),
    )


def _notice(notice: Notice) -> Json:
    line, more = wording.notice_place(notice)
    return _issue(
        check=notice.kind,
        text=f"weakspot: {notice.message}{more}",
        severity="info",
        path=notice.path,
        line=line or 1,
        fingerprint=_digest(notice.kind, notice.path, str(notice.line), notice.message),
    )


def _issue(*, check: str, text: str, severity: str, path: str, line: int, fingerprint: str) -> Json:
    return {
        "type": "issue",
        "check_name": visible(check),
        "description": visible(text),
        "categories": ["Security"],
        "severity": severity,
        "fingerprint": fingerprint,
        "location": {"path": visible(path), "lines": {"begin": line}},
    }


def _digest(*parts: str) -> str:
    """Return 32 hex digits over `parts`, kept apart by a character that no path holds."""
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
