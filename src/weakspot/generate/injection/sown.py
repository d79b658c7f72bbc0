"""Statements put into real functions, in a weak and in a sound form, on the function's parameters.

Real code has few places where some mechanisms could be injected; here every function is one.
"""

import ast
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

from weakspot.generate.injection.edit import Edit, Function

_FRESH = (
    *("data", "result", "value", "item", "found", "content", "entry", "payload", "record", "out"),
    *("target", "name", "info", "current", "obj", "query", "text", "parsed", "body", "rows"),
)
_DATABASES = (
    *("cursor", "self.cursor", "conn", "self.conn", "db", "self.db", "c", "cur", "connection"),
    *("db.session", "self._connection", "database", "connection.cursor()", "self.engine"),
)
_LOGGERS = ("logger", "logging", "log", "self.logger", "LOG", "_logger", "app.logger")


@dataclass(frozen=True, slots=True)
class Sown:
    """Statements by form; `ends` says that they end the function."""

    name: str
    cwe: str
    weak: tuple[str, ...]
    sound: tuple[str, ...]
    ends: bool


@cache
def sown_rows() -> tuple[Sown, ...]:
    """Return the rows of ``sown.toml``."""
    text = files("weakspot.generate.injection").joinpath("sown.toml").read_text("utf-8")
    return tuple(
        Sown(row["name"], row["cwe"], tuple(row["weak"]), tuple(row["sound"]), "ends" in row)
        for row in tomllib.loads(text)["sown"]
    )


def statements(text: str, words: dict[str, str]) -> tuple[ast.stmt, ...]:
    """Parse one form with its words put in. Raises SyntaxError or KeyError for a slip in a row."""
    return tuple(ast.parse(Template(text).substitute(words)).body)


def sown(function: Function, rng: random.Random) -> Iterator[Edit]:
    """Yield one edit that puts a row's statements somewhere into the function."""
    parameters = [one.arg for one in (*function.args.args, *function.args.kwonlyargs)]
    parameters = [name for name in parameters if name not in ("self", "cls", "mcs")]
    if not parameters:
        return
    row = rng.choice(sown_rows())
    names = rng.sample([name for name in _FRESH if name not in parameters], 2)
    words = {
        "p": rng.choice(parameters),
        "q": rng.choice(parameters),
        "v": names[0],
        "w": names[1],
        "db": rng.choice(_DATABASES),
        "log": rng.choice(_LOGGERS),
    }
    weak = statements(rng.choice(row.weak), words)
    sound = statements(rng.choice(row.sound), words)
    last = function.body[-1]
    if row.ends:
        kept = () if isinstance(last, ast.Return | ast.Raise) else (last,)
        yield Edit(row.name, row.cwe, last, (*kept, *weak), (*kept, *sound))
    else:
        place = function.body[rng.choice(_reached(function))]
        yield Edit(row.name, row.cwe, place, (*weak, place), (*sound, place))


def _reached(function: Function) -> range:
    """Return the indices of the outermost statements before which more may stand."""
    leaving = (
        at for at, one in enumerate(function.body) if isinstance(one, ast.Return | ast.Raise)
    )
    return range(next(leaving, len(function.body) - 1) + 1)
