"""Binds what a run leaves behind to what decided it: a record that no later command may contradict.

A record is a JSON file of nested tables. What stands under ``inputs`` are digests of what was read,
all else are fields of a recipe.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from weakspot.core.errors import DataError

RECORD = "recipe.json"  # in a step's folder; of what is a file, "tokenizer.recipe.json" beside it
NAMED = 5  # differences that an error lists
_INPUTS = "inputs."
_ABSENT = object()


def bind(
    record: Path,
    told: Mapping[str, Any],
    say: Callable[[str], None],
    *,
    begun: bool,
    hint: str | None = None,
) -> None:
    """Write what decides a step, or check it against the record where the step has `begun`.

    What was begun without a record is older than records are: it is taken for this recipe's.

    Raises:
        DataError: something else decided what was begun.
    """
    if begun and record.exists():
        check(record, told, hint=hint)
        return
    if begun:
        say(f"{_subject(record)} tells no recipe and is taken for one of this recipe")
    write(record, told)


def check(record: Path, told: Mapping[str, Any], *, hint: str | None = None) -> None:
    """Refuse what something else decided; without a record nothing is known, and nothing refused.

    Raises:
        DataError: the record says something else, or is damaged.
    """
    if not record.exists():
        return
    there, now = dict(_flat(_read(record))), dict(_flat(json.loads(json.dumps(told))))
    changed = [
        key
        for key in sorted(there.keys() | now.keys())
        if there.get(key, _ABSENT) != now.get(key, _ABSENT)
    ]
    if not changed:
        return
    subject = _subject(record)
    raise DataError(
        f"{subject} was begun {_told(changed, there, now)}",
        hint=hint
        or f"choose another --run folder, or remove {subject} and those of the steps after it",
    )


def write(record: Path, told: Mapping[str, Any]) -> None:
    """Write a record at once."""
    record.parent.mkdir(parents=True, exist_ok=True)
    partial = record.with_suffix(".partial")
    partial.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", "utf-8")
    partial.replace(record)


def _subject(record: Path) -> Path:
    """Return what a record is of: its folder, or what stands before ``.recipe.json``."""
    return record.parent / record.name.removesuffix(RECORD).rstrip(".")


def _read(record: Path) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = json.loads(record.read_text("utf-8"))
    except ValueError as error:
        raise DataError(
            f"{record} is damaged: {error}",
            hint="remove it: what it is of is then taken for one of this recipe",
        ) from error
    return found


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the values of nested tables by dotted key."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _told(changed: list[str], there: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    fields = [key for key in changed if not key.startswith(_INPUTS)]
    if not fields:
        names = [key.removeprefix(_INPUTS).replace("_", " ") for key in changed]
        return f"on another {', another '.join(names)}"
    shown = [_difference(key, there, now) for key in fields[:NAMED]]
    more = [f"{len(fields) - NAMED} more"] if len(fields) > NAMED else []
    return f"with another recipe: {'; '.join(shown + more)}"


def _difference(key: str, there: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    old, new = there.get(key), now.get(key)
    if isinstance(old, list) and isinstance(new, list):
        sides = {
            "there": [str(one) for one in old if one not in new],
            "now": [str(one) for one in new if one not in old],
        }
        only = [f"{', '.join(found)} only {side}" for side, found in sides.items() if found]
        return f"{key} {' and '.join(only) or 'in another order'}"
    shown = [json.dumps(one) if one is not None else "nothing" for one in (old, new)]
    return f"{key} {shown[0]} there, {shown[1]} now"
