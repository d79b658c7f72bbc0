"""Makes pairs of real functions out of grafts (`weakspot.dataset.grafts`) and packages' wheels."""

import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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
    grouped: defaultdict[tuple[str, str], list[Graft]] = defaultdict(list)
    for graft in read_grafts(folder):
        if graft.changes:
            grouped[graft.place.source, graft.place.version].append(graft)
    known = {
        (origin.name, origin.version): (origin, path) for origin, path in corpus.wheels(wheels)
    }
    for source, grafts in sorted(grouped.items()):
        if source not in known:
            raise DataError(f"no wheel of {'-'.join(source)} in {wheels}", hint=_HINT)
        yield from _of_source(*known[source], grafts)


def apart(folder: Path, share: float) -> Apart:
    """Return what must not be read as sound code where the grafts of `folder` are learnt from.

    That are the packages whose grafts are held out (`share` of them), of which nothing is learnt,
    and the functions that were found weak as they stand.
    """
    packages: set[str] = set()
    places: set[str] = set()
    for graft in read_grafts(folder):
        project = plain_name(graft.place.source)
        if holds_out(project, share):
            packages.add(project)
        if graft.changes and not graft.makes_weak:
            places.add(f"{graft.place.source}/{graft.place.path} {graft.place.name}")
    return Apart(frozenset(packages), frozenset(places))


def _of_source(origin: Origin, path: Path, grafts: Iterable[Graft]) -> Iterator[UnitPair]:
    by_file: defaultdict[str, list[Graft]] = defaultdict(list)
    for graft in grafts:
        by_file[graft.place.path].append(graft)
    with zipfile.ZipFile(path) as archive:
        for name, ours in sorted(by_file.items()):
            try:
                text = decode(archive.read(name), name).text
            except KeyError:
                raise DataError(f"{path.name} has no {name}", hint=_HINT) from None
            units = units_of(Source(name, text)).units
            for graft in ours:
                if (pair := _pair(graft, origin, text, units)) is not None:
                    yield pair


def _is_within_another(place: Place, units: Sequence[Unit]) -> bool:
    """Whether a function is none of the units, but stands in one: as small inner ones do."""
    outer = (unit for unit in units if place.name.startswith(f"{unit.name}."))
    return any(unit.span.start_line <= place.line <= unit.span.end_line for unit in outer)


def _pair(graft: Graft, origin: Origin, text: str, units: Sequence[Unit]) -> UnitPair | None:
    place = graft.place
    named = [unit for unit in units if unit.name == place.name]
    if not named and _is_within_another(place, units):
        return None
    at = next((at for at, unit in enumerate(named) if unit.span.start_line == place.line), None)
    if at is None:
        raise DataError(f"{place.path}:{place.line} is not {place.name}", hint=_HINT)
    span = named[at].span
    if digest_of(text.split("\n")[span.start_line - 1 : span.end_line]) != place.digest:
        raise DataError(f"{place.path}:{place.line}: not the function that was read", hint=_HINT)
    both = sides(graft, text)
    changed = units_of(Source(place.path, both.weak if graft.makes_weak else both.sound)).units
    twins = [unit for unit in changed if unit.name == place.name]
    if len(twins) != len(named):  # a side of several windows
        return None
    weak, sound = (twins[at], named[at]) if graft.makes_weak else (named[at], twins[at])
    lines = weak.lines_at(both.lines)
    if not lines or weak.text() == sound.text() or max(weak.windows, sound.windows) > 1:
        return None
    mechanism = f"{graft.cwe}/{graft.title}"
    return UnitPair(weak, sound, lines, graft.cwe, mechanism, f"{origin.name}/{place.path}")
