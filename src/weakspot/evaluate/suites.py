"""Reads labelled suites and the verdicts of detectors on them, both as JSON lines."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from weakspot.core.errors import DataError

_LABELS = {"vulnerable": True, "secure": False}


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled snippet; `lines` are 1-based (empty when unknown), twins share `pair`.

    A row without a twin has a `pair` of its own. Pairs of one `project` (empty when unknown)
    are no independent ones: intervals and tests take them together.
    """

    id: str
    code: str
    is_weak: bool
    cwes: tuple[str, ...]
    lines: tuple[int, ...]
    pair: str
    project: str = field(default="", repr=False)  # kept answers go by what else is told of a row

    @property
    def cluster(self) -> tuple[bool, str]:
        """What stands or falls together: all of a project that is known, or the pair."""
        return bool(self.project), self.project or self.pair


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a detector said: `cwes` and 1-based `lines` are ordered, the likeliest first.

    `spans` are the first and last line of what it marks around each of `lines`; () where it marks
    lines alone.
    """

    is_weak: bool
    probability: float
    cwes: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()


def read_suite(path: Path) -> tuple[Row, ...]:
    """Read the rows of a suite in the order of the file.

    Raises DataError, which names the line, for a row that is broken, an id that comes twice, or a
    file without rows.
    """
    rows: dict[str, Row] = {}
    alone: list[str] = []
    for place, told in _objects(path):
        row = _row(told, place)
        if row.id in rows:
            raise DataError(f"{place}: the id {row.id!r} comes twice")
        rows[row.id] = row
        if not row.pair:
            alone.append(row.id)
    if not rows:
        raise DataError(f"{path}: no rows")
    _must_share_projects(path, rows.values())
    taken = {row.pair for row in rows.values()}
    for name in alone:
        own = name
        while own in taken:  # an id may be the name of a pair, too
            own += "'"
        taken.add(own)
        rows[name] = replace(rows[name], pair=own)
    return tuple(rows.values())


def _row(told: Mapping[str, Any], place: str) -> Row:
    """Return a row whose fields are what they must be; its pair is empty when none is told."""
    try:
        name, code, label = told["id"], told["code"], told["label"]
    except KeyError as error:
        raise DataError(f"{place}: the field {error} is missing") from None
    names = ("cwes", "lines", "pair_id", "project")
    cwes, lines, pair, project = (told.get(name) for name in names)
    if not isinstance(label, str) or label not in _LABELS or not isinstance(code, str):
        raise DataError(f"{place}: 'label' must be one of {', '.join(_LABELS)}, 'code' a string")
    if not _is_name(name) or not (pair is None or _is_name(pair)):
        raise DataError(f"{place}: 'id' and 'pair_id' must be strings or whole numbers")
    if not (project is None or isinstance(project, str)):
        raise DataError(f"{place}: 'project' must be a string")
    if not _is_list(cwes, lambda one: isinstance(one, str)):
        raise DataError(f"{place}: 'cwes' must be a list of strings such as \"CWE-78\"")
    if not _is_list(lines, lambda one: type(one) is int and one > 0):
        raise DataError(f"{place}: 'lines' must be a list of whole numbers from 1 on")
    return Row(
        id=str(name),
        code=code,
        is_weak=_LABELS[label],
        cwes=tuple(cwes or ()),
        lines=tuple(lines or ()),
        pair="" if pair is None else str(pair),
        project=project or "",
    )


def _must_share_projects(path: Path, rows: Iterable[Row]) -> None:
    """Raise DataError where the rows of a pair tell several projects."""
    known: dict[str, str] = {}
    for row in rows:
        if row.pair and known.setdefault(row.pair, row.project) != row.project:
            raise DataError(f"{path}: the rows of the pair {row.pair!r} tell several projects")


def _is_name(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _is_list(value: Any, fits: Callable[[Any], bool]) -> bool:
    return value is None or (isinstance(value, list) and all(map(fits, value)))


def as_requests(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield the rows in the form that `weakspot predict` takes: without their labels."""
    for row in rows:
        yield json.dumps({"id": row.id, "code": row.code}).encode("ascii")


def verdicts_of(answers: Iterable[str]) -> Mapping[str, Verdict]:
    """Return the answers of `weakspot predict` by row id, without those that are errors."""
    found: dict[str, Verdict] = {}
    for text in answers:
        answer = json.loads(text)
        if answer["error"] is not None:
            continue
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
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DataError(f"{place}: not JSON: {error}") from error
        if not isinstance(row, dict):
            raise DataError(f"{place}: not a JSON object")
        yield place, row
