import ast
import random

from weakspot.code.source import Source
from weakspot.code.units import units_of
from weakspot.core.unit import Unit
from weakspot.train.splice import is_host, spliced

HOST = """
def totals(rows, start):
    count = start
    for row in rows:
        count += row.size
    log(count)
    return count
"""
WEAK = "def find(db, name):\n    rows = db.execute('SELECT ' + name)\n    return rows\n"
SOUND = "def find(db, name):\n    rows = db.execute('SELECT ?', (name,))\n    return rows\n"


def units(code: str) -> list[Unit]:
    return [one for one in units_of(Source("", code)).units if one.name != "<module>"]


def moved(seed: int, host: str = HOST) -> list[Unit] | None:
    (real,) = units(host)
    return spliced([*units(WEAK), *units(SOUND)], real, random.Random(seed))


def test_both_sides_get_the_same_real_function() -> None:
    for seed in range(20):
        made = moved(seed)
        assert made is not None
        weak, sound = made
        twins = zip(weak.lines, sound.lines, strict=True)
        differing = [(one.text, other.text) for one, other in twins if one.text != other.text]
        assert differing == [
            ("rows = db.execute('SELECT ' + name)", "rows = db.execute('SELECT ?', (name,))")
        ]
        assert weak.lines[0].text == "def totals(db, name, rows, start):"


def test_what_comes_out_is_a_program_that_reaches_the_moved_lines() -> None:
    for seed in range(20):
        made = moved(seed)
        assert made is not None
        (function,) = ast.parse(made[0].text()).body
        assert isinstance(function, ast.FunctionDef)
        leaving = [at for at, one in enumerate(function.body) if isinstance(one, ast.Return)]
        assert leaving == [len(function.body) - 1]


def test_lines_of_the_host_carry_no_source_line() -> None:
    made = moved(3)
    assert made is not None
    by_line = {line.text: line.source_line for line in made[0].lines}
    assert by_line["count = start"] == 0
    assert by_line["rows = db.execute('SELECT ' + name)"] == 2


def test_a_function_whose_parameters_clash_is_refused() -> None:
    assert moved(1, "def f(name, x):\n    a = 1\n    b = 2\n    c = 3\n    return a\n") is None


def test_short_functions_methods_and_generators_are_no_hosts() -> None:
    lines = "        a = 1\n        b = 2\n        c = 3\n        return a\n"
    code = f"class A:\n    def m(self):\n{lines}"
    short = "def f(x):\n    return x\n"
    stream = "def f(x):\n    a = 1\n    b = 2\n    c = 3\n    yield a\n"
    found = [any(map(is_host, units(text))) for text in (code, short, stream, HOST)]
    assert found == [False, False, False, True]
