"""What of a report is shown: active findings, the test files' apart, and what is hidden."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from weakspot.core.finding import Finding, Severity
from weakspot.core.report import FileOutcome, FileStatus, ScanReport
from weakspot.report.rendering import RenderContext


@dataclass(frozen=True, slots=True)
class Selection:
    """The findings to show and the count of those hidden.

    `code` and `tests` part the shown findings into ordinary and test files. `suppressed` and
    `known` count all suppressed and baseline findings, shown or not.
    """

    code: tuple[Finding, ...]
    tests: tuple[Finding, ...]
    suppressed: int
    known: int
    unread: tuple[FileOutcome, ...]

    @property
    def shown(self) -> tuple[Finding, ...]:
        """All findings to show, ordinary files first."""
        return self.code + self.tests


def select(report: ScanReport, context: RenderContext) -> Selection:
    """Choose what of `report` is to be shown under `context`."""
    shown = report.findings if context.show_suppressed else report.active
    return Selection(
        code=tuple(finding for finding in shown if not finding.is_test),
        tests=tuple(finding for finding in shown if finding.is_test),
        suppressed=sum(finding.suppression is not None for finding in report.findings),
        known=sum(f.in_baseline and f.suppression is None for f in report.findings),
        unread=unread(report),
    )


def unread(report: ScanReport) -> tuple[FileOutcome, ...]:
    """Return every file that was not or only partly analysed, ordered by path."""
    return tuple(f for f in report.coverage.files if f.status is not FileStatus.ANALYSED)


def by_file(findings: Iterable[Finding]) -> tuple[tuple[str, tuple[Finding, ...]], ...]:
    """Group findings, which come ordered by path, into one group for each file."""
    return tuple((path, tuple(group)) for path, group in groupby(findings, lambda f: f.path))


def severity_counts(findings: Iterable[Finding]) -> tuple[tuple[Severity, int], ...]:
    """Count findings by severity, the worst first, severities that do not occur left out."""
    have = [finding.severity for finding in findings]
    return tuple((s, have.count(s)) for s in sorted(Severity, reverse=True) if s in have)
