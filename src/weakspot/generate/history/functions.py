"""Takes the functions out of a file, each as a program that can be read alone.

A function keeps its decorators and comments and gets the imports whose names it reads; a method
stands in the bare header of its class. The text of the function itself is not touched.
"""

import ast
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from weakspot.dataset.overlap import parsed, without_docstrings

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_BLOCKS = (ast.If, ast.Try, ast.With, ast.For, ast.While)
MAX_CHARS = 40_000


@dataclass(frozen=True, slots=True)
class Piece:
    """One function: `first` and `last` are its lines in the file, `body` its first line here."""

    name: str
    code: str
    first: int
    last: int
    body: int

    def same_program(self, other: "Piece") -> bool:
        """Say whether both differ at most in comments, docstrings and layout."""
        return _shape(self.code) == _shape(other.code)

    def telling(self) -> frozenset[int]:
        """Return the lines (1-based, of `code`) that are code of the function itself."""
        tree = parsed(self.code)
        silent: set[int] = set()
        for node in ast.walk(tree) if tree is not None else ():
            if isinstance(node, _Function | ast.ClassDef) and _docstring(node) is not None:
                first = node.body[0]
                silent.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
        return frozenset(
            number
            for number, line in enumerate(self.code.split("\n"), 1)
            if number >= self.body
            and number not in silent
            and line.strip()
            and not line.lstrip().startswith("#")
        )


def functions(text: str) -> dict[str, Piece] | None:
    """Return the outermost functions and methods of a file by name; None when it does not parse.

    The second of one name is called ``name#2``, as a property's setter is.
    """
    tree = parsed(text)
    if tree is None:
        return None
    lines = text.split("\n")
    imports = tuple(_imports(tree))
    found: dict[str, Piece] = {}
    seen: Counter[str] = Counter()
    try:
        for owners, node in _outermost(tree.body, ()):
            name = ".".join([*(one.name for one in owners), node.name])
            seen[name] += 1
            name = name if seen[name] == 1 else f"{name}#{seen[name]}"
            piece = _piece(name, node, owners, lines, imports)
            if piece is not None:
                found[name] = piece
    except RecursionError:  # thousands of branches of one `if` nest as deeply
        return None
    return found


def _piece(
    name: str,
    node: _Function,
    owners: Sequence[ast.ClassDef],
    lines: Sequence[str],
    imports: Sequence[tuple[str, str]],
) -> Piece | None:
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
    last = node.end_lineno or node.lineno
    own = "\n".join(lines[first - 1 : last])
    read = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    head = list(dict.fromkeys(text for bound, text in imports if bound in read))
    if head:
        head += ["", ""]
    if owners:
        head.append(_class_line(owners[-1]))
    elif node.col_offset:
        own = textwrap.dedent(own)
    code = "\n".join([*head, own]) + "\n"
    if len(code) > MAX_CHARS or parsed(code) is None:
        return None
    return Piece(name, code, first, last, len(head) + 1)


def _outermost(
    body: Sequence[ast.stmt], owners: tuple[ast.ClassDef, ...]
) -> Iterator[tuple[tuple[ast.ClassDef, ...], _Function]]:
    for node in body:
        if isinstance(node, _Function):
            yield owners, node
        elif isinstance(node, ast.ClassDef):
            yield from _outermost(node.body, (*owners, node))
        elif isinstance(node, _BLOCKS):
            for inner in ("body", "orelse", "finalbody"):
                yield from _outermost(getattr(node, inner, []), owners)
            for handler in getattr(node, "handlers", []):
                yield from _outermost(handler.body, owners)


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield each name that the module's imports bind, with the import that binds only it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and node.col_offset == 0:
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                yield bound, ast.unparse(ast.Import([alias]))
        elif isinstance(node, ast.ImportFrom) and node.col_offset == 0:
            for alias in node.names:
                if alias.name != "*" and node.module != "__future__":
                    one = ast.ImportFrom(node.module, [alias], node.level)
                    yield alias.asname or alias.name, ast.unparse(one)


def _class_line(node: ast.ClassDef) -> str:
    bases = [ast.unparse(one) for one in node.bases]
    bases += [f"{one.arg}={ast.unparse(one.value)}" for one in node.keywords if one.arg]
    return f"class {node.name}({', '.join(bases)}):" if bases else f"class {node.name}:"


def _docstring(node: _Function | ast.ClassDef) -> ast.Constant | None:
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return first.value if isinstance(first.value.value, str) else None
    return None


def _shape(code: str) -> str:
    tree = parsed(code)
    try:
        return ast.dump(without_docstrings(tree)) if tree is not None else code
    except RecursionError:
        return code
