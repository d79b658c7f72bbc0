"""VUDENC: files before and after the commits that name a weakness, in `Code/data/plain_*`.

Wartschinski, Noller, Vogel, Kehrer and Grunske, VUDENC: Vulnerability Detection with Deep Learning
on a Natural Codebase for Python, Information and Software Technology 144, 2022;
github.com/LauraWartschinski/VulnerabilityDetection and Zenodo. A file is one JSON object:
repository -> commit -> `files` -> name -> `changes` (`diff`, `badparts`) and `sourceWithComments`,
the file before the commit. What came after is made by applying the diffs, which hold no hunks
that only add lines. The weak lines are the removed ones among `badparts`. A file that stands
there without source (too large, or not found), or whose change is a line end, has no rows, and
forks of a commit count once.
Nobody looked at the labels: the commit's message gave them. The CWEs of a kind are our reading.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from weakspot.core.errors import DataError
from weakspot.evaluate.readers.fields import field, files, gathered, json_of, table, text_of
from weakspot.evaluate.suites import Row

_KINDS = {
    "plain_command_injection": ("CWE-78",),
    "plain_open_redirect": ("CWE-601",),
    "plain_path_disclosure": ("CWE-22",),
    "plain_remote_code_execution": ("CWE-94", "CWE-78", "CWE-502"),
    "plain_sql": ("CWE-89",),
    "plain_xsrf": ("CWE-352",),
    "plain_xss": ("CWE-79",),
}


def recognises(path: Path) -> bool:
    """Say whether a folder or file is this suite."""
    return bool(_files(path))


def read(path: Path) -> tuple[Row, ...]:
    """Read the rows; raises DataError, which names commit and file, for a broken one."""
    rows: dict[str, Row] = {}
    for file in _files(path):
        for row in _rows(file):
            if rows.setdefault(row.id, row) != row:
                raise DataError(f"{file}: {row.id} comes twice with different code")
    return gathered(rows.values(), path)


def _files(path: Path) -> list[Path]:
    return [file for kind in _KINDS for file in files(path, f"Code/data/{kind}")]


def _rows(file: Path) -> Iterator[Row]:
    commits = table(json_of(text_of(file), str(file)), str(file))
    for repository, found in commits.items():
        for commit, told in table(found, f"{file}: {repository}").items():
            place = f"{file}: {repository}: {commit}"
            for name, one in field(table(told, place), "files", dict, place).items():
                here = f"{place}: {name}"
                if not table(one, here).get("sourceWithComments"):
                    continue
                before, after, lines = _sides(one, here)
                if before == after:
                    continue
                pair = f"{file.name}/{commit}{name}"
                cwes = _KINDS[file.name]
                yield Row(f"{pair}/before", before, True, cwes, lines, pair)
                yield Row(f"{pair}/after", after, False, cwes, (), pair)


def _sides(one: dict[str, Any], place: str) -> tuple[str, str, tuple[int, ...]]:
    """Return the file before, after, and the weak lines of the former."""
    before = field(one, "sourceWithComments", str, place).replace("\r\n", "\n")
    after, done = "", 0
    weak: list[int] = []
    for change in field(one, "changes", list, place):
        hunk = field(table(change, place), "diff", str, place).replace("\r\n", "\n")
        bad = {str(part).strip() for part in field(change, "badparts", list, place)}
        lines = [line for line in hunk.strip("\n").split("\n") if not line.startswith("\\")]
        old = "\n".join(line[1:] for line in lines if not line.startswith("+"))
        new = "\n".join(line[1:] for line in lines if not line.startswith("-"))
        at = before.find(old, done)
        if at < 0:
            raise DataError(f"{place}: the source does not hold what the diff changes")
        first = before.count("\n", 0, at) + 1
        kept = [line for line in lines if not line.startswith("+")]
        weak += [
            first + offset
            for offset, line in enumerate(kept)
            if line.startswith("-") and line[1:].strip() in bad
        ]
        after += before[done:at] + new
        done = at + len(old)
    return before, after + before[done:], tuple(weak)
