import pytest

from weakspot.code.source import CellStart, Source


@pytest.mark.parametrize(
    ("text", "lines"), [("", 0), ("a", 1), ("a\n", 1), ("a\nb", 2), ("\n", 1), ("a\n\n", 2)]
)
def test_lines_are_counted_as_an_editor_does(text, lines):
    assert Source("p.py", text).lines == lines


def test_a_line_belongs_to_the_last_cell_that_starts_before_it():
    source = Source("n.ipynb", "\na\n\nb\nc\n", cells=(CellStart(1, 2), CellStart(3, 4)))
    found = [source.cell_at(line) for line in range(1, 6)]
    assert [cell and cell.number for cell in found] == [None, 1, 1, 3, 3]
