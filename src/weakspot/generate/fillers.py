"""Unrelated statements that surround the code that matters, as in real functions."""

import random
import re
from functools import cache
from importlib import resources

from weakspot.generate.template import clean

_MODULES = (
    "bisect calendar collections contextlib csv datetime decimal difflib fractions functools gc heapq io itertools "
    "json logging math os pathlib platform shutil socket statistics string sys textwrap threading time types uuid"
).split()
MODULE_IMPORTS = tuple(f"import {module}" for module in _MODULES)
_COUNTS = (0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 7, 10)
_MODULE_CALL = re.compile(rf"\b(?:{'|'.join(_MODULES)})\b")


@cache
def blocks() -> tuple[str, ...]:
    """Return all filler templates; each is a group of statements that needs nothing else."""
    text = resources.files("weakspot.generate").joinpath("data/fillers.txt").read_text("utf-8")
    return tuple(clean(block) for block in text.split("\n\n") if block.strip())


@cache
def short_blocks() -> tuple[str, ...]:
    """Return the fillers of one line, which pad a program gently."""
    return tuple(block for block in blocks() if "\n" not in block)


def draw_count(rng: random.Random) -> int:
    """Draw how many filler groups a function has; few are the rule, ten (30 statements) the most."""
    return rng.choice(_COUNTS)


def draw(rng: random.Random, count: int) -> list[str]:
    """Draw `count` different filler templates."""
    return rng.sample(blocks(), count)


def needs_modules(text: str) -> bool:
    """Say whether a template uses one of the modules fillers use."""
    return _MODULE_CALL.search(text) is not None
