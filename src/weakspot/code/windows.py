"""Cuts units that are too long for the model into windows, at statements."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from operator import itemgetter

from weakspot.core.unit import Line

UNIT_CHARS = 1_100  # about 370 tokens at three characters a token
CONTEXT_CHARS = 420  # about 140 tokens; both fit the model's 512 with room for odd text
_BEYOND_ASCII = 3  # a byte beyond ASCII is a token, as much as three characters of code

_ASSIGNED = re.compile(r"^(?:(?:async )?(?:for|with) .* as )?([A-Za-z_][\w., ]*?) (?:=|in) ")
_WORD = re.compile(r"[A-Za-z_]\w*")


def cost(line: Line) -> int:
    """Estimate a line's share of the budget, in characters of ASCII; its anchor counts as three."""
    text = line.text
    if text.isascii():
        return len(text) + 3
    text = text.replace("…", ".")  # the mark of what was shortened is one token
    ascii_only = len(text.encode("ascii", "ignore"))
    beyond = len(text.encode("utf-8", "replace")) - ascii_only
    return ascii_only + _BEYOND_ASCII * beyond + 3


def within(lines: Iterable[Line], budget: int) -> list[Line]:
    """Return the first lines, as many as a budget has room for."""
    chosen: list[Line] = []
    for line in lines:
        budget -= cost(line)
        if budget < 0:
            break
        chosen.append(line)
    return chosen


def windows(lines: Sequence[Line]) -> tuple[tuple[Line, ...], ...]:
    """Split `lines` into windows of at most `UNIT_CHARS`, preferably before a shallow line."""
    total = sum(cost(line) for line in lines)
    if total <= UNIT_CHARS:
        return (tuple(lines),)
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
    return tuple(result)


def _shallow(lines: Sequence[Line], start: int, end: int) -> int:
    """Move a cut back, at most by half a window, to the shallowest line."""
    candidates = range(start + max(1, (end - start) // 2), end + 1)
    return min(candidates, key=lambda index: (lines[index].indent, -index))


class Bindings:
    """The lines so far that bind a name, by name; finds those that a later window needs.

    A window wants, for each name it reads, the latest binding that still fits. An older one that
    is no cheaper than a newer one can never be that, so it is forgotten: what remains is short,
    and a file of a hundred thousand assignments takes linear time.
    """

    def __init__(self) -> None:
        self._lines: list[tuple[Line, frozenset[str]]] = []
        self._of: dict[str, list[tuple[int, int]]] = {}  # (cost, position), both rising

    def add(self, lines: Iterable[Line]) -> None:
        """Remember the lines that bind names; later calls give later lines."""
        for line in lines:
            match = _ASSIGNED.match(line.text)
            if match is None:
                continue
            bound = frozenset(_WORD.findall(match.group(1)))
            entry = (cost(line), len(self._lines))
            self._lines.append((line, bound))
            for word in bound:
                known = self._of.setdefault(word, [])
                while known and known[-1][0] >= entry[0]:
                    known.pop()
                known.append(entry)

    def carried(self, window: Sequence[Line], budget: int) -> list[Line]:
        """Choose remembered lines that bind names `window` reads, latest first, in order."""
        wanted = {word for line in window for word in _WORD.findall(line.text)}
        waiting: list[tuple[int, str]] = []  # a heap: minus the position, and the name
        for word in wanted:
            self._wait(waiting, word, budget)
        chosen: list[Line] = []
        while waiting:
            position, word = heappop(waiting)
            if word not in wanted:
                continue
            line, bound = self._lines[-position]
            if cost(line) > budget:  # others were chosen meanwhile: an older one may still fit
                self._wait(waiting, word, budget)
                continue
            wanted -= bound
            budget -= cost(line)
            chosen.append(line)
        return chosen[::-1]

    def _wait(self, waiting: list[tuple[int, str]], word: str, budget: int) -> None:
        known = self._of.get(word, [])
        at = bisect_right(known, budget, key=itemgetter(0))
        if at:
            heappush(waiting, (-known[at - 1][1], word))
