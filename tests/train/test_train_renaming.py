"""Other names for the same code: alike on all sides, and nothing that others see."""

import os
import random
import subprocess
import sys

from weakspot.core.example import Example, Role
from weakspot.core.span import Span
from weakspot.core.unit import Line, Unit, UnitKind
from weakspot.train.renaming import names_in_use, renamed

IN_USE = """
from weakspot.core.span import Span
from weakspot.core.unit import Line, Unit, UnitKind
from weakspot.train.renaming import names_in_use
lines = tuple(Line(f"name_{at} = {at}", 1, at, at) for at in range(40))
print(names_in_use([Unit("f", UnitKind.FUNCTION, Span(1, 1, 2, 1), lines)] * 3))
"""
WEAK = """import os

LIMIT = 3


def run(name, mode="x"):
    command = f"ls {name}"
    parts = {"name": name}
    os.system(command)
    return helper(name=parts, mode=mode)
"""
SOUND = WEAK.replace("os.system(command)", "os.execv(command, [command])")
NAMES = ["alpha", "beta", "gamma", "delta", "epsilon"]


def example(code: str, role: Role) -> Example:
    return Example("a", code, role, "CWE-78", (9,), "f", "m")


def test_sides_get_the_same_names_on_the_same_lines() -> None:
    sides = (example(WEAK, Role.VULNERABLE), example(SOUND, Role.FIXED))
    weak, sound = renamed(sides, NAMES, 1.0, random.Random(0))
    assert "command" not in weak.code + sound.code
    assert len(weak.code.splitlines()) == len(WEAK.splitlines())
    new = weak.code.splitlines()[6].split(" = ")[0].strip()
    assert new in NAMES
    assert f"os.execv({new}, [{new}])" in sound.code
    assert weak.lines == (9,)


def test_what_others_see_stays() -> None:
    (made,) = renamed((example(WEAK, Role.VULNERABLE),), NAMES, 1.0, random.Random(0))
    for kept in ("import os", "LIMIT", "def run(name, mode=", "helper(name="):
        assert kept in made.code


def test_a_share_of_nothing_changes_nothing() -> None:
    sides = (example(WEAK, Role.VULNERABLE),)
    assert renamed(sides, NAMES, 0.0, random.Random(0)) == sides
    assert renamed(sides, [], 1.0, random.Random(0)) == sides


def test_names_come_from_real_code_that_uses_them_often() -> None:
    def unit(*texts: str) -> Unit:
        lines = tuple(Line(text, 1, at, at) for at, text in enumerate(texts, 1))
        return Unit("f", UnitKind.FUNCTION, Span(1, 1, 2, 1), lines)

    units = [unit("rows = a()", "rows = b()"), *[unit("total = 1", "self.x = 2")] * 3]
    assert names_in_use(units) == ("total",)


def test_names_come_in_one_order_in_every_process() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", IN_USE],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
    assert b"name_39" in told.pop()
