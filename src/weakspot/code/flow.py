"""Follows untrusted data back from a line to where it enters, in a file and its neighbours.

Assignments and uses on the syntax tree: nothing is run or imported. Calls of functions of the same
file, of methods through `self`, and of functions of files that it imports or that import it, are
followed up into callers and down into what helpers return. Not followed are methods of any other
object and what loops bring round from below. Passed over is what would need more than form:
whether a check holds, what a library or a decorator makes of what it is given, and
which item of a container is meant.
"""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from weakspot.code.flow_blocks import Reach
from weakspot.code.flow_file import (
    Assignment,
    FlowFile,
    Function,
    Inside,
    Place,
    Root,
    own_expressions,
)
from weakspot.code.flow_parts import Helper, Parts, is_static
from weakspot.code.flow_plain import is_converted
from weakspot.code.flow_sources import (
    entry_of,
    is_given_from_outside,
    is_view,
    source_of,
)
from weakspot.core.finding import Step

_DEEPEST = 4  # calls followed, up and down together
# Names and places that give them values, looked at for one line: a bound on time, not met by
# people's code.
_MOST_VISITS = 400
_LONGEST = 60  # characters of code that a step shows

Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A file beside the one that is asked about, read when a call may lead into it.

    `links` are those of its `FlowFile`; `mentions` says whether a name may stand in it.
    """

    path: str
    links: Mapping[str, str]
    mentions: Callable[[str], bool]
    read: Callable[[], FlowFile]


class Flow:
    """A file and its neighbours; built once, asked for any number of lines of the file."""

    def __init__(self, file: FlowFile, others: Sequence[Neighbour] = ()) -> None:
        self._file = file
        own = Neighbour(file.path, file.links, lambda _: True, lambda: file)
        self._near = {one.path: one for one in (*others, own)}
        self._read: dict[str, FlowFile] = {}
        self._parts = Parts(self._helper)
        self._visits = 0
        self._helpers = 0  # that are looked into just now
        self._seen: set[tuple[bool, int, str, int, int]] = set()

    def trace(self, line: int) -> Steps:
        """Return the steps from a source to a 1-based line, in order; none where none is seen."""
        self._visits, self._seen = 0, set()
        for statement, place in self._file.statements.get(line, ()):
            for expression in own_expressions(statement):
                for used in (expression, *self._parts.given(expression, place.inside)):
                    if found := self._from(used, place, 0):
                        return (*found, Step(line, "used here"))
        return ()

    def _from(self, expression: ast.expr, place: Place, depth: int) -> Steps:
        """Return the steps that lead into an expression; none where nothing untrusted does."""
        file = place.inside.file
        parts = list(self._parts.of(expression, place.inside))
        for node in parts:
            if isinstance(node, ast.Name):
                continue
            name, root, is_request = file.dotted(node, place.inside)
            is_library = root is Root.IMPORTED or (root is Root.FREE and "." not in name)
            if told := source_of(node, name, is_library=is_library, is_request=is_request):
                line = getattr(node, "lineno", place.line)
                return (self._step(line, f"untrusted: {_shown(told)}", file),)
        for node in parts:
            self._visits += 1
            if self._visits > _MOST_VISITS:
                return ()
            if isinstance(node, ast.Name):
                found = self._from_name(node.id, place, depth)
            elif isinstance(node, ast.Attribute):
                found = self._from_attribute(node, place, depth)
            else:
                found = self._from_helper(node, place, depth)
            if found:
                return found
        return ()

    def _step(self, line: int, what: str, file: FlowFile) -> Step:
        return Step(line, what, "" if file is self._file else file.path)

    def _from_name(self, name: str, place: Place, depth: int) -> Steps:
        if (key := (self._helpers > 0, id(place.block), name, *place.at)) in self._seen:
            return ()
        self._seen.add(key)
        found = self._from_assignments(name, place, depth)
        if found is not None:
            return found
        inside = place.inside
        if isinstance(inside.node, Function):
            return self._from_parameter(name, inside, inside.node, depth)
        if isinstance(inside.node, ast.ClassDef) and inside.place is not None:
            return self._from_name(name, inside.place, depth)
        return ()

    def _from_assignments(self, name: str, place: Place, depth: int) -> Steps | None:
        """Return what leads into a name; None if it may be what it was where its scope began."""
        inside = place.inside
        reach = Reach(place.block)
        for assignment in inside.before(name, place):
            self._visits += 1
            if self._visits > _MOST_VISITS:
                return ()
            if not reach.comes(assignment.place.block):
                continue
            if found := self._from(assignment.value, assignment.place, depth):
                what = f"`{name}` gets its value"
                return (*found, self._step(assignment.line, what, inside.file))
            if assignment.is_whole and reach.ends(assignment.place.block):
                return ()  # it has this value, or another one given since
        return None

    def _from_parameter(self, name: str, inside: Inside, function: Function, depth: int) -> Steps:
        at, argument, default = _parameter(function, name)
        if argument is None:
            return ()
        if entry := self._entry(function, inside):
            if not is_given_from_outside(argument, default) or is_converted(function, name):
                return ()
            text = f"untrusted: parameter `{name}` of the {entry} `{function.name}`"
            return (self._step(argument.lineno, text, inside.file),)
        if depth >= _DEEPEST or self._helpers:
            return ()  # what comes into a helper is followed at the call that led there
        skipped = int(inside.is_method and not is_static(function))
        for call, place in self._calls(function, inside):
            given = _argument(call, name, at - skipped)
            if place.inside is inside or given is None:
                continue
            if found := self._from(given, place, depth + 1):
                text = f"passed to `{function.name}` as `{name}`"
                return (*found, self._step(call.lineno, text, place.inside.file))
        return ()

    def _entry(self, function: Function, inside: Inside) -> str | None:
        """Say who calls a function from outside; None if nobody does."""
        if entry := entry_of(function):
            return entry
        is_served = inside.file.is_served and next(self._calls(function, inside), None) is None
        owner = inside.owner if inside.is_method else None
        return "view" if is_view(function, owner, is_served=is_served) else None

    def _calls(self, function: Function, inside: Inside) -> Iterator[tuple[ast.Call, Place]]:
        """Yield the calls of a function: in its own file, then where others import it."""
        own, name = inside.file, function.name
        for call, place in own.calls[name]:
            if own.called(call, place.inside) is function:
                yield call, place
        if own.module.function(name) is not function:
            return
        for near in self._near.values():
            if near.path == own.path or own.path not in near.links.values():
                continue
            if (other := self._open(near.path, name)) is None:
                continue
            for call, place in other.calls[name]:
                if other.imported(call, place.inside) == (own.path, name):
                    yield call, place

    def _open(self, path: str, name: str) -> FlowFile | None:
        """Return a file in which a name may stand; None where there is none."""
        near = self._near.get(path)
        if near is None or not near.mentions(name):
            return None
        if path not in self._read:
            self._read[path] = near.read()
        return self._read[path]

    def _from_attribute(self, node: ast.Attribute, place: Place, depth: int) -> Steps:
        """Follow `self.name` to where a method of the same class sets it."""
        owner, file = place.inside.owner, place.inside.file
        if not isinstance(node.value, ast.Name) or node.value.id != "self" or owner is None:
            return ()
        known = file.attributes[f"self.{node.attr}"]
        may_be = _last_set(known, place)
        at = (0, 0) if may_be is known else place.at
        key = (self._helpers > 0, id(owner), node.attr, *at)
        if key in self._seen or depth >= _DEEPEST:
            return ()
        self._seen.add(key)
        for assignment in may_be:
            if assignment.place.inside.owner is not owner:
                continue
            if found := self._from(assignment.value, assignment.place, depth + 1):
                what = f"kept as `self.{node.attr}`"
                return (*found, self._step(assignment.line, what, file))
        return ()

    def _from_helper(self, node: ast.expr, place: Place, depth: int) -> Steps:
        """Follow a call down to what a function of this file, or of an imported one, returns."""
        if not isinstance(node, ast.Call) or depth >= _DEEPEST:
            return ()
        helper = self._helper(node, place.inside)
        if helper is None or (key := (False, id(helper.node), "", 0, 0)) in self._seen:
            return ()
        self._seen.add(key)
        self._helpers += 1
        ways = ((self._from(value, end, depth + 1), end) for value, end in helper.inside.returns)
        found, end = next((way for way in ways if way[0]), ((), None))
        self._helpers -= 1
        if end is None:
            return ()
        told = f"returned by `{helper.node.name}`"
        return (*found, self._step(end.line, told, helper.inside.file))

    def _helper(self, call: ast.Call, inside: Inside) -> Helper | None:
        """Return the function of this file, or of an imported one, that is called."""
        home: FlowFile | None = inside.file
        if (there := inside.file.imported(call, inside)) is not None:
            home = self._open(*there)
            function = home.module.function(there[1]) if home else None
        else:
            function = inside.file.called(call, inside)
        return Helper(function, home.inside[function]) if home and function else None


def _last_set(known: Sequence[Assignment], place: Place) -> Sequence[Assignment]:
    """Return which values an attribute may have at a place: all, or those set above it for sure."""
    above = [one for one in known if one.place.inside is place.inside and one.place.at < place.at]
    reach = Reach(place.block)
    may_be: list[Assignment] = []
    for one in reversed(above):
        if not reach.comes(one.place.block):
            continue
        may_be.append(one)
        if reach.ends(one.place.block):
            return may_be
    return known


def _parameter(function: Function, name: str) -> tuple[int, ast.arg | None, ast.expr | None]:
    """Return a parameter's position (-1 for keyword-only ones), itself and its default."""
    arguments = function.args
    placed = [*arguments.posonlyargs, *arguments.args]
    defaults: Sequence[ast.expr | None] = arguments.defaults
    defaults = [*[None] * (len(placed) - len(defaults)), *defaults]
    for at, (argument, default) in enumerate(zip(placed, defaults, strict=True)):
        if argument.arg == name:
            return at, argument, default
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if argument.arg == name:
            return -1, argument, default
    return -1, None, None


def _argument(call: ast.Call, name: str, at: int) -> ast.expr | None:
    by_name: Mapping[str | None, ast.expr] = {one.arg: one.value for one in call.keywords}
    if name in by_name:
        return by_name[name]
    if any(isinstance(one, ast.Starred) for one in call.args):
        return None
    return call.args[at] if 0 <= at < len(call.args) else None


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
