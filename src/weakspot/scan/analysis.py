"""What the analysis of one file says: a function of its bytes, its neighbours' and the model.

This is what a worker process sends back and what the cache stores, both as the same JSON, so a
report cannot depend on whether a file was analysed just now, by which worker, or last week.
Settings (thresholds, selections, suppressions' dates) are applied afterwards.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from weakspot.core.errors import DataError
from weakspot.core.finding import Cell, Counterfactual, FlaggedLine, Step
from weakspot.core.report import FileStatus
from weakspot.core.span import Span

# Units and CWEs below are not kept; therefore no threshold below may be asked for.
FLOOR = 0.01


@dataclass(frozen=True, slots=True)
class Candidate:
    """One CWE that one unit may have, with its place.

    `probability` is the CWE's own. `anchor` is a digest of the normalised code around the place,
    the CWE and the unit's name; equal code elsewhere in the file has an equal one. `whole` are the
    first and last line of the statement where `span` is a piece of it only.
    """

    cwe: str
    probability: float
    span: Span
    lines: tuple[FlaggedLine, ...]
    anchor: str
    cell: Cell | None = None
    trace: tuple[Step, ...] = ()
    counterfactual: Counterfactual | None = None
    mechanism: str = ""
    whole: tuple[int, int] | None = None


# First and last lines of runs of source lines, 1-based, in their order.
Runs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class WeakUnit:
    """A unit whose probability reaches `FLOOR`; `candidates` stand by falling probability.

    `runs` are the lines that are its own: module code has none of its functions' lines.
    """

    name: str
    span: Span
    probability: float
    candidates: tuple[Candidate, ...]
    runs: Runs = ()


@dataclass(frozen=True, slots=True)
class SoundUnit:
    """A unit of which nothing is kept: the model sees nothing weak in it, or it was skipped."""

    name: str
    runs: Runs


@dataclass(frozen=True, slots=True)
class Directive:
    """A comment that asks for silence.

    `kind` is ``weakspot``, ``nosec`` or ``noqa``. `cwes` names what it silences, None all.
    `covers` are the source lines whose findings it silences. `problem` says what is wrong with
    a comment that was meant as one but cannot be read; it silences nothing. `cell` is the place
    in a notebook of the comment's line.
    """

    kind: str
    line: int
    covers: tuple[int, int]
    cwes: frozenset[str] | None
    reason: str = ""
    until: date | None = None
    problem: str = ""
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class FileAnalysis:
    """What one file holds, before any setting is applied.

    `apart` says why a scan judged it without the files beside it; it is the scan's, and not kept.
    """

    status: FileStatus
    lines: int = 0
    units: int = 0
    skipped_units: int = 0
    reasons: tuple[str, ...] = ()
    weak: tuple[WeakUnit, ...] = ()
    directives: tuple[Directive, ...] = ()
    sound: tuple[SoundUnit, ...] = ()
    apart: str = ""

    def to_json(self) -> bytes:
        """Return the analysis as compact JSON; floats keep every bit."""
        return json.dumps(
            [
                self.status.value,
                [self.lines, self.units, self.skipped_units],
                self.reasons,
                [_unit_row(unit) for unit in self.weak],
                [_directive_row(directive) for directive in self.directives],
                [[unit.name, unit.runs] for unit in self.sound],
            ],
            separators=(",", ":"),
        ).encode("ascii")

    @classmethod
    def from_json(cls, data: bytes) -> "FileAnalysis":
        """Read what `to_json` wrote.

        Raises:
            DataError: `data` is anything else.
        """
        try:
            status, counts, reasons, weak, directives, sound = json.loads(data)
            lines, units, skipped = counts
            return cls(
                FileStatus(status),
                int(lines),
                int(units),
                int(skipped),
                tuple(map(str, reasons)),
                tuple(_unit(row) for row in weak),
                tuple(_directive(row) for row in directives),
                tuple(SoundUnit(str(name), _runs(runs)) for name, runs in sound),
            )
        except (ValueError, TypeError, RecursionError) as error:
            raise DataError(f"not a file analysis: {error}") from error


def _unit_row(unit: WeakUnit) -> list[Any]:
    rows = [_candidate_row(candidate) for candidate in unit.candidates]
    return [unit.name, _span_row(unit.span), unit.probability, rows, unit.runs]


def _unit(row: Any) -> WeakUnit:
    name, span, probability, candidates, runs = row
    return WeakUnit(
        str(name),
        Span(*span),
        float(probability),
        tuple(_candidate(row) for row in candidates),
        _runs(runs),
    )


def _candidate_row(candidate: Candidate) -> list[Any]:
    other = candidate.counterfactual
    return [
        candidate.cwe,
        candidate.probability,
        _span_row(candidate.span),
        [[one.line, one.score, one.text, _cell_row(one.cell)] for one in candidate.lines],
        candidate.anchor,
        _cell_row(candidate.cell),
        [[step.line, step.what, step.path, _cell_row(step.cell)] for step in candidate.trace],
        None
        if other is None
        else [other.line, other.now, other.instead, other.probability, _cell_row(other.cell)],
        candidate.mechanism,
        candidate.whole,
    ]


def _candidate(row: Any) -> Candidate:
    cwe, probability, span, lines, anchor, cell, trace, other, mechanism, whole = row
    return Candidate(
        str(cwe),
        float(probability),
        Span(*span),
        tuple(_flagged(*flagged) for flagged in lines),
        str(anchor),
        _cell(cell),
        tuple(_step(*step) for step in trace),
        None if other is None else _other(*other),
        str(mechanism),
        None if whole is None else _lines(whole),
    )


def _flagged(line: Any, score: Any, text: Any, cell: Any) -> FlaggedLine:
    return FlaggedLine(int(line), float(score), str(text), _cell(cell))


def _step(line: Any, what: Any, path: Any, cell: Any) -> Step:
    return Step(int(line), str(what), str(path), _cell(cell))


def _other(line: Any, now: Any, instead: Any, probability: Any, cell: Any) -> Counterfactual:
    return Counterfactual(int(line), str(now), str(instead), float(probability), _cell(cell))


def _cell_row(cell: Cell | None) -> list[int] | None:
    return None if cell is None else [cell.number, cell.line, cell.file_line]


def _cell(row: Any) -> Cell | None:
    return None if row is None else Cell(*row)


def _directive_row(directive: Directive) -> list[Any]:
    return [
        directive.kind,
        directive.line,
        directive.covers,
        None if directive.cwes is None else sorted(directive.cwes),
        directive.reason,
        None if directive.until is None else directive.until.isoformat(),
        directive.problem,
        _cell_row(directive.cell),
    ]


def _directive(row: Any) -> Directive:
    kind, line, covers, cwes, reason, until, problem, cell = row
    return Directive(
        str(kind),
        int(line),
        _lines(covers),
        None if cwes is None else frozenset(map(str, cwes)),
        str(reason),
        None if until is None else date.fromisoformat(until),
        str(problem),
        _cell(cell),
    )


def _runs(rows: Any) -> Runs:
    return tuple(_lines(row) for row in rows)


def _lines(row: Any) -> tuple[int, int]:
    first, last = row
    return int(first), int(last)


def _span_row(span: Span) -> list[int]:
    return [span.start_line, span.start_column, span.end_line, span.end_column]
