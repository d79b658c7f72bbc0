"""Measures a detector's verdicts on a labelled suite, with intervals over pairs.

The intervals are percentiles of a bootstrap. At 0 and 100 % every resample is the same: there they
are exact ones (Clopper and Pearson 1934) with the pairs as trials. Where a suite tells projects,
these are resampled, and are the trials: what a project has much of is no independent evidence.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from weakspot.evaluate.suites import Row, Verdict

NEAREST = 3  # a line counts as found when it is among the first three named
NEAR = 3  # lines between the first line named and a weak one that still lead a reader to it
RESAMPLES = 2000
_TAIL = 0.025  # on either side of intervals of 95 %

Counts = npt.NDArray[np.float64]
"""One row a group (a project, a pair, or a lone snippet); the columns are those of `_COLUMNS`."""

_COLUMNS = (
    "true_positive",
    "false_positive",
    "true_negative",
    "false_negative",
    "pairs",
    "pairs_right",
    "pairs_both_flagged",
    "named",
    "named_right",
    "placed",
    "placed_right",
    "placed_first",
    "placed_near",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A share in [0, 1] with its 95 % interval; NaN where nothing was to be measured."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Measures:
    """How good the verdicts are.

    `false_alarms` is the share of sound rows flagged; `pair_accuracy` the share of pairs with both
    sides right, `both_flagged` with both called weak. `cwe_right`, `line_right` and `line_first`
    are shares of the weak rows that were flagged: the first CWE named is accepted, a weak line is
    among the first three named, or is the first; for `line_near` it is at most `NEAR` lines from
    the first. A range of lines that a detector marks is one place in its order, and any line of it
    counts as named. Of the flagged weak rows `cwe_right` takes only the `cwe_rows` for which the
    suite tells CWEs and the detector named one, the shares of lines the `line_rows` with lines from
    both. `youden` is recall + specificity - 1, in [-1, 1]. `unjudged` are the rows without a
    verdict.
    """

    rows: int
    pairs: int
    unjudged: int
    cwe_rows: int
    line_rows: int
    accuracy: Figure
    precision: Figure
    recall: Figure
    f1: Figure
    specificity: Figure
    false_alarms: Figure
    pair_accuracy: Figure
    both_flagged: Figure
    cwe_right: Figure
    line_right: Figure
    line_first: Figure
    line_near: Figure
    balanced_accuracy: Figure
    youden: Figure


def footnotes(measured: Mapping[str, Measures]) -> list[str]:
    """Return what a table of shares, one row a detector, leaves unsaid: rows behind and without."""
    if not measured:
        return []
    behind = (f"{name} {one.cwe_rows} and {one.line_rows}" for name, one in measured.items())
    without = [f"{name} {one.unjudged}" for name, one in measured.items() if one.unjudged]
    return [
        f"Rows behind the shares of CWEs and of lines: {', '.join(behind)}.",
        *([f"Rows without a verdict, as if not flagged: {', '.join(without)}."] if without else []),
    ]


def measure(
    rows: Sequence[Row],
    verdicts: Mapping[str, Verdict],
    related: Callable[[str, str], bool],
    seed: int = 0,
) -> Measures:
    """Measure the verdicts on `rows`.

    `related` says whether two CWE ids may stand for one another. A row without a verdict counts
    as called sound: a detector that could not judge it did not warn anybody.
    """
    counts = _counts(rows, verdicts, related)
    sums = np.concatenate([counts.sum(0)[None], _resampled(counts, seed), counts])
    column = {name: sums[:, at] for at, name in enumerate(_COLUMNS)}
    tp, fp = column["true_positive"], column["false_positive"]
    tn, fn = column["true_negative"], column["false_negative"]
    recall, specificity = _figure(tp, tp + fn), _figure(tn, fp + tn)
    # Both shares as one fraction: TP/P + TN/N = (TP N + TN P) / (P N).
    balanced = _figure(tp * (tn + fp) + tn * (tp + fn), 2 * (tp + fn) * (tn + fp))
    if balanced.value in (0.0, 1.0):  # no spread: what either share may be, sound groups or weak
        low, high = recall.low + specificity.low, recall.high + specificity.high
        balanced = Figure(balanced.value, low / 2.0, high / 2.0)
    return Measures(
        rows=len(rows),
        pairs=int(column["pairs"][0]),
        unjudged=sum(row.id not in verdicts for row in rows),
        cwe_rows=int(column["named"][0]),
        line_rows=int(column["placed"][0]),
        accuracy=_figure(tp + tn, tp + tn + fp + fn),
        precision=_figure(tp, tp + fp),
        recall=recall,
        f1=_figure(2 * tp, 2 * tp + fp + fn),
        specificity=specificity,
        false_alarms=_figure(fp, fp + tn),
        pair_accuracy=_figure(column["pairs_right"], column["pairs"]),
        both_flagged=_figure(column["pairs_both_flagged"], column["pairs"]),
        cwe_right=_figure(column["named_right"], column["named"]),
        line_right=_figure(column["placed_right"], column["placed"]),
        line_first=_figure(column["placed_first"], column["placed"]),
        line_near=_figure(column["placed_near"], column["placed"]),
        balanced_accuracy=balanced,
        youden=Figure(2 * balanced.value - 1, 2 * balanced.low - 1, 2 * balanced.high - 1),
    )


def _resampled(counts: Counts, seed: int) -> Counts:
    """Return the sums over `RESAMPLES` draws of as many groups, one row a draw."""
    random = np.random.default_rng(seed)
    size = len(counts)
    draws = (random.integers(0, size, size) for _ in range(RESAMPLES))  # never all at once
    return np.array([np.bincount(draw, minlength=size) @ counts for draw in draws])


def _figure(hits: Counts, of: Counts) -> Figure:
    """Return the share in the whole (first entry) and its interval.

    The entries after it are those of the resamples, whose spread is the interval, and then those of
    the groups.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = hits[: RESAMPLES + 1] / of[: RESAMPLES + 1]
    value, spread = float(shares[0]), shares[1:][np.isfinite(shares[1:])]
    if not spread.size:
        return Figure(value, float("nan"), float("nan"))
    if value in (0.0, 1.0):
        groups = of[RESAMPLES + 1 :]
        reach = 1.0 - _TAIL ** (1.0 / (np.count_nonzero(groups) or len(groups)))
        return Figure(value, 1.0 - reach if value else 0.0, 1.0 if value else reach)
    low, high = np.quantile(spread, (_TAIL, 1.0 - _TAIL))
    return Figure(value, float(low), float(high))


def _counts(
    rows: Sequence[Row], verdicts: Mapping[str, Verdict], related: Callable[[str, str], bool]
) -> Counts:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.pair, []).append(row)
    clusters = {key: at for at, key in enumerate(dict.fromkeys(row.cluster for row in rows))}
    counts = np.zeros((len(clusters), len(_COLUMNS)))
    for members in groups.values():
        tally = dict.fromkeys(_COLUMNS, 0)
        for row in members:
            _count(tally, row, verdicts.get(row.id, Verdict(False, 0.0)), related)
        if {row.is_weak for row in members} == {True, False}:
            tally["pairs"] = 1
            wrong = tally["false_positive"] + tally["false_negative"]
            tally["pairs_right"] = int(not wrong)
            flagged = tally["true_positive"] + tally["false_positive"]
            tally["pairs_both_flagged"] = int(flagged == len(members))
        counts[clusters[members[0].cluster]] += [tally[name] for name in _COLUMNS]
    return counts


def _count(
    tally: dict[str, int], row: Row, verdict: Verdict, related: Callable[[str, str], bool]
) -> None:
    truth = "true" if row.is_weak == verdict.is_weak else "false"
    tally[f"{truth}_{'positive' if verdict.is_weak else 'negative'}"] += 1
    if not (row.is_weak and verdict.is_weak):
        return
    if row.cwes and verdict.cwes:
        tally["named"] += 1
        tally["named_right"] += any(related(verdict.cwes[0], cwe) for cwe in row.cwes)
    if row.lines and verdict.lines:
        spans = verdict.spans or tuple((line, line) for line in verdict.lines)
        far = [min(_distance(line, span) for line in row.lines) for span in spans[:NEAREST]]
        tally["placed"] += 1
        tally["placed_right"] += min(far) == 0
        tally["placed_first"] += far[0] == 0
        tally["placed_near"] += far[0] <= NEAR


def _distance(line: int, span: tuple[int, int]) -> int:
    return max(span[0] - line, line - span[1], 0)
