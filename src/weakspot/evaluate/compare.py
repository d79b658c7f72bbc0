"""Judges labelled suites with static tools, and tells whether two detectors differ."""

import math
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from weakspot.evaluate.alarms import Alarm
from weakspot.evaluate.suites import Row, Verdict
from weakspot.evaluate.tools import Run, Tool

_LIMIT = 1800.0  # seconds that a tool may take


def judge(tool: Tool, rows: Sequence[Row]) -> tuple[Mapping[str, Verdict], Run]:
    """Run a tool over the snippets of a suite, one file each; any alarm calls a row weak."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        row_of = {f"row_{number}.py": row for number, row in enumerate(rows)}
        for file, row in row_of.items():
            (folder / file).write_text(row.code, "utf-8", errors="replace")
        run = tool.run(folder, _LIMIT)
    by_file: dict[str, list[Alarm]] = {}
    for alarm in run.alarms:
        by_file.setdefault(alarm.path, []).append(alarm)
    return {row.id: _verdict(by_file.get(file, ())) for file, row in row_of.items()}, run


def _verdict(alarms: Sequence[Alarm]) -> Verdict:
    ordered = sorted(alarms, key=lambda one: (-(one.probability or 0.0), one.line))
    sure = [1.0 if one.probability is None else one.probability for one in alarms]
    return Verdict(
        is_weak=bool(alarms),
        probability=max(sure, default=0.0),
        cwes=tuple(dict.fromkeys(cwe for one in ordered for cwe in one.cwes)),
        lines=tuple(dict.fromkeys(one.line for one in ordered)),
    )


def mcnemar(
    rows: Sequence[Row], one: Mapping[str, Verdict], other: Mapping[str, Verdict]
) -> tuple[int, int, float]:
    """Return rows that only `one` judges rightly, that only `other` does, and the exact p-value.

    McNemar's test in its exact, two-sided form (Edwards 1948): under no difference each of the
    rows where the two disagree falls on either side like a coin.
    """
    nothing = Verdict(False, 0.0)
    right = [
        (
            one.get(row.id, nothing).is_weak == row.is_weak,
            other.get(row.id, nothing).is_weak == row.is_weak,
        )
        for row in rows
    ]
    first = sum(mine and not theirs for mine, theirs in right)
    second = sum(theirs and not mine for mine, theirs in right)
    total, least = first + second, min(first, second)
    tail = sum(math.comb(total, at) for at in range(least + 1)) / 2**total if total else 1.0
    return first, second, min(1.0, 2.0 * tail)
