"""Tells whether a draft repeats test data, by hashes of normalised programs and functions.

Comments, docstrings and spacing are looked past; any other difference hides a repeat. A suite is a
folder of Python files, or JSON lines whose rows have a field `code`.
"""

import ast
import hashlib
import json
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from weakspot.core.errors import DataError

# Says which suite a program repeats, if it does.
Overlap = Callable[[str], str | None]
KEPT = 20  # hexadecimal digits of a digest in the list of what is reserved
_FEWEST_STATEMENTS = 4  # shorter functions are alike by chance
_SUITE_CODE = ("code", "vulnerable_code", "fixed_code", "input")


def suite_overlap(suites: Iterable[Path]) -> Overlap:
    """Return a check against the given suites and the reserved ones.

    Raises:
        DataError: a suite cannot be read.
    """
    known: dict[str, str] = {}
    for suite in suites:
        for code in programs(suite):
            known.update((one, suite.name) for one in digests(code))

    def overlap(code: str) -> str | None:
        found = digests(code)
        if any(is_reserved(one) for one in found):
            return "a public test suite"
        return next((known[one] for one in found if one in known), None)

    return overlap


@cache
def reserved() -> frozenset[str]:
    """Return the digests of public test suites that must not be learnt from.

    They are the first half of each digest, kept in ``reserved.txt`` (tools/reserved_hashes.py):
    enough to know a program again, nothing to read it by.
    """
    text = files("weakspot.dataset").joinpath("reserved.txt").read_text("ascii")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))


def is_reserved(digest: str) -> bool:
    """Whether a digest is one of a public test suite."""
    return digest[:KEPT] in reserved()


def digests(code: str) -> tuple[str, ...]:
    """Return the hashes of a program and of its functions; none when it does not parse."""
    tree = parsed(code)
    if tree is None:
        return ()
    without_docstrings(tree)
    found = [tree, *_functions(tree)]
    return tuple(dict.fromkeys(one for node in found if (one := _digest(node)) is not None))


def parsed(code: str) -> ast.Module | None:
    """Parse a program of unknown origin; None when Python would refuse it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in other people's strings
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def dumped(code: str) -> str | None:
    """Return a program of unknown origin without its comments and spacing, as its tree tells it.

    None when Python would refuse it, and when it is nested too deeply to be told.
    """
    tree = parsed(code)
    try:
        return ast.dump(tree) if tree is not None else None
    except (RecursionError, MemoryError):
        return None


def _functions(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def function_digests(code: str) -> dict[int, str]:
    """Return the digest of every function of a program by the line of its first decorator."""
    tree = parsed(code)
    if tree is None:
        return {}
    without_docstrings(tree)
    found: dict[int, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            if (digest := _digest(node)) is not None:
                found[first] = digest
    return found


def _digest(node: ast.AST) -> str | None:
    statements = sum(isinstance(one, ast.stmt) for one in ast.walk(node))
    if statements < _FEWEST_STATEMENTS:
        return None
    try:
        text = _told(node)
    except RecursionError:
        return None
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _told(part: Any) -> str:
    """Return what `ast.dump` of Python 3.11 writes, in which the list of what is reserved was made.

    Later Pythons write empty fields otherwise, and have type parameters.
    """
    if isinstance(part, list):
        return f"[{', '.join(map(_told, part))}]"
    if not isinstance(part, ast.AST):
        return repr(part)
    kind = type(part)
    told = []
    for name in part._fields:
        value = getattr(part, name, None)
        is_unset = value is None and getattr(kind, name, ...) is None
        if not is_unset and (value or name != "type_params"):
            told.append(f"{name}={_told(value)}")
    return f"{kind.__name__}({', '.join(told)})"


def without_docstrings(node: ast.AST) -> ast.AST:
    """Take the docstrings out of a tree, in place, and return it."""
    for one in ast.walk(node):
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            first = one.body[0] if one.body else None
            if (
                len(one.body) > 1
                and isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                del one.body[0]
    return node


def programs(suite: Path) -> Iterator[str]:
    """Yield the programs of a suite: a folder of Python files, or JSON lines."""
    try:
        if suite.is_dir():
            for path in sorted(suite.rglob("*.py")):
                yield path.read_text("utf-8", errors="replace")
            return
        with suite.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                row = json.loads(line)
                codes = [row[name] for name in _SUITE_CODE if isinstance(row.get(name), str)]
                if not codes:
                    raise DataError(f"{suite}:{number}: has none of {', '.join(_SUITE_CODE)}")
                yield from codes
    except (OSError, ValueError, AttributeError) as error:
        raise DataError(f"{suite}: {error}") from error
