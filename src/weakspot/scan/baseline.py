"""Remembers the findings of today, so that tomorrow only new ones count.

A baseline is a multiset: it knows how often a finding occurs, and one more is new. Findings are
matched in their own file first; what is left is matched by content alone against entries of files
that lost theirs, so that a renamed file brings no old findings back. Paths start at a folder that
the file names, so that they mean the same files wherever a scan runs.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from weakspot.code.discovery import read_bytes
from weakspot.core.errors import DataError, ReadError
from weakspot.core.finding import Cell, Finding
from weakspot.core.report import Notice

FORMAT = "weakspot-baseline"
VERSION = 1
DEFAULT_NAME = "weakspot-baseline.json"
MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One known finding; `line` is for people, it takes no part in matching.

    In a notebook it is that of the joined code, and `cell` its place.
    """

    path: str
    line: int
    cwe: str
    fingerprint: str
    count: int = 1
    cell: Cell | None = field(default=None, compare=False)

    def gone(self) -> Notice:
        """Return the notice that the finding is there no longer."""
        message = f"the baseline's {self.cwe} is no longer found; the entry can go"
        return Notice("baseline-entry-gone", self.path, self.line, message, self.cell)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The findings that are known.

    Their paths start at `root`, the way to it from the folder of the baseline's file; None where
    the file does not say.
    """

    entries: tuple[Entry, ...] = ()
    root: str | None = None

    @classmethod
    def of(cls, findings: Sequence[Finding]) -> "Baseline":
        """Make a baseline of all findings that are not suppressed in the code."""
        counts: Counter[tuple[str, str, str]] = Counter()
        first: dict[tuple[str, str, str], Finding] = {}
        for finding in findings:
            if finding.suppression is None:
                key = (finding.path, finding.cwe, finding.fingerprint)
                counts[key] += 1
                first.setdefault(key, finding)
        entries = (
            Entry(path, one.span.start_line, cwe, name, counts[path, cwe, name], one.cell)
            for (path, cwe, name), one in first.items()
        )
        return cls(tuple(sorted(entries)))

    def written_to(self, folder: Path, root: Path) -> "Baseline":
        """Return it for a file in `folder`; the paths are relative to `root`."""
        try:
            way = os.path.relpath(os.path.realpath(root), os.path.realpath(folder))
        except ValueError:  # there is no way from one drive to another
            return self
        return replace(self, root=way.replace(os.sep, "/"))

    def seen_from(self, root: Path, folder: Path, exists: Callable[[str], bool]) -> "Baseline":
        """Return a baseline whose file lies in `folder` with paths relative to `root`.

        `exists` says whether there is a file at such a path. Files without a `root` start where the
        first of their files is found, and so do those that were moved.
        """
        start = Path(os.path.realpath(folder / (self.root or "")))
        here = Path(os.path.realpath(root))
        places = (start, here, *start.parents, *here.parents)
        paths = sorted({entry.path for entry in self.entries})
        seen = (_seen_from(here, place, paths) for place in places)
        ways = next(
            (ways for ways in seen if any(map(exists, ways.values()))),
            _seen_from(here, start, paths),
        )
        entries = (replace(entry, path=ways[entry.path]) for entry in self.entries)
        return Baseline(tuple(entries))

    def to_json(self) -> str:
        """Return the baseline as text that is pleasant to read in a diff."""
        rows = [
            {
                "path": entry.path,
                "line": entry.line,
                **({} if entry.cell is None else {"cell": asdict(entry.cell)}),
                "cwe": entry.cwe,
                "fingerprint": entry.fingerprint,
                "count": entry.count,
            }
            for entry in self.entries
        ]
        root = {} if self.root is None else {"root": self.root}
        document = {"format": FORMAT, "version": VERSION, **root, "findings": rows}
        return json.dumps(document, indent=2) + "\n"


def _seen_from(here: Path, place: Path, paths: Sequence[str]) -> dict[str, str]:
    """Return each of the paths that start at `place` with the one from `here` to the same file."""
    try:
        return {path: os.path.relpath(place / path, here).replace(os.sep, "/") for path in paths}
    except ValueError:  # there is no way from one drive to another
        return {path: path for path in paths}


def read_baseline(path: Path) -> Baseline:
    """Read a baseline file.

    Raises:
        DataError: there is none, or it is not one of ours.
    """
    hint = f"make one with: weakspot baseline --output {path}"
    other = "make one with: weakspot baseline"  # what is there may be something else, and dear
    try:
        document = json.loads(read_bytes(path, MOST_BYTES).decode("utf-8-sig"))
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise DataError(f"{path} is no {FORMAT}", hint=other)
        if document["version"] != VERSION:
            raise DataError(f"{path} is no {FORMAT} of version {VERSION}", hint=hint)
        return Baseline(tuple(_entry(row) for row in document["findings"]), _root(document))
    except ReadError as error:
        told = other if os.path.lexists(path) else hint
        raise DataError(f"the baseline {path} {error.message}", hint=told) from error
    except json.JSONDecodeError as error:
        raise DataError(f"{path} is no {FORMAT}: {error}", hint=other) from error
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise DataError(f"the baseline {path} is damaged: {error}", hint=hint) from error


def _root(document: Mapping[str, Any]) -> str | None:
    root = document.get("root")
    if root is not None and (not isinstance(root, str) or "\0" in root):
        raise TypeError(f"'root' is the way to a folder, not {root!r:.40}")
    return root


def _entry(row: Any) -> Entry:
    if not isinstance(row, dict):
        raise TypeError(f"a finding is an object, not {row!r:.40}")
    return Entry(
        str(row["path"]),
        int(row["line"]),
        str(row["cwe"]),
        str(row["fingerprint"]),
        _count(row.get("count", 1)),
        _cell(row.get("cell")),
    )


def _cell(row: Any) -> Cell | None:
    """Return the cell of an entry; those of ordinary files, and of older baselines, have none."""
    if row is None:
        return None
    if not isinstance(row, dict):
        raise TypeError(f"a cell is an object, not {row!r:.40}")
    return Cell(*(_count(row[name]) for name in ("number", "line", "file_line")))


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"expected a whole number from 1 on, not {value!r:.40}")
    return value


def mark_known(
    findings: Sequence[Finding],
    baseline: Baseline,
    scanned: frozenset[str],
    exists: Callable[[str], bool],
) -> tuple[tuple[Finding, ...], tuple[Entry, ...]]:
    """Mark the findings that the baseline knows; return which of its entries are gone, too.

    `scanned` are the paths that were analysed whole: only of those can an entry be called gone, and
    of files that are gone themselves. `exists` says whether there is a file at a path, scanned or
    not.
    """
    left = Counter[tuple[str, str, str]]()
    for entry in baseline.entries:
        left[entry.path, entry.cwe, entry.fingerprint] += entry.count
    known: set[int] = set()
    for index, finding in enumerate(findings):
        key = (finding.path, finding.cwe, finding.fingerprint)
        if left[key] > 0:
            left[key] -= 1
            known.add(index)
    _match_moved(findings, left, known, lambda path: path in scanned or not exists(path))
    marked = tuple(
        finding.know() if index in known else finding for index, finding in enumerate(findings)
    )
    away = _away(baseline, scanned, exists)
    gone = (
        entry
        for entry in baseline.entries
        if left[entry.path, entry.cwe, entry.fingerprint] > 0 and entry.path in scanned | away
    )
    return marked, tuple(gone)


def _away(
    baseline: Baseline, scanned: frozenset[str], exists: Callable[[str], bool]
) -> frozenset[str]:
    """Return the paths of entries whose files are gone, none where that cannot be told.

    A scan of a part does not see what a file may have been renamed to, and none sees that of a file
    outside of its root.
    """
    paths = {entry.path for entry in baseline.entries}
    there = {path for path in paths if path in scanned or exists(path)}
    if not there or not there <= scanned:
        return frozenset()
    return frozenset(path for path in paths - there if not path.startswith("../"))


def _match_moved(
    findings: Sequence[Finding],
    left: Counter[tuple[str, str, str]],
    known: set[int],
    may_move: Callable[[str], bool],
) -> None:
    """Match what is left by content alone, against entries of files without any finding left.

    A file that still has findings was not renamed, so a copy of one of its weaknesses elsewhere
    is new. So is a copy of one in a file that is there, but was not looked at.
    """
    present = {finding.path for finding in findings}
    moved: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for key in sorted(left):
        path, cwe, name = key
        if path not in present and left[key] > 0:
            moved.setdefault((cwe, name), []).append(key)
    for index, finding in enumerate(findings):
        if index in known:
            continue
        for key in moved.get((finding.cwe, finding.fingerprint), ()):
            if left[key] > 0 and may_move(key[0]):
                left[key] -= 1
                known.add(index)
                break
