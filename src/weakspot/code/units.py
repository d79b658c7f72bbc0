"""Builds the units of a source file: functions, methods, module code and recovered regions.

Context that a unit is given, in this order and as far as the budget goes: its class header and
the ``self`` attributes it reads as ``__init__`` sets them, the module constants it reads, the
functions and methods it calls, of this file and of others that it imports, the lines that call it,
of this file and of others that import it, and the decorated signatures of its siblings (a route
without the check that its siblings have is only seen beside them).
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from weakspot.code.callers import MAX_CALLERS, calls_of, elided
from weakspot.code.parse import Lost
from weakspot.code.reading import MAX_HEAD, Body, Lines, Piece, Reading, reading_of
from weakspot.code.source import Source
from weakspot.code.windows import CONTEXT_CHARS, UNIT_CHARS, Bindings, cost, within
from weakspot.core.unit import Line, Unit, UnitKind

MAX_CALLEES = 3
MAX_SIBLINGS = 4
MAX_SETS = CONTEXT_CHARS // len("self.a = ")  # more lines that set one attribute never fit
MAX_HEADER = 4 * UNIT_CHARS  # of a signature that windows repeat; far more than a model reads


@dataclass(frozen=True, slots=True)
class UnitsOf:
    """The units of one file in source order, and the regions that did not parse.

    Where all pieces parsed, but not the whole, `lost` has the place though a unit holds it.
    """

    units: tuple[Unit, ...]
    lost: tuple[Lost, ...]


def _no_lines(_: str) -> tuple[Line, ...]:
    return ()


def _no_callers(_: str) -> Sequence[tuple[Line, ...]]:
    return ()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What other files show of and for the functions of a file; nothing by default.

    `lines` gives the normalised lines of an imported function by its full name, `callers` what
    callers of one of the file's own functions show, by its name in the file.
    """

    lines: Callable[[str], tuple[Line, ...]] = _no_lines
    callers: Callable[[str], Sequence[tuple[Line, ...]]] = _no_callers


def units_of(source: Source, elsewhere: Elsewhere | None = None) -> UnitsOf:
    """Parse and normalise a source file into units; regions that do not parse come as such."""
    return units_in(reading_of(source), elsewhere)


def units_in(reading: Reading, elsewhere: Elsewhere | None = None) -> UnitsOf:
    """Return the units of a text that was read, with what stands around them as context."""
    around = _Context(reading, elsewhere or Elsewhere())
    units: list[Unit] = []
    for body in reading.bodies:
        units += _windowed(body, around.of(body), body.signature)
    for piece in reading.pieces:
        units += _windowed(piece, (), ())
    return UnitsOf(tuple(units), reading.lost)


def _windowed(of: Body | Piece, context: Lines, signature: Lines) -> list[Unit]:
    if len(of.parts) == 1:
        return [Unit(of.name, of.kind, of.span, of.lines, context)]
    units: list[Unit] = []
    before = Bindings()
    header = within(signature, MAX_HEADER)
    left = CONTEXT_CHARS - sum(map(cost, signature))
    unseen = len(signature)  # lines that the header shows already
    for index, part in enumerate(of.parts):
        shown = list(context)
        if index:
            shown = header + before.carried(part, left)
            shown += within(context, CONTEXT_CHARS - sum(map(cost, shown)))
        units.append(Unit(of.name, of.kind, of.span, part, tuple(shown), index, len(of.parts)))
        before.add(part[unseen:])
        unseen = max(0, unseen - len(part))
    return units


class _Context:
    """Finds context lines for the functions of one module."""

    def __init__(self, reading: Reading, elsewhere: Elsewhere) -> None:
        self._reading = reading
        self._elsewhere = elsewhere
        self._functions = {body.name: body for body in reading.bodies}
        self._sets: dict[str, dict[str, list[int]]] = {}  # by the prefix of a class's methods
        module = [piece.lines for piece in reading.pieces if piece.kind is UnitKind.MODULE]
        self._calls = calls_of(module, self._functions)
        for body in reading.bodies:
            self._calls.add(body.lines, body.name.rpartition(".")[0])
        self._decorated: dict[int | None, list[Body]] = {}  # by their owner, in line order
        for body in sorted(reading.bodies, key=_line_of):
            if body.is_decorated:
                self._decorated.setdefault(body.owner, []).append(body)

    def of(self, body: Body) -> Lines:
        """Return the context lines of one function, within the budget."""
        constants = self._reading.constants
        groups: list[Lines] = []
        if body.owner is not None:
            groups.append(self._class_lines(body.owner, body))
        groups += [constants[name] for name in sorted(body.loads & constants.keys())]
        groups += self._callees(body)
        groups += self._callers(body)
        groups += self._siblings(body)
        budget = CONTEXT_CHARS
        chosen: list[Line] = []
        for group in groups:
            left = _left(group, budget)
            if left >= 0:
                chosen += group
                budget = left
        return tuple(chosen)

    def _class_lines(self, owner: int, body: Body) -> Lines:
        prefix = body.name.rpartition(".")[0]
        init = self._functions.get(prefix + ".__init__")
        lines: list[Line] = list(self._reading.heads[owner])
        if init is not None and init is not body:
            if prefix not in self._sets:
                self._sets[prefix] = _sets(init)
            known = self._sets[prefix]
            sets = {index for name in body.loads & known.keys() for index in known[name]}
            lines += [init.lines[index] for index in sorted(sets)]
        return tuple(within(lines, MAX_HEAD))

    def _callees(self, body: Body) -> list[Lines]:
        prefix = body.name.rpartition(".")[0]
        found: list[tuple[int, Lines]] = []
        for name in sorted(body.loads):
            owned = name.startswith("self.")
            key = f"{prefix}.{name[5:]}" if owned else name
            callee = self._functions.get(key)
            if callee is not None and callee is not body:
                found.append((callee.size, callee.lines))
        imported = (self._elsewhere.lines(name) for name in sorted(body.calls))
        found += [(sum(map(cost, lines)), lines) for lines in imported if lines]
        found.sort(key=itemgetter(0))
        return [lines for _, lines in found[:MAX_CALLEES]]

    def _callers(self, body: Body) -> list[Lines]:
        found = [*self._calls.of(body.name, body.lines), *self._elsewhere.callers(body.name)]
        return found[:MAX_CALLERS]

    def _siblings(self, body: Body) -> list[Lines]:
        if not body.is_decorated and body.owner is None:
            return []
        same = self._decorated.get(body.owner, [])
        # The nearest ones are among these: as many before as after, and perhaps the body itself.
        at = bisect_left(same, body.at, key=_line_of)
        around = same[max(0, at - MAX_SIBLINGS) : at + MAX_SIBLINGS + 1]
        near = [other for other in around if other is not body]
        near.sort(key=lambda other: abs(other.at - body.at))
        return [elided(other.signature) for other in sorted(near[:MAX_SIBLINGS], key=_line_of)]


def _line_of(body: Body) -> int:
    return body.at


def _sets(init: Body) -> dict[str, list[int]]:
    """Return where ``__init__`` sets attributes, by their names."""
    sets: dict[str, list[int]] = {}
    for index, line in enumerate(init.lines):
        name, equals, _ = line.text.partition(" = ")
        if equals and name.startswith("self.") and len(sets.get(name, ())) < MAX_SETS:
            sets.setdefault(name, []).append(index)
    return sets


def _left(lines: Iterable[Line], budget: int) -> int:
    """Return what lines leave of a budget; less than nothing where they do not fit."""
    for line in lines:
        budget -= cost(line)
        if budget < 0:
            break
    return budget
