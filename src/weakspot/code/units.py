"""Builds the units of a source file: functions, methods, module code and recovered regions.

Context that a unit is given, in this order and as far as the budget goes: its class header and
the ``self`` attributes it reads as ``__init__`` sets them, the module constants it reads, the
functions and methods it calls, of this file and of others that it imports, the lines that call it,
of this file and of others that import it, and the decorated signatures of its siblings (a route
without the check that its siblings have is only seen beside them).
"""

import ast
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from weakspot.code.blocks import FunctionNode
from weakspot.code.callers import MAX_CALLERS, calls_of, elided
from weakspot.code.imports import imported_names, rebound_names
from weakspot.code.normalise import Normaliser, in_parts
from weakspot.code.outline import Definition, Outline, outline
from weakspot.code.outside import Node, module_lines
from weakspot.code.parse import Lost, parse
from weakspot.code.source import Source
from weakspot.code.windows import CONTEXT_CHARS, UNIT_CHARS, Bindings, cost, windows
from weakspot.core.span import Span
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


@dataclass(frozen=True, slots=True)
class _Body:
    definition: Definition
    lines: tuple[Line, ...]
    signature: tuple[Line, ...]
    loads: frozenset[str]
    calls: frozenset[str]
    size: int  # the cost of all lines


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
    parsed = parse(source.text)
    names = imported_names(parsed.tree)
    found = outline(parsed.tree)
    text = source.text.split("\n")
    deep: list[Node] = []
    bodies: list[_Body] = []
    own = frozenset(id(definition.node) for definition in found.functions).union(
        *(definition.elided for definition in found.functions)
    )
    rebound = rebound_names(parsed.tree)
    module_names = {name: full for name, full in names.items() if name not in rebound}
    scopes: dict[int, dict[str, str]] = {}  # what is imported around definitions inside of others
    for definition in found.functions:
        scope = id(definition.node if id(definition.node) in scopes else definition.owner)
        around = scopes.get(scope, module_names)
        known = around | imported_names(definition.node)
        try:
            body, left = _normalised(definition, known, own)
        except RecursionError:
            deep.append(definition.node)
            left = known
        else:
            bodies.append(body)
        scopes |= dict.fromkeys(definition.elided, left)
    module = module_lines(parsed.tree, names, rebound, own, deep)
    builder = _Context(found, bodies, module, names, elsewhere or Elsewhere())
    units: list[Unit] = []
    for body in bodies:
        kind = UnitKind.METHOD if body.definition.owner is not None else UnitKind.FUNCTION
        span = _span(body.definition.node, text)
        context = builder.of(body)
        units += _windowed(body.definition.name, kind, span, body.lines, context, body.signature)
    if module:
        end = max(line.source_end_line for line in module)
        whole = Span(1, 1, end, len(text[end - 1]) + 1)
        units += _windowed("<module>", UnitKind.MODULE, whole, module, (), ())
    regions = (*parsed.lost, *(_too_deep(node, text) for node in deep))
    for lost in regions:
        lines = _region_lines(lost)
        if lines:
            name = f"<region at {_place(source, lost.span.start_line)}>"
            units += _windowed(name, UnitKind.REGION, lost.span, lines, (), ())
    refused = () if parsed.refused is None or regions else (parsed.refused,)
    return UnitsOf(tuple(units), (*regions, *refused))


def _normalised(
    definition: Definition, names: dict[str, str], own: frozenset[int]
) -> tuple[_Body, dict[str, str]]:
    """Return a function, and the imported names that it leaves to definitions inside."""
    normaliser = Normaliser(names, own)
    normaliser.signature(definition.node, 0)
    signature = tuple(normaliser.lines)
    normaliser.body(definition.node.body, 1)
    lines = tuple(normaliser.lines)
    size = sum(cost(line) for line in lines)
    loads, calls = frozenset(normaliser.loads), frozenset(normaliser.calls)
    return _Body(definition, lines, signature, loads, calls, size), normaliser.names


def is_small(unit: Unit) -> bool:
    """Whether a unit is a function that fits another one's context, which shows it whole or not."""
    named = unit.kind in (UnitKind.FUNCTION, UnitKind.METHOD)
    return named and unit.windows == 1 and sum(map(cost, unit.lines)) <= CONTEXT_CHARS


def _place(source: Source, line: int) -> str:
    cell = source.cell_at(line)
    return f"line {line}" if cell is None else f"cell {cell.number}, line {line - cell.line + 1}"


def _span(node: FunctionNode, text: Sequence[str]) -> Span:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return Span(first, 1, node.end_lineno or node.lineno, _end_column(node, text))


def _end_column(node: Node, text: Sequence[str]) -> int:
    """Return the column behind a statement in characters; `ast` counts the bytes of UTF-8."""
    line = text[(node.end_lineno or node.lineno) - 1].encode("utf-8", "replace")
    return len(line[: node.end_col_offset].decode("utf-8", "ignore")) + 1


def _windowed(
    name: str,
    kind: UnitKind,
    span: Span,
    lines: Sequence[Line],
    context: Sequence[Line],
    signature: Sequence[Line],
) -> list[Unit]:
    parts = windows(lines)
    units: list[Unit] = []
    before = Bindings()
    header = _within(signature, MAX_HEADER)
    left = CONTEXT_CHARS - sum(cost(line) for line in signature)
    unseen = len(signature)  # lines that the header shows already
    for index, part in enumerate(parts):
        shown = list(context)
        if index:
            shown = header + before.carried(part, left)
            shown += _within(context, CONTEXT_CHARS - sum(cost(line) for line in shown))
        units.append(Unit(name, kind, span, part, tuple(shown), index, len(parts)))
        before.add(part[unseen:])
        unseen = max(0, unseen - len(part))
    return units


def _through(lines: Iterable[Line], budget: int) -> list[Line]:
    """Return the lines within a budget and the first one beyond it, so that nothing follows."""
    chosen: list[Line] = []
    for line in lines:
        chosen.append(line)
        budget -= cost(line)
        if budget < 0:
            break
    return chosen


def _within(lines: Iterable[Line], budget: int) -> list[Line]:
    chosen: list[Line] = []
    for line in lines:
        budget -= cost(line)
        if budget < 0:
            break
        chosen.append(line)
    return chosen


@dataclass(frozen=True, slots=True)
class _Class:
    """What a class shows its methods: `head`, and where ``__init__`` sets an attribute."""

    head: tuple[Line, ...]
    sets: dict[str, set[int]]


class _Context:
    """Finds context lines for the functions of one module."""

    def __init__(
        self,
        found: Outline,
        bodies: Sequence[_Body],
        module: tuple[Line, ...],
        names: dict[str, str],
        elsewhere: Elsewhere,
    ) -> None:
        self._names = names
        self._elsewhere = elsewhere
        self._constants = found.constants
        self._bodies = bodies
        self._functions = {body.definition.name: body for body in bodies}
        self._cache: dict[str, tuple[Line, ...]] = {}
        self._classes: dict[int, _Class] = {}
        self._calls = calls_of([module], self._functions)
        for body in bodies:
            self._calls.add(body.lines, body.definition.name.rpartition(".")[0])
        self._decorated: dict[int, list[_Body]] = {}  # by the owner's id(), in line order
        for body in sorted(bodies, key=_line_of):
            if body.definition.node.decorator_list:
                self._decorated.setdefault(id(body.definition.owner), []).append(body)

    def of(self, body: _Body) -> tuple[Line, ...]:
        """Return the context lines of one function, within the budget."""
        groups: list[Sequence[Line]] = []
        owner = body.definition.owner
        if owner is not None:
            groups.append(self._class_lines(owner, body))
        groups += [self._constant(name) for name in sorted(body.loads) if name in self._constants]
        groups += self._callees(body)
        groups += self._callers(body)
        groups += self._siblings(body)
        budget = CONTEXT_CHARS
        chosen: list[Line] = []
        for group in groups:
            fitting = _within(group, budget)
            if len(fitting) == len(group):
                chosen += group
                budget -= sum(cost(line) for line in group)
        return tuple(chosen)

    def _class_lines(self, owner: ast.ClassDef, body: _Body) -> list[Line]:
        prefix = body.definition.name.rpartition(".")[0]
        init = self._functions.get(prefix + ".__init__")
        if id(owner) not in self._classes:
            self._classes[id(owner)] = self._class(owner, init)
        known = self._classes[id(owner)]
        lines: list[Line] = list(known.head)
        if init is not None and init is not body:
            sets = [known.sets[name] for name in body.loads if name in known.sets]
            lines += [init.lines[index] for index in sorted(set().union(*sets))]
        return _within(lines, CONTEXT_CHARS // 2)

    def _class(self, owner: ast.ClassDef, init: _Body | None) -> "_Class":
        normaliser = Normaliser(self._names)
        normaliser.signature(owner, 0)
        head = list(normaliser.lines)
        for statement in owner.body:
            if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
                head += self._line(statement, 1)
        sets: dict[str, set[int]] = {}
        for index, line in enumerate(init.lines if init is not None else ()):
            name, equals, _ = line.text.partition(" = ")
            if equals and name.startswith("self.") and len(sets.get(name, ())) < MAX_SETS:
                sets.setdefault(name, set()).add(index)
        return _Class(tuple(_through(head, CONTEXT_CHARS // 2)), sets)

    def _constant(self, name: str) -> tuple[Line, ...]:
        if name not in self._cache:
            self._cache[name] = tuple(_within(self._line(self._constants[name], 0), 160))
        return self._cache[name]

    def _line(self, statement: ast.stmt, indent: int) -> list[Line]:
        normaliser = Normaliser(self._names)
        normaliser.statement(statement, indent)
        return normaliser.lines

    def _callees(self, body: _Body) -> list[tuple[Line, ...]]:
        prefix = body.definition.name.rpartition(".")[0]
        found: list[tuple[int, tuple[Line, ...]]] = []
        for name in sorted(body.loads):
            owned = name.startswith("self.")
            key = f"{prefix}.{name[5:]}" if owned else name
            callee = self._functions.get(key)
            if callee is not None and callee is not body:
                found.append((callee.size, callee.lines))
        imported = (self._elsewhere.lines(name) for name in sorted(body.calls))
        found += [(sum(cost(line) for line in lines), lines) for lines in imported if lines]
        found.sort(key=itemgetter(0))
        return [lines for _, lines in found[:MAX_CALLEES]]

    def _callers(self, body: _Body) -> list[tuple[Line, ...]]:
        name = body.definition.name
        found = [*self._calls.of(name, body.lines), *self._elsewhere.callers(name)]
        return found[:MAX_CALLERS]

    def _siblings(self, body: _Body) -> list[tuple[Line, ...]]:
        definition = body.definition
        if not definition.node.decorator_list and definition.owner is None:
            return []
        same = self._decorated.get(id(definition.owner), [])
        line = definition.node.lineno
        # The nearest ones are among these: as many before as after, and perhaps the body itself.
        at = bisect_left(same, line, key=_line_of)
        around = same[max(0, at - MAX_SIBLINGS) : at + MAX_SIBLINGS + 1]
        near = [other for other in around if other is not body]
        near.sort(key=lambda other: abs(_line_of(other) - line))
        return [elided(other.signature) for other in sorted(near[:MAX_SIBLINGS], key=_line_of)]


def _line_of(body: _Body) -> int:
    return body.definition.node.lineno


def _too_deep(node: Node, text: Sequence[str]) -> Lost:
    last = node.end_lineno or node.lineno
    region = "\n".join(text[node.lineno - 1 : last])
    span = Span(node.lineno, 1, last, _end_column(node, text))
    return Lost(span, region, "expressions are nested too deeply")


def _region_lines(lost: Lost) -> tuple[Line, ...]:
    """Turn text that does not parse into lines: comments off, indentation counted."""
    lines: list[Line] = []
    for offset, raw in enumerate(lost.text.split("\n")):
        text = _without_comment(raw).strip()
        if text:
            at = lost.span.start_line + offset
            indent = min((len(raw) - len(raw.lstrip())) // 4, 12)
            lines += [Line(part, indent, at, at) for part in in_parts(text)]
    return tuple(lines)


def _without_comment(text: str) -> str:
    """Cut a line at the first ``#`` outside quotes, as well as one line alone can tell."""
    quote = ""
    for index, character in enumerate(text):
        if quote:
            if character == quote:
                quote = ""
        elif character in "'\"":
            quote = character
        elif character == "#":
            return text[:index]
    return text
