"""What a text is read into: the same whatever is made of it afterwards."""

import ast
import dataclasses
import gc
import inspect
import shutil
import zipfile

import pytest

from weakspot.code.parse import NO_MEMORY
from weakspot.code.reading import Reading, reading_of
from weakspot.code.source import Source
from weakspot.code.units import Elsewhere, units_in, units_of
from weakspot.core.unit import Line

TEXTS = [inspect.getsource(module) for module in (ast, shutil, zipfile)]
FOREIGN = (Line("def build(name):", 0, 1, 1), Line("return name", 1, 2, 2))


@pytest.mark.parametrize("text", [*TEXTS, "", "a b\ndef f():\n    return 1\n"])
def test_use_changes_nothing_of_a_reading(text: str) -> None:
    reading = reading_of(Source("", text))
    fresh = units_of(Source("a.py", text))
    elsewhere = Elsewhere(lambda _: FOREIGN, lambda _: [FOREIGN])
    assert units_in(reading) == fresh
    beside = units_in(reading, elsewhere)
    assert units_in(reading) == fresh
    assert units_in(reading, elsewhere) == beside == units_of(Source("a.py", text), elsewhere)
    assert reading == reading_of(Source("", text))


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_of_the_syntax_tree_is_kept(text: str) -> None:
    waiting: list[object] = [reading_of(Source("", text))]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        assert not isinstance(one, ast.AST)
        if id(one) not in seen and not isinstance(one, type):
            seen.add(id(one))
            waiting += gc.get_referents(one)


def test_a_reading_weighs_what_lines_it_has() -> None:
    reading = reading_of(
        Source("", "LIMIT = 1\nclass A:\n    def f(self):\n        return LIMIT\nrun()\n")
    )
    # Two of the function, two of the module, the head of the class and the constant once more.
    assert [len(unit.lines) for unit in reading.units] == [2, 2]
    assert reading.weight == 1 + 6


def test_names_and_lost_text_weigh_as_well() -> None:
    def weight(text: str) -> int:
        return reading_of(Source("", text)).weight

    assert weight("") == 1  # nothing is kept for nothing
    many = "def f():\n    return [" + ", ".join(f"name_{at}" for at in range(900)) + "]\n"
    assert weight(many) - weight(many.replace("name_", "")) >= 400
    assert weight("x = 1 1 #" + "y" * 6_000) > 100


def test_each_class_shows_its_own_head() -> None:
    text = "class A(B):\n    def f(self): pass\nclass A(C):\n    def f(self): pass\n"
    contexts = [unit.context_text() for unit in units_of(Source("a.py", text)).units]
    assert contexts == ["class A(B):", "class A(C):"]


def test_only_what_memory_was_short_for_may_be_read_another_time() -> None:
    reading: Reading = reading_of(Source("", "a b\nx = 1\n"))
    assert not reading.is_short
    lost = tuple(dataclasses.replace(one, reason=NO_MEMORY) for one in reading.lost)
    assert dataclasses.replace(reading, lost=lost).is_short
