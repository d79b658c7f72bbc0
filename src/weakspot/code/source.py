"""Decoded source text of one file, with what a reader of its report must know about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CellStart:
    """Where a notebook's code cell begins: 1-based cell number and 1-based line in the text."""

    number: int
    line: int


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
        found = None
        for cell in self.cells:
            if cell.line > line:
                break
            found = cell
        return found
