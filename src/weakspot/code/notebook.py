"""Reads Jupyter notebooks as one source text that remembers its cells."""

import json
import re
from typing import Any

from weakspot.code.notebook_lines import LINE_END, code_lines, string_lines
from weakspot.code.source import CellStart, Source
from weakspot.core.errors import ReadError

_PYTHON_CELL_MAGICS = frozenset({"%%time", "%%timeit", "%%capture", "%%prun"})
_TEXT_CELL_MAGICS = frozenset({"%%latex", "%%markdown"})
# Magics whose line is Python behind their options.
_TIMING = re.compile(
    r"(\s*)%%?(?:time(?:\s+--no-raise-error)?"
    r"|timeit(?:\s+-[tcqo]*(?:[nrpv]\s*\S+)?(?=\s|$))*"
    r"|prun(?:\s+-[rq]*(?:[lsTD]\s*\S+)?(?=\s|$))*)(?:\s+|$)"
)
# Magics that hold no code, if there is none in brackets: braces are run, and so is what is set.
_CODELESS = re.compile(
    r"\s*(?:%(?:aimport|autoreload|cd|colors|conda|gui|load_ext|lsmagic|mamba|matplotlib|pdb|pdoc"
    r"|pinfo2?|pip|precision|psource|pwd|pylab|reload_ext|tb|unload_ext|who|who_ls|whos|xmode)"
    r"(?:\s[^(){};|&$`]*)?|%config(?:\s[^();|&$`]*)?|\?{0,2}[\w.]+\?{0,2}\s*)$"
)
_MARK = re.compile(r"\\.|\\|\"\"\"|'''|[\"'#()\[\]{}]")
_LINE_MAGIC = re.compile(r"^\s*(?:[%!?]|\w[\w.]*\?{1,2}\s*$)")


def read_notebook(data: bytes, path: str) -> Source:
    """Join the code cells of a notebook; places map back to cells.

    Line magics and shell escapes are blanked (the line count stays), cells of other languages
    likewise; what may hold code is noted.

    Raises:
        ReadError: the file is no notebook, or its kernel is not Python.
    """
    document = _document(data)
    places = _string_lines(data)
    text: list[str] = []
    cells: list[CellStart] = []
    dropped = False
    number = 0
    for index, cell in enumerate(document["cells"]):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        number += 1
        strings = _strings(cell.get("source", ""))
        lines, changed = _python("".join(strings))
        dropped = dropped or changed
        cells.append(CellStart(number, len(text) + 1, code_lines(strings, places.get(index, ()))))
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


def _string_lines(data: bytes) -> dict[int, list[int]]:
    try:
        return string_lines(data.decode("utf-8-sig"))
    except RecursionError:  # read before, but one call less deep
        return {}


def _strings(source: object) -> list[str]:
    parts = source if isinstance(source, list) else [source]
    return [part for part in parts if isinstance(part, str)]


def _python(text: str) -> tuple[list[str], bool]:
    """Return the lines of a cell with what is not Python blanked, and whether that may be code."""
    lines = LINE_END.split(text)
    dropped = False
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    if first is not None and lines[first].startswith("%%"):
        head = lines[first]
        word = head.split()[0]
        if word not in _PYTHON_CELL_MAGICS:
            return [""] * len(lines), head.strip() not in _TEXT_CELL_MAGICS
        if word == "%%capture":
            lines[first] = ""
            dropped = "{" in head
    result: list[str] = []
    inside = _Continuation()
    for line in lines:
        code = line if inside else _timed(line)
        if not inside and _LINE_MAGIC.match(code):
            indent = code[: len(code) - len(code.lstrip())]
            result.append(indent + "pass" if indent else "")
            dropped = dropped or not _CODELESS.match(code)
        else:
            inside.read(code)
            result.append(code)
    return result, dropped


def _timed(line: str) -> str:
    """Return the code behind a magic that times it; any other line as it is."""
    magic = _TIMING.match(line)
    if magic is None:
        return line
    code = line[magic.end() :]
    return magic[1] + (code or "pass") if magic[1] else code


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
