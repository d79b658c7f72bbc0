"""Reads real functions by the grafts (`weakspot.dataset.grafts`) that judge them, out of wheels.

Grafts with changes make pairs; of the others, those that were found sound are read alone.
"""

import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from weakspot.code.decode import decode
from weakspot.code.source import Source
from weakspot.code.units import units_of
from weakspot.core.errors import DataError
from weakspot.core.example import UnitPair
from weakspot.core.unit import Unit
from weakspot.dataset.grafts import Graft, Place, digest_of, read_grafts, sides
from weakspot.train import corpus
from weakspot.train.corpus import Apart, Origin
from weakspot.train.pair_file import holds_out
from weakspot.train.reserved import plain_name

_HINT = "`make corpus` downloads the packages that the grafts were written for"


def pairs(folder: Path, wheels: Path) -> Iterator[UnitPair]:
    """Yield the pairs of all grafts in `folder`, package by package.

    Functions of several windows are left out: the change could lie in one and the mark in another.

    Raises:
        DataError: a graft names a package that `wheels` lacks, or a function that it has not.
    """
    changed = [graft for graft in read_grafts(folder) if graft.changes]
    for graft, file in _opened(changed, wheels):
        if (pair := _pair(graft, file)) is not None:
            yield pair


def found_sound(folder: Path, wheels: Path, share: float) -> Iterator[tuple[str, Unit]]:
    """Yield (origin name, unit) of the functions that grafts call sound as they stand.

    Those of the packages held out (`share` of them) stay out, as do all that have several windows.
    Raises as `pairs` does.
    """
    sound = [
        graft
        for graft in read_grafts(folder)
        if graft.is_found_sound and not holds_out(plain_name(graft.place.source), share)
    ]
    for graft, file in _opened(sound, wheels):
        named = file.named(graft.place)
        if named is not None and named.unit.windows == 1:
            yield f"{file.origin.name}/{graft.place.path}", named.unit


def apart(folder: Path, share: float) -> Apart:
    """Return what must not be read as sound code where the grafts of `folder` are learnt from.

    That are the packages whose grafts are held out (`share` of them), of which nothing is learnt,
    and the functions that were found weak as they stand, or doubtful.
    """
    packages: set[str] = set()
    places: set[str] = set()
    for graft in read_grafts(folder):
        project = plain_name(graft.place.source)
        if holds_out(project, share):
            packages.add(project)
        if graft.is_doubtful or (graft.changes and not graft.makes_weak):
            places.add(f"{graft.place.source}/{graft.place.path} {graft.place.name}")
    return Apart(frozenset(packages), frozenset(places))


@dataclass(frozen=True, slots=True)
class _Named:
    """The unit that a graft names, and its number among those of its file with its name."""

    unit: Unit
    number: int


@dataclass(frozen=True, slots=True)
class _File:
    """One file of a package, read once for all grafts that name functions of it."""

    origin: Origin
    text: str
    units: Sequence[Unit]

    def named(self, place: Place) -> _Named | None:
        """Return the unit at a place; none where it is part of another.

        Raises:
            DataError: there is no such function, or it is not the one that was read.
        """
        among = [unit for unit in self.units if unit.name == place.name]
        if not among and _is_within_another(place, self.units):
            return None
        at = next((at for at, unit in enumerate(among) if unit.span.start_line == place.line), None)
        if at is None:
            raise DataError(f"{place.path}:{place.line} is not {place.name}", hint=_HINT)
        span = among[at].span
        if digest_of(self.text.split("\n")[span.start_line - 1 : span.end_line]) != place.digest:
            message = f"{place.path}:{place.line}: not the function that was read"
            raise DataError(message, hint=_HINT)
        return _Named(among[at], at)


def _opened(grafts: Iterable[Graft], wheels: Path) -> Iterator[tuple[Graft, _File]]:
    """Yield each graft with the file that it names, package by package."""
    known = {
        (origin.name, origin.version): (origin, path) for origin, path in corpus.wheels(wheels)
    }
    grouped: defaultdict[tuple[str, str], list[Graft]] = defaultdict(list)
    for graft in grafts:
        grouped[graft.place.source, graft.place.version].append(graft)
    for source, ours in sorted(grouped.items()):
        if source not in known:
            raise DataError(f"no wheel of {'-'.join(source)} in {wheels}", hint=_HINT)
        yield from _of_source(*known[source], ours)


def _of_source(
    origin: Origin, path: Path, grafts: Iterable[Graft]
) -> Iterator[tuple[Graft, _File]]:
    by_file: defaultdict[str, list[Graft]] = defaultdict(list)
    for graft in grafts:
        by_file[graft.place.path].append(graft)
    with zipfile.ZipFile(path) as archive:
        for name, ours in sorted(by_file.items()):
            try:
                text = decode(archive.read(name), name).text
            except KeyError:
                raise DataError(f"{path.name} has no {name}", hint=_HINT) from None
            file = _File(origin, text, units_of(Source(name, text)).units)
            yield from ((graft, file) for graft in ours)


def _is_within_another(place: Place, units: Sequence[Unit]) -> bool:
    """Whether a function is none of the units, but stands in one: as small inner ones do."""
    outer = (unit for unit in units if place.name.startswith(f"{unit.name}."))
    return any(unit.span.start_line <= place.line <= unit.span.end_line for unit in outer)


def _pair(graft: Graft, file: _File) -> UnitPair | None:
    place = graft.place
    named = file.named(place)
    if named is None:
        return None
    both = sides(graft, file.text)
    changed = units_of(Source(place.path, both.weak if graft.makes_weak else both.sound)).units
    twins = [unit for unit in changed if unit.name == place.name]
    if len(twins) != sum(unit.name == place.name for unit in file.units):
        return None  # a side of several windows
    twin = twins[named.number]
    weak, sound = (twin, named.unit) if graft.makes_weak else (named.unit, twin)
    lines = weak.lines_at(both.lines)
    if not lines or weak.text() == sound.text() or max(weak.windows, sound.windows) > 1:
        return None
    mechanism = f"{graft.cwe}/{graft.title}"
    return UnitPair(weak, sound, lines, graft.cwe, mechanism, f"{file.origin.name}/{place.path}")
