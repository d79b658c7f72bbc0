"""Analyses one file: bytes in, `FileAnalysis` out. Runs inside a worker process."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from weakspot.code.project import ProjectFile
from weakspot.core.errors import ReadError
from weakspot.core.finding import Cell, Counterfactual, Step, line_place
from weakspot.core.report import FileStatus
from weakspot.core.score import CweEvidence, Detector, UnitScore
from weakspot.core.unit import Line, Unit, UnitKind
from weakspot.scan.analysis import (
    FLOOR,
    Candidate,
    Directive,
    FileAnalysis,
    Runs,
    SoundUnit,
    WeakUnit,
)
from weakspot.scan.behind import look_behind, silenced_first
from weakspot.scan.cache import Cache, pack_score, score_key, unpack_score
from weakspot.scan.evidence import counterfactual, trace
from weakspot.scan.fingerprint import anchor
from weakspot.scan.places import place
from weakspot.scan.protocol import Answer
from weakspot.scan.scoring import read_whole
from weakspot.scan.suppression import directives

MOST_REASONS = 5


@dataclass(frozen=True, slots=True)
class FileUnits:
    """One file as read: its text and lines, its units, and what of it could not be read.

    `cell_of` maps a 1-based line of `lines` to its place in a notebook, or is None. `way_to` leads
    untrusted data to a line, where it can.
    """

    text: str
    lines: tuple[str, ...]
    units: tuple[Unit, ...]
    reasons: tuple[str, ...] = ()
    cell_of: Callable[[int], Cell | None] | None = None
    way_to: Callable[[int], tuple[Step, ...]] = lambda _: ()


class Reader(Protocol):
    """Reads one file; what it imports, and what imports it, may stand beside it."""

    def __call__(
        self,
        path: str,
        data: bytes,
        links: Mapping[str, str] | None = None,
        around: Sequence[ProjectFile] = (),
    ) -> FileUnits:
        """Return the units of `data`; `links` leads from imported modules to paths of `around`."""
        ...


class Analyser:
    """Analyses files with one detector; remembers unit scores in the cache if there is one."""

    def __init__(self, detector: Detector, reader: Reader, cache: Cache, deep: bool) -> None:
        self._detector = detector
        self._reader = reader
        self._cache = cache
        self._deep = deep
        self._digest = detector.identity.digest
        self._told_from = min(detector.thresholds.default, detector.thresholds.tests)
        self.fresh: list[tuple[str, bytes]] = []

    def analyse(
        self,
        path: str,
        data: bytes,
        links: Mapping[str, str] | None = None,
        around: Sequence[ProjectFile] = (),
    ) -> FileAnalysis:
        """Analyse a file; one that cannot be read gives an analysis that says so."""
        self.fresh.clear()
        try:
            file = self._reader(path, data, links, around)
        except ReadError as error:
            return FileAnalysis(FileStatus.NOT, reasons=(error.message,))
        weak: list[WeakUnit] = []
        sound: list[SoundUnit] = []
        cut: list[Line] = []
        skipped = 0
        whole = _whole_units(file.units)
        comments = tuple(
            replace(one, cell=_cell_at(one.line, file)) for one in directives(file.text)
        )
        for unit in file.units:
            parts = whole[unit.name, unit.span.start_line]
            offset = parts.passed
            parts.passed += len(unit.lines)
            if not self._deep and not self._detector.screen(unit):
                skipped += 1
                sound.append(SoundUnit(unit.name, _runs(unit)))
                continue
            for read in read_whole(unit, self._score):
                if read.cut is not None:
                    cut.append(read.cut)
                part, score = read.unit, read.score
                if score.probability < FLOOR or not score.cwes:
                    sound.append(SoundUnit(part.name, _runs(part)))
                    continue
                if score.probability >= self._told_from:
                    score = silenced_first(
                        part, score, comments, file.lines, self._score, self._told_from
                    )
                where = _Window(file, parts.texts, offset + read.start)
                found = _weak(part, score, where)
                if score.probability >= self._told_from:
                    found = self._explained(found, part, score, file)
                    weak += self._behind(part, score, where, comments)
                weak.append(found)
        reasons = (*file.reasons, *(_too_long(line, file) for line in cut))
        return FileAnalysis(
            FileStatus.PARTLY if reasons else FileStatus.ANALYSED,
            len(file.lines),
            len(file.units),
            skipped,
            _shortened(reasons),
            tuple(weak),
            comments,
            tuple(sound),
        )

    def _explained(
        self,
        found: WeakUnit,
        unit: Unit,
        score: UnitScore,
        file: FileUnits,
        *,
        leads: bool = True,
    ) -> WeakUnit:
        """Add evidence to the candidates that are reported by default.

        `leads` says that the first one is reported with the unit's probability.
        """
        candidates = list(found.candidates)
        for at, evidence in enumerate(score.cwes[: len(candidates)]):
            first = leads and at == 0
            sure = score.probability if first else evidence.probability
            if sure >= self._told_from:
                way = trace(candidates[at], file.way_to)
                other = counterfactual(unit, sure, evidence, self._detector, leads=first)
                if file.cell_of is not None:
                    way, other = _in_cells(way, other, file.cell_of)
                candidates[at] = replace(candidates[at], trace=way, counterfactual=other)
        return replace(found, candidates=tuple(candidates))

    def _behind(
        self, unit: Unit, score: UnitScore, where: "_Window", comments: Sequence[Directive]
    ) -> Iterator[WeakUnit]:
        """Yield, as units of their own, further statements that are weak behind silenced ones."""
        for at, evidence in enumerate(score.cwes):
            if at and evidence.probability < self._told_from:
                continue
            found_behind = look_behind(
                unit, evidence, comments, where.file.lines, self._score, self._told_from
            )
            for one in found_behind:
                alone = UnitScore(one.probability, (one.evidence,))
                found = _weak(unit, alone, where)
                yield self._explained(found, one.unit, alone, where.file, leads=one.leads)

    def _score(self, unit: Unit) -> UnitScore:
        key = score_key(self._digest, unit)
        known = self._cache.get(key)
        if known is not None and (score := unpack_score(known, len(unit.lines))) is not None:
            return score
        score = self._detector.score(unit)
        self.fresh.append((key, pack_score(score)))
        return score


@dataclass(slots=True)
class _Whole:
    """The normalised lines of all windows of a unit, and how many of them were passed."""

    texts: list[str]
    passed: int = 0


def _whole_units(units: Sequence[Unit]) -> dict[tuple[str, int], _Whole]:
    """Join the windows of each unit: a line's neighbour may stand in the next window."""
    whole: dict[tuple[str, int], _Whole] = {}
    for unit in units:
        joined = whole.setdefault((unit.name, unit.span.start_line), _Whole([]))
        joined.texts += [line.text for line in unit.lines]
    return whole


@dataclass(frozen=True, slots=True)
class _Window:
    """Where a window stands: in its file, and at which of the normalised lines of its unit."""

    file: FileUnits
    whole: Sequence[str]
    offset: int


def _weak(unit: Unit, score: UnitScore, where: _Window) -> WeakUnit:
    strong = [each for each in score.cwes if each.probability >= FLOOR] or [score.cwes[0]]
    return WeakUnit(
        unit.name,
        unit.span,
        score.probability,
        tuple(_candidate(unit, evidence, where) for evidence in strong),
        _runs(unit),
    )


def _runs(unit: Unit) -> Runs:
    """Return the lines of the file that are the unit's own.

    A function, or a window of one, has all lines of its span. Module code has those of its
    statements: its span holds the functions between them.
    """
    if unit.kind is not UnitKind.MODULE:
        return ((unit.span.start_line, unit.span.end_line),)
    runs: list[tuple[int, int]] = []
    for start, end in sorted((line.source_line, line.source_end_line) for line in unit.lines):
        if runs and start <= runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], max(runs[-1][1], end))
        else:
            runs.append((start, end))
    return tuple(runs)


def _candidate(unit: Unit, evidence: CweEvidence, where: _Window) -> Candidate:
    file = where.file
    best = place(unit, evidence, file.lines)
    return Candidate(
        evidence.cwe,
        evidence.probability,
        best.span,
        tuple(replace(flagged, cell=_cell_at(flagged.line, file)) for flagged in best.lines),
        anchor(evidence.cwe, unit.name, where.whole, where.offset + best.index, best.alike),
        _cell_at(best.span.start_line, file),
        mechanism=evidence.mechanism,
        whole=best.whole,
    )


def _cell_at(line: int, file: FileUnits) -> Cell | None:
    return None if file.cell_of is None else file.cell_of(line)


def _in_cells(
    way: tuple[Step, ...], other: Counterfactual | None, cell_of: Callable[[int], Cell | None]
) -> tuple[tuple[Step, ...], Counterfactual | None]:
    """Return evidence of a notebook with the cells of its own lines."""
    steps = [step if step.path else replace(step, cell=cell_of(step.line)) for step in way]
    return tuple(steps), other and replace(other, cell=cell_of(other.line))


def _too_long(line: Line, file: FileUnits) -> str:
    where = line_place(line.source_line, _cell_at(line.source_line, file))
    return f"{where} read in part: too long for the model"


def _shortened(reasons: tuple[str, ...]) -> tuple[str, ...]:
    if len(reasons) <= MOST_REASONS:
        return reasons
    return (*reasons[:MOST_REASONS], f"and {len(reasons) - MOST_REASONS} more")


@dataclass(frozen=True, slots=True)
class ScanWork:
    """What a scan's worker processes are there to do; see `weakspot.scan.protocol.Work`."""

    load: Callable[[], Detector]
    reader: Reader
    cache: Path | None
    deep: bool = False

    def make(self) -> Callable[[bytes], Answer]:
        """Load the detector and open the cache; called once in each worker."""
        analyser = Analyser(self.load(), self.reader, Cache.open(self.cache), self.deep)

        def work(request: bytes) -> Answer:
            own, *around = unpack_request(request)
            analysis = analyser.analyse(own.path, own.data, own.links, around)
            parts = [analysis.to_json()]
            for key, value in analyser.fresh:
                parts += [key.encode("ascii"), value]
            return Answer(tuple(parts))

        return work


def pack_request(own: ProjectFile, around: Sequence[ProjectFile] = ()) -> bytes:
    """Return a request to analyse `own`; the functions of `around` are context to it."""
    files = (own, *around)
    head = [[one.path, dict(one.links), len(one.data)] for one in files]
    return json.dumps(head).encode("ascii") + b"\n" + b"".join(one.data for one in files)


def unpack_request(request: bytes) -> list[ProjectFile]:
    """Read what `pack_request` wrote, the file to analyse first."""
    head, _, body = request.partition(b"\n")
    files: list[ProjectFile] = []
    at = 0
    for path, links, size in json.loads(head):
        files.append(ProjectFile(path, body[at : at + size], links))
        at += size
    return files
