"""The unit of analysis: normalised code of one function (or module body) and its line map.

Training and scanning both build `Unit` values with `weakspot.code` and encode them with
`weakspot.model`; this is the one border between reading code and scoring it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from weakspot.core.span import Span


class UnitKind(StrEnum):
    """What piece of source a unit stands for."""

    FUNCTION = "function"
    METHOD = "method"
    MODULE = "module"
    REGION = "region"  # recovered from source that does not parse


@dataclass(frozen=True, slots=True)
class Line:
    """One normalised line.

    `text` has no indentation and no newline; `indent` counts levels. `source_line` and
    `source_end_line` are the 1-based lines of the original file it was made from. `whole` are the
    first and last line of the statement that it is a piece of, None where it is all of it.
    """

    text: str
    indent: int
    source_line: int
    source_end_line: int
    whole: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """Normalised code that is scored at once.

    `context` holds lines that help to judge (class header, constants, helpers called) and is
    never a finding's place; `lines` are the unit itself. A unit too long for the model is cut
    into `windows` windows at statements; `window` is the 0-based index of this one.
    """

    name: str
    kind: UnitKind
    span: Span
    lines: tuple[Line, ...]
    context: tuple[Line, ...] = ()
    window: int = 0
    windows: int = 1

    def text(self) -> str:
        """Return the unit's own lines as indented text, for reading and hashing."""
        return "\n".join("    " * line.indent + line.text for line in self.lines)

    def lines_at(self, numbers: Collection[int]) -> tuple[int, ...]:
        """Return the indices of the lines that stand on any of these 1-based lines of the file."""
        return tuple(
            index
            for index, line in enumerate(self.lines)
            if any(line.source_line <= number <= line.source_end_line for number in numbers)
        )

    def context_text(self) -> str:
        """Return the context lines as indented text."""
        return "\n".join("    " * line.indent + line.text for line in self.context)
