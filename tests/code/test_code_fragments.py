"""Text of units put together so that it parses: nothing of well-formed text changes."""

import ast
import inspect
import shutil
import tarfile

import pytest

from weakspot.code.fragments import statements_of
from weakspot.code.literals import MAX_TEXT, literal
from weakspot.code.normalise import Normaliser
from weakspot.code.source import Source
from weakspot.code.units import units_of


@pytest.mark.parametrize("module", [ast, shutil, tarfile])
def test_text_that_parses_stays_as_it_is(module: object) -> None:
    units = units_of(Source("x.py", inspect.getsource(module))).units  # type: ignore[arg-type]
    whole = 0
    for unit in units:
        try:
            meant = ast.parse(unit.text()).body
        except SyntaxError:
            continue
        whole += 1
        assert [*map(ast.dump, statements_of(unit.text()))] == [*map(ast.dump, meant)]
    assert whole > 0.5 * len(units)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("class A(B):\ndef f(self):\n    pass", "class A(B):\n    ...\ndef f(self):\n    pass"),
        ("for x in y:", "for x in y:\n    ..."),
        ("def f(): ...\n    g(x)", "def f():\n    g(x)"),
        ("def f( ...\n    g(x)", "def f():\n    g(x)"),
        ("x = 1\n    y = 2", "x = 1\ny = 2"),
        ("        a()\n    b()\nc()", "a()\nb()\nc()"),
        ("def f():\n        a()\n    b()", "def f():\n    a()\n    b()"),
        ("else:\n    a()", "if ...:\n    a()"),
        ("elif x:\n    a()\nelse:\n    b()", "if x:\n    a()\nelse:\n    b()"),
        ("except E:\n    a()", "if ...:\n    a()"),
        ("try:\n    a()\nb()", "try:\n    a()\nfinally:\n    ...\nb()"),
        ("try:\n    a()\nexcept E:\n    b()", "try:\n    a()\nexcept E:\n    b()"),
        ("@route\nx = 1", "x = 1"),
        ("@route", ""),
        ("x = .models.A(..b.C)", "x = models.A(b.C)"),
        ("x = 'a.b' + 1.5", "x = 'a.b' + 1.5"),
        ("f(\n    a,\n    b)\ng()", "f(a, b)\ng()"),
        ("if f(\n    a):\n    b()", "if f(a):\n    b()"),
        ("x = f'{f(\n    a)}'", "x = f'{f(a)}'"),
        ("x = f'{a['b']}'", "x = f\"{a['b']}\""),
        ("q = f'a = '{b}' c'", "q = f\"a = '{b}' c\""),
        ("a()\nx = 'cut…\nb()", "a()\n...\nb()"),
        ("a()\nf(\nb()", "a()\n...\nb()"),
        ("a()\nif x = 1:\n    b()", "a()\nif ...:\n    b()"),
    ],
)
def test_what_python_does_not_allow_is_mended(text: str, read: str) -> None:
    assert [*map(ast.unparse, statements_of(text))] == [*map(ast.unparse, ast.parse(read).body)]


@pytest.mark.parametrize("text", ["", "\n\n", "\x00", "(" * 300, ")\n" * 50, "f'{" * 40, "@\n@"])
def test_no_text_is_too_odd(text: str) -> None:
    assert all(isinstance(one, ast.stmt) for one in statements_of(text))


LOGS = "\n".join(f"    log(f\"{{d['k{number}']}}\")" for number in range(9))
TRICKY = f"""
def f(db, x, d, request):
    db.execute("SELECT a FROM t WHERE kind = 'x' AND {"b" * 170}" + x)
    y = b"{"c" * 170}\\xff"
    z = {1 << 400}
    q = 'SELECT {" word" * 26}' + x + ' FROM {" word" * 26}' + x + ' ORDER BY {" word" * 9}'
    a = f"{{x}} {{d['k']}} {{{{'q'}}}}"
{LOGS}
    if f"{{d['k']}}" == "x":
        os.system("ls " + request.args["x"])
    elif f"{{d['j']}}":
        with open("{"e" * 60}"), open("{"f" * 60}") as g:
            eval(x)
"""


def test_no_statement_of_a_unit_is_given_up() -> None:
    normaliser = Normaliser({})
    normaliser.body(ast.parse(TRICKY).body, 0)
    text = "\n".join(f"{'    ' * line.indent}{line.text}" for line in normaliser.lines)
    meant, read = (
        [*ast.walk(ast.Module([*body], []))] for body in (_body(TRICKY), statements_of(text))
    )
    kinds = [
        [type(node) for node in nodes if isinstance(node, ast.stmt)] for nodes in (meant, read)
    ]
    assert kinds[0] == kinds[1]
    assert [node for node in read if _is_dots(node)] == []


def _body(text: str) -> list[ast.stmt]:
    return ast.parse(text).body


def _is_dots(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


@pytest.mark.parametrize(
    "value", ["it's " * 80, '"' * 300, "'\"" * 200, b"\xff'" * 90, 1 << 999, "a\n" * 99]
)
def test_long_literals_are_still_python(value: object) -> None:
    told = literal(value)
    assert isinstance(ast.literal_eval(told), type(value))
    assert len(told) < 4 * MAX_TEXT + 10


def test_a_fault_leaves_the_blocks_around_it_as_they_are() -> None:
    text = (
        "def f(d):\n    try:\n        log(f'{d['k']}')\n    except OSError:\n        os.remove(d)\n"
        "    else:\n        g(d)\n    finally:\n        h(d)\n    for a in d:\n        g(a)\n"
        "    else:\n        h(a)"
    )
    meant = text.replace("d['k']", 'd["k"]')
    assert [*map(ast.dump, statements_of(text))] == [*map(ast.dump, ast.parse(meant).body)]
