import pytest

from timing import check_linear
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
    places = [source.place(line) for line in range(1, 6)]
    assert places == ["line 1", *(f"cell {at}, line {line}" for at in (1, 3) for line in (1, 2))]


def test_a_notebook_of_many_cells_takes_linear_time():
    """Each line was looked for from the first cell on: 20,000 cells took minutes."""

    def prepared(count):
        cells = tuple(CellStart(at, at) for at in range(1, count + 1))
        source = Source("n.ipynb", "\n" * count, cells)
        return lambda: [source.cell_at(line) for line in range(1, count + 1)]

    check_linear(prepared, 2_000)
