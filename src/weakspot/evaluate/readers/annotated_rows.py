"""Our own annotated folders, as rows: `# expect: CWE-89` marks a weak line, `# ok: CWE-89` a sound.

The marks are those of `weakspot.evaluate.annotated`, in whose place only the rows differ: a
suite is judged program by program, an annotated folder line by line.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from weakspot.evaluate.annotated import Expectation, expected
from weakspot.evaluate.readers.fields import gathered, holds, text_of
from weakspot.evaluate.readers.marks import Mark, rows_of, stripped
from weakspot.evaluate.suites import Row

_MARK = re.compile(r"#\s*(?:expect|ok):\s+CWE-\d")


def recognises(path: Path) -> bool:
    """Say whether a folder has annotated sources."""
    return path.is_dir() and any(
        holds(file, word) for file in path.rglob("*.py") for word in ("expect: CWE-", "ok: CWE-")
    )


def read(path: Path) -> tuple[Row, ...]:
    """Read the rows; raises DataError, which names file and line, for a malformed mark."""
    return gathered(_rows(path), path)


def _rows(folder: Path) -> Iterator[Row]:
    for name, found in groupby(expected(folder), key=_path):
        marks = [Mark(one.line, one.weak, (one.cwe,)) for one in found]
        file = folder / name
        yield from rows_of(name, stripped(text_of(file), _MARK, file), marks, file)


def _path(mark: Expectation) -> str:
    return mark.path
