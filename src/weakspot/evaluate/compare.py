"""Judges labelled suites with static tools, and tells whether two detectors differ."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from weakspot.evaluate.alarms import Alarm, surest
from weakspot.evaluate.suites import Row, Verdict
from weakspot.evaluate.tools import Run, Tool

_LIMIT = 1800.0  # seconds that a tool may take


def judge(
    tool: Tool, rows: Sequence[Row], limit: float = _LIMIT
) -> tuple[Mapping[str, Verdict], Run]:
    """Run a tool over the snippets of a suite, one file each; any alarm calls a row weak.

    The first CWE and the first line named are those of the alarm that the tool itself puts first
    (`surest`), not of the one that stands highest in the file. A row that the tool could not parse
    has no verdict.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        row_of = {f"row_{number}.py": row for number, row in enumerate(rows)}
        for file, row in row_of.items():
            (folder / file).write_text(row.code, "utf-8", errors="replace")
        run = tool.run(folder, limit)
    by_file: dict[str, list[Alarm]] = {}
    for alarm in run.alarms:
        by_file.setdefault(alarm.path, []).append(alarm)
    judged = {
        file: row for file, row in row_of.items() if file in by_file or file not in run.unread
    }
    return {row.id: _verdict(by_file.get(file, ())) for file, row in judged.items()}, run


def _verdict(alarms: Sequence[Alarm]) -> Verdict:
    ordered = surest(alarms)
    marked: dict[int, tuple[int, int]] = {}
    for one in ordered:
        first, last = one.span or (one.line, one.line)
        known = marked.get(one.line, (first, last))
        marked[one.line] = min(first, known[0]), max(last, known[1])
    sure = [1.0 if one.probability is None else one.probability for one in alarms]
    return Verdict(
        is_weak=bool(alarms),
        probability=max(sure, default=0.0),
        cwes=tuple(dict.fromkeys(cwe for one in ordered for cwe in one.cwes)),
        lines=tuple(marked),
        spans=tuple(marked.values()),
    )


def mcnemar(
    rows: Sequence[Row], one: Mapping[str, Verdict], other: Mapping[str, Verdict]
) -> tuple[int, int, float]:
    """Return units that only `one` judges rightly, that only `other` does, and the exact p-value.

    McNemar's test in its exact, two-sided form (Edwards 1948): under no difference each of the
    units where the two disagree falls on either side like a coin. Twins are no independent coins:
    the units are pairs, right with all of their rows, and single rows only in a suite without
    pairs. Nor are the units of one project: one coin turns all of them at once, which makes it a
    permutation test over projects.
    """
    projects: dict[tuple[bool, str], list[int]] = {}
    for unit in _units(rows):
        lead = int(_is_right(unit, one)) - int(_is_right(unit, other))
        projects.setdefault(unit[0].cluster, []).append(lead)
    leads = [lead for found in projects.values() for lead in found]
    return leads.count(1), leads.count(-1), _as_far([sum(found) for found in projects.values()])


def _as_far(leads: Sequence[int]) -> float:
    """Return how likely the sum, each lead's sign drawn by a coin, is as far from 0 as it is."""
    reach = sum(map(abs, leads))
    chances = np.zeros(2 * reach + 1)
    chances[reach] = 1.0
    for lead in leads:
        if lead:  # what rolls over the ends is 0: no sum of so many leads reaches beyond
            chances = (np.roll(chances, lead) + np.roll(chances, -lead)) / 2
    is_as_far = np.abs(np.arange(-reach, reach + 1)) >= abs(sum(leads))
    return min(1.0, float(chances[is_as_far].sum()))


def unit_of(rows: Sequence[Row]) -> str:
    """Return what `mcnemar` counts in these rows: `pairs` or `rows`, `by project` if they tell."""
    by_project = " by project" if any(row.project for row in rows) else ""
    return f"{'pairs' if _pairs(rows) else 'rows'}{by_project}"


def _units(rows: Sequence[Row]) -> list[list[Row]]:
    return _pairs(rows) or [[row] for row in rows]


def _pairs(rows: Sequence[Row]) -> list[list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.pair, []).append(row)
    return [one for one in groups.values() if {row.is_weak for row in one} == {True, False}]


def _is_right(rows: Sequence[Row], said: Mapping[str, Verdict]) -> bool:
    nothing = Verdict(False, 0.0)
    return all(said.get(row.id, nothing).is_weak == row.is_weak for row in rows)
