"""Turns what is known of a file into findings, under the settings of one scan."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace

from weakspot.core.catalogue import get, related
from weakspot.core.errors import UnknownWeaknessError
from weakspot.core.finding import CweScore, Finding, Severity
from weakspot.core.score import Thresholds
from weakspot.scan.analysis import Candidate, FileAnalysis, WeakUnit
from weakspot.scan.fingerprint import fingerprints


@dataclass(frozen=True, slots=True)
class _Hit:
    """A candidate that is reported."""

    unit: WeakUnit
    candidate: Candidate
    probability: float

    @property
    def rank(self) -> tuple[float, str, str]:
        return (-self.probability, self.candidate.cwe, self.unit.name)


def findings_of(
    path: str, analysis: FileAnalysis, thresholds: Thresholds, is_test: bool
) -> tuple[Finding, ...]:
    """Return the findings of one file, one for each line and CWE, ordered by place and CWE.

    A unit is reported from its file's threshold on, with every CWE that reaches it and always
    with the likeliest one. `merged` makes one of those that have one cause.
    """
    threshold = thresholds.tests if is_test else thresholds.default
    best: dict[tuple[int, str], _Hit] = {}
    for unit in analysis.weak:
        for hit in _hits(unit, threshold) if unit.probability >= threshold else ():
            place = (hit.candidate.span.start_line, hit.candidate.cwe)
            best[place] = min(hit, best.get(place, hit), key=lambda hit: hit.rank)
    hits = sorted(
        best.values(), key=lambda hit: (hit.candidate.span, hit.candidate.cwe, hit.unit.name)
    )
    names = fingerprints(hit.candidate.anchor for hit in hits)
    return tuple(_finding(path, hit, name, is_test) for hit, name in zip(hits, names, strict=True))


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
        cwes=(CweScore(candidate.cwe, hit.probability),),
        fingerprint=fingerprint,
        is_test=is_test,
        cell=candidate.cell,
        trace=candidate.trace,
        counterfactual=candidate.counterfactual,
        mechanism=candidate.mechanism,
        whole=candidate.whole,
    )


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Make one of findings with related CWEs at the same line: they have one cause.

    The likeliest CWE names it, the others stay with it as what it may be as well, and it is as
    severe as the worst of them. What is silenced or known never joins what is not.
    """
    groups = _groups(findings, lambda one: (one.suppression is None, one.in_baseline))
    return tuple(map(_joined, groups))


def as_their_causes(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings, silenced and known as well where the one that names their cause is."""
    groups = _groups(findings, lambda _: None)
    return tuple(_as(group[0], one) for group in groups for one in group)


def _as(cause: Finding, one: Finding) -> Finding:
    return replace(
        one,
        suppression=one.suppression or cause.suppression,
        in_baseline=one.in_baseline or cause.in_baseline,
    )


def _groups(
    findings: Iterable[Finding], state: Callable[[Finding], Hashable]
) -> list[list[Finding]]:
    """Part findings by line, state, and the likeliest CWE there that they are related to."""
    by_place: dict[Hashable, list[list[Finding]]] = {}
    for one in sorted(findings, key=lambda one: (-one.probability, one.cwe, one.unit)):
        groups = by_place.setdefault((one.path, one.span.start_line, state(one)), [])
        for group in groups:
            if related(group[0].cwe, one.cwe):
                group.append(one)
                break
        else:
            groups.append([one])
    return [group for groups in by_place.values() for group in groups]


def _joined(group: list[Finding]) -> Finding:
    return replace(
        group[0],
        cwes=tuple(score for one in group for score in one.cwes),
        severity=max(one.severity for one in group),
    )


def severity_of(cwe: str) -> Severity:
    """Return the catalogue's severity; medium for a CWE that a model knows and we do not."""
    try:
        return get(cwe).severity
    except UnknownWeaknessError:
        return Severity.MEDIUM
