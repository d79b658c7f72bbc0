"""A second opinion on another tool's findings: what our model thinks of each of these places.

The same model, code and claims give the same order. Nothing is thrown away: a claim that cannot
be judged (its file is not there or cannot be read, or it names no line) stands at the end and
says so.
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
from weakspot.scan.analysis import FLOOR, Candidate, FileAnalysis, SoundUnit, WeakUnit
from weakspot.scan.pipeline import Circumstances, Item, Model, analyse_all
from weakspot.scan.settings import ScanSettings


@dataclass(frozen=True, slots=True)
class Claim:
    """What a tool says of a place; `path` as the tool wrote it, `line` 1-based.

    `path` is "" and `line` 0 where the tool names none. `base` is the absolute folder that the
    tool says `path` is relative to.
    """

    path: str
    line: int
    rule: str
    cwes: tuple[str, ...]
    base: str = ""


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
    places = {(claim.base, claim.path): _place(claim, root) for claim in claims}
    items = [
        Item(name, partial(read_bytes, root / name, settings.max_file_size))
        for name in sorted({name for name in places.values() if name is not None})
    ]
    about = Circumstances(today=date.min, reader=reader)
    analyses = analyse_all(items, settings, model, about)
    opinions = [_opinion(claim, places[claim.base, claim.path], analyses) for claim in claims]
    return tuple(sorted(opinions, key=_order))


def _order(opinion: Opinion) -> tuple[float, int, str, int, str]:
    claim = opinion.claim
    sure = -1.0 if opinion.probability is None else opinion.probability
    far = 1_000_000 if opinion.distance is None else opinion.distance
    return -sure, far, claim.path, claim.line, claim.rule


def _place(claim: Claim, root: Path) -> str | None:
    """Return the path relative to the root, None when it leads out of it or cannot be one.

    A report made on another machine names folders of that one: what does not lie below the root
    is looked for as if the report had been made in it.
    """
    if not claim.path:
        return None
    there = _below(str(PurePosixPath(claim.base) / claim.path), root) if claim.base else None
    return there or _below(claim.path, root)


def _below(path: str, root: Path) -> str | None:
    try:
        whole = (root / PurePosixPath(path)).resolve()
        return whole.relative_to(root.resolve()).as_posix()
    except (ValueError, OSError, RuntimeError):  # elsewhere; no path at all; links in a circle
        return None


def _opinion(claim: Claim, name: str | None, analyses: Mapping[str, FileAnalysis]) -> Opinion:
    analysis = None if name is None else analyses[name]
    unjudged = _unjudged(claim, analysis)
    if unjudged or analysis is None:
        return Opinion(claim, None, None, unjudged)
    around = _innermost(analysis, claim.line)
    if not around:
        told = "the model judges no code on this line (imports, comments and the like)"
        return Opinion(claim, None, None, (told,))
    weak = [_of_unit(claim, unit) for unit in around if isinstance(unit, WeakUnit)]
    if not weak:
        told = f"{_where(around[0])}: nothing weak (every probability below {FLOOR:g})"
        return Opinion(claim, 0.0, None, (told,))
    return min(weak, key=_order)


def _unjudged(claim: Claim, analysis: FileAnalysis | None) -> tuple[str, ...]:
    """Say why a claim's place is none that can be looked up; nothing where it is one."""
    if analysis is None:
        return ("the path leads out of the root" if claim.path else "the report names no file",)
    if analysis.status is FileStatus.NOT:
        return analysis.reasons or ("the file was not analysed",)
    if not claim.line:
        return ("the report names no line",)
    if claim.path.lower().endswith(".ipynb"):  # tools count lines of cells, of joined code, or JSON
        return ("lines of a notebook cannot be looked up",)
    if not 1 <= claim.line <= max(1, analysis.lines):
        return (f"the file has {analysis.lines} lines",)
    return ()


def _innermost(analysis: FileAnalysis, line: int) -> list[WeakUnit | SoundUnit]:
    """Return the unit, weak or not, that a line belongs to: all of its windows, or none."""
    units: list[WeakUnit | SoundUnit] = [*analysis.weak, *analysis.sound]
    around = [unit for unit in units if any(first <= line <= last for first, last in unit.runs)]
    least = min(map(_extent, around), default=0)
    return [unit for unit in around if _extent(unit) == least]


def _where(unit: WeakUnit | SoundUnit) -> str:
    return f"`{unit.name}` (lines {unit.runs[0][0]} to {unit.runs[-1][1]})"


def _extent(unit: WeakUnit | SoundUnit) -> int:
    return unit.runs[-1][1] - unit.runs[0][0]


def _of_unit(claim: Claim, unit: WeakUnit) -> Opinion:
    met = [one for one in unit.candidates if any(related(one.cwe, cwe) for cwe in claim.cwes)] or (
        () if claim.cwes else unit.candidates
    )
    where = _where(unit)
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
