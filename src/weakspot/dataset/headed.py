"""Reads texts of pieces that each begin with a heading ``### ...``: drills, grafts, fixes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from weakspot.core.errors import DataError

SUFFIX = ".txt"
_BEGINS = "### "

T = TypeVar("T")


def read_pieces(folder: Path, parse: Callable[[str], Iterable[T]]) -> Iterator[T]:
    """Yield what `parse` finds in every text below `folder`, in the order of their paths.

    Raises:
        DataError: a text cannot be read or parsed; the message has the path.
    """
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        try:
            yield from parse(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"{path}: {error}") from error
        except DataError as error:
            raise DataError(f"{path}: {error.message}") from error


def is_headed(path: Path) -> bool:
    """Say whether a text begins with a heading; one that cannot be read may."""
    try:
        return path.read_bytes().lstrip().startswith(_BEGINS.encode())
    except OSError:
        return True


def pieces(text: str, parse: Callable[[str, Sequence[str]], T]) -> Iterator[T]:
    """Yield what `parse` makes of each heading and the lines below it.

    Raises:
        DataError: something stands before the first heading, or `parse` raises it; the message has
            the line.
    """
    lines = text.split("\n")
    starts = [at for at, line in enumerate(lines) if line.startswith(_BEGINS)]
    if any(line.strip() for line in lines[: starts[0] if starts else len(lines)]):
        raise DataError("line 1: there is text before the first heading")
    ends = [*starts[1:], len(lines)] if starts else []
    for start, end in zip(starts, ends, strict=True):
        try:
            yield parse(lines[start], lines[start + 1 : end])
        except DataError as error:
            raise DataError(f"line {start + 1}: {error.message}") from error
