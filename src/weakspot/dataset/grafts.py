"""Reads grafts: small changes, written one by one, that make a function of a real package weak.

A graft names a function and tells only what is changed in it; the function itself is read from the
package, so that nobody's code lies in the data set::

    ### CWE-22 weak: the entry's name decides where it lands
    sprout-2.1.0 sprout/archive.py:40 Archive.unpack 3fa2b1c4d5e6
    @ 44-46
            target = self.root / entry.name
    @ 0+
    import shutil
    ! 47

``weak`` says that the change makes the function weak, ``sound`` that it is weak as it stands and
the change mends it. The second line has the source and its version, the file and the function's
first line, its name, and a digest of its lines. ``@ 44-46`` replaces these lines by those that
follow, ``@ 46+`` puts them after line 46, with ``0+`` at the top of the file. Where the weakness
is, on the weak side, says ``#!`` at the end of a new line or ``! 47`` for a line that stays. A
heading ``### sound: why`` with no change records that a reader found the function sound as it is,
``### doubtful: why`` that readers would differ or cannot tell.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from weakspot.core.errors import DataError
from weakspot.dataset.headed import pieces, read_pieces

DIGEST = 12  # hexadecimal digits
_HEADING = re.compile(r"### (?:(CWE-[1-9]\d*) (weak|sound)|(sound|doubtful)): (\S.*)")
_PLACE = re.compile(r"(\S+)-([^\s-]+) (\S+):([1-9]\d*) (\S+) ([0-9a-f]{12})")
_REPLACED = re.compile(r"@ ([1-9]\d*)-([1-9]\d*)")
_ADDED = re.compile(r"@ (\d+)\+")
_KEPT_MARK = re.compile(r"! ([1-9]\d*)")
_MARK = re.compile(r"\s*#!\s*$")


@dataclass(frozen=True, slots=True)
class Place:
    """One function of one version of a package; `line` is its first, decorators included."""

    source: str
    version: str
    path: str
    line: int
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Change:
    """The 1-based lines `first` to `last` become `lines`; none are lost if `last` < `first`."""

    first: int
    last: int
    lines: tuple[str, ...]
    marked: tuple[int, ...]  # indices into `lines`


@dataclass(frozen=True, slots=True)
class Graft:
    """A judgement of a real function, and the change that makes its twin.

    `cwe` is empty and `changes` are none where the function was just found sound, or doubtful.
    `marks` are lines of the file as it stands.
    """

    title: str
    cwe: str
    makes_weak: bool
    place: Place
    changes: tuple[Change, ...]
    marks: tuple[int, ...]
    is_doubtful: bool = False

    @property
    def is_found_sound(self) -> bool:
        """Whether all that was said is that the function is sound as it stands."""
        return not (self.changes or self.is_doubtful)


@dataclass(frozen=True, slots=True)
class Sides:
    """The text of the whole file on both sides, and the 1-based weak lines of the weak one."""

    weak: str
    sound: str
    lines: tuple[int, ...]


def read_grafts(folder: Path) -> Iterator[Graft]:
    """Yield the grafts of every file in `folder`, in the order of their names.

    Raises:
        DataError: a file is not one of grafts; the message has its name and the line.
    """
    yield from read_pieces(folder, parse_grafts)


def parse_grafts(text: str) -> Iterator[Graft]:
    """Yield the grafts of one text. Raises DataError that says which line is wrong."""
    yield from pieces(text, _graft)


def digest_of(lines: Sequence[str]) -> str:
    """Return the digest that names these lines of a function."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:DIGEST]


def sides(graft: Graft, text: str) -> Sides:
    """Apply a graft with changes to the text of its file.

    Raises:
        DataError: the changes lie outside of the file or upon each other.
    """
    lines = text.split("\n")
    made: list[str] = []
    marked: list[int] = []
    at = 1  # the next line of the file
    for change in sorted(graft.changes, key=lambda one: (one.first, one.last)):
        if change.first < at or change.last > len(lines):
            raise DataError(f"{graft.place.path}:{change.first}: a change that does not fit")
        for number in range(at, change.first):
            made.append(lines[number - 1])
            marked += [len(made)] if number in graft.marks else []
        for index, line in enumerate(change.lines):
            made.append(line)
            marked += [len(made)] if index in change.marked else []
        at = max(change.last + 1, change.first)
    for number in range(at, len(lines) + 1):
        made.append(lines[number - 1])
        marked += [len(made)] if number in graft.marks else []
    changed = "\n".join(made)
    if graft.makes_weak:
        return Sides(changed, text, tuple(marked))
    return Sides(text, changed, graft.marks)


def _graft(heading: str, body: Sequence[str]) -> Graft:
    if not (match := _HEADING.fullmatch(heading)):
        raise DataError("a heading reads '### CWE-n weak: what is wrong', or with 'sound'")
    cwe, side, alone, title = match.groups()
    if not body or not (at := _PLACE.fullmatch(body[0])):
        raise DataError("the second line names the function: source-version path:line name digest")
    source, version, path, line, name, digest = at.groups()
    changes, marks = _changes(body[1:])
    makes_weak = side == "weak"
    if cwe and not changes:
        raise DataError("nothing is changed")
    if not cwe and (changes or marks):
        raise DataError(f"a function found {alone} has no changes")
    if cwe and not marks and not (makes_weak and any(one.marked for one in changes)):
        raise DataError("no line is marked on the weak side")
    place = Place(source, version, path, int(line), name, digest)
    return Graft(title, cwe or "", makes_weak, place, changes, marks, alone == "doubtful")


def _changes(body: Sequence[str]) -> tuple[tuple[Change, ...], tuple[int, ...]]:
    found: list[tuple[int, int, list[str]]] = []
    marks: list[int] = []
    for line in body:
        if match := _REPLACED.fullmatch(line.rstrip()):
            found.append((int(match[1]), int(match[2]), []))
        elif match := _ADDED.fullmatch(line.rstrip()):
            found.append((int(match[1]) + 1, int(match[1]), []))
        elif match := _KEPT_MARK.fullmatch(line.rstrip()):
            marks.append(int(match[1]))
        elif found:
            found[-1][2].append(line)
        elif line.strip():
            raise DataError(f"{line.strip()!r} belongs to no change")
    return tuple(_change(*one) for one in found), tuple(marks)


def _change(first: int, last: int, lines: list[str]) -> Change:
    while lines and not lines[-1].strip():
        lines.pop()
    plain = [_MARK.sub("", line) for line in lines]
    marked = tuple(at for at, line in enumerate(lines) if plain[at] != line)
    return Change(first, last, tuple(plain), marked)
