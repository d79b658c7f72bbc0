import ast
import re
import sys
from collections.abc import Callable

import pytest

from timing import check_linear
from weakspot.code.normalise import MAX_TOKEN_LINE, is_docstring
from weakspot.code.source import Source
from weakspot.code.units import MAX_HEADER, units_of
from weakspot.code.windows import cost
from weakspot.core.span import Span
from weakspot.core.unit import Unit


def units(text: str) -> dict[str, Unit]:
    return {unit.name: unit for unit in units_of(Source("a.py", text)).units}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("def f():\n    return 1\n", (1, 1, 2, 13)),
        ("def f():\n    return 'é\U0001f40d'\n", (1, 1, 2, 16)),
        ("@a\nasync def f():\n    pass; x = 'ß'\n", (1, 1, 3, 18)),
        ("def f(): return '中中'; g()\n", (1, 1, 1, 26)),
    ],
)
def test_columns_count_characters(text: str, place: tuple[int, int, int, int]) -> None:
    span = units(text)["f"].span
    assert (span.start_line, span.start_column, span.end_line, span.end_column) == place


def test_a_column_stays_on_its_line_where_the_code_behind_was_lost() -> None:
    text = "def f():\n    x = 1\n    é@\n"
    span = units(text)["f"].span
    assert (span.end_line, span.end_column) == (3, 7)


def test_a_route_sees_its_nearest_siblings_in_order() -> None:
    text = "".join(f"@route('/{n}')\ndef r{n}():\n    return {n}\n\n\n" for n in range(9))
    shown = units(text)
    assert shown["r4"].context_text().count("@route") == 4
    assert [f"def r{n}(): ..." in shown["r4"].context_text() for n in range(9)] == [
        *(n in (2, 3, 5, 6) for n in range(9))
    ]
    assert shown["r0"].context_text().split("\n")[1::2] == [f"def r{n}(): ..." for n in range(1, 5)]
    assert shown["r8"].context_text().split("\n")[1::2] == [f"def r{n}(): ..." for n in range(4, 8)]


def test_siblings_belong_to_one_class() -> None:
    method = "    @route\n    def {}(self):\n        return 1\n"
    text = (
        "class A:\n" + method.format("a") + method.format("b") + "class B:\n" + method.format("c")
    )
    shown = units(text)
    assert "def b(self): ..." in shown["A.a"].context_text()
    assert "def" not in shown["B.c"].context_text()


def test_a_method_sees_how_its_attributes_are_set() -> None:
    text = (
        "class A(Base):\n    limit = 3\n"
        "    def __init__(self, path):\n"
        "        self.path = path\n        self.other = 1\n        self.path = clean(path)\n"
        "    def read(self):\n        return open(self.path)\n"
        "    def size(self):\n        return self.other\n"
    )
    shown = units(text)
    assert shown["A.read"].context_text().split("\n") == [
        *("class A(Base):", "    limit = 3"),
        *("    self.path = path", "    self.path = clean(path)"),
    ]
    assert shown["A.size"].context_text().split("\n")[2:] == ["    self.other = 1"]


def _decorated(indent: str, head: str, count: int) -> str:
    each = "{0}@route\n{0}def m{1}(self):\n{0}    return self.a\n"
    return head + "".join(each.format(indent, n) for n in range(count))


SLOW = {
    "methods": lambda n: _decorated("    ", "class A:\n", n),
    "functions": lambda n: _decorated("", "", n),
    "attributes": lambda n: _decorated(
        "    ", "class A:\n" + "".join(f"    a{i} = {i}\n" for i in range(n)), n
    ),
    "constructor": lambda n: _decorated(
        "    ", "class A:\n    def __init__(self):\n" + "        self.a = 1\n" * n, n
    ),
    "callee": lambda n: (
        "def helper():\n" + "    f(1)\n" * n + "".join(f"def g{i}(): helper()\n" for i in range(n))
    ),
    "semicolons": lambda n: "a=1;" * 10 * n + "\n",
    "names": lambda n: "".join(f"v{i}=v{i - 1}\n" for i in range(8 * n)),
}


@pytest.mark.parametrize("name", SLOW)
def test_units_take_linear_time(name: str) -> None:
    def prepared(size: int) -> Callable[[], object]:
        source = Source("a.py", SLOW[name](size))
        return lambda: units_of(source)

    check_linear(prepared, 800)


def test_windows_repeat_no_endless_signature() -> None:
    text = f"def f({', '.join(f'parameter_{n}' for n in range(3_000))}):\n    return 1\n"
    parts = [unit for unit in units_of(Source("a.py", text)).units if unit.name == "f"]
    assert len(parts) > 20
    for part in parts[1:]:
        assert 0 < sum(cost(line) for line in part.context) <= MAX_HEADER


LONG = "    x = 1\n" * 60
ODD = {
    "handlers": "try:\n    def f(): pass\nexcept E:\n    g(1)\nelse: g(2)\nfinally:\n    g(3)\n",
    "nested handlers": (
        "if a:\n    try:\n        class A: x = 1\n    except E:\n        if g(1):\n"
        "            def f(): pass\n        elif g(2):\n            g(3)\n"
        "        for b in c: g(4)\n"
    ),
    "handlers of groups": "try:\n    def f(): pass\nexcept* E:\n    g(1)\n",
    "tests": "if g(1):\n    def f(): pass\nelif g(2):\n    def f(): pass\nelse:\n    g(3)\n",
    "loops": "while g(1):\n    def f(): pass\nelse: g(2)\nfor a in g(3):\n    def f(): pass\n",
    "cases": "match g(1):\n    case 1:\n        def f(): pass\n    case _ if g(2):\n        g(3)\n",
    "class": (
        "class A:\n    'text'\n    if g(1):\n        def f(self): pass\n    else:\n        g(2)\n"
        "    with g(3) as h:\n        def f(self): g(4)\n    for a in b: g(5)\n    del a\n"
        "    while b:\n        class B:\n            g(6)\n            def f(self): g(7)\n"
        "    a += g(8)\n    assert g(9)\n    raise a\n    global a\n"
        "    try:\n        import b\n    except E:\n        g(10)\n    finally:\n        g(11)\n"
        "    match b:\n        case 1: g(12)\n    async def f(self): g(13)\n"
    ),
    "class in a long function": (
        "def f(a):\n    class A:\n        x = g(1)\n        if g(2):\n"
        "            def m(self): g(3)\n        class B:\n            g(4)\n"
        "            def m(self): g(5)\n" + LONG
    ),
    "class in a block of a long function": (
        "def f(a):\n    with a:\n        class A:\n            g(1)\n\n"
        "            def m(self):\n                g(2)\n" + LONG
    ),
}
SILENT = (
    ast.Import
    | ast.ImportFrom
    | ast.Pass
    | ast.FunctionDef
    | ast.AsyncFunctionDef
    | ast.ClassDef
    | ast.Try
    | ast.TryStar
)


@pytest.mark.parametrize("name", ODD)
def test_every_statement_is_in_a_unit(name: str) -> None:
    found = units_of(Source("a.py", ODD[name])).units
    shown = "\n".join(unit.text() for unit in found)
    lines = [line for unit in found for line in unit.lines]
    read = {n for line in lines for n in range(line.source_line, line.source_end_line + 1)}
    said = {
        node.lineno
        for node in ast.walk(ast.parse(ODD[name]))
        if isinstance(node, ast.stmt) and not isinstance(node, SILENT) and not is_docstring(node)
    }
    assert sorted(said - read) == []
    assert [call for call in re.findall(r"g\(\d+\)", ODD[name]) if call not in shown] == []


def test_what_stands_beside_lost_code_is_in_a_unit() -> None:
    text = "class A:\n    if a b:\n        g(1)\n    for c in d: g(2)\ntry: f(:\nexcept E: g(3)\n"
    found = units_of(Source("a.py", text))
    shown = "\n".join(unit.text() for unit in found.units)
    assert len(found.lost) == 2
    assert [n for n in (1, 2, 3) if f"g({n})" not in shown] == []


def test_functions_in_the_blocks_of_a_class_are_not_read_twice() -> None:
    shown = units("class A:\n    with a:\n        def f(self):\n            g(1)\n        g(2)\n")
    assert shown["<module>"].text().split("\n") == [
        *("class A:", "    with a:", "        def f(self):", "            ...", "        g(2)")
    ]
    assert shown["A.f"].text() == "def f(self):\n    g(1)"


def test_what_was_always_read_keeps_its_names_and_place() -> None:
    text = (
        "try:\n    from a import b\n    def f(): pass\nexcept E:\n    b = None\n"
        "class A:\n    if c:\n        b = 2\n    d = b\nb(1)\n"
    )
    assert units(text)["<module>"].text().split("\n") == [
        *("except E:", "    b = None", "class A:", "    if c:", "        b = 2", "    d = a.b"),
        "a.b(1)",
    ]


@pytest.mark.parametrize("between", [" + ", " or ", ""])
def test_a_long_line_without_brackets_is_read_to_its_end(between: str) -> None:
    words = [f"name_{number}" for number in range(80)]
    shown = units(f"def f():\n    x = {between.join(words)} + last\n")["f"]
    assert [line.source_line for line in shown.lines] == [1, *[2] * (len(shown.lines) - 1)]
    assert max(len(line.text) for line in shown.lines) <= MAX_TOKEN_LINE
    told = "".join(line.text for line in shown.lines[1:]).replace(" ", "")
    assert told == f"x={between.join(words)}+last".replace(" ", "")


def test_a_module_ends_where_its_last_line_does() -> None:
    assert units("a = 1\nb = 'é'\n\n")["<module>"].span == Span(1, 1, 2, 8)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax is newer")
def test_syntax_newer_than_the_normaliser_is_shown_as_it_is() -> None:
    assert units("type A = list[int]\n")["<module>"].text() == "type A = list[int]"


@pytest.mark.parametrize(
    "head",
    [
        "@g(1)\nclass A(B):",
        "class A(g(1)):",
        "class A(B, metaclass=g(1)):",
        "class A(B[g(1)] if c else D):",
    ],
)
def test_the_head_of_a_class_with_methods_alone_is_read(head: str) -> None:
    found = units(f"{head}\n    def f(self):\n        return 1\n")
    assert "g(1)" in found["<module>"].text()
    assert "<module>" not in units("class A(B, c.D, E[int]):\n    def f(self):\n        return 1\n")


def test_a_long_line_that_does_not_parse_is_read_to_its_end() -> None:
    text = f"def f():\n    return 1\nx = $; y = '{'z' * 400}'; g(9)\n"
    regions = [unit for unit in units_of(Source("a.py", text)).units if "region" in unit.name]
    assert "g(9)" in "".join(unit.text() for unit in regions)


@pytest.mark.parametrize(
    "text",
    [
        *(ODD[name] for name in ODD),
        "try:\n    import a\nexcept ImportError:\n    def f():\n        g(1)\n",
        "if a:\n    x = 1\nelif b:\n    def f():\n        g(1)\n",
        "if a:\n    if b:\n        def f():\n            g(1)\n",
        "with a:\n    def f():\n        g(1)\n    class A:\n        def m(self): g(2)\n",
        "for a in b:\n    def f():\n        g(1)\n",
        "match a:\n    case 1:\n        def f():\n            g(1)\n",
    ],
)
def test_no_statement_is_in_two_units(text: str) -> None:
    shown = "\n".join(unit.text() for unit in units_of(Source("a.py", text)).units)
    calls = re.findall(r"g\(\d+\)", text)
    assert [call for call in calls if shown.count(call) != 1] == []


@pytest.mark.parametrize("layout", ["    # why\n", "\n", "    'why'\n"])
def test_comments_and_layout_make_no_other_units(layout: str) -> None:
    inner = "    def g(y):\n        z = y\n        z += 1\n        return z\n"
    for size in range(20, 40):
        body = "    a = 1\n" * size
        plain, wide = (f"def f(x):\n{inner}{more}{body}" for more in ("", layout * 40))
        assert [*units(plain)] == [*units(wide)]
        assert units(plain)["f"].text() == units(wide)["f"].text()
    assert "f.g" in units(f"def f(x):\n{inner}{body}")
    assert "f.g" not in units(f"def f(x):\n{inner}    a = 1\n")


@pytest.mark.parametrize(
    ("reads", "head", "body"),
    [
        (False, "name, other", "return other(name)"),
        (False, "x", "name = other = x\n    return other(name)"),
        (False, "x", "for name, other in x: other(name)"),
        (True, "x", "return other(name)"),
        (True, "x=name", "name = other(x)\n    return name"),
        (True, "x", "global name\n    name = other(x)\n    return name"),
        (True, "x", "x = [name for name in x]\n    return other(name)"),
    ],
)
def test_a_constant_or_function_is_shown_to_what_reads_it(
    reads: bool, head: str, body: str
) -> None:
    text = f"name = 'logo.png'\ndef other(y):\n    return 1\ndef f({head}):\n    {body}\n"
    shown = units(text)["f"].context_text()
    assert ("name = 'logo.png'" in shown) is reads
    assert ("def other(y)" in shown) is reads


def test_a_huge_number_in_a_pattern_costs_nothing() -> None:
    huge = f"0x{'f' * 4_000}"
    text = f"match a:\n    case {huge}: b()\n    case {{'k': -{huge}}}: c()\n"
    assert units(text)["<module>"].text().split("\n") == [
        *("match a:", "    case 0xffff_ffffffff:", "        b()"),
        *("    case {'k': -0xffff_ffffffff}:", "        c()"),
    ]
