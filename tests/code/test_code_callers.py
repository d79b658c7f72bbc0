"""The lines that call a function are part of its context, as far as they fit."""

from collections.abc import Callable

import pytest

from timing import check_linear
from weakspot.code.callers import MAX_CALLERS
from weakspot.code.source import Source
from weakspot.code.units import Elsewhere, units_of
from weakspot.core.unit import Line

HELPER = "def find(name):\n    return db.execute('select ' + name)\n"


def context(code: str, name: str = "find", elsewhere: Elsewhere | None = None) -> list[str]:
    """Return the context lines of one unit, indented."""
    (unit,) = (one for one in units_of(Source("a.py", code), elsewhere).units if one.name == name)
    return unit.context_text().split("\n") if unit.context else []


def test_a_call_comes_with_its_head_and_what_it_hands_over() -> None:
    code = (
        "from flask import request\n"
        + HELPER
        + "@app.route('/')\ndef view():\n    other = 1\n    wanted = request.args['q']\n"
        "    return find(wanted)\n"
    )
    assert context(code) == [
        "@app.route('/')",
        "def view(): ...",
        "    wanted = flask.request.args['q']",
        "    return find(wanted)",
    ]


def test_code_outside_of_functions_calls_without_a_head() -> None:
    code = "import sys\n" + HELPER + "if sys.argv:\n    find(sys.argv[1])\n"
    assert context(code) == ["    find(sys.argv[1])"]


def test_methods_are_found_by_self_in_their_own_class_only() -> None:
    code = (
        "class A:\n    def find(self, q):\n        run(q)\n"
        "    def go(self):\n        self.find(1)\n"
        "class B:\n    def go(self):\n        self.find(2)\n"
    )
    found = context(code, "A.find")
    assert "    self.find(1)" in found
    assert "    self.find(2)" not in found


def test_a_function_is_no_caller_of_its_own_and_few_are_shown() -> None:
    code = "def find(n):\n    find(n - 1)\n"
    assert context(code) == []
    code += "".join(f"def f{n}():\n    find({n})\n" for n in range(9))
    assert sum(line.startswith("    find(") for line in context(code)) == MAX_CALLERS


def test_a_call_too_long_to_show_and_a_name_within_another_are_not() -> None:
    assert context(HELPER + f"def view():\n    find({'x' * 500})\n") == []
    assert context(HELPER + "def view():\n    a.find(1)\n    refind(2)\n") == []


def test_a_call_over_several_lines_is_shown_whole() -> None:
    long = "'" + "a" * 90 + "'"
    code = HELPER + f"def view(q):\n    find({long}, q)\n    return 1\n"
    assert [line.strip() for line in context(code)][-3:] == ["find(", long + ",", "q)"]


@pytest.mark.parametrize(
    "defined", ["def view(x=find(1)):\n    pass\n", "@find(1)\ndef view(): 0\n"]
)
def test_a_default_and_a_decorator_are_no_callers(defined: str) -> None:
    assert context(HELPER + defined) == []


def test_callers_of_other_files_come_after_those_of_the_same() -> None:
    asked: list[str] = []

    def callers(name: str) -> list[tuple[Line, ...]]:
        asked.append(name)
        return [(Line("def page(): ...", 0, 1, 1), Line("helper.find(q)", 1, 2, 2))]

    code = HELPER + "find(1)\n"
    found = context(code, elsewhere=Elsewhere(callers=callers))
    assert found == ["find(1)", "def page(): ...", "    helper.find(q)"]
    assert asked == ["find"]


def test_many_calls_of_one_caller_take_linear_time() -> None:
    def prepared(size: int) -> Callable[[], object]:
        code = "".join(f"def f{n}(x): return x\n" for n in range(size))
        code += "def main():\n" + "".join(f"    a{n} = f{n}(a{n - 1})\n" for n in range(size))
        return lambda: units_of(Source("a.py", code))

    check_linear(prepared, 500)


def test_each_call_of_one_caller_comes_with_what_was_set_before_it() -> None:
    code = HELPER + "def go(a):\n    b = a\n    find(b)\n    b = 2\n    other(b)\n"
    code += "def other(c):\n    return c\n"
    assert context(code) == ["def go(a): ...", "    b = a", "    find(b)"]
    assert context(code, "other") == ["def go(a): ...", "    b = 2", "    other(b)"]
