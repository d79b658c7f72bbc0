"""Reads Jupyter notebooks as one source text that remembers its cells."""

import json
import re
from typing import Any

from weakspot.code.source import CellStart, Source
from weakspot.core.errors import ReadError

_PYTHON_CELL_MAGICS = frozenset({"%%time", "%%timeit", "%%capture", "%%prun"})
_MARK = re.compile(r"\\.|\\|\"\"\"|'''|[\"'#()\[\]{}]")
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
    version = document.get("nbformat")
    if isinstance(version, int) and not 3 <= version <= 4:
        raise ReadError("broken-notebook", f"notebook format {str(version)[:20]} is not known")
    if not isinstance(document.get("cells"), list):
        sheets = document.get("worksheets")  # nbformat 3
        first = sheets[0] if isinstance(sheets, list) and sheets else None
        if not isinstance(first, dict) or not isinstance(first.get("cells"), list):
            raise ReadError("broken-notebook", "not a notebook: it has no list of cells")
        cells = [cell for cell in first["cells"] if isinstance(cell, dict)]
        old = [{**cell, "source": cell.get("input", "")} for cell in cells]
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
    inside = _Continuation()
    for line in lines:
        if not inside and _LINE_MAGIC.match(line):
            indent = line[: len(line) - len(line.lstrip())]
            result.append(indent + "pass" if indent else "")
            changed = True
        else:
            inside.read(line)
            result.append(line)
    return result, changed


class _Continuation:
    """Is true while the next line continues a string, a bracket or a backslash.

    There a ``%`` is the operator (``% name`` alone on a line is how formatters write it), and
    Jupyter looks for magics at the start of statements only.
    """

    def __init__(self) -> None:
        self._quote = ""
        self._depth = 0
        self._backslash = False

    def __bool__(self) -> bool:
        return bool(self._quote or self._depth or self._backslash)

    def read(self, line: str) -> None:
        """Move on past one line."""
        self._backslash = False
        for match in _MARK.finditer(line):
            mark = match.group()
            if self._quote:
                if mark == self._quote:
                    self._quote = ""
            elif mark[0] in "'\"":
                self._quote = mark
            elif mark == "#":
                break
            elif mark in "([{":
                self._depth += 1
            elif mark in ")]}":
                self._depth = max(0, self._depth - 1)
            elif mark == "\\" and match.end() == len(line):
                self._backslash = True
        if len(self._quote) == 1 and not line.endswith("\\"):
            self._quote = ""  # an unterminated string ends with its line
