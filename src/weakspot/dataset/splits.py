"""Splits of a data set: named protocols, and what they keep together.

`random` is the paper's own (400 of 500 rows to learn from, by row): twins and near-duplicates
fall on both sides, so it measures memory. `family` keeps connected components of {pair,
mechanism, source, project, near-duplicates} on one side; `leave-cwe-out` keeps whole weaknesses
out.
"""

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from weakspot.core.errors import DataError
from weakspot.dataset.near import near_duplicates
from weakspot.dataset.rows import Row

TEST_SHARE = 0.2
FOLDS = 5
SIDES = ("train", "test", "validation")


@dataclass(frozen=True, slots=True)
class Split:
    """Rows to learn from and to test on; `fold` numbers the splits of one protocol."""

    protocol: str
    fold: int
    train: tuple[Row, ...]
    test: tuple[Row, ...]


def refuse_others(folder: Path, files: Iterable[Path]) -> None:
    """Refuse a folder with files of another split than the one that `files` make up.

    Raises:
        DataError: they would stand beside this split's, and be taken for a part of it.
    """
    known = (path for pattern in ("*.jsonl", "fold-*/*.jsonl") for path in folder.glob(pattern))
    others = {path for path in known if path.stem in SIDES} - set(files)
    if others:
        names = ", ".join(sorted(path.relative_to(folder).as_posix() for path in others))
        raise DataError(
            f"{folder} holds another split: {names}", hint="choose another folder, or remove them"
        )


def components(rows: Sequence[Row]) -> Mapping[str, str]:
    """Return the component of every row id: the smallest id that it is connected to."""
    groups: list[Sequence[str]] = []
    for key in ("pair", "mechanism", "source", "project"):
        grouped: defaultdict[str, list[str]] = defaultdict(list)
        for row in rows:
            if value := getattr(row, key):
                grouped[value].append(row.id)
        groups += grouped.values()
    groups += [pair[:2] for pair in near_duplicates({row.id: row.code for row in rows})]
    return _connected([row.id for row in rows], groups)


def split(rows: Sequence[Row], protocol: str, seed: int) -> tuple[Split, ...]:
    """Split by a named protocol; the same rows and seed give the same split.

    Raises:
        DataError: no such protocol, an id that comes twice, or too little data for a side.
    """
    twice = sorted(name for name, count in Counter(row.id for row in rows).items() if count > 1)
    if twice:
        raise DataError(f"ids that come twice: {', '.join(twice)}")
    if protocol not in PROTOCOLS:
        raise DataError(f"no protocol {protocol!r}", hint=f"one of {', '.join(PROTOCOLS)}")
    found = PROTOCOLS[protocol](rows, seed)
    for one in found:
        if not one.train or not one.test:
            raise DataError(f"{protocol}: {len(rows)} rows are too few to split")
        together = {row.id for row in one.train} & {row.id for row in one.test}
        if together or len(one.train) + len(one.test) != len(rows):
            raise AssertionError(f"{protocol}: rows on both sides or on none: {sorted(together)}")
    return found


def taught(splits: Sequence[Split]) -> tuple[int, int]:
    """Return how many weak test rows accept a CWE that their split learns from, and of how many.

    `leave-cwe-out` goes by the first CWE of a row. What is accepted beside it, mostly a parent or a
    near relative, may be the first one of rows that are learnt from.
    """
    found = [
        not _cwes(one.train).isdisjoint(row.cwes)
        for one in splits
        for row in one.test
        if row.is_weak
    ]
    return sum(found), len(found)


def _random(rows: Sequence[Row], seed: int) -> tuple[Split, ...]:
    order = sorted(rows, key=lambda row: row.id)
    random.Random(seed).shuffle(order)  # noqa: S311  reproducible split, no secret
    cut = round(len(order) * TEST_SHARE)
    return (Split("random", 0, tuple(order[cut:]), tuple(order[:cut])),)


def _family(rows: Sequence[Row], seed: int) -> tuple[Split, ...]:
    """Take about a fifth of each weakness's components, whole, for testing.

    A weakness with one component is learnt from: tested alone, it would be an unknown one. Where no
    weakness has more, they are taken from all.
    """
    component = components(rows)
    by_cwe: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        by_cwe[row.cwes[0] if row.cwes else ""].add(component[row.id])
    known = [names for names in by_cwe.values() if len(names) > 1] or [set(component.values())]
    chosen: set[str] = set()
    for names in known:
        ordered = sorted(names, key=lambda name: _hash(name, seed))
        chosen |= set(ordered[: max(1, round(len(ordered) * TEST_SHARE))])
    made = _by(rows, "family", 0, {row.id for row in rows if component[row.id] in chosen})
    crossing = {component[row.id] for row in made.train} & {component[row.id] for row in made.test}
    if crossing:
        raise AssertionError(f"components on both sides: {sorted(crossing)}")
    return (made,)


def _leave_cwe_out(rows: Sequence[Row], seed: int) -> tuple[Split, ...]:
    """Test each fold on weaknesses that are not learnt from; what is connected goes along.

    Weaknesses that share a component are left out together.
    """
    component = components(rows)
    cwes: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        cwes[component[row.id]].update(row.cwes[:1])
    # A row without a CWE is of its component's; a component without any is a group of its own.
    shared = [sorted(found) or [""] for found in cwes.values()]
    group_of = _connected([cwe for found in shared for cwe in found], shared)
    of_component = {name: group_of[found[0]] for name, found in zip(cwes, shared, strict=True)}
    ordered = sorted(set(group_of.values()), key=lambda cwe: _hash(cwe, seed))
    if len(ordered) < 2:
        raise DataError("leave-cwe-out needs two weaknesses that share no component")
    made = []
    for fold in range(min(FOLDS, len(ordered))):
        held = set(ordered[fold::FOLDS])
        test = {row.id for row in rows if of_component[component[row.id]] in held}
        one = _by(rows, "leave-cwe-out", fold, test)
        if both := _cwes(one.train) & _cwes(one.test):
            raise AssertionError(f"weaknesses on both sides: {sorted(both)}")
        made.append(one)
    return tuple(made)


def _cwes(rows: Iterable[Row]) -> set[str]:
    return {row.cwes[0] for row in rows if row.cwes}


PROTOCOLS: Mapping[str, Callable[[Sequence[Row], int], tuple[Split, ...]]] = {
    "random": _random,
    "family": _family,
    "leave-cwe-out": _leave_cwe_out,
}


def _connected(names: Sequence[str], groups: Iterable[Iterable[str]]) -> dict[str, str]:
    """Return the smallest name that each one is connected to, by groups that they share."""
    parent = {name: name for name in names}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for group in groups:
        first, *others = sorted({root(name) for name in group})
        for other in others:
            parent[other] = first
    return {name: root(name) for name in parent}


def _by(rows: Sequence[Row], protocol: str, fold: int, test: set[str]) -> Split:
    train = tuple(row for row in rows if row.id not in test)
    return Split(protocol, fold, train, tuple(row for row in rows if row.id in test))


def _hash(name: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}|{name}".encode()).digest()
