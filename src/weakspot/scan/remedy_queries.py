"""Queries with their values bound in place of put into their text.

Only values can be bound. A name of a table or column, a part of a statement, and a list in one
field cannot: a query that has such a field is left alone.
"""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from weakspot.code.literals import literal, shortened
from weakspot.scan.remedy_forms import dotted, is_open
from weakspot.scan.rewriting import Edit, Statement, emitted

_ASKS = re.compile(r"(?!\w*(?:script|many)$)\w*execute\w*|raw|(read_sql(?:_query)?)")
_DIRECTIVE = re.compile(r"(%[sdri]|%%)")
_PLACEHOLDER = re.compile(r"(%s|\?)")
_BEFORE_VALUE = re.compile(
    r"(?:[=<>]|\b(?:LIKE|LIMIT|OFFSET|BETWEEN|BETWEEN \S+ AND)\s"
    r"|\b(?:VALUES|IN)\s*\((?:[^()]*,)?)\s*$",
    re.IGNORECASE,
)
# Statements in which databases take no values from outside of the text.
_NOTHING_BOUND = re.compile(r"\s*(?:PRAGMA|SET|CREATE|ALTER|DROP|GRANT|ATTACH)\b", re.IGNORECASE)
_SQLITE = re.compile(r"(?<![\w.])(?:aio)?sqlite3?\.connect\b")
_LIST_BEFORE = re.compile(r"\bIN\s*\(\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Field:
    """A place in a query where a value is put; `is_bound` ones are placeholders already."""

    value: str
    is_bound: bool = False
    is_plain: bool = True  # put there without a form like ``:>8``
    shown: str = ""  # as it stands in a formatted string


_Piece = str | _Field


class _UnfitError(Exception):
    """The query has a field that cannot be bound."""


@dataclass(slots=True)
class _Bound:
    """A query as it is written anew: its text so far, and the values of its placeholders."""

    placeholder: str
    doubles: bool  # whether a plain per cent sign must be doubled from now on
    text: str = ""
    values: list[str] = field(default_factory=list)

    def plain(self, text: str) -> None:
        """Add text that holds no field."""
        if self.values and self.text.endswith(self.placeholder) and re.match(r"[\w.%{]", text):
            raise _UnfitError
        if text.lstrip().startswith(")") and self._is_list():
            raise _UnfitError
        self.text += text.replace("%", "%%") if self.doubles else text

    def _is_list(self) -> bool:
        before = self.text.removesuffix(self.placeholder)
        return before != self.text and bool(_LIST_BEFORE.search(before))

    def bind(self, value: str) -> None:
        """Add a placeholder for a value, where a value can stand."""
        if not _BEFORE_VALUE.search(self.text):
            raise _UnfitError
        self.text += self.placeholder
        self.values.append(value)


def bound(statement: Statement) -> list[Edit]:
    """Bind the values of a query that is a formatted string, or made with ``%``."""
    return _bound(statement, "?" if _SQLITE.search(statement.text) else "%s")


def bound_in_sqlite(statement: Statement) -> list[Edit]:
    """Bind them with the placeholders of `sqlite3`, which knows no ``%s``."""
    return _bound(statement, "?")


def is_sqlite(text: str) -> bool:
    """Whether normalised code names `sqlite3` as its driver."""
    return bool(_SQLITE.search(text))


def _bound(statement: Statement, placeholder: str) -> list[Edit]:
    for call in statement.calls:
        asks = _ASKS.fullmatch(dotted(call.func).rpartition(".")[2])
        if not asks or not call.args or is_open(call):
            continue
        reads = bool(asks[1])
        known = _known(call, reads)
        if known is None:
            continue
        try:
            pieces = _pieces(call.args[0], known)
            made = _rewritten(pieces, placeholder)
        except _UnfitError:
            continue
        values = [piece.value for piece in pieces if isinstance(piece, _Field)]
        if any(value not in statement.text for value in values):  # not as it was normalised
            continue
        row = f"({', '.join(made.values)}{',' * (len(made.values) == 1)})"
        query = statement.replace(call.args[0], literal(made.text))
        if reads:
            return [query, statement.append(call, f"params={row}")]
        if len(call.args) == 2:
            return [query, statement.replace(call.args[1], row)]
        return [query, statement.append(call, row)]
    return []


def _known(call: ast.Call, reads: bool) -> Sequence[str] | None:
    """Return the values that a call binds already; None where that cannot be seen."""
    if reads:
        others = any(one.arg == "params" for one in call.keywords) or len(call.args) > 2
        return None if others else ()
    if call.keywords or len(call.args) > 2:
        return None
    if len(call.args) == 1:
        return ()
    values = call.args[1]
    if not isinstance(values, ast.Tuple | ast.List):
        return None
    return [emitted(one) for one in values.elts]


def _pieces(query: ast.expr, known: Sequence[str]) -> list[_Piece]:
    """Return the texts and the fields of a query; those in `known` are bound already."""
    if isinstance(query, ast.JoinedStr):
        return _of_formatted(query, known)
    if isinstance(query, ast.BinOp) and isinstance(query.op, ast.Mod) and not known:
        return _of_modulo(query)
    raise _UnfitError


def _of_formatted(query: ast.JoinedStr, known: Sequence[str]) -> list[_Piece]:
    pieces: list[_Piece] = []
    waiting = list(known)
    for part in query.values:
        if isinstance(part, ast.Constant):
            pieces += _placeholders(str(part.value), waiting) if known else [str(part.value)]
        elif isinstance(part, ast.FormattedValue):
            plain = part.format_spec is None
            pieces.append(_Field(emitted(part.value), is_plain=plain, shown=emitted(part)))
    if waiting:
        raise _UnfitError
    return pieces


def _of_modulo(query: ast.BinOp) -> list[_Piece]:
    if not isinstance(query.left, ast.Constant) or not isinstance(query.left.value, str):
        raise _UnfitError
    pieces: list[_Piece] = []
    parts = _DIRECTIVE.split(query.left.value)
    fields = [part for part in parts if part != "%%" and _DIRECTIVE.fullmatch(part)]
    values = _values(query.right, len(fields))
    for part in parts:
        if part == "%%":
            pieces.append("%")
        elif _DIRECTIVE.fullmatch(part):
            value = values.pop(0)
            pieces.append(_Field(value, shown=f"{{{value}}}"))
        elif "%" in part:  # a directive with a width, or with a name
            raise _UnfitError
        else:
            pieces.append(part)
    return pieces


def _placeholders(text: str, waiting: list[str]) -> list[_Piece]:
    pieces: list[_Piece] = []
    for part in _PLACEHOLDER.split(text):
        if not _PLACEHOLDER.fullmatch(part):
            pieces.append(part)
        elif waiting:
            pieces.append(_Field(waiting.pop(0), is_bound=True, shown=part))
        else:
            raise _UnfitError
    return pieces


def _values(right: ast.expr, count: int) -> list[str]:
    if isinstance(right, ast.Tuple) and not any(isinstance(one, ast.Starred) for one in right.elts):
        values = [emitted(one) for one in right.elts]
    else:
        values = [emitted(right)]
    if isinstance(right, ast.Dict) or len(values) != count:
        raise _UnfitError
    return values


def _rewritten(pieces: Sequence[_Piece], placeholder: str) -> _Bound:
    """Return a query with a placeholder for each field, in quotes or not.

    It is the given one, or that of the values which are bound already.
    """
    if pieces and isinstance(pieces[0], str) and _NOTHING_BOUND.match(pieces[0]):
        raise _UnfitError
    known = [piece for piece in pieces if isinstance(piece, _Field) and piece.is_bound]
    made = _Bound(
        known[0].shown if known else placeholder, doubles=not known and placeholder == "%s"
    )
    quoted: list[_Piece] | None = None  # what stands since the quote that is open
    found = False
    for piece in pieces:
        if isinstance(piece, str):
            for part in re.split("(')", piece):
                if part != "'":
                    quoted.append(part) if quoted is not None else made.plain(part)
                elif quoted is None:
                    quoted = []
                else:
                    _close(made, quoted)
                    quoted = None
        elif quoted is not None:
            quoted.append(piece)
            found = True
        else:
            if not piece.is_plain:
                raise _UnfitError
            made.bind(piece.value)
            found = found or not piece.is_bound
    if quoted is not None or not found:
        raise _UnfitError
    return made


def _close(made: _Bound, quoted: Sequence[_Piece]) -> None:
    """Write what stood in quotes: text as it was, a value alone, or a string made of both."""
    fields = [piece for piece in quoted if isinstance(piece, _Field)]
    text = "".join(piece for piece in quoted if isinstance(piece, str))
    if any(one.is_bound for one in fields):
        raise _UnfitError
    if not fields:
        made.plain(f"'{text}'")
    elif len(fields) == 1 and not text and fields[0].is_plain:
        made.bind(fields[0].value)
    else:
        shown = (shortened(one) if isinstance(one, str) else one.shown for one in quoted)
        made.bind(f"f'{''.join(shown)}'")
