"""Reads a source text into what its units are made of, whatever other files there are.

A worker keeps this of a file, for files are shown beside others as well. All of it is values that
no use changes, and no part of the syntax tree, which takes several times their memory.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from weakspot.code.blocks import FunctionNode
from weakspot.code.imports import imported_names, rebound_names
from weakspot.code.normalise import Normaliser, in_parts
from weakspot.code.outline import Definition, outline
from weakspot.code.outside import Node, module_lines
from weakspot.code.parse import NO_MEMORY, TOO_DEEP, Lost, parse
from weakspot.code.source import Source
from weakspot.code.windows import CONTEXT_CHARS, cost, windows, within
from weakspot.core.span import Span
from weakspot.core.unit import Line, UnitKind

MAX_HEAD = CONTEXT_CHARS // 2  # of what a class shows its methods
MAX_CONSTANT = 160  # characters of one constant
# Names that a function reads, and characters that are lost, which weigh as much as a line.
_NAMES_A_LINE = 2
_LOST_A_LINE = 60

Lines = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """A function that is a unit of its own, normalised."""

    name: str  # dotted, as in ``Class.method``
    span: Span
    at: int  # the line of its ``def``
    owner: int | None  # the line of the class that it is a method of
    is_decorated: bool
    lines: Lines
    parts: tuple[Lines, ...]  # the windows of the lines
    signature: Lines
    loads: frozenset[str]
    calls: frozenset[str]
    size: int  # the cost of all lines

    @property
    def kind(self) -> UnitKind:
        """The kind of its unit."""
        return UnitKind.FUNCTION if self.owner is None else UnitKind.METHOD

    @property
    def is_small(self) -> bool:
        """Whether it fits another one's context, which shows it whole or not."""
        return self.size <= CONTEXT_CHARS


@dataclass(frozen=True, slots=True)
class Piece:
    """What is a unit without being a function: the module's code, or a recovered region."""

    name: str
    kind: UnitKind
    span: Span
    lines: Lines
    parts: tuple[Lines, ...]  # as of a function


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text holds: its functions, then the code of the module and recovered regions.

    `heads` are what classes show their methods, by the line of the class, through the first line
    that has no room; `constants` are those of the module that a function reads.
    """

    bodies: tuple[Body, ...]
    pieces: tuple[Piece, ...]
    heads: Mapping[int, Lines]
    constants: Mapping[str, Lines]
    lost: tuple[Lost, ...]

    @property
    def is_short(self) -> bool:
        """Whether memory may have run out: another time there may be more to be read."""
        return any(lost.reason == NO_MEMORY for lost in self.lost)

    @property
    def units(self) -> tuple[Body | Piece, ...]:
        """All that becomes units."""
        return (*self.bodies, *self.pieces)

    @property
    def weight(self) -> int:
        """How many ordinary lines take as much memory: of lines most, of names and lost text some.

        At least 1, for nothing is kept for nothing.
        """
        shown = (*self.heads.values(), *self.constants.values())
        lines = sum(map(len, (*shown, *(unit.lines for unit in self.units))))
        names = sum(len(body.loads) + len(body.calls) for body in self.bodies)
        lost = sum(len(one.text) for one in self.lost)
        return 1 + lines + names // _NAMES_A_LINE + lost // _LOST_A_LINE


def reading_of(source: Source) -> Reading:
    """Parse and normalise a source file; regions that do not parse come as such."""
    parsed = parse(source.text)
    names = imported_names(parsed.tree)
    found = outline(parsed.tree)
    rows = source.text.split("\n")
    deep: list[Node] = []
    bodies: list[Body] = []
    owners: dict[int, ast.ClassDef] = {}  # by their lines
    own = frozenset(id(definition.node) for definition in found.functions).union(
        *(definition.elided for definition in found.functions)
    )
    rebound = rebound_names(parsed.tree)
    module_names = {name: full for name, full in names.items() if name not in rebound}
    scopes: dict[int, dict[str, str]] = {}  # what is imported around definitions inside of others
    for definition in found.functions:
        scope = id(definition.node if id(definition.node) in scopes else definition.owner)
        around = scopes.get(scope, module_names)
        left = around | imported_names(definition.node)
        normaliser = Normaliser(left, own)
        try:
            bodies.append(_body(definition, normaliser, rows))
        except RecursionError:
            deep.append(definition.node)
        else:
            left = normaliser.names  # to definitions inside
            if definition.owner is not None:
                owners[definition.owner.lineno] = definition.owner
        scopes |= dict.fromkeys(definition.elided, left)
    module = module_lines(parsed.tree, names, rebound, own, deep)
    regions = (*parsed.lost, *(_too_deep(node, rows) for node in deep))
    refused = () if parsed.refused is None or regions else (parsed.refused,)
    read = frozenset[str]().union(*(body.loads for body in bodies))
    return Reading(
        tuple(bodies),
        (*_module_code(module, rows), *_recovered(regions, source)),
        {at: tuple(_through(_head(owner, names), MAX_HEAD)) for at, owner in owners.items()},
        {
            name: tuple(within(_written(statement, 0, names), MAX_CONSTANT))
            for name, statement in found.constants.items()
            if name in read
        },
        (*regions, *refused),
    )


def _body(definition: Definition, normaliser: Normaliser, rows: Sequence[str]) -> Body:
    node, owner = definition.node, definition.owner
    normaliser.signature(node, 0)
    signature = tuple(normaliser.lines)
    normaliser.body(node.body, 1)
    lines = tuple(normaliser.lines)
    return Body(
        definition.name,
        _span(node, rows),
        node.lineno,
        None if owner is None else owner.lineno,
        bool(node.decorator_list),
        lines,
        windows(lines),
        signature,
        frozenset(normaliser.loads),
        frozenset(normaliser.calls),
        sum(map(cost, lines)),
    )


def _head(owner: ast.ClassDef, names: dict[str, str]) -> Iterator[Line]:
    """Yield the head of a class and the attributes that it sets."""
    normaliser = Normaliser(names)
    normaliser.signature(owner, 0)
    yield from normaliser.lines
    for statement in owner.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            yield from _written(statement, 1, names)


def _written(statement: ast.stmt, indent: int, names: dict[str, str]) -> list[Line]:
    normaliser = Normaliser(names)
    normaliser.statement(statement, indent)
    return normaliser.lines


def _through(lines: Iterable[Line], budget: int) -> Iterator[Line]:
    """Yield the lines within a budget and the first one beyond it, so that nothing follows."""
    for line in lines:
        yield line
        budget -= cost(line)
        if budget < 0:
            break


def _module_code(lines: Lines, rows: Sequence[str]) -> Iterator[Piece]:
    if lines:
        end = max(line.source_end_line for line in lines)
        span = Span(1, 1, end, len(rows[end - 1]) + 1)
        yield Piece("<module>", UnitKind.MODULE, span, lines, windows(lines))


def _recovered(regions: Iterable[Lost], source: Source) -> Iterator[Piece]:
    for lost in regions:
        lines = _region_lines(lost)
        if lines:
            name = f"<region at {source.place(lost.span.start_line)}>"
            yield Piece(name, UnitKind.REGION, lost.span, lines, windows(lines))


def _span(node: FunctionNode, rows: Sequence[str]) -> Span:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return Span(first, 1, node.end_lineno or node.lineno, _end_column(node, rows))


def _end_column(node: Node, rows: Sequence[str]) -> int:
    """Return the column behind a statement in characters; `ast` counts the bytes of UTF-8."""
    line = rows[(node.end_lineno or node.lineno) - 1].encode("utf-8", "replace")
    return len(line[: node.end_col_offset].decode("utf-8", "ignore")) + 1


def _too_deep(node: Node, rows: Sequence[str]) -> Lost:
    last = node.end_lineno or node.lineno
    region = "\n".join(rows[node.lineno - 1 : last])
    span = Span(node.lineno, 1, last, _end_column(node, rows))
    return Lost(span, region, TOO_DEEP)


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
