"""Reads Jupyter notebooks as one source text that remembers its cells."""

import json
import re
from typing import Any

from weakspot.code.source import CellStart, Source
from weakspot.core.errors import ReadError

_PYTHON_CELL_MAGICS = frozenset({"%%time", "%%timeit", "%%capture", "%%prun"})
_LINE_MAGIC = re.compile(r"^\s*(?:[%!?]|\w[\w.]*\?{1,2}\s*$)")


def read_notebook(data: bytes, path: str) -> Source:
    """Join the code cells of a notebook; places map back to cells.

    Line magics and shell escapes are blanked (the line count stays) and noted, cells of other
    languages likewise.

    Raises:
        ReadError: the file is no notebook, or its kernel is not Python.
    """
    document = _document(data)
    text: list[str] = []
    cells: list[CellStart] = []
    dropped = False
    number = 0
    for cell in document["cells"]:
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        number += 1
        lines, changed = _python(_cell_text(cell.get("source", "")))
        dropped = dropped or changed
        cells.append(CellStart(number, len(text) + 1))
        text += [*lines, ""]
    notes = ("magics and shell commands in cells were not analysed",) if dropped else ()
    return Source(path, "\n".join(text).replace("\0", " "), tuple(cells), notes)


def _document(data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ReadError("broken-notebook", f"not readable as a notebook: {error}") from error
    if not isinstance(document, dict):
        raise ReadError("broken-notebook", "not a notebook: its JSON is no object")
    if not isinstance(document.get("cells"), list):
        sheets = document.get("worksheets")  # nbformat 3
        first = sheets[0] if isinstance(sheets, list) and sheets else None
        if not isinstance(first, dict) or not isinstance(first.get("cells"), list):
            raise ReadError("broken-notebook", "not a notebook: it has no list of cells")
        old = [{**cell, "source": cell.get("input", "")} for cell in first["cells"] if cell]
        document = {**document, "cells": old}
    metadata = document.get("metadata")
    language = "python"
    if isinstance(metadata, dict):
        for part, key in (("kernelspec", "language"), ("language_info", "name")):
            value = metadata.get(part)
            if isinstance(value, dict) and isinstance(value.get(key), str):
                language = value[key]
    if "python" not in language.lower():
        raise ReadError("other-language", f"the notebook's language is {language}, not Python")
    return document


def _cell_text(source: object) -> str:
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def _python(text: str) -> tuple[list[str], bool]:
    """Return the lines of a cell with what is not Python blanked, and whether any was."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    if first is not None and lines[first].startswith("%%"):
        word = lines[first].split()[0]
        if word not in _PYTHON_CELL_MAGICS:
            return [""] * len(lines), True
        lines[first] = ""
    result: list[str] = []
    changed = False
    for line in lines:
        if _LINE_MAGIC.match(line):
            indent = line[: len(line) - len(line.lstrip())]
            result.append(indent + "pass" if indent else "")
            changed = True
        else:
            result.append(line)
    return result, changed
