"""What all readers do at the border: find files, read them, and name the place that is broken."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from weakspot.core.errors import DataError
from weakspot.evaluate.suites import Row

_CWE = re.compile(r"CWE[-_ ]?0*([1-9][0-9]{0,5})", re.IGNORECASE | re.ASCII)
_HEAD = 65_536  # characters that show which format a file has


def files(path: Path, layout: str) -> tuple[Path, ...]:
    """Return the files of a layout such as `data/*/cwe-*.jsonl`, in order of their paths.

    `path` may be the repository, a folder inside the layout, or one of the files.
    """
    parts = layout.split("/")
    if path.is_file():
        return (path,) if path.match(parts[-1]) else ()
    for start in range(len(parts)):
        if found := sorted(one for one in path.glob("/".join(parts[start:])) if one.is_file()):
            return tuple(found)
    return ()


def holds(path: Path, word: str) -> bool:
    """Say whether a file's first characters hold a word; False if it cannot be read."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return word in file.read(_HEAD)
    except OSError:
        return False


def text_of(path: Path) -> str:
    """Return a file's text with `\\n` line ends.

    Raises DataError, which names the file, if it cannot be read as UTF-8.
    """
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: {error}") from error


def json_of(text: str, place: str) -> Any:
    """Return what a JSON text holds; raises DataError, which names the place."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{place}: not JSON: {error}") from error


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield number and object of each line; raises DataError for a line that is none."""
    for number, line in enumerate(text_of(path).split("\n"), 1):
        if line.strip():
            place = f"{path}:{number}"
            yield number, table(json_of(line, place), place)


def table(value: Any, place: str) -> dict[str, Any]:
    """Return a value that must be a JSON object; raises DataError, which names the place."""
    if not isinstance(value, dict):
        raise DataError(f"{place}: not a JSON object")
    return value


def field(row: dict[str, Any], name: str, kind: type, place: str) -> Any:
    """Return a field of a row; raises DataError if it is missing or not of its kind."""
    if name not in row:
        raise DataError(f"{place}: the field {name!r} is missing")
    if not isinstance(row[name], kind):
        raise DataError(f"{place}: the field {name!r} must be of the kind {kind.__name__}")
    return row[name]


def cwes_in(text: str, place: str) -> tuple[str, ...]:
    """Return the CWEs a text names, written as `CWE-89`; raises DataError if it names none."""
    found = tuple(dict.fromkeys(f"CWE-{number}" for number in _CWE.findall(text)))
    if not found:
        raise DataError(f"{place}: no CWE in {text[:60]!r}")
    return found


def gathered(rows: Iterable[Row], path: Path) -> tuple[Row, ...]:
    """Return the rows of a suite; raises DataError for an id that comes twice, or no rows."""
    found: dict[str, Row] = {}
    for row in rows:
        if row.id in found:
            raise DataError(f"{path}: the id {row.id!r} comes twice")
        found[row.id] = row
    if not found:
        raise DataError(f"{path}: no rows of Python code")
    return tuple(found.values())
