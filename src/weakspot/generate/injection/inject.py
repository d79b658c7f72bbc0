"""Puts weaknesses into real functions by undoing what keeps them out; the function is the twin.

The opposite as well: where real code has a weak call, its sound form makes the twin. All other
code of the function stays as it is, so that only the weakness tells the two apart.
"""

import ast
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import replace

from weakspot.code.source import Source
from weakspot.code.units import units_of
from weakspot.core.example import UnitPair
from weakspot.core.unit import Line, Unit, UnitKind
from weakspot.generate.injection.edit import Edit, Function
from weakspot.generate.injection.edits import EDITS, edits
from weakspot.generate.injection.pattern import filled
from weakspot.generate.injection.rewrite import call_rewrites, fitting

MOST_LINES = 60
MOST_OF_A_KIND = 600  # pairs of one mechanism: the commonest call would drown the others
MOST_OF_A_PROJECT = 40  # pairs of one mechanism from one project
_FUNCTIONS = (UnitKind.FUNCTION, UnitKind.METHOD)
PREFIX = "real/"  # before the name of a mechanism in real code
_MARK = "__weak_line__"


def inject(units: Iterable[tuple[str, Unit]], seed: int) -> Iterator[UnitPair]:
    """Yield pairs made from real units, given as (where it is from, unit)."""
    made: Counter[str] = Counter()
    of_project: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for number, (origin, unit) in enumerate(units):
        project = of_project[origin.split("/")[0]]
        for edit, function in _edits_of(unit, random.Random(f"{seed}|{number}")):  # noqa: S311  reproducible data, no secret
            name = edit.mechanism
            if made[name] >= MOST_OF_A_KIND or project[name] >= MOST_OF_A_PROJECT:
                continue
            pair = _pair(unit, function, edit, origin)
            if pair is not None:
                made[name] += 1
                project[name] += 1
                yield pair


def rewrites() -> dict[str, str]:
    """Return the CWE of every mechanism that `inject` may use, by its name."""
    calls = {f"{PREFIX}{rewrite.name}": rewrite.cwe for rewrite in call_rewrites()}
    return calls | {f"{PREFIX}{name}": cwe for name, cwe in EDITS.items()}


def looks_weak(unit: Unit) -> bool:
    """Whether real code has a call in a weak form: nobody may call it sound unread."""
    function = _function(unit)
    return function is not None and any(
        rewrite.weak_match(node) is not None
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        for rewrite in fitting(node)
    )


def _edits_of(unit: Unit, rng: random.Random) -> Iterator[tuple[Edit, Function]]:
    function = _function(unit)
    if function is None or len(unit.lines) > MOST_LINES:
        return
    found = list(edits(function, rng))
    for node in ast.walk(function):
        if isinstance(node, ast.expr):
            found += _calls(node, rng)
    for edit in found:
        yield edit, function


def _calls(node: ast.expr, rng: random.Random) -> Iterator[Edit]:
    for rewrite in fitting(node):
        if (bound := rewrite.sound_match(node)) is not None:
            weak = filled(rng.choice(rewrite.weak), bound)
            yield Edit(rewrite.name, rewrite.cwe, node, (weak,), (node,))
        elif (bound := rewrite.weak_match(node)) is not None:
            sound = filled(rewrite.sound[0], bound)
            yield Edit(rewrite.name, rewrite.cwe, node, (node,), (sound,))


def _function(unit: Unit) -> Function | None:
    if unit.kind not in _FUNCTIONS or unit.windows != 1:
        return None
    try:
        body = ast.parse(unit.text()).body
    except (SyntaxError, ValueError, RecursionError):
        return None
    whole = body[0] if len(body) == 1 else None
    return whole if isinstance(whole, ast.FunctionDef | ast.AsyncFunctionDef) else None


def _pair(unit: Unit, function: Function, edit: Edit, origin: str) -> UnitPair | None:
    weak_text, marked = _text(function, edit, edit.weak)
    sound_text, _ = _text(function, edit, edit.sound)
    weak, sound = _unit(unit, weak_text), _unit(unit, sound_text)
    if weak is None or sound is None or weak.text() == sound.text():
        return None
    if marked is None:
        shared = Counter(line.text for line in sound.lines)
        lines = tuple(at for at, line in enumerate(weak.lines) if not _taken(shared, line))
    else:
        lines = weak.lines_at((marked,))
    if not lines:
        return None
    return UnitPair(weak, sound, lines, edit.cwe, f"{PREFIX}{edit.mechanism}", origin)


def _taken(shared: Counter[str], line: Line) -> bool:
    shared[line.text] -= 1
    return shared[line.text] >= 0


def _text(function: Function, edit: Edit, nodes: tuple[ast.AST, ...]) -> tuple[str, int | None]:
    """Return the function with `nodes` at the edit's place, and the marked line's number."""
    order = list(ast.walk(function))
    copy = deepcopy(function)
    twins = list(ast.walk(copy))
    places = {id(node): at for at, node in enumerate(order)}
    swap: dict[int, list[ast.AST]] = {
        id(twins[places[id(edit.place)]]): [deepcopy(node) for node in nodes]
    }
    if edit.weak_line is not None:
        protected = twins[places[id(edit.weak_line)]]
        mark = ast.Expr(ast.Name(_MARK, ast.Load()))
        swap[id(protected)] = [mark, protected]
    _Swap(swap).generic_visit(copy)
    lines = ast.unparse(ast.fix_missing_locations(copy)).split("\n")
    marked = next((at for at, line in enumerate(lines) if line.strip() == _MARK), None)
    if marked is None:
        return "\n".join(lines), None
    del lines[marked]
    return "\n".join(lines), marked + 1


class _Swap(ast.NodeTransformer):
    """Puts lists of nodes in the place of nodes."""

    def __init__(self, swap: dict[int, list[ast.AST]]) -> None:
        self.swap = swap

    def visit(self, node: ast.AST) -> ast.AST | list[ast.AST]:
        others = self.swap.get(id(node))
        if others is None:
            result: ast.AST = self.generic_visit(node)
            return result
        return others[0] if len(others) == 1 else others


def _unit(host: Unit, text: str) -> Unit | None:
    """Normalise the function's text; the name, the kind and the context are the host's."""
    units = [one for one in units_of(Source("", text)).units if one.kind in _FUNCTIONS]
    if not units or units[0].windows != 1:
        return None
    return replace(units[0], name=host.name, kind=host.kind, context=host.context)
