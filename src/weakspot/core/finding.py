"""A weakness found at a place, with everything a reader needs to judge it."""

from dataclasses import dataclass, replace
from enum import IntEnum

from weakspot.core.span import Span


class Severity(IntEnum):
    """How bad the weakness is where it is real; taken from the catalogue, per CWE."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        """The lower-case word users type and read."""
        return self.name.lower()


class Confidence(IntEnum):
    """The calibrated probability, in the three words rule tools have taught users."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def label(self) -> str:
        """The lower-case word users type and read."""
        return self.name.lower()

    @classmethod
    def of(cls, probability: float) -> "Confidence":
        """Map a calibrated probability in [0, 1] to a word: high from 0.8, medium from 0.5."""
        if probability >= 0.8:
            return cls.HIGH
        return cls.MEDIUM if probability >= 0.5 else cls.LOW


@dataclass(frozen=True, slots=True)
class Cell:
    """A place inside of a notebook: 1-based cell number and line in that cell.

    `file_line` is the line of the notebook's file on which that code stands, 1 where unknown.
    """

    number: int
    line: int
    file_line: int = 1


def line_place(line: int, cell: Cell | None) -> str:
    """Say where a line stands: its number, in a notebook the cell and the line in that."""
    return f"line {line}" if cell is None else f"cell {cell.number}, line {cell.line}"


@dataclass(frozen=True, slots=True)
class FlaggedLine:
    """A source line the model points at; `score` in [0, 1] ranks lines within one unit.

    In a notebook the line is that of the joined code, and `cell` its place.
    """

    line: int
    score: float
    text: str
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class CweScore:
    """One CWE the finding may be, with its calibrated probability in [0, 1]."""

    cwe: str
    probability: float


@dataclass(frozen=True, slots=True)
class Suppression:
    """Why a finding is not reported as new: the comment that silences it.

    `cell` is the comment's place in a notebook.
    """

    kind: str  # "weakspot", "nosec" or "noqa"
    line: int
    reason: str
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of untrusted data on its way to a weakness: a 1-based line and a sentence.

    `path` is the step's file where that is not the finding's. In a notebook the line is that of
    the joined code, and `cell` its place.
    """

    line: int
    what: str
    path: str = ""
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """What the model says of the same code with one line made safe.

    `now` is that line as the model reads it, `instead` what was put there; `probability`,
    calibrated and in [0, 1], is that of the unit with it, or of the CWE where it does not lead.
    `cell` is the line's place in a notebook.
    """

    line: int
    now: str
    instead: str
    probability: float
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One weakness at one place.

    `path` is relative to the scan root, with forward slashes. `span` is the statement flagged
    first. `probability` is calibrated, in [0, 1]. `fingerprint` is 32 hex digits over the
    normalised code around the flagged line, the CWE and an occurrence number: it survives moved
    lines, reformatting and renamed files. `trace` leads from a source of untrusted data to the
    flagged line, through the file and those that it imports or that import it, where one is seen.
    `mechanism` names what the model learnt of this weakness that is nearest; it is a name, not a
    reason. `whole` are the first and last line of the statement where `span` is a piece of it
    only; no report tells them.
    """

    cwe: str
    path: str
    span: Span
    unit: str
    unit_span: Span
    probability: float
    severity: Severity
    lines: tuple[FlaggedLine, ...]
    cwes: tuple[CweScore, ...]
    fingerprint: str
    is_test: bool = False
    cell: Cell | None = None
    suppression: Suppression | None = None
    in_baseline: bool = False
    trace: tuple[Step, ...] = ()
    counterfactual: Counterfactual | None = None
    mechanism: str = ""
    whole: tuple[int, int] | None = None

    @property
    def statement(self) -> tuple[int, int]:
        """The first and last line of the whole statement."""
        first, last = self.whole or (self.span.start_line, self.span.end_line)
        return min(first, self.span.start_line), max(last, self.span.end_line)

    @property
    def file_line(self) -> int:
        """The line of the file on which the finding starts."""
        return self.span.start_line if self.cell is None else self.cell.file_line

    @property
    def file_column(self) -> int:
        """The column of that line; 1 in a notebook, whose file has other columns than its code."""
        return self.span.start_column if self.cell is None else 1

    @property
    def confidence(self) -> Confidence:
        """The word for `probability`."""
        return Confidence.of(self.probability)

    @property
    def is_active(self) -> bool:
        """Whether the finding counts: neither suppressed nor known from the baseline."""
        return self.suppression is None and not self.in_baseline

    def suppress(self, suppression: Suppression) -> "Finding":
        """Return this finding silenced by `suppression`."""
        return replace(self, suppression=suppression)

    def know(self) -> "Finding":
        """Return this finding marked as known from the baseline."""
        return replace(self, in_baseline=True)
