"""Turns what is known of a file into findings, under the settings of one scan."""

from collections.abc import Sequence
from dataclasses import dataclass

from weakspot.core.catalogue import get
from weakspot.core.errors import UnknownWeaknessError
from weakspot.core.finding import CweScore, Finding, Severity
from weakspot.core.score import Thresholds
from weakspot.scan.analysis import Candidate, FileAnalysis, WeakUnit
from weakspot.scan.fingerprint import fingerprints


@dataclass(frozen=True, slots=True)
class _Hit:
    """A candidate that is reported; `alike` are other CWEs at the same line."""

    unit: WeakUnit
    candidate: Candidate
    probability: float
    alike: tuple[CweScore, ...] = ()

    @property
    def rank(self) -> tuple[float, str, str]:
        return (-self.probability, self.candidate.cwe, self.unit.name)


def findings_of(
    path: str,
    analysis: FileAnalysis,
    thresholds: Thresholds,
    is_test: bool,
    wanted: frozenset[str] | None,
) -> tuple[Finding, ...]:
    """Return the findings of one file, ordered by place and CWE.

    A unit is reported from its file's threshold on, with every CWE that reaches it and always
    with the likeliest one. `wanted` are the CWEs to keep, None for all.
    """
    threshold = thresholds.tests if is_test else thresholds.default
    hits = [
        hit
        for unit in analysis.weak
        if unit.probability >= threshold
        for hit in _hits(unit, threshold)
        if wanted is None or hit.candidate.cwe in wanted
    ]
    merged = _merged(hits)
    merged.sort(key=lambda hit: (hit.candidate.span, hit.candidate.cwe, hit.unit.name))
    names = fingerprints(hit.candidate.anchor for hit in merged)
    return tuple(
        _finding(path, hit, name, is_test) for hit, name in zip(merged, names, strict=True)
    )


def _hits(unit: WeakUnit, threshold: float) -> list[_Hit]:
    if not unit.candidates:
        return []
    # The unit's probability says whether it is weak; its likeliest CWE stands for that verdict.
    hits = [_Hit(unit, unit.candidates[0], unit.probability)]
    return hits + [
        _Hit(unit, candidate, candidate.probability)
        for candidate in unit.candidates[1:]
        if candidate.probability >= threshold
    ]


def _merged(hits: Sequence[_Hit]) -> list[_Hit]:
    """Make one of the hits at the same line: it has one cause, and the reader one place to look.

    The likeliest CWE names it; the others stay with it as what it may be as well.
    """
    by_line: dict[int, _Hit] = {}
    for hit in sorted(hits, key=lambda hit: hit.rank):
        line = hit.candidate.span.start_line
        by_line[line] = _joined(by_line[line], hit) if line in by_line else hit
    return list(by_line.values())


def _joined(hit: _Hit, other: _Hit) -> _Hit:
    known = {hit.candidate.cwe, *(score.cwe for score in hit.alike)}
    if other.candidate.cwe in known:
        return hit
    score = CweScore(other.candidate.cwe, other.probability)
    return _Hit(hit.unit, hit.candidate, hit.probability, (*hit.alike, score))


def _finding(path: str, hit: _Hit, fingerprint: str, is_test: bool) -> Finding:
    candidate = hit.candidate
    return Finding(
        cwe=candidate.cwe,
        path=path,
        span=candidate.span,
        unit=hit.unit.name,
        unit_span=hit.unit.span,
        probability=hit.probability,
        severity=severity_of(candidate.cwe),
        lines=candidate.lines,
        cwes=(CweScore(candidate.cwe, hit.probability), *hit.alike),
        fingerprint=fingerprint,
        is_test=is_test,
        cell=candidate.cell,
        trace=candidate.trace,
        counterfactual=candidate.counterfactual,
        mechanism=candidate.mechanism,
        whole=candidate.whole,
    )


def severity_of(cwe: str) -> Severity:
    """Return the catalogue's severity; medium for a CWE that a model knows and we do not."""
    try:
        return get(cwe).severity
    except UnknownWeaknessError:
        return Severity.MEDIUM
