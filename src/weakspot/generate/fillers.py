"""Unrelated statements that surround the code that matters, as in real functions."""

import random
import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

from weakspot.generate.imports import bound_by
from weakspot.generate.template import clean

_MODULES = (
    "bisect",
    "calendar",
    "collections",
    "contextlib",
    "csv",
    "datetime",
    "decimal",
    "difflib",
    "fractions",
    "functools",
    "gc",
    "heapq",
    "io",
    "itertools",
    "json",
    "logging",
    "math",
    "os",
    "pathlib",
    "platform",
    "shutil",
    "socket",
    "statistics",
    "string",
    "sys",
    "textwrap",
    "threading",
    "time",
    "types",
    "uuid",
)
MODULE_IMPORTS = tuple(f"import {module}" for module in _MODULES)
_COUNTS = (0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 7, 10)


@cache
def blocks() -> tuple[str, ...]:
    """Return all filler templates; each is a group of statements that needs nothing else."""
    text = resources.files("weakspot.generate").joinpath("data/fillers.txt").read_text("utf-8")
    return tuple(clean(block) for block in text.split("\n\n") if block.strip())


def draw_count(rng: random.Random) -> int:
    """Draw how many filler groups a function has: mostly few, ten (30 statements) at most."""
    return rng.choice(_COUNTS)


def draw(rng: random.Random, count: int, taken: frozenset[str] = frozenset()) -> list[str]:
    """Draw `count` different filler templates.

    `taken` are module names that mean something else in this program (``from datetime import
    datetime``); fillers that use those modules are left out.
    """
    fitting = blocks()
    if taken:
        used = re.compile(rf"(?<![\w.$])(?:{'|'.join(sorted(taken))})\.")
        fitting = tuple(block for block in fitting if not used.search(block))
    return rng.sample(fitting, count)


def displaced(statements: Iterable[str]) -> frozenset[str]:
    """Return the modules of fillers whose name other imports bind to something else."""
    return frozenset(
        one.local
        for statement in statements
        for one in bound_by(statement)
        if one.local in _MODULES and (one.name or one.module.split(".", 1)[0] != one.local)
    )
