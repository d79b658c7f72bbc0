"""What a report format is (the plug point), and what it is told besides the report."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from weakspot.core.report import ScanReport

SMALLEST_WIDTH = 40


def no_sources(path: str) -> str | None:  # noqa: ARG001 - has the shape of a source reader
    """Read nothing: the source reader of a report that is rendered away from its code."""
    return None


@dataclass(frozen=True, slots=True)
class RenderContext:
    """How a report is to be rendered; two equal contexts give equal bytes.

    `sources` gives a file's whole text by its report path, or None where it cannot be read.
    `show_suppressed` shows suppressed and baseline findings
    in the formats that hide them otherwise. `width` is in terminal cells.

    Two are for the formats that people read as they scan, `text` and `concise`: `way` leads from
    the current folder to the one that paths are relative to, and `quiet` leaves them with findings
    and unread files.
    """

    color: bool = False
    width: int = 100
    show_suppressed: bool = False
    sources: Callable[[str], str | None] = no_sources
    way: str = ""
    quiet: bool = False

    @property
    def text_width(self) -> int:
        """The width to lay text out for, never so small that nothing fits."""
        return max(self.width, SMALLEST_WIDTH)


class Format(Protocol):
    """One way to write a report down; has no state."""

    @property
    def name(self) -> str:
        """The word a user types after `--format`."""

    def render(self, report: ScanReport, context: RenderContext) -> str:
        """Return the report as text that UTF-8 can encode, ending in a newline."""
