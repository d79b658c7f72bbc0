"""Who found what in a repository that nobody has labelled: by place, alone and together."""

import ast
import math
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weakspot.evaluate.alarms import Alarm, surest
from weakspot.evaluate.tools import Run

NEAR = 3  # lines between two alarms that are about the same place
_LISTED = 20  # alarms of one detector alone that the text shows


@dataclass(frozen=True, slots=True)
class Found:
    """What one detector found in a repository.

    `alone` are its places where no other detector has an alarm, none where no other that was asked
    has answered;
    `agrees` counts, for every other that has, its places where that one has an alarm too.
    """

    run: Run
    alone: tuple[Alarm, ...]
    agrees: Mapping[str, int]


def side_by_side(runs: Mapping[str, Run]) -> dict[str, Found]:
    """Compare alarms by place: the same file, at most `NEAR` lines apart, whatever the rule."""
    lines: dict[str, dict[str, list[int]]] = {}
    for name, run in runs.items():
        for alarm in run.alarms:
            lines.setdefault(name, {}).setdefault(alarm.path, []).append(alarm.line)

    def is_met(alarm: Alarm, other: str) -> bool:
        there = lines.get(other, {}).get(alarm.path, ())
        return any(abs(line - alarm.line) <= NEAR for line in there)

    found = {}
    for name, run in runs.items():
        others = [other for other, its in runs.items() if other != name and not its.reason]
        alone = [one for one in run.alarms if not any(is_met(one, other) for other in others)]
        agrees = {other: sum(is_met(one, other) for one in run.alarms) for other in others}
        found[name] = Found(run, tuple(alone) if others or len(runs) == 1 else (), agrees)
    return found


@dataclass(frozen=True, slots=True)
class Size:
    """What a repository holds: lines of Python, and for each file the spans of its functions."""

    lines: int
    functions: Mapping[str, tuple[tuple[int, int], ...]]

    def flagged(self, run: Run) -> int:
        """Return how many functions hold an alarm in their innermost span."""
        hit = {
            (alarm.path, *min(around, key=lambda span: span[1] - span[0]))
            for alarm in run.alarms
            if (
                around := [
                    span
                    for span in self.functions.get(alarm.path, ())
                    if span[0] <= alarm.line <= span[1]
                ]
            )
        }
        return len(hit)


def size_of(path: Path) -> Size:
    """Count lines and functions of the ``.py`` files; what does not parse has lines only."""
    lines = 0
    functions: dict[str, tuple[tuple[int, int], ...]] = {}
    for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
        if not file.is_file():
            continue
        data = file.read_bytes()
        lines += data.count(b"\n")
        name = file.relative_to(path).as_posix() if path.is_dir() else file.name
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of strange escapes in their sources
                tree = ast.parse(data)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        functions[name] = tuple(
            (node.lineno, node.end_lineno or node.lineno)
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        )
    return Size(lines, functions)


def answered(found: Mapping[str, Found]) -> list[str]:
    """Return the detectors that answered; of the others nothing is known, not even no findings."""
    return [name for name, one in found.items() if not one.run.reason]


def plain(found: Mapping[str, Found], size: Size) -> list[dict[str, Any]]:
    """Return one row a detector: findings, by size, who agrees, and what it cost.

    Each has the same columns. None is what is not known: all of a detector that did not answer,
    who agrees where only one did, and what it took to make a report that was read.
    """
    names = answered(found)
    rows = []
    for name, one in found.items():
        row = {"detector": name, "version": one.run.version, **_counts(one, size)}
        row["alone"] = len(one.alone) if len(names) > 1 or len(found) == 1 else None
        if len(names) > 1:
            row |= {f"also {other}": one.agrees.get(other) for other in names}
        row |= {"cpu_seconds": round(one.run.cpu, 2), "wall_seconds": round(one.run.wall, 2)}
        if one.run.reason:
            row |= dict.fromkeys(list(row)[2:])
        elif not one.run.has_cost:
            row |= {"cpu_seconds": None, "wall_seconds": None}
        rows.append(row | {"reason": one.run.reason})
    return rows


def _counts(one: Found, size: Size) -> dict[str, Any]:
    functions = sum(map(len, size.functions.values()))
    return {
        "findings": len(one.run.alarms),
        "per_1000_lines": _share(1000 * len(one.run.alarms), size.lines),
        "functions_per_1000": _share(1000 * size.flagged(one.run), functions),
        "elsewhere": one.run.elsewhere,
    }


def alone(found: Mapping[str, Found]) -> Iterator[str]:
    """Yield lines that list what each detector found alone, the surest first."""
    for name, one in found.items():
        if not one.alone:
            continue
        yield f"{name} alone: {len(one.alone)}"
        for alarm in surest(one.alone)[:_LISTED]:
            cwes = " ".join(alarm.cwes) or "-"
            sure = "" if alarm.probability is None else f" {alarm.probability:.2f}"
            yield f"  {alarm.path}:{alarm.line}  {alarm.rule}  {cwes}{sure}"
        if len(one.alone) > _LISTED:
            yield f"  and {len(one.alone) - _LISTED} more (--format html has all)"
        yield ""


def _share(count: int, of: int) -> float:
    return round(count / of, 2) if of else math.nan
