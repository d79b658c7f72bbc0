"""The outcome of one scan: findings, and an account of what was and was not read."""

from dataclasses import dataclass
from enum import StrEnum

from weakspot.core.finding import Cell, Finding, Severity


class FileStatus(StrEnum):
    """How much of a file was analysed. Only ANALYSED may ever be called clean."""

    ANALYSED = "analysed"
    PARTLY = "partly"
    NOT = "not analysed"


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file; `reasons` say why it was not or only partly analysed."""

    path: str
    status: FileStatus
    lines: int = 0
    units: int = 0
    skipped_units: int = 0  # by the first stage, which judged them unable to be weak
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """All files a scan met, ordered by path."""

    files: tuple[FileOutcome, ...]

    def with_status(self, status: FileStatus) -> tuple[FileOutcome, ...]:
        """Return the files of one status."""
        return tuple(file for file in self.files if file.status is status)

    @property
    def is_complete(self) -> bool:
        """Whether every file was analysed whole."""
        return all(file.status is FileStatus.ANALYSED for file in self.files)

    @property
    def lines(self) -> int:
        """Source lines in all files that were read."""
        return sum(file.lines for file in self.files)

    @property
    def units(self) -> int:
        """Units found, skipped ones included."""
        return sum(file.units for file in self.files)

    @property
    def skipped_units(self) -> int:
        """Units the first stage skipped."""
        return sum(file.skipped_units for file in self.files)

    def line(self) -> str:
        """Return the one-line account that every report format carries."""
        analysed = len(self.with_status(FileStatus.ANALYSED))
        partly = len(self.with_status(FileStatus.PARTLY))
        unread = len(self.with_status(FileStatus.NOT))
        return (
            f"{analysed} of {len(self.files)} files analysed, {partly} partly, {unread} not; "
            f"{self.lines} lines, {self.units} units, "
            f"{self.skipped_units} skipped by the first stage"
        )


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a user should know that is no finding: an unused or expired suppression, say.

    `cell` is the line's place in a notebook.
    """

    kind: str
    path: str
    line: int
    message: str
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model spoke: its name and version, and the SHA-256 of its bundle manifest."""

    name: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What a scan was told not to report, so that no one reads its silence as more than it is.

    `select` and `ignore` are the CWEs and groups as the user wrote them; `per_file` says that
    more were ignored in some files. `below` counts the active findings of the CWEs looked
    for that are below the chosen severity or confidence.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file: bool = False
    below: int = 0


@dataclass(frozen=True, slots=True)
class ScanReport:
    """Everything one scan says; equal inputs give equal reports, so no times and no host names.

    `findings` are ordered by path, line and CWE and include suppressed and baseline ones, which
    formats show or hide. `has_baseline` says that known findings were told apart from new ones.
    """

    tool_version: str
    model: ModelIdentity
    threshold: float
    findings: tuple[Finding, ...]
    coverage: Coverage
    notices: tuple[Notice, ...] = ()
    filters: Filters = Filters()
    has_baseline: bool = False

    @property
    def active(self) -> tuple[Finding, ...]:
        """Findings that count: neither suppressed nor known from the baseline."""
        return tuple(finding for finding in self.findings if finding.is_active)

    def at_least(self, severity: Severity) -> tuple[Finding, ...]:
        """Return the active findings of at least `severity`."""
        return tuple(finding for finding in self.active if finding.severity >= severity)
