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
        ("!ls\nx = 1", "\nx = 1"),
        ("%run a.py\nx = 1", "\nx = 1"),
        ("%env A={f()}\nx = 1", "\nx = 1"),
        ("%pip install {f()}\nx = 1", "\nx = 1"),
        ("%pip install a; rm b\nx = 1", "\nx = 1"),
        ("%config A.b = f()\nx = 1", "\nx = 1"),
        ("%time !ls\nx = 1", "\nx = 1"),
        ("%%capture {f()}\nx = 1", "\nx = 1"),
        ("if a:\n    !ls\n", "if a:\n    pass\n"),
        ("%%bash\nrm x", "\n"),
        ("%%latex {f()}\nx", "\n"),
        ("x = '''\n'''\n%run\n", "x = '''\n'''\n\n"),
        ("x = '('  # (\n%run\n", "x = '('  # (\n\n"),
        ('x = "\\"("\n%run\n', 'x = "\\"("\n\n'),
    ],
)
def test_magics_are_blanked_in_place_and_noted(cell, kept):
    source = read_notebook(notebook(cell), "n.ipynb")
    assert source.text == kept + "\n"
    assert source.notes


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("%matplotlib inline\nx = 1", "\nx = 1"),
        ("%load_ext autoreload\n%autoreload 2\nx = 1", "\n\nx = 1"),
        ("%pip install -q a==1.2 b\nx = 1", "\nx = 1"),
        ("%config InlineBackend.figure_formats = {'png', 'retina'}\nx = 1", "\nx = 1"),
        ("if a:\n    %pylab\n", "if a:\n    pass\n"),
        ("x?\nx = 1", "\nx = 1"),
        ("??x.y\nx = 1", "\nx = 1"),
        ("%%latex\n$x$", "\n"),
        # what stands behind a magic that times or profiles it is code
        ("%time f(x)", "f(x)"),
        ("if a:\n    %time f(x)\n    %time", "if a:\n    f(x)\n    pass"),
        ("%timeit -n 3 -r5 -qo f(x)", "f(x)"),
        ("%timeit -x", "-x"),
        ("%prun -s cumulative f(x)", "f(x)"),
        ("%%time\nx = 1", "\nx = 1"),
        ("%%time f(x)\nx = 1", "f(x)\nx = 1"),
        ("%%timeit -n 10 f(x)\ng(x)", "f(x)\ng(x)"),
        ("%%prun -l 7 f(x)\ng(x)", "f(x)\ng(x)"),
        ("%%capture out\nx = 1", "\nx = 1"),
        ("# first\n%%time f(x)\nx = 1", "# first\nf(x)\nx = 1"),
    ],
)
def test_a_magic_leaves_the_code_behind_it_and_no_note(cell, kept):
    source = read_notebook(notebook(cell), "n.ipynb")
    assert source.text == kept + "\n"
    assert source.notes == ()


def _file_lines(text):
    """Return the line of the file for each line of code, by its text."""
    source = read_notebook(text.encode(), "n.ipynb")
    numbered = enumerate(source.text.split("\n"), start=1)
    return {line: source.cell_at(n).file_line(n) for n, line in numbered if line}


CELLS = {
    "nbformat": 4,
    "metadata": {"source": ["no = 1"], "cells": [{"source": "no = 2"}]},
    "cells": [
        {"cell_type": "markdown", "source": ["a = 1\n", "b = 2"]},
        {"cell_type": "code", "outputs": [{"data": {"source": "no = 3"}}], "source": []},
        {"cell_type": "code", "source": ["é = 3\n", "d = 4\ne = 5\n", "", "\n", "f = 6"]},
        {"metadata": {}, "cell_type": "code", "source": 'g = 7\r\nh = ["{"]'},
    ],
}


@pytest.mark.parametrize("indent", [None, 0, 1, "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_lines_of_code_are_known_by_the_lines_of_the_file(indent, mark):
    text = mark + json.dumps(CELLS, indent=indent)
    found = _file_lines(text)
    for line, number in found.items():
        quoted = json.dumps(line)[1:-1]
        assert quoted in text.split("\n")[number - 1]
    assert list(found) == ["é = 3", "d = 4", "e = 5", "f = 6", "g = 7", 'h = ["{"]']
    assert len(set(found.values())) == (1 if indent is None else 4)


def test_the_last_of_two_names_counts():
    cell = '{"cell_type": "code", "source": "a = 1",\n"source": "b = 2"}'
    assert _file_lines(f'{{"cells": [1],\n"cells": [3,\n{cell}]}}') == {"b = 2": 4}


def test_lines_of_older_formats_are_not_known():
    cells = [{"cell_type": "code", "input": ["x = 1"]}]
    assert _file_lines(json.dumps({"worksheets": [{"cells": cells}]}, indent=1)) == {"x = 1": 1}


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


CODE = {"cell_type": "code", "input": "x = 1"}


@pytest.mark.parametrize(
    "extra",
    [
        {"worksheets": [{"cells": []}, {"cells": [CODE]}]},
        {"worksheets": [{"cells": [CODE]}], "cells": []},
        {"worksheets": [{"cells": [CODE]}], "cells": [{"cell_type": "code", "source": "y = 2"}]},
    ],
)
def test_the_older_format_has_all_of_its_worksheets_and_nothing_else(extra):
    source = read_notebook(json.dumps({"nbformat": 3, **extra}).encode(), "n.ipynb")
    assert (source.text.strip(), source.notes) == ("x = 1", ())
    assert source.cell_at(1).file_line(1) == 1


@pytest.mark.parametrize(
    "cell",
    [
        {"cell_type": "Code", "source": "x = 1"},
        {"cell_type": ["code"], "source": "x = 1"},
        {"source": "x = 1"},
        {"cell_type": "code", "source": {"a": "x = 1"}},
        {"cell_type": "code", "source": [["x = 1"]]},
        {"cell_type": "code", "source": None},
        "x = 1",
        None,
    ],
)
def test_a_cell_of_an_unknown_form_is_told(cell):
    old = cell
    if isinstance(cell, dict):
        old = {"input" if key == "source" else key: value for key, value in cell.items()}
    for notebook in ({"cells": [cell]}, {"nbformat": 3, "worksheets": [{"cells": [old]}]}):
        source = read_notebook(json.dumps(notebook).encode(), "n.ipynb")
        assert source.notes == ("cells of an unknown form were not analysed",)


def test_a_worksheet_without_cells_is_told():
    data = json.dumps({"nbformat": 3, "worksheets": [1, {"cells": [CODE]}]}).encode()
    assert read_notebook(data, "n.ipynb").notes


def test_cells_of_text_are_not_told():
    cells = [{"cell_type": kind, "source": "x"} for kind in ("markdown", "raw", "heading")]
    assert read_notebook(json.dumps({"cells": cells}).encode(), "n.ipynb").notes == ()


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
