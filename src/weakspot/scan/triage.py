"""A second opinion on another tool's findings: what our model thinks of each of these places.

The same model, code and claims give the same order. Nothing is thrown away: a claim that cannot
be judged (its file is not there, or cannot be read) stands at the end and says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path, PurePosixPath

from weakspot.code.discovery import read_bytes
from weakspot.core.catalogue import related
from weakspot.core.report import FileStatus
from weakspot.scan.analyse import Reader
from weakspot.scan.analysis import FLOOR, Candidate, FileAnalysis, WeakUnit
from weakspot.scan.pipeline import Circumstances, Item, Model, analyse_all
from weakspot.scan.settings import ScanSettings


@dataclass(frozen=True, slots=True)
class Claim:
    """What a tool says of a place; `path` as the tool wrote it, `line` 1-based."""

    path: str
    line: int
    rule: str
    cwes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """Our view of a claim.

    `probability` is that of the claimed weakness in the unit around the line (of any weakness,
    where the claim names no CWE); None when it cannot be judged. `distance` is the number of lines
    to the nearest line that our model points at for it, None when it points at none.
    """

    claim: Claim
    probability: float | None
    distance: int | None
    reasons: tuple[str, ...]


def triage(
    claims: Sequence[Claim], root: Path, model: Model, reader: Reader, settings: ScanSettings
) -> tuple[Opinion, ...]:
    """Judge claims whose paths are relative to `root` (or absolute below it); the likeliest first.

    Raises:
        WeakspotError: the workers cannot start, or cannot load the model.
    """
    places = {claim.path: _below(claim.path, root) for claim in claims}
    items = [
        Item(name, partial(read_bytes, root / name, settings.max_file_size))
        for name in sorted({name for name in places.values() if name is not None})
    ]
    about = Circumstances(today=date.min, reader=reader)
    analyses = analyse_all(items, settings, model, about)
    opinions = [_opinion(claim, places[claim.path], analyses) for claim in claims]
    return tuple(sorted(opinions, key=_order))


def _order(opinion: Opinion) -> tuple[float, int, str, int, str]:
    claim = opinion.claim
    sure = -1.0 if opinion.probability is None else opinion.probability
    far = 1_000_000 if opinion.distance is None else opinion.distance
    return -sure, far, claim.path, claim.line, claim.rule


def _below(path: str, root: Path) -> str | None:
    """Return the path relative to the root, None when it leads out of it."""
    whole = (root / PurePosixPath(path)).resolve()
    try:
        return whole.relative_to(root.resolve()).as_posix()
    except ValueError:
        return None


def _opinion(claim: Claim, name: str | None, analyses: Mapping[str, FileAnalysis]) -> Opinion:
    if name is None:
        return Opinion(claim, None, None, ("the path leads out of the root",))
    analysis = analyses[name]
    if analysis.status is FileStatus.NOT:
        return Opinion(claim, None, None, analysis.reasons or ("the file was not analysed",))
    if not 1 <= claim.line <= max(1, analysis.lines):
        return Opinion(claim, None, None, (f"the file has {analysis.lines} lines",))
    around = [unit for unit in analysis.weak if unit.span.contains_line(claim.line)]
    if not around:
        told = f"nothing weak around this line (every probability below {FLOOR:g})"
        return Opinion(claim, 0.0, None, (told,))
    unit = min(around, key=lambda one: (one.span.end_line - one.span.start_line, one.span))
    return _of_unit(claim, unit)


def _of_unit(claim: Claim, unit: WeakUnit) -> Opinion:
    met = [one for one in unit.candidates if any(related(one.cwe, cwe) for cwe in claim.cwes)] or (
        () if claim.cwes else unit.candidates
    )
    where = f"`{unit.name}` (lines {unit.span.start_line} to {unit.span.end_line})"
    if not met:
        named = ", ".join(f"{one.cwe} {one.probability:.2f}" for one in unit.candidates[:3])
        claimed = " or ".join(claim.cwes)
        return Opinion(claim, 0.0, None, (f"{where}: not {claimed}; the model thinks of {named}",))
    best = met[0]
    distance = min((abs(one.line - claim.line) for one in best.lines), default=None)
    sure = best.probability if claim.cwes else unit.probability
    return Opinion(
        claim, sure, distance, (f"{where}: {best.cwe} {sure:.2f}", _pointed(best, distance))
    )


def _pointed(best: Candidate, distance: int | None) -> str:
    if distance is None:
        return "the model points at no line"
    lines = ", ".join(str(one.line) for one in best.lines[:3])
    if distance == 0:
        return f"the model points at this line (of {lines})"
    return f"the model points at line {lines}, {distance} away"
