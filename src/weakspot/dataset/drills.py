"""Reads drills: short pairs made to learn from, several in a file, both sides in one text.

A drill begins with a heading; between ``<<<<<<<`` and ``=======`` stand the lines of the weak side,
from there to ``>>>>>>>`` those of the sound side, and all others belong to both::

    ### CWE-89: the column to sort by comes from the caller
    <<<<<<<
    rows = db.execute(f"SELECT * FROM tariff ORDER BY {order}")  #!
    =======
    rows = db.execute("SELECT * FROM tariff ORDER BY ?", [order])
    >>>>>>>

``#!`` at the end of a line marks where the weakness is. No person reads drills: nothing is ever
measured on them but how well they are learnt (docs/dataset.md).
"""

import ast
import hashlib
import re
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

from weakspot.core.errors import DataError
from weakspot.core.example import Example, Role
from weakspot.dataset.headed import pieces, read_pieces

_HEADING = re.compile(r"### (CWE-[1-9]\d*): (\S.*)")
_MARK = re.compile(r"\s*#!\s*$")
_FENCES = ("<<<<<<<", "=======", ">>>>>>>")  # each leads into the part that bears its number
_BOTH, _WEAK, _SOUND = range(3)

Drill = tuple[Example, Example]  # the weak side first


def read_drills(folder: Path) -> Iterator[Drill]:
    """Yield the drills of every file below `folder`, in the order of their paths.

    Raises:
        DataError: a file is not one of drills; the message has its name and the line.
    """
    yield from read_pieces(folder, parse_drills)


def parse_drills(text: str) -> Iterator[Drill]:
    """Yield the drills of one text. Raises DataError that says which line is wrong."""
    yield from pieces(text, _drill)


def _drill(heading: str, body: Sequence[str]) -> Drill:
    if not (match := _HEADING.fullmatch(heading)):
        raise DataError("a heading reads '### CWE-n: what is wrong'")
    weak: list[str] = []
    sound: list[str] = []
    marked: list[int] = []
    part = _BOTH
    for line in body:
        if line.rstrip() in _FENCES:
            fence = _FENCES.index(line.rstrip())
            if fence != part:
                raise DataError(f"{line.rstrip()} stands where it cannot")
            part = (part + 1) % len(_FENCES)
            continue
        code = _MARK.sub("", line)
        if part != _SOUND:
            weak.append(code)
            marked += [len(weak)] if code != line else []
        if part != _WEAK:
            sound.append(code)
    if part != _BOTH:
        raise DataError("the last block is not closed")
    if not marked:
        raise DataError("no line is marked with #!")
    cwe, title = match.groups()
    name = f"{cwe}/{title}"
    return (
        _side(name, cwe, weak, Role.VULNERABLE, tuple(marked)),
        _side(name, cwe, sound, Role.FIXED, ()),
    )


def _side(
    name: str, cwe: str, lines: Sequence[str], role: Role, marked: tuple[int, ...]
) -> Example:
    code = "\n".join(lines).rstrip() + "\n"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes: a drill may be about them
            ast.parse(code)
    except (SyntaxError, ValueError) as error:
        raise DataError(f"the {role} side does not parse: {error}") from error
    return Example(f"{name}/{role}", code, role, cwe, marked, name, name)


def is_held_out(drill: Drill, share: float) -> bool:
    """Whether a drill is kept back for validation, by the hash of its name."""
    digest = hashlib.sha256(drill[0].family.encode()).digest()
    return int.from_bytes(digest[:4]) < share * 2**32
