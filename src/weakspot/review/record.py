"""Reads decisions that were made elsewhere, one JSON object a line, on pairs as they are now."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from weakspot.core.errors import DataError
from weakspot.review.journal import Reader, Review, check_name, digest, parse, read
from weakspot.review.shelf import Entry, Shelf


def decisions(lines: Iterable[str], folder: Path, journal: Path) -> tuple[Review, ...]:
    """Return the decisions of `lines`, each with the digest of its pair file as it is now.

    Raises:
        DataError: the journal that they are for is broken, or a line is no decision on a pair of
            `folder` by a reader whom the desk would let in; the message has the line.
    """
    entries = Shelf(folder).entries()
    kinds = {one.name: one.reader for one in read(journal)}
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(_decision(json.loads(line), entries))
            _check_reader(found[-1], kinds)
        except DataError as error:
            raise DataError(f"line {number}: {error.message}") from error
        except (ValueError, RecursionError, OSError) as error:
            raise DataError(f"line {number}: {error}") from error
    return tuple(found)


def _decision(row: object, entries: Mapping[str, Entry]) -> Review:
    if not isinstance(row, dict):
        raise DataError("not a JSON object")
    # A pair is found by its id in a list, never by a path that a line names.
    entry = entries.get(name) if isinstance(name := row.get("pair"), str) else None
    if entry is None:
        raise DataError(f"there is no pair {name!r}")
    return parse(row | {"digest": digest(entry.path)})


def _check_reader(review: Review, kinds: dict[str, Reader]) -> None:
    """Keep the desk's rules for names: what one is, and that it is of one kind of reader."""
    name = review.name
    check_name(name)
    if kinds.setdefault(name, review.reader) is not review.reader:
        raise DataError(f"{name} is a {kinds[name]} in this journal; take another name")
