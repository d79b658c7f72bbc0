"""Reads facts off the text of a unit: what is called with what, and what is asked before.

A fact is a short string: ``call .execute 0:f-sql`` (the first argument is a formatted query),
``call open 0<param`` (it is made from a parameter), ``asked .execute|In:set[k]`` (a test on what
it is made from stands before), ``unasked open``, ``stops isinstance()``, ``kept token=call:md5``.
Facts say of a call what words and their order cannot, whatever variables are called; a linear
model learns what they are worth (`weakspot.model.hashed`). Nothing is judged here. What is told
decides what a model folder means: a change here is one of the normaliser (`NORMALISER_VERSION`).
"""

import ast
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from weakspot.code.blocks import captured, last_name
from weakspot.code.children import children, walk
from weakspot.code.fact_places import Place, Test
from weakspot.code.fact_shapes import Scope, arguments_of, keywords_of, last_word, words_of
from weakspot.code.fragments import statements_of

_Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp

_STATEMENTS = (ast.stmt, ast.ExceptHandler)
_ENDS = (ast.Raise, ast.Return, ast.Continue, ast.Break)
_STOPPERS = frozenset(["abort", "exit", "error", "send_error", "fail"])
_LONGEST = 40  # characters of a shape, of a literal
_LONGEST_TEST = 24
_LONGEST_ARGUMENT = 48
_LONGEST_NAME = 24
_CALLS_BEFORE = 3  # that the order of calls is told for


def facts_of(text: str) -> frozenset[str]:
    """Return the facts of a unit's normalised text, context included, where that parses."""
    return frozenset[str]().union(*(told.facts for told in told_of(statements_of(text))))


def told_of(statements: Iterable[ast.stmt]) -> Sequence["Told"]:
    """Return what the statements tell, and each inside of them, in order of their ends."""
    reader = _Reader()
    for statement in statements:
        try:
            reader.visit(statement)
        except RecursionError:
            continue
    return reader.told


def counted(text: str) -> Counter[str]:
    """Return the facts of a text as a linear model takes them, each counted once."""
    return Counter(facts_of(text))


@dataclass(frozen=True, slots=True)
class Told:
    """The facts of one statement, or ``except``; of one that has a body, those of its head."""

    statement: ast.stmt | ast.ExceptHandler
    facts: frozenset[str]


class _Reader(ast.NodeVisitor):
    """Walks statements in order; `found` collects the facts of one, `told` has them all."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self.told: list[Told] = []
        self._place = Place(Scope(frozenset(), {}))
        self._calls: list[str] = []

    @property
    def _scope(self) -> Scope:
        return self._place.scope

    def _shape(self, node: ast.expr | None, longest: int = _LONGEST) -> str:
        return self._scope.shape(node)[:longest]

    def visit(self, node: ast.AST) -> None:
        """Read a node; a statement's facts are kept apart from those around it."""
        read = getattr(self, f"visit_{type(node).__name__}", self.generic_visit)
        if not isinstance(node, _STATEMENTS):
            read(node)
            return
        around, self.found = self.found, set()
        try:
            read(node)
        finally:  # it may nest too deep: what was found counts
            mine, self.found = self.found, around
            self.told.append(Told(node, frozenset(mine)))

    def generic_visit(self, node: ast.AST) -> None:
        """Read all that a node holds."""
        for child in children(node):
            self.visit(child)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.found.update(f"base {self._scope.tail(base)}" for base in node.bases)
        for part in (*node.decorator_list, *node.body):
            self.visit(part)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._decorators(node.decorator_list)
        names = self._parameters(node.args)
        outer, calls = self._place, self._calls
        self._place = Place(outer.scope.within(names))
        self._calls = []
        for statement in node.body:
            self.visit(statement)
        self._place, self._calls = outer, calls

    visit_FunctionDef = visit_AsyncFunctionDef = _function  # noqa: N815  names that `ast` asks for

    def _decorators(self, nodes: Sequence[ast.expr]) -> None:
        names: list[str] = []
        for node in nodes:
            called = node if isinstance(node, ast.Call) else None
            name = self._scope.tail(called.func if called else node, 2)
            names.append(name)
            self.found.add(f"under {name}")
            if called:
                self.found.update(f"under {name} {self._shape(one)}" for one in called.args)
                for word in called.keywords:
                    shape = self._shape(word.value)
                    self.found.update(
                        (f"under {name} {word.arg}={shape}", f"under {word.arg}={shape}")
                    )
            self.visit(node)
        if names:
            self.found.add(f"under {'&'.join(sorted(names))}")

    def _parameters(self, given: ast.arguments) -> frozenset[str]:
        plain = [*given.posonlyargs, *given.args]
        pairs = [*zip(reversed(plain), reversed(given.defaults), strict=False)]
        pairs += [
            (one, value)
            for one, value in zip(given.kwonlyargs, given.kw_defaults, strict=True)
            if value is not None
        ]
        for one, value in pairs:
            self.found.add(f"default {one.arg}={self._shape(value)}")
        named = [*plain, *given.kwonlyargs]
        for one in named:
            if one.annotation is not None:
                self.found.add(f"type {ast.unparse(one.annotation)[:_LONGEST]}")
        rest = [one for one in (given.vararg, given.kwarg) if one is not None]
        return frozenset(one.arg for one in (*named, *rest)) - {"self", "cls"}

    # Values and their names

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self._bind(target, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)
            self._bind(node.target, node.value)
        self.found.add(f"typed {ast.unparse(node.annotation)[:_LONGEST]}")

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        self.found.add(f"grows {type(node.op).__name__} {self._shape(node.value)}")
        if isinstance(node.target, ast.Name) and (old := self._scope.values.get(node.target.id)):
            self._scope.values[node.target.id] = ast.BinOp(old, node.op, node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._bind(node.target, node.value)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        shape = self._shape(value)
        if isinstance(target, ast.Name):
            self._scope.values[target.id] = value
            whole = "_".join(words_of(target.id))[-_LONGEST_NAME:]
            self.found.update((f"kept {whole}={shape}", f"kept {last_word(target.id)}={shape}"))
        elif isinstance(target, ast.Attribute):
            self.found.update(
                (f"set .{target.attr}={shape}", f"kept {last_word(target.attr)}={shape}")
            )
        elif isinstance(target, ast.Subscript):
            self.found.add(f"set [{self._shape(target.slice)}]={shape}")
        else:
            self._bind_all(target, value)

    def _bind_all(self, target: ast.expr, value: ast.expr) -> None:
        for part in walk(target):
            if isinstance(part, ast.Name):
                self._scope.values[part.id] = value

    def visit_Lambda(self, node: ast.Lambda) -> None:
        outer = self._place
        self._place = Place(outer.scope.within(self._parameters(node.args)), outer.tests)
        self.visit(node.body)
        self._place = outer

    def _comprehension(self, node: _Comprehension) -> None:
        kept = dict(self._scope.values)
        for part in node.generators:
            self.visit(part.iter)
            self._bind_all(part.target, part.iter)
            for test in part.ifs:
                self.visit(test)
        for element in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self.visit(element)
        self._scope.values = kept

    visit_ListComp = visit_SetComp = _comprehension  # noqa: N815
    visit_GeneratorExp = visit_DictComp = _comprehension  # noqa: N815

    def visit_Dict(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                self.found.add(f"item {key.value[:_LONGEST_NAME].lower()}={self._shape(value, 32)}")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and 0 < len(node.value) <= _LONGEST:
            self.found.add(f"text {node.value}")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.found.add(f"reads .{node.attr}")
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        of, at = (self._scope.shape(part, 1)[:_LONGEST_TEST] for part in (node.value, node.slice))
        self.found.add(f"item {of}[{at}]")
        self.generic_visit(node)

    # Statements

    def _loop(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        self.found.add(f"for {self._shape(node.iter)}")
        self._bind_all(node.target, node.iter)
        for statement in (*node.body, *node.orelse):
            self.visit(statement)

    visit_For = visit_AsyncFor = _loop  # noqa: N815

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.visit(item.context_expr)
            self.found.add(f"with {self._shape(item.context_expr)}")
            if item.optional_vars is not None:
                self._bind_all(item.optional_vars, item.context_expr)
        for statement in node.body:
            self.visit(statement)

    visit_With = visit_AsyncWith = _with  # noqa: N815

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None:
            origins, _ = self._scope.origins(node.value)
            self.found.add(f"return {self._shape(node.value)}")
            self.found.update(f"return <{origin}" for origin in origins)
        self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        self.found.add(f"raise {self._shape(node.exc)}")
        self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        first = node.body[0]
        does = type(first).__name__.lower()
        if isinstance(first, ast.Expr | ast.Return):
            does += f" {self._shape(first.value)}"
        caught = "all" if node.type is None else self._shape(node.type)
        self.found.update((f"except {caught}", f"except: {does}"))
        if node.name:
            self._scope.values[node.name] = ast.Name("<error>", ast.Load())
        for statement in node.body:
            self.visit(statement)

    # Conditions

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        for case in node.cases:
            self._scope.values |= dict.fromkeys(captured(case.pattern), node.subject)
            if case.guard is not None:
                self._asks("case", case.guard, case.guard)
            for statement in case.body:
                self.visit(statement)

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        test = self._test(node.test)
        stops = any(self._stops(statement) for statement in node.body)
        self.found.update(f"{'stops' if stops else 'if'} {kind}" for kind in test.kinds)
        if stops:
            self._how_it_stops(node.body)
        held = len(self._place.tests)
        self._place.tests.append(test)
        for statement in node.body:
            self.visit(statement)
        if not stops:  # where it stops, the opposite holds from here on
            del self._place.tests[held:]
        for statement in node.orelse:
            self.visit(statement)

    def _stops(self, node: ast.stmt) -> bool:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            return self._scope.tail(node.value.func) in _STOPPERS
        return isinstance(node, _ENDS)

    def _how_it_stops(self, body: Sequence[ast.stmt]) -> None:
        for statement in body:
            if isinstance(statement, ast.Raise):
                self.found.add(f"stops raise {self._shape(statement.exc)}")
            elif isinstance(statement, ast.Return):
                self.found.add(f"stops return {self._shape(statement.value, 30)}")

    def visit_Assert(self, node: ast.Assert) -> None:
        self._asks("assert", node.test, node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._asks("either", node.test, node)

    def visit_While(self, node: ast.While) -> None:
        self.found.add(f"while {self._shape(node.test)}")
        self._asks("while", node.test, node)

    def _asks(self, word: str, test: ast.expr, node: ast.AST) -> None:
        self.found.update(f"{word} {kind}" for kind in self._test(test).kinds)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        for operator, right in zip(node.ops, node.comparators, strict=True):
            how = type(operator).__name__
            for side in (node.left, right):
                if name := last_name(side):
                    self.found.add(f"compare {how} {last_word(name)}")
            left, other = (self._scope.shape(one, 1)[:_LONGEST_TEST] for one in (node.left, right))
            self.found.add(f"compare {left} {how} {other}")
        self.generic_visit(node)

    def _test(self, node: ast.expr) -> Test:
        kinds: set[str] = set()
        names: set[str] = set()
        for part in walk(node):
            if isinstance(part, ast.Name | ast.Attribute):
                name = last_name(part)
                names.add(name)
                kinds.add(last_word(name) if isinstance(part, ast.Name) else f".{name}")
            elif isinstance(part, ast.Call):
                kinds.add(f"{self._scope.tail(part.func)}()")
            elif isinstance(part, ast.BoolOp | ast.UnaryOp):
                kinds.add(type(part.op).__name__)
            elif isinstance(part, ast.Compare):
                kinds.update(self._compared(part))
        return Test(frozenset(kinds), frozenset(names))

    def _compared(self, node: ast.Compare) -> Iterable[str]:
        for operator, right in zip(node.ops, node.comparators, strict=True):
            how = type(operator).__name__
            yield f"{how}:{self._scope.shape(right, 1)[:_LONGEST_TEST]}"
            if isinstance(node.left, ast.Call):
                yield f"{self._scope.tail(node.left.func)}() {how}"

    def visit_Call(self, node: ast.Call) -> None:
        full = self._scope.dotted(node.func)
        tail = full.split(".")[-1]
        origins: set[str] = set()
        used: set[str] = set()
        told: list[str] = ["", f"/{len(node.args)}", f"({','.join(keywords_of(node))})"]
        for where, value in arguments_of(node):
            made_of, names = self._scope.origins(value)
            origins |= made_of
            used |= names
            told.append(f" {where}{self._shape(value, _LONGEST_ARGUMENT)}")
            told += [f" {where[:-1]}<{origin}" for origin in made_of]
        for word in node.keywords:
            if word.arg:
                told.append(f" {word.arg}=")
                self.found.add(f"key {word.arg}={self._shape(word.value, _LONGEST_ARGUMENT)}")
        self.found.update(f"call {name}{one}" for name in (full, f".{tail}") for one in told)
        self._asked(full, tail, origins, used)
        if isinstance(node.func, ast.Attribute):
            made_of, _ = self._scope.origins(node.func.value)
            self.found.update(f"call .{tail} on<{origin}" for origin in made_of)
        self.generic_visit(node)
        self.found.update(f"order {before}>{tail}" for before in self._calls[-_CALLS_BEFORE:])
        self._calls.append(tail)

    def _asked(self, full: str, tail: str, origins: set[str], used: set[str]) -> None:
        """Say what is asked, before a call, about what it is given."""
        about = [test.kinds for test in self._place.tests if test.names & used]
        for kind in frozenset[str]().union(*about):
            self.found.update((f"asked .{tail}|{kind}", f"asked {full}|{kind}"))
        outside = "param" in origins or any(origin.startswith("@") for origin in origins)
        if outside and not about:
            self.found.update((f"unasked {full}", f"unasked .{tail}"))
