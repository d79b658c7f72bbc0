"""Follows untrusted data back from a line to where it enters, in a file and its neighbours.

Definitions and uses on the syntax tree: nothing is run or imported. Calls of functions of the same
file, and of files that it imports or that import it, are followed up into callers and down into
what helpers return. What cannot be seen (methods of other files' objects, containers' items one by
one, code that a decorator changes) has no trace, not a guessed one.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence

from weakspot.code.flow_file import (
    FlowFile,
    Function,
    Scope,
    last_name,
    own_expressions,
)
from weakspot.code.flow_sources import SANITISERS, entry_of, is_given_from_outside, source_of
from weakspot.core.finding import Step

_DEEPEST = 4  # calls followed, up and down together
# Names and places that give them values, looked at for one line: a bound on time, not met by
# people's code.
_MOST_VISITS = 400
_LONGEST = 60  # characters of code that a step shows

Steps = tuple[Step, ...]


class Flow:
    """A file and its neighbours; built once, asked for any number of lines of the file."""

    def __init__(self, file: FlowFile, others: Sequence[FlowFile] = ()) -> None:
        self._file = file
        self._files = {one.path: one for one in (file, *others)}
        self._inside = {
            scope: one for each in self._files.values() for scope, one in each.inside.items()
        }
        self._visits = 0
        self._seen: set[tuple[int, str, int]] = set()

    def trace(self, line: int) -> Steps:
        """Return the steps from a source to a 1-based line, in order; none where none is seen."""
        self._visits, self._seen = 0, set()
        for statement, scope in self._file.statements.get(line, ()):
            for expression in own_expressions(statement):
                if found := self._from(expression, scope, statement.lineno, 0):
                    return (*found, Step(line, "used here"))
        return ()

    def _from(self, expression: ast.expr, scope: Scope, line: int, depth: int) -> Steps:
        """Return the steps that lead into an expression; none where nothing untrusted does."""
        file = self._inside[scope].file
        parts = list(_parts(expression, file))
        for node in parts:
            if told := source_of(file.dotted(node), node):
                at = getattr(node, "lineno", line)
                return (Step(at, f"untrusted: {_shown(told)}", file.path),)
        for node in parts:
            self._visits += 1
            if self._visits > _MOST_VISITS:
                return ()
            if isinstance(node, ast.Name):
                found = self._from_name(node.id, scope, line, depth)
            elif isinstance(node, ast.Attribute):
                found = self._from_attribute(node, scope, depth)
            else:
                found = self._from_helper(node, file, depth)
            if found:
                return found
        return ()

    def _from_name(self, name: str, scope: Scope, line: int, depth: int) -> Steps:
        if (key := (id(scope), name, line)) in self._seen:
            return ()
        self._seen.add(key)
        inside = self._inside[scope]
        known = inside.before(name, line)
        for definition in known:
            self._visits += 1
            if self._visits > _MOST_VISITS:
                return ()
            if found := self._from(definition.value, scope, definition.line, depth):
                what = f"`{name}` gets its value"
                return (*found, Step(definition.line, what, inside.file.path))
            if definition.always and not _reads(definition.value, name):
                return ()  # it has this value, whatever it had before
        if isinstance(scope, ast.Module):
            return ()
        return self._from_parameter(name, scope, depth)

    def _from_parameter(self, name: str, function: Function, depth: int) -> Steps:
        inside = self._inside[function]
        at, argument, default = _parameter(function, name)
        if argument is None:
            return ()
        if entry := entry_of(function):
            if not is_given_from_outside(argument, default):
                return ()
            text = f"untrusted: parameter `{name}` of the {entry} `{function.name}`"
            return (Step(argument.lineno, text, inside.file.path),)
        if depth >= _DEEPEST or len(inside.file.functions[function.name]) > 1:
            return ()
        skipped = int(inside.owner is not None and not _is_static(function))
        for call, caller in self._calls(function):
            given = _argument(call, name, at - skipped)
            if caller is function or given is None:
                continue
            if found := self._from(given, caller, call.lineno, depth + 1):
                text = f"passed to `{function.name}` as `{name}`"
                return (*found, Step(call.lineno, text, self._inside[caller].file.path))
        return ()

    def _calls(self, function: Function) -> Iterator[tuple[ast.Call, Scope]]:
        """Yield the calls of a function: in its own file, then where others import it."""
        own, owner = self._inside[function].file, self._inside[function].owner
        for call, caller in own.calls[function.name]:
            if own.imported(call) is None:  # another file's function may have the same name
                yield call, caller
        if owner is not None:
            return
        for other in self._files.values():
            if other is own or own.path not in other.links.values():
                continue
            for call, caller in other.calls[function.name]:
                if other.imported(call) == (own.path, function.name):
                    yield call, caller

    def _from_attribute(self, node: ast.Attribute, scope: Scope, depth: int) -> Steps:
        """Follow `self.name` to where a method of the same class sets it."""
        owner, file = self._inside[scope].owner, self._inside[scope].file
        if not isinstance(node.value, ast.Name) or node.value.id != "self" or owner is None:
            return ()
        if (key := (id(owner), node.attr, 0)) in self._seen or depth >= _DEEPEST:
            return ()
        self._seen.add(key)
        for definition, setter in file.attributes[f"self.{node.attr}"]:
            if self._inside[setter].owner is not owner:
                continue
            if found := self._from(definition.value, setter, definition.line, depth + 1):
                return (*found, Step(definition.line, f"kept as `self.{node.attr}`", file.path))
        return ()

    def _from_helper(self, node: ast.expr, file: FlowFile, depth: int) -> Steps:
        """Follow a call down to what a function of this file, or of an imported one, returns."""
        if not isinstance(node, ast.Call):
            return ()
        name, home = last_name(node.func), file
        if (place := file.imported(node)) is not None:
            if place[0] not in self._files:
                return ()
            home, name = self._files[place[0]], place[1]
        known = [
            one
            for one in home.functions.get(name, ())
            if place is None or self._inside[one].owner is None
        ]
        if len(known) != 1 or depth >= _DEEPEST or (id(known[0]), "", 0) in self._seen:
            return ()
        (helper,) = known
        self._seen.add((id(helper), "", 0))
        for value in self._inside[helper].returns:
            found = self._from(value, helper, value.lineno, depth + 1)
            # What came in as an argument is followed at the call itself.
            if found and not any(step.what.startswith("passed to") for step in found):
                return (*found, Step(value.lineno, f"returned by `{name}`", home.path))
        return ()


def _parts(expression: ast.expr, file: FlowFile) -> Iterator[ast.expr]:
    """Yield the names, attributes and calls that an expression's value comes from."""
    waiting: list[ast.AST] = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Compare | ast.Lambda):
            continue
        if isinstance(node, ast.Call):
            if file.dotted(node) in SANITISERS:
                continue
            yield node
            if isinstance(node.func, ast.Attribute):
                waiting.append(node.func.value)
            waiting += [*node.args, *(keyword.value for keyword in node.keywords)]
        elif isinstance(node, ast.Attribute):
            yield node
            waiting.append(node.value)
        elif isinstance(node, ast.Name):
            yield node
        elif isinstance(node, ast.IfExp):
            waiting += [node.body, node.orelse]
        else:
            waiting += ast.iter_child_nodes(node)


def _reads(value: ast.expr, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(value))


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


def _is_static(function: Function) -> bool:
    return any(last_name(one) == "staticmethod" for one in function.decorator_list)


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
