"""Reads labelled suites and the verdicts of detectors on them, both as JSON lines."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weakspot.core.errors import DataError

_LABELS = {"vulnerable": True, "secure": False}


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled snippet; `lines` are 1-based (empty when unknown), twins share `pair`."""

    id: str
    code: str
    is_weak: bool
    cwes: tuple[str, ...]
    lines: tuple[int, ...]
    pair: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a detector said: `cwes` and 1-based `lines` are ordered, the likeliest first."""

    is_weak: bool
    probability: float
    cwes: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()


def read_suite(path: Path) -> tuple[Row, ...]:
    """Read the rows of a suite in the order of the file.

    Raises DataError, which names the line, for a row that is broken, an id that comes twice, or a
    file without rows.
    """
    rows: dict[str, Row] = {}
    for place, row in _objects(path):
        try:
            name, code, label = str(row["id"]), row["code"], row["label"]
        except KeyError as error:
            raise DataError(f"{place}: the field {error} is missing") from None
        if label not in _LABELS or not isinstance(code, str):
            raise DataError(
                f"{place}: 'label' must be one of {', '.join(_LABELS)}, 'code' a string"
            )
        if name in rows:
            raise DataError(f"{place}: the id {name!r} comes twice")
        rows[name] = Row(
            id=name,
            code=code,
            is_weak=_LABELS[label],
            cwes=tuple(row.get("cwes") or ()),
            lines=tuple(row.get("lines") or ()),
            pair=str(row.get("pair_id") or name),
        )
    if not rows:
        raise DataError(f"{path}: no rows")
    return tuple(rows.values())


def as_requests(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield the rows in the form that `weakspot predict` takes: without their labels."""
    for row in rows:
        yield json.dumps({"id": row.id, "code": row.code}).encode("ascii")


def verdicts_of(answers: Iterable[str]) -> Mapping[str, Verdict]:
    """Return the answers of `weakspot predict` by row id."""
    found: dict[str, Verdict] = {}
    for text in answers:
        answer = json.loads(text)
        found[str(answer["id"])] = Verdict(
            is_weak=answer["verdict"] == "vulnerable",
            probability=answer["probability"],
            cwes=tuple(cwe["id"] for cwe in answer["cwes"]),
            lines=tuple(answer["lines"]),
        )
    return found


def verdict_rows(
    suite: str, detector: str, rows: Iterable[Row], verdicts: Mapping[str, Verdict]
) -> Iterator[str]:
    """Yield one JSON line for each row: what it is and what the detector said of it."""
    for row in rows:
        said = verdicts.get(row.id)
        told = {
            "suite": suite,
            "detector": detector,
            "id": row.id,
            "pair_id": row.pair,
            "label": "vulnerable" if row.is_weak else "secure",
            "verdict": None if said is None else ("vulnerable" if said.is_weak else "secure"),
            "probability": None if said is None else round(said.probability, 6),
            "accepted": list(row.cwes),
            "cwes": [] if said is None else list(said.cwes),
            "lines": list(row.lines),
            "said_lines": [] if said is None else list(said.lines[:10]),
        }
        yield json.dumps(told) + "\n"


def _objects(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise DataError(f"{place}: not JSON: {error}") from error
        if not isinstance(row, dict):
            raise DataError(f"{place}: not a JSON object")
        yield place, row
