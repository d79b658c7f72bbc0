"""Reads fixes: which functions of real projects a commit mended, of what, and where it was weak.

A fix names places only; the code on both sides is read from a clone of the project, so that
nobody's code lies in the data set::

    ### CWE-22: members of a backup are joined to the target as they are named
    sprout/garden 3f2a9c0d5e6b7a8190c2d3e4f5061728394a5b6c garden/backup.py Backup.restore
    ! 44, 51-52

The second line has the project, the whole hash of the commit that mends, the file and the function.
``!`` has the weak lines, 1-based, of the file before the commit. Each was read by two runs of a
language model before anything learnt from it (docs/dataset.md).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from weakspot.core.errors import DataError
from weakspot.dataset.headed import pieces, read_pieces

_HEADING = re.compile(r"### (CWE-[1-9]\d*): (\S.*)")
_PLACE = re.compile(r"([\w.-]+/[\w.-]+) ([0-9a-f]{40}) ([!-~]+\.py) (\S+)")
_MARKS = re.compile(r"! ([1-9]\d*(?:-[1-9]\d*)?(?:, ?[1-9]\d*(?:-[1-9]\d*)?)*)")


@dataclass(frozen=True, slots=True)
class Fix:
    """One function that a commit mended; `lines` are weak in the file before it."""

    title: str
    cwe: str
    project: str
    commit: str
    path: str
    name: str
    lines: tuple[int, ...]


def read_fixes(folder: Path) -> Iterator[Fix]:
    """Yield the fixes of every file in `folder`, in the order of their names.

    Raises:
        DataError: a file is not one of fixes; the message has its name and the line.
    """
    yield from read_pieces(folder, parse_fixes)


def parse_fixes(text: str) -> Iterator[Fix]:
    """Yield the fixes of one text. Raises DataError that says which line is wrong."""
    yield from pieces(text, _fix)


def _fix(heading: str, body: Sequence[str]) -> Fix:
    if not (match := _HEADING.fullmatch(heading)):
        raise DataError("a heading reads '### CWE-n: what is wrong'")
    said = [line.rstrip() for line in body if line.strip()]
    if len(said) != 2 or not (place := _PLACE.fullmatch(said[0])):
        raise DataError("below a heading stand 'owner/name commit path function' and '! lines'")
    if not (marks := _MARKS.fullmatch(said[1])):
        raise DataError("the weak lines read '! 44, 51-52'")
    return Fix(match[2], match[1], place[1], place[2], place[3], place[4], _lines(marks[1]))


def _lines(text: str) -> tuple[int, ...]:
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if int(last or first) < int(first):
            raise DataError(f"lines {part.strip()} end before they begin")
        found.update(range(int(first), int(last or first) + 1))
    return tuple(sorted(found))
