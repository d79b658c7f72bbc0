import ast
import json
import sys
from functools import partial

import pytest

from weakspot.code.parse import NO_MEMORY
from weakspot.code.project import ProjectFile
from weakspot.code.reading import Reading, reading_of
from weakspot.code.source import Source
from weakspot.scan import sources
from weakspot.scan.analyse import FileUnits
from weakspot.scan.neighbours import Neighbours
from weakspot.scan.recent import Recent
from weakspot.scan.sources import read_units

PYTHON = f"Python {sys.version_info[0]}.{sys.version_info[1]}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a b\n", f"line 1 not parsed by {PYTHON}: invalid syntax"),
        ("x = 1\nif a b:\n    pass\n", f"lines 2 to 3 not parsed by {PYTHON}: invalid syntax"),
        (
            "def f():\n      x = 1\n   y = 2\n",
            f"line 3 not parsed by {PYTHON}: unindent does not match any outer indentation level",
        ),
        ("x = 1\n    y = 2\n", f"line 2 not parsed by {PYTHON}: unexpected indent"),
        (f"x = {'-' * 5_000}1\n", "line 1 not parsed: expressions are nested too deeply"),
    ],
)
def test_reasons_name_the_python_that_did_not_parse(text: str, reason: str) -> None:
    assert read_units("a.py", text.encode()).reasons == (reason,)


def test_what_was_short_of_memory_is_told_first(monkeypatch: pytest.MonkeyPatch) -> None:
    parse = ast.parse

    def short(text: str) -> ast.Module:
        if "huge" in text:
            raise MemoryError
        return parse(text)

    monkeypatch.setattr(ast, "parse", short)
    first, *others = read_units("a.py", b"a b\nx = 1\nhuge = 1\n").reasons
    assert first == f"line 3 not parsed: {NO_MEMORY}"
    assert others == [f"line 1 not parsed by {PYTHON}: invalid syntax"]


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("type A = int\n", (3, 12)),
        ("def f[T](x: T): pass\n", (3, 12)),
        ("class A[T]: pass\n", (3, 12)),
        ('x = f"{a["b"]}"\n', (3, 12)),
        ("x = t'{a}'\n", (3, 14)),
        ("try:\n    f()\nexcept OSError, ValueError:\n    pass\n", (3, 14)),
    ],
)
def test_what_looks_like_newer_syntax_is_told_to_need_a_newer_python(
    text: str, since: tuple[int, int]
) -> None:
    reasons = read_units("a.py", text.encode()).reasons
    if sys.version_info >= since:
        assert reasons == ()
    else:
        assert all(f"by {PYTHON}" in reason for reason in reasons)
        assert reasons[0].endswith("(newer syntax needs weakspot under a newer Python)")


def test_other_mistakes_are_not_called_newer_syntax() -> None:
    for text in ("print 'x'\n", "a b\n", "x = type[\n", "def f(:\n    pass\n"):
        (reason,) = read_units("a.py", text.encode()).reasons
        assert "newer" not in reason


def test_lost_places_in_notebooks_are_told_by_their_cell() -> None:
    cells = [{"cell_type": "code", "source": text} for text in ("x = 1", "y = 2\na b\nb c")]
    data = json.dumps({"nbformat": 4, "cells": cells}).encode()
    (reason,) = read_units("n.ipynb", data).reasons
    assert reason.startswith("cell 2, lines 2 to 3 not parsed")


def test_indented_cells_are_whole_as_in_jupyter() -> None:
    cells = [{"cell_type": "code", "source": text} for text in ("x = 1", "\n    y = 2\n    z = 3")]
    read = read_units("n.ipynb", json.dumps({"nbformat": 4, "cells": cells}).encode())
    assert read.reasons == ()
    assert read.text == "x = 1\n\n\ny = 2\nz = 3\n"


def test_a_notebooks_place_leads_to_the_line_of_its_file() -> None:
    cells = [{"cell_type": "code", "source": ["x = 1\n", "y = 2"]}]
    text = json.dumps({"nbformat": 4, "cells": cells}, indent=1)
    cell_of = read_units("n.ipynb", text.encode()).cell_of
    assert cell_of is not None
    cell = cell_of(2)
    assert cell is not None
    assert (cell.number, cell.line) == (1, 2)
    assert '"y = 2"' in text.split("\n")[cell.file_line - 1]


def test_what_the_parser_takes_hangs_on_no_neighbour(monkeypatch: pytest.MonkeyPatch) -> None:
    """CPython takes fewer branches where its caller is deeper: all are read at one place."""

    def text(branches: int) -> bytes:
        more = (f"    elif x == {at}:\n        return {at}\n" for at in range(branches))
        return ("def show(x):\n    if x:\n        return 0\n" + "".join(more)).encode()

    least, most = 1, 8_000
    while most - least > 1:  # the shortest that is too long for it, or 8,000 where none is
        at = (least + most) // 2
        least, most = (at, most) if not read_units("a.py", text(at)).reasons else (least, at)
    for branches in range(most - 16, most + 2, 3):
        files = {
            "deep.py": text(branches),
            "uses.py": b"import deep\ndef f(x):\n    deep.show(x)\n",
        }
        near = Neighbours({path: partial(files.__getitem__, path) for path in files})
        found = []
        for order in (("deep.py",), ("uses.py", "deep.py")):
            monkeypatch.setattr(sources, "_reads", Recent(100_000))
            for path in order:
                read = read_units(path, files[path], near.links(path), near.around(path) or ())
            found.append((read.units, read.reasons))
        assert found[0] == found[1]


USES = b"from shop import db\ndef show(name):\n    query = f'{name}'\n    return db.rows(query)\n"
DB = b"import shop.run\ndef rows(query):\n    return shop.run.run(query)\n"
RUN = b"def run(query):\n    return go(query)\n"
FILES = {"shop/uses.py": USES, "shop/db.py": DB, "shop/run.py": RUN}


def _read_each(paths: list[str]) -> dict[str, FileUnits]:
    """Read files as a scan does, each beside those that it imports or that import it."""
    near = Neighbours({path: partial(FILES.__getitem__, path) for path in FILES})
    return {
        path: read_units(path, FILES[path], near.links(path), near.around(path) or ())
        for path in paths
    }


def test_a_file_read_for_its_neighbours_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []

    def counted(source: Source) -> Reading:
        texts.append(source.text)
        return reading_of(source)

    monkeypatch.setattr(sources, "reading_of", counted)
    alone: dict[str, FileUnits] = {}
    for path in FILES:
        monkeypatch.setattr(sources, "_reads", Recent(1_000))
        alone |= _read_each([path])
    assert any("show" in unit.context_text() for unit in alone["shop/db.py"].units)
    assert any("def run" in unit.context_text() for unit in alone["shop/db.py"].units)
    for order in (list(FILES), list(FILES)[::-1], [*FILES, *FILES]):
        texts.clear()
        monkeypatch.setattr(sources, "_reads", Recent(1_000))
        found = _read_each(order)
        assert {path: one.units for path, one in found.items()} == {
            path: one.units for path, one in alone.items()
        }
        assert sorted(texts) == sorted(data.decode() for data in FILES.values())


def test_what_memory_was_short_for_is_read_again_for_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parse = ast.parse

    def short(text: str) -> ast.Module:
        if "rows" in text:
            raise MemoryError
        return parse(text)

    monkeypatch.setattr(sources, "_reads", Recent(1_000))
    with monkeypatch.context() as context:
        context.setattr(ast, "parse", short)
        _read_each(["shop/uses.py", "shop/run.py"])
    assert _read_each(["shop/db.py"])["shop/db.py"].reasons == ()


def test_a_notebook_is_never_taken_for_text_that_was_read() -> None:
    code = {"cell_type": "code", "source": "def f(x):\n    return run(x)\n", "outputs": []}
    data = json.dumps(
        {"cells": [code], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}
    ).encode()
    beside = ProjectFile("a.ipynb", data, {"b": "b.py"})
    other = ProjectFile("b.py", b"def g(): pass\n", {})
    read_units("b.py", other.data, {}, [beside])
    units = read_units("a.ipynb", data, {}, [other]).units
    assert [unit.name for unit in units] == ["f"]
