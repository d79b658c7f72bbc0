"""Texts for an interpreter: parameters move into the text of a query or a command, and back."""

import ast
import random
import re
from collections.abc import Iterator
from copy import deepcopy

from weakspot.generate.injection.edit import Edit, varies

_SQL = re.compile(r"(?is)^\s*(select|insert|update|delete|replace|with|merge|drop|alter|create)\b")
_PLACES = re.compile(r"%s|\?|:[a-z_]\w*|%\((\w+)\)s")


def query(node: ast.Call, rng: random.Random) -> Iterator[Edit]:
    """Parameters of a query move into its text, and back."""
    if not isinstance(node.func, ast.Attribute) or not node.args or node.keywords:
        return
    if node.func.attr not in ("execute", "executemany", "raw", "fetch", "fetchrow", "fetchall"):
        return
    text, rest = node.args[0], node.args[1:]
    if isinstance(text, ast.Constant) and isinstance(text.value, str) and len(rest) == 1:
        if not _SQL.search(text.value) or not isinstance(rest[0], ast.Tuple | ast.List):
            return
        values = rest[0].elts
        pieces = re.split(r"%s|\?", text.value)
        if values and len(pieces) == len(values) + 1 and any(map(varies, values)):
            weak = deepcopy(node)
            weak.args = [_formatted(pieces, values, rng, "'" if rng.random() < 0.6 else "")]
            yield Edit("query-parameters", "CWE-89", node, (weak,), (node,))
    elif len(node.args) == 1 and (taken := _pieces(text)) is not None:
        pieces, values = taken
        if _SQL.search(pieces[0]) and any(map(varies, values)):
            sound = deepcopy(node)
            joined = "%s".join(
                piece.strip("'\"") if i else piece.rstrip("'\"") for i, piece in enumerate(pieces)
            )
            sound.args = [ast.Constant(joined), ast.Tuple(list(deepcopy(values)), ast.Load())]
            yield Edit("query-parameters", "CWE-89", node, (node,), (sound,))


def _formatted(
    pieces: list[str], values: list[ast.expr], rng: random.Random, quote: str
) -> ast.expr:
    """Put the values into the text: f-string, ``%``, ``format`` or ``+``."""
    parts = list(pieces)
    if quote:
        parts = [
            ("'" if i else "") + piece + ("'" if i < len(pieces) - 1 else "")
            for i, piece in enumerate(pieces)
        ]
    style = rng.choice(("f", "f", "%", "format", "+"))
    if style == "f":
        made: list[ast.expr] = []
        for index, piece in enumerate(parts):
            if piece:
                made.append(ast.Constant(piece))
            if index < len(values):
                made.append(ast.FormattedValue(deepcopy(values[index]), -1))
        return ast.JoinedStr(made)
    if style == "%":
        right = deepcopy(values[0]) if len(values) == 1 else ast.Tuple(deepcopy(values), ast.Load())
        return ast.BinOp(ast.Constant("%s".join(parts)), ast.Mod(), right)
    if style == "format":
        return ast.Call(
            ast.Attribute(ast.Constant("{}".join(parts)), "format", ast.Load()),
            deepcopy(values),
            [],
        )
    whole: ast.expr = ast.Constant(parts[0])
    for piece, value in zip(parts[1:], values, strict=True):
        called = ast.Call(ast.Name("str", ast.Load()), [deepcopy(value)], [])
        whole = ast.BinOp(whole, ast.Add(), called)
        if piece:
            whole = ast.BinOp(whole, ast.Add(), ast.Constant(piece))
    return whole


def _pieces(node: ast.expr) -> tuple[list[str], list[ast.expr]] | None:
    """Split a formatted text into its constant pieces and the values between them."""
    if isinstance(node, ast.JoinedStr):
        pieces, values = [""], []
        for part in node.values:
            if isinstance(part, ast.Constant):
                pieces[-1] += str(part.value)
            elif isinstance(part, ast.FormattedValue):
                values.append(part.value)
                pieces.append("")
        return pieces, values
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        if not isinstance(node.left, ast.Constant) or not isinstance(node.left.value, str):
            return None
        values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        pieces = node.left.value.split("%s")
        return (pieces, values) if len(pieces) == len(values) + 1 else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        left = node.func.value
        if node.func.attr == "format" and isinstance(left, ast.Constant) and not node.keywords:
            pieces = str(left.value).split("{}")
            return (pieces, node.args) if len(pieces) == len(node.args) + 1 else None
    return None


def _words(line: ast.expr) -> ast.List | None:
    """Split a formatted line for a shell into words; no value makes more than one.

    None where the shell has more to do than that, and where the program's name is not constant.
    """
    taken = _pieces(line)
    if taken is None or any(map(_SHELL.search, taken[0])) or _is_formatted(line):
        return None
    words: list[list[ast.expr]] = [[]]
    for index, piece in enumerate(taken[0]):
        if index:
            words[-1].append(ast.FormattedValue(deepcopy(taken[1][index - 1]), -1))
        for at, text in enumerate(piece.split(" ")):
            words += [[]] if at else []
            words[-1] += [ast.Constant(text)] if text else []
    whole = [_word(word) for word in words if word]
    if len(whole) < 2 or not isinstance(whole[0], ast.Constant):
        return None
    program = str(whole[0].value)
    if "=" in program or program in _OF_THE_SHELL:
        return None
    return ast.List(whole, ast.Load())


def _is_formatted(line: ast.expr) -> bool:
    """Whether values stand in a line otherwise than as what `str` makes of them."""
    values = [one for one in ast.walk(line) if isinstance(one, ast.FormattedValue)]
    return any(one.conversion != -1 or one.format_spec is not None for one in values)


def _word(parts: list[ast.expr]) -> ast.expr:
    if len(parts) > 1:
        return ast.JoinedStr(parts)
    return parts[0].value if isinstance(parts[0], ast.FormattedValue) else parts[0]


# Words that a shell obeys itself: no program has their names.
_OF_THE_SHELL = frozenset({".", "cd", "eval", "exec", "exit", "export", "set", "source", "ulimit"})
_SHELL = re.compile(r"[^\w @%+=:,./-]")  # what is more than a word to a shell
_RUNNERS = frozenset({"run", "call", "check_call", "check_output", "Popen"})


def command(node: ast.Call, name: str, rng: random.Random) -> Iterator[Edit]:
    """A list of words becomes one line for the shell; a line for the shell becomes words."""
    if not name.startswith("subprocess.") or name.split(".")[1] not in _RUNNERS or not node.args:
        return
    words, shell = node.args[0], [one for one in node.keywords if one.arg == "shell"]
    if shell and isinstance(shell[0].value, ast.Constant) and shell[0].value.value is True:
        if varies(words) and (separate := _words(words)) is not None:
            sound = deepcopy(node)
            sound.args[0] = separate
            sound.keywords = [one for one in sound.keywords if one.arg != "shell"]
            yield Edit("shell-line", "CWE-78", node, (node,), (sound,))
    elif not shell and isinstance(words, ast.List) and any(map(varies, words.elts)):
        if any(isinstance(one, ast.Starred) for one in words.elts) or len(words.elts) < 2:
            return
        weak = deepcopy(node)
        pieces, values = [""], []
        for index, word in enumerate(words.elts):
            pieces[-1] += " " if index else ""
            if isinstance(word, ast.Constant) and isinstance(word.value, str):
                pieces[-1] += word.value
            else:
                values.append(word)
                pieces.append("")
        weak.args[0] = _formatted(pieces, values, rng, "")
        weak.keywords.append(ast.keyword("shell", ast.Constant(True)))
        yield Edit("shell-words", "CWE-78", node, (weak,), (node,))
