"""Labelled rows: one snippet each, from pair files, short pairs or JSON lines (docs/dataset.md)."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from weakspot.core.errors import DataError
from weakspot.dataset import headed
from weakspot.dataset.drills import parse_drills
from weakspot.dataset.pairs import SUFFIX, Pair, read_pair

_CWE = re.compile(r"CWE-[1-9][0-9]{0,4}")
_LABELS = {"vulnerable": True, "secure": False}


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled snippet.

    `cwes` are the weakness (first) and what is accepted for it, also on sound rows where it is
    known; `lines` are 1-based. `pair`, `mechanism`, `source` and `project` group what must stay on
    one side of a split; empty when unknown. `place` says where the row was read.
    """

    id: str
    code: str
    is_weak: bool
    cwes: tuple[str, ...]
    lines: tuple[int, ...]
    pair: str
    mechanism: str
    source: str
    place: str
    project: str = ""


@dataclass(frozen=True, slots=True)
class DataSet:
    """All that was read below a path, and what could not be read: nothing is dropped silently."""

    rows: tuple[Row, ...]
    pairs: tuple[Pair, ...]
    broken: tuple[str, ...]


def read_data(path: Path) -> DataSet:
    """Read a folder of pair files, or where there are none of texts of short pairs, or one file.

    Texts beside pair files are named as broken. One file is a text of short pairs (drills and
    styles are kept so) or of JSON lines.

    Raises:
        DataError: there is nothing to read at all.
    """
    if path.is_dir():
        return _folder(path)
    if not path.exists():
        raise DataError(f"there is no {path}")
    return _texts([path]) if path.suffix == headed.SUFFIX else _lines(path)


def rows_of(pair: Pair, place: str = "") -> tuple[Row, Row]:
    """Return both sides of a pair as rows, the vulnerable one first."""

    def row(role: str, code: str, is_weak: bool, lines: tuple[int, ...]) -> Row:
        cwes = (pair.cwe, *pair.accepted)
        name = f"{pair.id}/{role}"
        return Row(name, code, is_weak, cwes, lines, pair.id, pair.id, "", place or pair.id)

    return (
        row("vulnerable", pair.vulnerable.code, True, pair.vulnerable.lines),
        row("fixed", pair.fixed.code, False, ()),
    )


def _folder(folder: Path) -> DataSet:
    files = sorted(folder.rglob(f"*{SUFFIX}"))
    texts = sorted(folder.rglob(f"*{headed.SUFFIX}"))
    if not files and not texts:
        hint = f"pair files end in {SUFFIX}, texts of short pairs in {headed.SUFFIX}"
        raise DataError(f"no pair files below {folder}", hint=hint)
    if not files:
        return _texts(texts)
    found = _pair_files(files)
    return replace(found, broken=(*found.broken, *_beside(texts)))


def _beside(texts: Iterable[Path]) -> Iterator[str]:
    """Yield the folders of texts that are not read, since pair files are, and how many they hold.

    A text without a heading is somebody's notes.
    """
    counts = Counter(path.parent for path in texts if headed.is_headed(path))
    for folder, count in counts.items():
        yield f"{folder}: {count} texts stand beside pair files and are not read: give it alone"


def _texts(paths: Iterable[Path]) -> DataSet:
    rows: dict[str, Row] = {}
    broken: list[str] = []
    for path in paths:
        try:
            sides = [side for drill in parse_drills(path.read_text("utf-8")) for side in drill]
        except (OSError, UnicodeDecodeError) as error:
            broken.append(f"{path}: {error}")
            continue
        except DataError as error:
            broken.append(f"{path}: {error.message}")
            continue
        for side in sides:
            if side.id in rows:
                broken.append(f"{path}: the id {side.id!r} comes twice")
            rows[side.id] = Row(
                id=side.id,
                code=side.code,
                is_weak=side.role.is_weak,
                cwes=(side.cwe,),
                lines=side.lines,
                pair=side.family,
                mechanism=side.family,
                source="",
                place=str(path),
            )
    if not rows and not broken:
        raise DataError("no pairs in the texts")
    return DataSet(tuple(rows.values()), (), tuple(broken))


def _pair_files(files: Iterable[Path]) -> DataSet:
    pairs: list[Pair] = []
    rows: list[Row] = []
    broken: list[str] = []
    seen: dict[str, Path] = {}
    for path in files:
        try:
            pair = read_pair(path)
        except DataError as error:
            broken.append(error.message)
            continue
        if (path.parent.name, path.stem) != (pair.cwe, pair.mechanism):
            broken.append(f"{path}: holds {pair.id}; folder and file name must say the same")
        if (first := seen.setdefault(pair.id, path)) is not path:
            broken.append(f"{path}: holds {pair.id}, as {first} does")
        pairs.append(pair)
        rows += rows_of(pair, str(path))
    return DataSet(tuple(rows), tuple(pairs), tuple(broken))


def _lines(path: Path) -> DataSet:
    rows: list[Row] = []
    broken: list[str] = []
    seen: set[str] = set()
    for place, text in _numbered(path):
        try:
            row = _row(json.loads(text), place)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            what = f"the field {error} is missing" if isinstance(error, KeyError) else str(error)
            broken.append(f"{place}: {what}")
            continue
        if row.id in seen:
            broken.append(f"{place}: the id {row.id!r} comes twice")
        seen.add(row.id)
        rows.append(row)
    if not rows and not broken:
        raise DataError(f"{path}: no rows")
    return DataSet(tuple(rows), (), tuple(broken))


def _numbered(path: Path) -> Iterator[tuple[str, str]]:
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: {error}") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield f"{path}:{number}", line


def _row(row: Any, place: str) -> Row:
    if not isinstance(row, dict):
        raise TypeError("not a JSON object")
    if row["label"] not in _LABELS:
        raise ValueError(f"'label' must be one of {', '.join(_LABELS)}")
    if not isinstance(row["code"], str) or not row["code"].strip():
        raise ValueError("'code' must be a text that is not empty")
    lines = _sequence(row.get("lines"), int)
    length = row["code"].count("\n") + 1
    if any(not 1 <= line <= length for line in lines):
        raise ValueError(f"'lines' must be within the code's {length} lines")
    cwes = _sequence(row.get("cwes"), str)
    if not all(map(_CWE.fullmatch, cwes)):
        raise ValueError(f"'cwes' must be written as CWE-89, not {row['cwes']!r}")
    made = Row(
        id=str(row["id"]),
        code=row["code"],
        is_weak=_LABELS[row["label"]],
        cwes=cwes,
        lines=lines,
        pair=_text(row.get("pair_id")),
        mechanism=_text(row.get("mechanism")),
        source=_text(row.get("source")),
        place=place,
        project=_text(row.get("project")),
    )
    try:
        "".join((made.id, made.code, made.pair, made.mechanism, made.source, made.project)).encode()
    except UnicodeEncodeError as error:  # JSON can escape half a character
        raise ValueError(f"{error.object[error.start]!r} is no Unicode text") from error
    return made


def _text(value: Any) -> str:
    """Return what is told, and nothing for null: 0 is a name."""
    return "" if value is None else str(value)


def _sequence(value: Any, kind: type) -> tuple[Any, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(type(one) is kind for one in value):
        raise ValueError(f"a list of {kind.__name__} is asked for, not {value!r}")
    return tuple(value)
