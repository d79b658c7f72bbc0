"""Imports told from bytes and paths: what a project's files see of each other."""

import pytest

from timing import check_takes
from weakspot.code.layout import Layout
from weakspot.code.project import MOST_IMPORTS, imported_modules, links_of
from weakspot.code.reading import reading_of
from weakspot.code.source import Source
from weakspot.code.units import Elsewhere, units_of
from weakspot.core.unit import Line


@pytest.mark.parametrize(
    ("text", "modules"),
    [
        (b"import os, shop.db as db  # and more", ("os", "shop.db")),
        (b"from shop import db", ("shop", "shop.db")),
        (b"from . import db as d, views", (".db", ".views")),
        (b"from ..lib.sql import (\n    a,  # first\n    b as c,\n)", ("..lib.sql", "..lib.sql.a")),
        (b"def f():\n    from .late import g", (".late", ".late.g")),
        (b"from x import *", ("x",)),
        (b"important = 1\nfrom_here = 2\nx = 'import y'", ()),
        (b"\xff\xfeimport \x00", ()),
    ],
)
def test_modules_are_named_as_the_file_imports_them(text: bytes, modules: tuple[str, ...]) -> None:
    found = imported_modules(text)
    assert found[: len(modules)] == modules
    assert bool(found) == bool(modules)


@pytest.mark.parametrize(
    "piece", [b"from .", b"from  ", b"from " + b"a.", b"import ", b"from . import ("]
)
def test_what_no_person_writes_takes_no_time(piece: bytes) -> None:
    text = piece + piece[-1:] * 200_000 + b"\n" + piece * 30_000
    check_takes(lambda: imported_modules(text), 10)


def test_a_byte_order_mark_hides_no_import() -> None:
    assert imported_modules(b"\xef\xbb\xbfimport os") == ("os",)


def test_no_more_imports_are_read_than_people_write() -> None:
    text = b"".join(b"import m%d\n" % number for number in range(10 * MOST_IMPORTS))
    assert len(imported_modules(text)) == MOST_IMPORTS


FILES = frozenset(
    {
        "run.py",
        "tool/helper.py",
        "tool/main.py",
        "src/shop/__init__.py",
        "src/shop/db.py",
        "src/shop/json.py",
        "src/shop/web/__init__.py",
        "src/shop/web/views.py",
    }
)


@pytest.mark.parametrize(
    ("importer", "text", "module", "place"),
    [
        ("src/shop/web/views.py", b"from shop import db", "shop.db", "src/shop/db.py"),
        ("src/shop/web/views.py", b"from ..db import rows", "..db", "src/shop/db.py"),
        ("src/shop/web/views.py", b"from .. import db", "..db", "src/shop/db.py"),
        ("src/shop/db.py", b"from . import web", ".web", "src/shop/web/__init__.py"),
        ("tool/main.py", b"import helper", "helper", "tool/helper.py"),
        ("tool/main.py", b"import run", "run", "run.py"),
        # A package's modules do not hide those of the standard library.
        ("src/shop/db.py", b"import json", "json", None),
        ("src/shop/db.py", b"import helper", "helper", None),
        ("run.py", b"from . import run", ".run", None),
    ],
)
def test_modules_lead_to_files(importer: str, text: bytes, module: str, place: str | None) -> None:
    assert links_of(importer, text, Layout(FILES)).get(module) == place


def test_modules_lead_to_files_of_a_package_that_is_scanned_from_inside() -> None:
    layout = Layout({"db.py", "web/views.py"}, ("shop",))
    text = b"from shop import db\nfrom shop.web import missing\nimport json, web.views"
    assert links_of("web/views.py", text, layout) == {"shop.db": "db.py"}


def test_small_functions_are_shown_to_others() -> None:
    long = "def long(x):\n" + "".join(f"    a{number} = run(x)\n" for number in range(60))
    code = "def build(name):\n    return name\n\nclass Box:\n    def of(x):\n        return x\n\n"
    bodies = reading_of(Source("", code + long + "build(1)\n")).bodies
    assert [body.name for body in bodies if body.is_small] == ["build", "Box.of"]


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        (
            "import helper\ndef f(x):\n    os.system(helper.build(x))\n",
            ["helper.build", "os.system"],
        ),
        ("def f(x, helper):\n    helper.build(x)\n", []),
        (
            "import helper as h\ndef f(x):\n    os.system(h.build(x))\n",
            ["helper.build", "os.system"],
        ),
        ("from .helper import build\ndef f(x):\n    run(build(x))\n", [".helper.build"]),
        ("def f(x):\n    build(x)\n", []),
        # The name is another thing by then.
        ("from helper import build\ndef f(x):\n    build = x\n    build(x)\n", []),
    ],
)
def test_imported_functions_that_are_called_are_context(code: str, asked: list[str]) -> None:
    names: list[str] = []

    def elsewhere(name: str) -> tuple[Line, ...]:
        names.append(name)
        return (Line("def build(name):", 0, 1, 1), Line("return name", 1, 2, 2))

    (unit,) = units_of(Source("a.py", code), Elsewhere(elsewhere)).units
    assert names == asked
    assert ("def build(name):" in unit.context_text()) is bool(asked)
