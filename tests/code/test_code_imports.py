"""Which names imports bring, and where: no alias hides a call, and none fakes one."""

import pytest

from weakspot.code.source import Source
from weakspot.code.units import units_of


def shown(text: str) -> dict[str, str]:
    return {unit.name: unit.text() for unit in units_of(Source("a.py", text)).units}


def test_what_a_function_imports_is_its_own() -> None:
    text = (
        "def a(x):\n    from json import loads\n    return loads(x)\n"
        "def b(x):\n    from pickle import loads\n    return loads(x)\n"
        "def c(x):\n    return loads(x)\n"
    )
    found = shown(text)
    assert "json.loads(x)" in found["a"]
    assert "pickle.loads(x)" in found["b"]
    assert "return loads(x)" in found["c"]


def test_a_function_inside_knows_what_is_imported_around_it() -> None:
    long = "".join(f"    a{number} = {number}\n" for number in range(60))
    inner = "    def g(y):\n        z = y\n        z += 1\n        w = z\n        return s(w)\n"
    found = shown(f"def f(x):\n    from os import system as s\n{inner}{long}")
    assert "os.system(w)" in found["f.g"]


@pytest.mark.parametrize(
    ("imports", "called"),
    [
        ("import json as p\nimport pickle as p\n", "pickle.loads"),
        (
            "try:\n    import simplejson as p\nexcept ImportError:\n    import json as p\n",
            "simplejson.loads",
        ),
        ("if a:\n    import ujson as p\nelse:\n    import json as p\n", "ujson.loads"),
        ("def _(): from math import sqrt as p\nimport pickle as p\n", "pickle.loads"),
        (
            f"from m import {', '.join(f'a{n}' for n in range(3000))}\nimport pickle as p\n",
            "pickle.loads",
        ),
    ],
)
def test_which_of_several_imports_counts(imports: str, called: str) -> None:
    assert f"{called}(x)" in shown(f"{imports}def f(x):\n    return p.loads(x)\n")["f"]


@pytest.mark.parametrize(
    "line",
    [
        "g = lambda s: s",
        "y = [s for s in ()]",
        "y = {s: 1 for s in ()}",
        "def g(s):\n        return s",
        "def g():\n        s = 1",
    ],
)
def test_what_an_inner_scope_binds_is_bound_there_alone(line: str) -> None:
    text = f"from os import system as s\ndef f(x):\n    {line}\n    s(x)\n"
    assert shown(text)["f"].endswith("os.system(x)")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("def f(fs):\n    return [s(1) for s in fs]\n", "[s(1) for s in fs]"),
        ("def f(s):\n    return s(1)\n", "return s(1)"),
        ("def f(x, s=s):\n    return s(x)\n", "def f(x, s=os.system):"),
        ("def f(x):\n    def s(y):\n        return y\n    return s(x)\n", "return s(x)"),
    ],
)
def test_what_a_scope_binds_is_not_what_was_imported(text: str, meant: str) -> None:
    assert meant in shown(f"from os import system as s\n{text}")["f"]
