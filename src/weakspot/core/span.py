"""A region of a text file, the way editors and SARIF count it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A region from a start to an end position, both inside the region's lines.

    Lines and columns are 1-based. Columns count Unicode code points (SARIF 2.1.0
    ``columnKind: unicodeCodePoints``); `end_column` is one past the last character.
    """

    start_line: int
    start_column: int
    end_line: int
    end_column: int

    def __post_init__(self) -> None:
        if self.start_line < 1 or self.start_column < 1:
            raise ValueError(f"a span starts at line 1, column 1 or later, not {self}")
        if (self.end_line, self.end_column) < (self.start_line, self.start_column):
            raise ValueError(f"a span does not end before it starts: {self}")

    def encloses(self, other: "Span") -> bool:
        """Say whether `other` lies inside, and is not all of it."""
        starts = (self.start_line, self.start_column) <= (other.start_line, other.start_column)
        ends = (self.end_line, self.end_column) >= (other.end_line, other.end_column)
        return starts and ends and self != other

    def contains_line(self, line: int) -> bool:
        """Say whether the 1-based `line` lies inside the span."""
        return self.start_line <= line <= self.end_line
