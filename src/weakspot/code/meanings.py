"""What a value at a place means: ``verify=False`` takes the checks of TLS away.

The table (`setting_names`) says of keyword arguments, attributes, keys and headers what their
values mean where security is at stake, and which way they go. What a model learns of one spelling
holds for its kin. Nothing is judged here. A change of the table changes what models over
statements (`weakspot.model.sites`) mean; `digest` tells them.

In the files a line is ``meaning: entries``, an entry ``[callee:]key=value``: the callee by its last
word or its last two, ``*`` for any value, ``-`` for a call that lacks the keyword.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

MEANS = "means "
_ANY, _LACKS = "*", "-"
_CALL = "call "
# Facts that say what is set, and what stands between them and its name.
_SET = {"key ": "", "set ": ".", "kept ": "", "item ": "", "default ": ""}

Values = dict[str, str]  # meanings by value


@dataclass(frozen=True, slots=True)
class _Table:
    """Meanings by the key alone, and by the callee and the key; keys are in lower case."""

    alone: dict[str, Values] = field(default_factory=dict)
    called: dict[str, dict[str, Values]] = field(default_factory=dict)


def meanings_of(facts: Iterable[str]) -> frozenset[str]:
    """Return what the facts of a statement (`weakspot.code.facts`) mean, each after ``means ``."""
    return frozenset(f"{MEANS}{meaning}" for fact in facts for meaning in _of(fact))


@cache
def digest() -> str:
    """Return what tells this table from any other."""
    told = hashlib.sha256()
    for line in _lines():
        told.update(f"{line}\n".encode())
    return told.hexdigest()[:16]


def _of(fact: str) -> Iterator[str]:
    if fact.startswith(_CALL):
        yield from _of_call(fact.removeprefix(_CALL))
        return
    for kind, mark in _SET.items():
        if fact.startswith(kind):
            key, equals, shape = fact.removeprefix(kind).removeprefix(mark).rpartition("=")
            if equals:
                yield from _found(_table().alone, key.strip("[]'"), shape)


def _of_call(told: str) -> Iterator[str]:
    ends = [at for at in map(told.find, " /(") if at >= 0]
    at = min(ends, default=len(told))
    name, rest = told[:at], told[at:]
    if name.startswith("."):  # each call is told by its whole name, too
        return
    for callee in {name.rpartition(".")[2], ".".join(name.split(".")[-2:])}:
        keys = _table().called.get(callee)
        if keys is None:
            continue
        if rest.startswith("("):
            given = rest.strip("()").lower().split(",")
            yield from (v[_LACKS] for k, v in keys.items() if _LACKS in v and k not in given)
        elif rest.startswith(" ") and "<" not in rest:
            place, mark, shape = rest[1:].partition(":" if rest[1:2].isdigit() else "=")
            if mark and shape:
                yield from _found(keys, place, shape)


def _found(keys: dict[str, Values], key: str, shape: str) -> Iterator[str]:
    values = keys.get(key.lower(), {})
    if found := values.get(_value(shape)) or values.get(_ANY):
        yield found


def _value(shape: str) -> str:
    """Return the value that a shape (`weakspot.code.fact_shapes`) tells, as the table has it."""
    if shape.startswith("'"):
        return shape.strip("'")
    kind, colon, rest = shape.partition(":")
    return rest.rpartition(".")[2] if colon and kind in ("attr", "call") else shape


@cache
def _table() -> _Table:
    table = _Table()
    for line in _lines():
        meaning, _, entries = line.partition(": ")
        for entry in entries.split():
            place, _, value = entry.partition("=")
            callee, _, key = place.rpartition(":")
            keys = table.called.setdefault(callee, {}) if callee else table.alone
            keys.setdefault(key.lower(), {}).setdefault(value, meaning)
    return table


def _lines() -> Iterator[str]:
    folder = files("weakspot.code") / "setting_names"
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".txt"):
            lines = file.read_text("utf-8").splitlines()
            yield from (line for line in lines if line and not line.startswith("#"))
