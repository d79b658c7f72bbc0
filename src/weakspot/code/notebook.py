"""Reads Jupyter notebooks as one source text that remembers its cells."""

import codecs
import json
import re
from collections.abc import Sequence
from typing import Any

from weakspot.code.notebook_lines import LINE_END, code_lines, string_lines
from weakspot.code.source import CellStart, Source
from weakspot.core.errors import ReadError

_Cell = tuple[object, object, Sequence[int]]  # its type, its source, and where that stands
_TEXT_CELLS = ("markdown", "raw", "heading", "html")
_DROPPED = "magics and shell commands in cells were not analysed"
_ODD = "cells of an unknown form were not analysed"
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


def looks_like_notebook(data: bytes) -> bool:
    """Say whether bytes that have no name are a notebook: as Python they are one table of nothing.

    What follows `data`, if that is only the beginning, does not matter.
    """
    begins = data.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{")
    return begins and b'"nbformat"' in data and (b'"cells"' in data or b'"worksheets"' in data)


def read_notebook(data: bytes, path: str) -> Source:
    """Join the code cells of a notebook; places map back to cells.

    Line magics and shell escapes are blanked (the line count stays), cells of other languages
    likewise; what may hold code is noted.

    Raises:
        ReadError: the file is no notebook, or its kernel is not Python.
    """
    found = _cells(data)
    text: list[str] = []
    cells: list[CellStart] = []
    notes: dict[str, None] = {}
    number = 0
    for kind, source, places in found:
        if kind in _TEXT_CELLS:
            continue
        if kind != "code" or not _is_text(source):
            notes[_ODD] = None
        if kind != "code":
            continue
        number += 1
        strings = _strings(source)
        lines, dropped = _python("".join(strings))
        if dropped:
            notes[_DROPPED] = None
        cells.append(CellStart(number, len(text) + 1, code_lines(strings, places)))
        text += [*lines, ""]
    return Source(path, "\n".join(text).replace("\0", " "), tuple(cells), tuple(notes))


def _cells(data: bytes) -> list[_Cell]:
    document = _document(data)
    if not _has_sheets(document):
        places = _string_lines(data)
        return [
            _cell(cell, "source", places.get(at, ())) for at, cell in enumerate(document["cells"])
        ]
    sheets = [
        sheet.get("cells") if isinstance(sheet, dict) else None for sheet in document["worksheets"]
    ]
    if not any(isinstance(cells, list) for cells in sheets):
        raise ReadError("broken-notebook", "not a notebook: it has no list of cells")
    return [
        _cell(cell, "input", ())
        for cells in sheets
        for cell in (cells if isinstance(cells, list) else [cells])
    ]


def _cell(cell: object, key: str, places: Sequence[int]) -> _Cell:
    if not isinstance(cell, dict):
        return None, "", ()
    return cell.get("cell_type"), cell.get(key, ""), places


def _has_sheets(document: dict[str, Any]) -> bool:
    """Whether a notebook is like those of format 3, of which Jupyter reads worksheets alone."""
    return document.get("nbformat") == 3 or not isinstance(document.get("cells"), list)


def _document(data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ReadError("broken-notebook", f"not readable as a notebook: {error}") from error
    if not isinstance(document, dict):
        raise ReadError("broken-notebook", "not a notebook: its JSON is no object")
    version = document.get("nbformat")
    if isinstance(version, int | float) and version not in (3, 4):
        raise ReadError("broken-notebook", f"notebook format {str(version)[:20]} is not known")
    if not isinstance(document.get("worksheets" if _has_sheets(document) else "cells"), list):
        raise ReadError("broken-notebook", "not a notebook: it has no list of cells")
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


def _is_text(source: object) -> bool:
    parts = source if isinstance(source, list) else [source]
    return all(isinstance(part, str) for part in parts)


def _strings(source: object) -> list[str]:
    parts = source if isinstance(source, list) else [source]
    return [part for part in parts if isinstance(part, str)]


def _python(text: str) -> tuple[list[str], bool]:
    """Return the lines of a cell with what is not Python blanked, and whether that may be code."""
    lines = LINE_END.split(text)
    dropped = False
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    if first is not None:
        lines = _dedented(lines, lines[first])
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


def _dedented(lines: list[str], first: str) -> list[str]:
    """Take the indent of the first line off every line that has it, as Jupyter does."""
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    return [line.removeprefix(indent) for line in lines]


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
