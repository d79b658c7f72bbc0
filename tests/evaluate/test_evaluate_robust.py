"""Changes of looks leave what a program does; detectors are asked before and after."""

import io
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout

import pytest

from weakspot.evaluate.changes import CHANGES, changed
from weakspot.evaluate.robust import steadiness
from weakspot.evaluate.suites import Row, Verdict

PROGRAM = """import math
import os.path as places

LIMIT = 10


class Basket:
    \"\"\"Holds things.\"\"\"

    size = 3

    def total(self, prices, *, factor=2):
        \"\"\"Add up.\"\"\"
        total = 0
        for price in prices:
            total += price * factor
        try:
            total = total / 0
        except ZeroDivisionError as error:
            told = str(error)
        return f"{total} of {LIMIT}: {told}", math.floor(2.5)


def count(words):
    def inner():
        return len(found)

    found = [word for word in words if word != "nothing at all"]
    match found:
        case [first, *rest]:
            print(first, rest, "two\\nlines", places.sep)
    return inner()


def half(number, parts):
    return f"{number / parts:.2f} {LIMIT}"


def sums(low, high):
    first = 1
    second = "b"
    told = half(low, 2) + half(high, parts=2)
    try:
        text = f"{told} {first}{second} {math.sqrt(LIMIT):.1f}"
        raise ValueError(text)
    except ValueError as problem:
        text = str(problem) + "!" * low
    other = [part for part in text.split(second)]
    return dict(other=other, first=first, last=second)


print(sums(3, 4))
print(Basket().total([1, 2], factor=3), count(["a", "nothing at all", "b"]), __name__)
"""


def output(code: str) -> str:
    text = io.StringIO()
    with redirect_stdout(text):
        exec(compile(code, "p", "exec"), {"__name__": "p"})
    return text.getvalue()


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_looks_changes_nothing_else(name: str) -> None:
    made = changed(PROGRAM, name)
    assert made is not None
    assert made != PROGRAM
    assert output(made) == output(PROGRAM)


def test_names_that_others_can_see_stay() -> None:
    made = changed(PROGRAM, "rename")
    assert made is not None
    for name in ("Basket", "total(self, prices", "factor=3", "LIMIT", "count", "size"):
        assert name in made
    assert "told" not in made
    assert "price " not in made


def test_what_does_not_parse_is_left_out() -> None:
    assert changed("def f(:\n", "rename") is None


# Unusual layout, which printing the tree anew would change; nothing that a change could take.
PLAIN = "X = ( 1 +\n      2 )\n\n\n\nprint( X )\n"


@pytest.mark.parametrize("name", [name for name in CHANGES if name not in ("reformat", "comments")])
def test_layout_alone_is_no_change(name: str) -> None:
    assert changed(PLAIN, name) == PLAIN


def test_only_what_was_altered_counts_as_applied() -> None:
    row = Row("plain", PLAIN, False, (), (), "p")
    found = {one.change: one.applied for one in steadiness([row], lambda _: {})}
    assert found == {name: int(name in ("reformat", "comments")) for name in CHANGES}


# Names that a change could take apart: each program must print the same.
INNER = """def f():
    seen = 1
    def g():
        nonlocal seen
        seen += 1
    g()
    return seen

print(f())
"""

DECLARED = """def f():
    global sys
    import sys

f()
print(sys.maxsize)
"""

GLOBAL = """def f():
    global path
    path = 'long'

def g():
    path = 'other'
    return path

f()
print(path, g())
"""

STAR = """from os.path import *

def f():
    return join('some', 'where')

def g(parts):
    join = '+'.join(parts)
    return join

print(f(), g('ab'))
"""

OTHERWISE = """try:
    import json as decimal
except ImportError:
    import decimal

print(decimal.dumps(1))
"""

TAKEN = """import json

json_module = 'taken'
print(json.dumps(json_module))
"""


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize(
    "code",
    [INNER, DECLARED, GLOBAL, STAR, OTHERWISE, TAKEN],
)
def test_names_keep_what_they_mean(name: str, code: str) -> None:
    made = changed(code, name)
    assert made is not None
    assert output(made) == output(code)


def test_a_local_declared_in_an_inner_function_is_renamed_there_too() -> None:
    made = changed(
        "def f():\n    a = 1\n    def g():\n        nonlocal a\n        a = 2\n", "rename"
    )
    assert made is not None
    assert "nonlocal v0" in made


def test_what_would_not_compile_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("weakspot.evaluate.changes.CHANGES", {"break": lambda _: "return 1\n"})
    assert changed("x = 1\n", "break") is None


def test_flips_and_lost_alarms_are_counted() -> None:
    weak = "def f(x):\n    value = eval(x)\n    return value\n"
    rows = [
        Row("weak", weak, True, ("CWE-95",), (), "p"),
        Row("sound", "def f(x):\n    value = int(x)\n    return value\n", False, (), (), "p"),
    ]

    def by_name(asked: Sequence[Row]) -> Mapping[str, Verdict]:
        return {row.id: Verdict("value" in row.code, 1.0) for row in asked}

    found = {one.change: one for one in steadiness(rows, by_name)}
    assert (found["rename"].applied, found["rename"].flipped) == (2, 2)
    assert (found["rename"].caught, found["rename"].lost) == (1, 1)
    assert found["rename"].by_cwe == {"CWE-95": (1, 1)}
    assert found["docstrings"].flipped == 0
    assert found["import aliases"].applied == 0
