"""Writes labelled programs as JSON lines, whole families one after the other."""

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from weakspot.core.errors import DataError
from weakspot.core.example import Example

STANDARD_OUTPUT = Path("-")


def row(example: Example) -> dict[str, Any]:
    """Return an example as a JSON object; `label` is 1 for weak code."""
    return {
        "id": example.id,
        "family": example.family,
        "role": example.role.value,
        "label": int(example.role.is_weak),
        "cwe": example.cwe,
        "mechanism": example.mechanism,
        "frameworks": list(example.frameworks),
        "lines": list(example.lines),
        "code": example.code,
    }


def write_rows(examples: Iterable[Example], path: Path) -> tuple[int, int]:
    """Write examples to a file, or to standard output for ``-``.

    Returns how many, and in how many families. The file is there as a whole or not at all. Raises
    DataError when it cannot be written.
    """
    if path == STANDARD_OUTPUT:
        return _written(examples, sys.stdout.buffer)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            counts = _written(examples, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise DataError(f"{path}: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return counts


def _written(examples: Iterable[Example], file: BinaryIO) -> tuple[int, int]:
    count = 0
    families: set[str] = set()
    for example in examples:
        file.write(json.dumps(row(example), ensure_ascii=False).encode("utf-8") + b"\n")
        count += 1
        families.add(example.family)
    return count, len(families)
