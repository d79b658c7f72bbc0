"""Gives the holes of a program natural names, or on purpose uninformative ones."""

import builtins
import keyword
import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from functools import cache
from importlib import resources

from weakspot.generate.imports import bound_by
from weakspot.generate.template import hint as hint_of
from weakspot.generate.template import holes, literal_words

HINTING = re.compile(
    r"vuln|unsafe|insecure|safe|secure(?!d?_?token)|sanit|evil|malicious|attack|exploit|payload_bad"
    r"|(?:^|_)(?:bad|good|fix|fixed|weak|taint|tainted|untrusted|trusted|dirty|harmful)(?:_|$)",
    re.IGNORECASE,
)
_SHORT = {
    "filename": "fn",
    "directory": "d",
    "message": "msg",
    "command": "cmd",
    "config": "cfg",
    "address": "addr",
    "password": "pwd",
    "response": "resp",
    "request": "req",
    "database": "db",
    "number": "num",
    "value": "val",
    "result": "res",
    "document": "doc",
    "template": "tpl",
    "parameters": "params",
    "connection": "conn",
    "buffer": "buf",
    "index": "idx",
    "length": "ln",
}
_TAKEN = (
    frozenset(keyword.kwlist)
    | frozenset(keyword.softkwlist)
    | frozenset(dir(builtins))
    | {"self", "cls"}
)
_CALLABLE = re.compile(r"\bdef \$([a-z0-9]+__\w+|\w+)\(")
_MODULE_LEVEL = re.compile(
    r"^(?:async )?(?:def |class |for |import [^\n$]*|from [^\n$]*)?\$(\w+)(?=\s*[:=(,]|$)",
    re.MULTILINE,
)


class _Use(Enum):
    FUNCTION = "function"
    VARIABLE = "variable"


class Style(Enum):
    """How the names of one program are made."""

    NATURAL = "natural"
    OBSCURE = "obscure"  # a, x1, foo2: a verdict must not hang on a name
    CAMEL = "camel"


@cache
def pools() -> Mapping[str, tuple[str, ...]]:
    """Return the names that fit a hint, by hint."""
    return _listed("pools.txt")


@cache
def _words(use: str) -> tuple[str, ...]:
    return _listed("words.txt")[use]


def _listed(name: str) -> Mapping[str, tuple[str, ...]]:
    text = resources.files("weakspot.generate").joinpath("data", name).read_text("utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            hints, _, names = line.partition(":")
            for one in hints.split(","):
                found[one.strip()] = found.get(one.strip(), ()) + tuple(names.split())
    return found


def draw_style(rng: random.Random) -> Style:
    """Choose how a program names things: 15 % uninformative, 4 % camel case."""
    point = rng.random()
    return Style.OBSCURE if point < 0.15 else Style.CAMEL if point < 0.19 else Style.NATURAL


class Names:
    """The names of one program's holes: callable with a hole, as `template.fill` wants it."""

    def __init__(self, names: dict[str, str], defines_logger: bool) -> None:
        self._names = names
        self.defines_logger = defines_logger

    def __call__(self, hole: str) -> str:
        """Return the name of a hole (given without its ``$``)."""
        return self._names[hole]

    @property
    def logger(self) -> str:
        """The name of the module's logger; ``logging`` when it has none of its own."""
        return self._names.get("logger", "logging")

    @classmethod
    def settle(
        cls, templates: Sequence[str], imports: Iterable[str], rng: random.Random
    ) -> "Names":
        """Name the holes of all sides of a program, and make no name mean two things.

        Names at module level are unique; locals of distractor functions may repeat elsewhere.
        """
        style = draw_style(rng)
        text = "\n".join(templates)
        listed = list(dict.fromkeys(hole for one in templates for hole in holes(one)))
        called = {found[1] for found in _CALLABLE.finditer(text)}
        everywhere = {found[1] for found in _MODULE_LEVEL.finditer(text)} | called
        everywhere |= {hole for hole in listed if hint_of(hole)[:1].isupper()}
        reserved = literal_words(templates) | _TAKEN | _bound(imports)
        names: dict[str, str] = {}
        own_logger = re.search(r"^logger\b[^\n]*=|import logger\b", text, re.MULTILINE) is not None
        holed = re.search(r"^\$logger\b[^\n]*=|import[^\n]*\$logger", text, re.MULTILINE)
        defines_logger = own_logger or holed is not None
        if "logger" in listed:
            options = ["logger"] if own_logger else ["logger", "logger", "log", "LOG", "_logger"]
            free = [one for one in options if own_logger or one not in reserved]
            names["logger"] = rng.choice(free if defines_logger else [*free, "logging"])
            reserved.add(names["logger"])
        areas: dict[str, set[str]] = {}
        for hole in [*(one for one in listed if one in everywhere), *listed]:
            if hole in names:
                continue
            area = areas.setdefault(_area(hole), set())
            kind = _Use.FUNCTION if hole in called else _Use.VARIABLE
            names[hole] = _draw(hint_of(hole), style, kind, reserved | area, rng)
            (reserved if hole in everywhere else area).add(names[hole])
        return cls(names, defines_logger)


def _bound(imports: Iterable[str]) -> set[str]:
    return {one.local for statement in imports for one in bound_by(statement)}


def _area(hole: str) -> str:
    # Distractors, neighbours and pass-through helpers are functions of their own; all else shares
    # the main function.
    return hole.split("__", 1)[0] if re.match(r"[dnv][0-9]+__", hole) else ""


def _draw(word: str, style: Style, use: _Use, taken: set[str], rng: random.Random) -> str:
    if word.isupper():
        return _free(lambda: _constant(word, rng), taken, rng)
    if word[:1].isupper():
        return _free(lambda: _class(word, rng), taken, rng)
    if style is Style.OBSCURE:
        pool = _words("obscure-function") if use is _Use.FUNCTION else _words("obscure")
        return _free(lambda: rng.choice(pool), taken, rng)
    if use is _Use.FUNCTION:
        return _free(lambda: _function(word, rng), taken, rng)
    if style is Style.CAMEL:
        return _free(lambda: _camel(_variable(word, rng)), taken, rng)
    return _free(lambda: _variable(word, rng), taken, rng)


def _free(make: Callable[[], str], taken: set[str], rng: random.Random) -> str:
    name = ""
    for _ in range(12):
        name = make()
        if name not in taken and not HINTING.search(name):
            return name
    base = name if not HINTING.search(name) else rng.choice(_words("noun"))
    number = 2
    while f"{base}{number}" in taken:
        number += 1
    return f"{base}{number}"


def _pool(word: str) -> tuple[str, ...]:
    known = pools()
    stem = re.sub(r"[0-9]+$", "", word).strip("_")
    return known.get(stem) or known.get(stem.rsplit("_", 1)[-1]) or (stem or "value",)


def _variable(word: str, rng: random.Random) -> str:
    pool = _pool(word)
    own = re.sub(r"[0-9]+$", "", word).strip("_") or pool[0]
    base = own if rng.random() < 0.3 else rng.choice(pool)
    point = rng.random()
    if point < 0.62:
        return base.lower()
    if point < 0.74:
        return f"{rng.choice(_words('noun'))}_{base}".lower()
    if point < 0.82:
        return (
            f"{base}_{rng.choice(_words('suffix'))}".lower().replace("_1", "1").replace("_2", "2")
        )
    if point < 0.90:
        return f"{rng.choice(_words('prefix'))}_{base}".lower()
    return _SHORT.get(base, rng.choice((base[:1], base))).lower()


def _function(word: str, rng: random.Random) -> str:
    own = re.sub(r"[0-9]+$", "", word).strip("_") or "handle"
    base = own if rng.random() < 0.6 else rng.choice(_pool(word)).lower()
    point = rng.random()
    if point < 0.25:
        return base
    if point < 0.65:
        return f"{base}_{rng.choice(_words('noun'))}"
    if point < 0.85:
        return f"{rng.choice(_words('verb'))}_{base}"
    return f"{rng.choice(_words('verb'))}_{rng.choice(_words('noun'))}_{base}"


def _class(word: str, rng: random.Random) -> str:
    point = rng.random()
    noun = rng.choice(_words("noun")).capitalize()
    if point < 0.4:
        return word
    if point < 0.75:
        return f"{noun}{word}"
    return f"{noun}{rng.choice(_words('class-tail'))}"


def _constant(word: str, rng: random.Random) -> str:
    point = rng.random()
    if point < 0.4:
        return word
    if point < 0.8:
        return f"{rng.choice(_words('noun')).upper()}_{word}"
    return f"{rng.choice(('DEFAULT', 'APP', 'SERVICE', 'BASE'))}_{word}"


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
