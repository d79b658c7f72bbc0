"""Finds the lines that call a function: what its parameters hold is decided there."""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

from weakspot.code.windows import Bindings, cost
from weakspot.core.unit import Line

MAX_CALLERS = 2
_ROOM = 200  # characters of what one caller shows
_CALL = re.compile(r"(?<![\w.])(?<!def )(?<!class )(\.*+[A-Za-z_][\w.]*+)\(")

Lines = tuple[Line, ...]


class Calls:
    """Where functions are called in pieces of normalised code: those of some `names`, or all."""

    def __init__(self, names: Container[str] | None = None) -> None:
        self._names = names
        self._sites: dict[str, list[tuple[_Caller, int]]] = {}

    def add(self, lines: Lines, owner: str = "") -> None:
        """Look at one function, or at code outside of functions; `owner` is the class it is in."""
        caller = _Caller(lines)
        for index, line in enumerate(lines):
            for called in _CALL.findall(line.text):
                name = f"{owner}.{called[5:]}" if owner and called.startswith("self.") else called
                if self._names is not None and name not in self._names:
                    continue
                sites = self._sites.setdefault(name, [])
                # One more than is shown: the function that is asked about may be among them.
                if len(sites) <= MAX_CALLERS and not (sites and sites[-1][0] is caller):
                    sites.append((caller, index))
                    caller.calls.append(index)

    def of(self, name: str, own: Lines = ()) -> list[Lines]:
        """Return what callers of a function show, without its `own` lines that call themselves."""
        sites = [site for site in self._sites.get(name, ()) if site[0].lines is not own]
        return [shown for caller, at in sites[:MAX_CALLERS] if (shown := caller.shown(at))]


class _Caller:
    """The lines of one piece, and where in them the `calls` are that may be shown."""

    __slots__ = ("_shown", "calls", "lines")

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.calls: list[int] = []  # rising
        self._shown: dict[int, Lines] = {}

    def shown(self, index: int) -> Lines:
        """Return the caller's head, the lines that set what it hands over, and the call."""
        if not self._shown:  # all at once, so that each line is looked at once
            head = signature(self.lines)
            before, done = Bindings(), len(head)
            for at in dict.fromkeys(self.calls):
                before.add(self.lines[done:at])
                done = max(done, at)
                self._shown[at] = _shown(self.lines, at, head, before)
        return self._shown[index]


def _shown(lines: Lines, index: int, head: Lines, before: Bindings) -> Lines:
    if index < len(head):
        return ()  # a default value, or a decorator
    call = _call(lines, index)
    room = _ROOM - sum(map(cost, call))
    if room < 0:
        return ()
    if head and sum(map(cost, head)) <= room // 2:
        head = elided(head)
        room -= sum(map(cost, head))
    else:
        head = ()
    return (*head, *before.carried(call, room), *call)


def _call(lines: Lines, index: int) -> Lines:
    """Return the lines of a call: one, unless what it hands over is long."""
    end = index + 1
    if lines[index].text.endswith("("):
        while end < len(lines) and lines[end].indent > lines[index].indent:
            end += 1
    return lines[index:end]


def signature(lines: Lines) -> Lines:
    """Return decorators and the line of ``def``; nothing of code outside of functions."""
    for index, line in enumerate(lines):
        if line.text.startswith(("def ", "async def ")):
            return lines[: index + 1]
        if not line.text.startswith("@"):
            break
    return ()


def elided(signature: Sequence[Line]) -> Lines:
    """Return a signature with "..." in place of its body."""
    last = signature[-1]
    return (*signature[:-1], replace(last, text=last.text + " ..."))


def calls_of(pieces: Iterable[Lines], names: Container[str] | None = None) -> Calls:
    """Return the calls in pieces that belong to no class, of some names or of all."""
    found = Calls(names)
    for lines in pieces:
        found.add(lines)
    return found
