"""Reads one file into units with `weakspot.code`: the reader that real scans use."""

from weakspot.code.decode import decode
from weakspot.code.flow import Flow
from weakspot.code.notebook import read_notebook
from weakspot.code.parse import parse
from weakspot.code.source import Source
from weakspot.code.units import units_of
from weakspot.core.finding import Cell, Step
from weakspot.scan.analyse import FileUnits


def read_units(path: str, data: bytes) -> FileUnits:
    """Decode, parse and normalise a file; the reasons say what of it was not analysed.

    Raises:
        ReadError: it is no Python file or notebook at all.
    """
    source = read_notebook(data, path) if path.lower().endswith(".ipynb") else decode(data, path)
    found = units_of(source)
    reasons = [*source.notes]
    for lost in found.lost:
        first, last = lost.span.start_line, lost.span.end_line
        where = f"line {first}" if first == last else f"lines {first} to {last}"
        reasons.append(f"{where} not parsed: {lost.reason}")
    return FileUnits(
        source.text,
        tuple(source.text.split("\n")[: max(source.lines, 1)]) if source.text else (),
        found.units,
        tuple(reasons),
        _Cells(source) if source.cells else None,
        _Ways(source.text),
    )


class _Ways:
    """Follows untrusted data to lines of a text; parses it again when it is first asked."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._flow: Flow | None = None

    def __call__(self, line: int) -> tuple[Step, ...]:
        if self._flow is None:
            self._flow = Flow(parse(self._text).tree)
        return self._flow.trace(line)


class _Cells:
    """Maps lines of a notebook's joined text to its cells."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def __call__(self, line: int) -> Cell | None:
        cell = self._source.cell_at(line)
        return None if cell is None else Cell(cell.number, line - cell.line + 1)
