"""Cuts units that are too long for the model into windows, at statements."""

import re
from collections.abc import Sequence

from weakspot.core.unit import Line

UNIT_CHARS = 1_100  # about 370 tokens at three characters a token
CONTEXT_CHARS = 420  # about 140 tokens; both fit the model's 512 with room for odd text

_ASSIGNED = re.compile(r"^(?:(?:async )?(?:for|with) .* as )?([A-Za-z_][\w., ]*?) (?:=|in) ")
_WORD = re.compile(r"[A-Za-z_]\w*")


def cost(line: Line) -> int:
    """Estimate a line's share of the budget, in characters; the line's anchor counts as three."""
    return len(line.text) + 3


def windows(lines: Sequence[Line]) -> list[tuple[Line, ...]]:
    """Split `lines` into windows of at most `UNIT_CHARS`, preferably before a shallow line."""
    total = sum(cost(line) for line in lines)
    if total <= UNIT_CHARS:
        return [tuple(lines)]
    result: list[tuple[Line, ...]] = []
    start = 0
    while start < len(lines):
        end, used = start, 0
        while end < len(lines) and (end == start or used + cost(lines[end]) <= UNIT_CHARS):
            used += cost(lines[end])
            end += 1
        if end < len(lines):
            end = _shallow(lines, start, end)
        result.append(tuple(lines[start:end]))
        start = end
    return result


def _shallow(lines: Sequence[Line], start: int, end: int) -> int:
    """Move a cut back, at most by half a window, to the shallowest line."""
    candidates = range(start + max(1, (end - start) // 2), end + 1)
    return min(candidates, key=lambda index: (lines[index].indent, -index))


def carried(before: Sequence[Line], window: Sequence[Line], budget: int) -> list[Line]:
    """Choose lines of earlier windows that bind names this window reads, latest first."""
    wanted = {word for line in window for word in _WORD.findall(line.text)}
    chosen: list[Line] = []
    for line in reversed(before):
        match = _ASSIGNED.match(line.text)
        if match is None:
            continue
        bound = set(_WORD.findall(match.group(1)))
        if bound & wanted and cost(line) <= budget:
            wanted -= bound
            budget -= cost(line)
            chosen.append(line)
    return chosen[::-1]
