import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakspot.code.notebook import read_notebook
from weakspot.core.errors import ReadError


def notebook(*sources, **extra) -> bytes:
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"nbformat": 4, "cells": cells, **extra}).encode()


def test_places_lead_back_to_the_code_cell_and_its_line():
    cells = [
        {"cell_type": "code", "source": "a = 1\nb = 2"},
        {"cell_type": "markdown", "source": "text"},
        {"cell_type": "code", "source": ["c = 3\n", "d = 4"]},
    ]
    source = read_notebook(json.dumps({"cells": cells}).encode(), "n.ipynb")
    lines = source.text.split("\n")
    places = {}
    for number, line in enumerate(lines, start=1):
        cell = source.cell_at(number)
        if line:
            places[line] = (cell.number, number - cell.line + 1)
    assert places == {"a = 1": (1, 1), "b = 2": (1, 2), "c = 3": (2, 1), "d = 4": (2, 2)}
    assert source.notes == ()


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("%matplotlib inline\nx = 1", "\nx = 1"),
        ("!ls\nx = 1", "\nx = 1"),
        ("x?\nx = 1", "\nx = 1"),
        ("?x\nx = 1", "\nx = 1"),
        ("if a:\n    !ls\n", "if a:\n    pass\n"),
        ("%%bash\nrm x", "\n"),
        ("x = '''\n'''\n%time\n", "x = '''\n'''\n\n"),
        ("x = '('  # (\n%time\n", "x = '('  # (\n\n"),
        ('x = "\\"("\n%time\n', 'x = "\\"("\n\n'),
    ],
)
def test_magics_are_blanked_in_place_and_noted(cell, kept):
    source = read_notebook(notebook(cell), "n.ipynb")
    assert source.text == kept + "\n"
    assert source.notes


@pytest.mark.parametrize(
    "cell",
    [
        "x = (\n    'a %s'\n    % name\n)",
        "x = a \\\n    % b",
        "x = '''\n%time\n!ls\n'''",
        'x = """\n\'\n%time\n"""',
        "x = [  # ]\n    1\n    % 2\n]",
    ],
)
def test_an_operator_at_the_start_of_a_line_is_no_magic(cell):
    source = read_notebook(notebook(cell), "n.ipynb")
    assert source.text == cell + "\n"
    assert source.notes == ()


def test_the_body_of_a_timed_cell_is_python():
    source = read_notebook(notebook("%%time\nx = 1"), "n.ipynb")
    assert source.text == "\nx = 1\n"
    assert source.notes == ()


@given(st.lists(st.text(max_size=40), max_size=4))
def test_any_cells_keep_their_line_counts(sources):
    source = read_notebook(notebook(*sources), "n.ipynb")
    starts = [cell.line for cell in source.cells]
    lengths = [text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 2 for text in sources]
    assert starts == [1 + sum(lengths[:index]) for index in range(len(sources))]


def test_the_older_format_is_read():
    cells = [{"cell_type": "code", "input": ["x = 1"]}, "odd", 3, None]
    data = json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}).encode()
    assert ast.parse(read_notebook(data, "n.ipynb").text).body


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"cells": 1}',
        b'{"worksheets": []}',
        b'{"worksheets": [1]}',
        b'{"nbformat": 99, "cells": []}',
        b"[" * 100_000,
        b'{"cells": [], "nbformat": ' + b"9" * 10_000 + b"}",
    ],
)
def test_what_is_no_notebook_is_refused_with_a_reason(data):
    with pytest.raises(ReadError) as refused:
        read_notebook(data, "n.ipynb")
    assert refused.value.reason == "broken-notebook"
    assert "notebook" in refused.value.message


@pytest.mark.parametrize(
    "metadata", [{"kernelspec": {"language": "R"}}, {"language_info": {"name": "julia"}}]
)
def test_another_language_is_refused(metadata):
    with pytest.raises(ReadError, match="not Python") as refused:
        read_notebook(notebook("x", metadata=metadata), "n.ipynb")
    assert refused.value.reason == "other-language"
