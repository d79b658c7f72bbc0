"""Reads pair files: one file holds a weak program and its fixed twin, line by line.

A pair file is a TOML header between two ``+++`` lines, then code whose first column says which
side a line belongs to (docs/dataset.md)::

    ' '  both sides              '-'  vulnerable side only
    '+'  fixed side only         '!'  vulnerable side only, and the weakness is in this line
                                 '*'  both sides; in the vulnerable one the weakness is here
"""

import datetime
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from weakspot.core.errors import DataError
from weakspot.core.example import Example, Role

SUFFIX = ".pair"
FENCE = "+++"
_VULNERABLE = frozenset(" -!*")
_FIXED = frozenset(" +*")
_WEAK = frozenset("!*")


class Origin(StrEnum):
    """How a pair was made."""

    DRAFTED = "drafted"  # by a language model, under the prompt that the header names
    COMPOSED = "composed"
    MINED = "mined"
    BY_HAND = "by-hand"


@dataclass(frozen=True, slots=True)
class Side:
    """One version of the program; `lines` are the 1-based lines that carry the weakness."""

    code: str
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A weak program and its fixed twin, with what a reader has to know about them."""

    cwe: str
    mechanism: str
    accepted: tuple[str, ...]
    domain: str
    frameworks: tuple[str, ...]
    origin: Origin
    prompt: str
    date: datetime.date
    why_vulnerable: str
    why_fixed: str
    vulnerable: Side
    fixed: Side

    @property
    def id(self) -> str:
        """The pair's name in every file and table: ``CWE-89/sqlite-like-search``."""
        return f"{self.cwe}/{self.mechanism}"

    def examples(self) -> tuple[Example, Example]:
        """Return both sides as labelled examples, the vulnerable one first."""

        def example(side: Side, role: Role) -> Example:
            return Example(
                id=f"{self.id}/{role}",
                code=side.code,
                role=role,
                cwe=self.cwe,
                lines=side.lines,
                family=self.id,
                mechanism=self.mechanism,
                frameworks=self.frameworks,
            )

        return example(self.vulnerable, Role.VULNERABLE), example(self.fixed, Role.FIXED)


_FIELDS: Mapping[str, type] = {
    "cwe": str,
    "mechanism": str,
    "accepted": list,
    "domain": str,
    "frameworks": list,
    "origin": str,
    "prompt": str,
    "date": datetime.date,
    "vulnerable": str,
    "fixed": str,
}


def read_pair(path: Path) -> Pair:
    """Read one pair file. Raises DataError, which names the file, when it is not one."""
    try:
        return parse_pair(decoded(path.read_bytes()))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: {error}") from error
    except DataError as error:
        raise DataError(f"{path}: {error.message}") from error


def read_pairs(folder: Path) -> Iterator[Pair]:
    """Read every pair file below `folder`, in the order of their paths."""
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        yield read_pair(path)


def decoded(data: bytes) -> str:
    """Return the text of a pair file: UTF-8, its lines ended by ``\\n``, or all or some by CRLF.

    A lone carriage return stays, for `parse_pair` to refuse. Raises UnicodeDecodeError.
    """
    return data.decode("utf-8").replace("\r\n", "\n")


def parse_pair(text: str) -> Pair:
    """Parse the text of a pair file. Raises DataError that says which line or field is wrong."""
    if "\r" in text:  # some readers would take it for the end of a line, others not
        number = text.count("\n", 0, text.index("\r")) + 1
        raise DataError(f"a carriage return stands inside line {number}")
    header, first, body = _split(text)
    vulnerable: list[str] = []
    fixed: list[str] = []
    weak: list[int] = []
    for number, line in enumerate(body, first):
        mark, code = (line[0], line[1:]) if line else (" ", "")
        if mark not in _VULNERABLE | _FIXED:
            raise DataError(f"line {number} starts with {mark!r}, not with one of ' -!+*'")
        if mark in _VULNERABLE:
            vulnerable.append(code)
        if mark in _FIXED:
            fixed.append(code)
        if mark in _WEAK:
            weak.append(len(vulnerable))
    fields = _fields(header)
    return Pair(
        cwe=fields["cwe"],
        mechanism=fields["mechanism"],
        accepted=tuple(fields["accepted"]),
        domain=fields["domain"],
        frameworks=tuple(fields["frameworks"]),
        origin=_origin(fields["origin"]),
        prompt=fields["prompt"],
        date=fields["date"],
        why_vulnerable=fields["vulnerable"],
        why_fixed=fields["fixed"],
        vulnerable=Side(_joined(vulnerable), tuple(weak)),
        fixed=Side(_joined(fixed), ()),
    )


def _split(text: str) -> tuple[str, int, list[str]]:
    """Return the header, the number of the first code line, and the code lines."""
    lines = text.removesuffix("\n").split("\n")
    if lines[0] != FENCE or FENCE not in lines[1:]:
        raise DataError(f"the header between two {FENCE!r} lines is missing")
    end = lines.index(FENCE, 1)
    return "\n".join(lines[1:end]), end + 2, lines[end + 1 :]


def _fields(header: str) -> dict[str, Any]:
    try:
        found = tomllib.loads(header)
    except (ValueError, RecursionError) as error:  # a number too long, lists too deep
        raise DataError(f"the header is not TOML: {error}") from error
    odd = sorted(found.keys() ^ _FIELDS.keys())
    if odd:
        raise DataError(f"missing or unknown fields in the header: {', '.join(odd)}")
    for name, kind in _FIELDS.items():
        if not isinstance(found[name], kind):
            raise DataError(f"{name} must be of type {kind.__name__}")
        if kind is list and not all(isinstance(item, str) for item in found[name]):
            raise DataError(f"{name} must be a list of strings")
    return found


def _origin(text: str) -> Origin:
    try:
        return Origin(text)
    except ValueError:
        raise DataError(f"origin {text!r} is none of {', '.join(Origin)}") from None


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"
