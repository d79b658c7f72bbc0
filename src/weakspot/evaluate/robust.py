"""How often a detector changes its mind when a program changes only its looks."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from weakspot.evaluate.changes import CHANGES, changed
from weakspot.evaluate.suites import Row, Verdict

Judge = Callable[[Sequence[Row]], Mapping[str, Verdict]]


@dataclass(frozen=True, slots=True)
class Steadiness:
    """One change on one suite, in rows.

    `applied` are those that the change really altered, `flipped` of them those with another
    verdict; `caught` are the weak ones flagged before, `lost` of them those no longer flagged: an
    attack that succeeded. `by_cwe` has (caught, lost) for the CWE that the suite names first.
    """

    change: str
    applied: int
    flipped: int
    caught: int
    lost: int
    by_cwe: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def steadiness(rows: Sequence[Row], judge: Judge) -> tuple[Steadiness, ...]:
    """Judge the rows as they are and under every change."""
    before = judge(rows)
    return tuple(_under(name, rows, before, judge) for name in CHANGES)


def _under(
    name: str, rows: Sequence[Row], before: Mapping[str, Verdict], judge: Judge
) -> Steadiness:
    altered = [
        replace(row, code=code)
        for row in rows
        if (code := changed(row.code, name)) is not None and code != row.code
    ]
    after = judge(altered) if altered else {}
    nothing = Verdict(False, 0.0)
    pairs = [
        (row, before.get(row.id, nothing).is_weak, after.get(row.id, nothing).is_weak)
        for row in altered
    ]
    caught = [is_now for row, was, is_now in pairs if row.is_weak and was]
    by_cwe: defaultdict[str, list[bool]] = defaultdict(list)
    for row, was, is_now in pairs:
        if row.is_weak and was and row.cwes:
            by_cwe[row.cwes[0]].append(is_now)
    return Steadiness(
        change=name,
        applied=len(pairs),
        flipped=sum(was != is_now for _, was, is_now in pairs),
        caught=len(caught),
        lost=sum(not is_now for is_now in caught),
        by_cwe={
            cwe: (len(found), len(found) - sum(found)) for cwe, found in sorted(by_cwe.items())
        },
    )
