"""Decoded source text of one file, with what a reader of its report must know about it."""

from bisect import bisect_right
from dataclasses import dataclass

from weakspot.core.finding import Cell, line_place


@dataclass(frozen=True, slots=True)
class CellStart:
    """Where a notebook's code cell begins: 1-based cell number and 1-based line in the text.

    `places` are the 1-based lines of the notebook's file on which its lines stand, where known.
    """

    number: int
    line: int
    places: tuple[int, ...] = ()

    def at(self, line: int) -> Cell:
        """Return the place in this cell of a line of the text."""
        return Cell(self.number, line - self.line + 1, self.file_line(line))

    def file_line(self, line: int) -> int:
        """Return the line of the file for a line of the text in this cell; 1 where unknown."""
        at = line - self.line
        return self.places[at] if at < len(self.places) else 1


@dataclass(frozen=True, slots=True)
class Source:
    """One file as text: newlines are ``\\n``, there is no byte-order mark.

    `path` is relative with forward slashes, as reports show it. `notes` say why the text may be
    less, or other, than what CPython would run; a source with notes is only partly analysed.
    """

    path: str
    text: str
    cells: tuple[CellStart, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def lines(self) -> int:
        """The number of lines."""
        return self.text.count("\n") + (not self.text.endswith("\n") and bool(self.text))

    def cell_at(self, line: int) -> CellStart | None:
        """Return the notebook cell that holds a 1-based line of the text, if there is one."""
        at = bisect_right(self.cells, line, key=_first_line)
        return self.cells[at - 1] if at else None

    def place(self, line: int) -> str:
        """Say where a 1-based line of the text stands: its number, in a notebook with the cell."""
        cell = self.cell_at(line)
        return line_place(line, None if cell is None else cell.at(line))


def _first_line(cell: CellStart) -> int:
    return cell.line
