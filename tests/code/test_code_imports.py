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


@pytest.mark.parametrize(
    "bound",
    [
        "def s(x): return x",
        "class s: pass",
        "s = print",
        "s: object = print",
        "a, s = b",
        "with a:\n    s = print",
        "try:\n    s = wrapped(s)\nexcept E: pass",
    ],
)
def test_what_a_module_binds_behind_an_import_hides_it(bound: str) -> None:
    function = "def f(x):\n    return s(x)\n"
    found = shown(f"from os import system as s\nr = s(0)\n{bound}\n{function}s(1)\n")
    assert "return s(x)" in found["f"]
    assert "r = os.system(0)" in found["<module>"]
    assert found["<module>"].endswith("\ns(1)")


@pytest.mark.parametrize(
    "imports",
    [
        "try:\n    from os import system as s\nexcept ImportError:\n    def s(x): pass\n",
        "try:\n    from os import system as s\nexcept ImportError:\n    s = None\n",
        "from os import system as s\nif not s:\n    s = print\n",
        "if a:\n    from os import system as s\nelse:\n    class s: pass\n",
        "s = None\nfrom os import system as s\n",
        "from os import system as s\ndef g():\n    s = 1\nclass A:\n    s = 1\n",
    ],
)
def test_what_stands_in_for_an_import_does_not_hide_it(imports: str) -> None:
    assert "os.system(x)" in shown(f"{imports}def f(x):\n    return s(x)\n")["f"]


@pytest.mark.parametrize(
    "line",
    [
        "try: g()\n    except E as s: s(x)",
        "match x:\n        case {'t': s}: s(x)",
        "match x:\n        case [*s]: s(x)",
        "match x:\n        case {**s}: s(x)",
        "match x:\n        case A() as s if s(x): pass",
    ],
)
def test_handlers_and_patterns_hide_an_import(line: str) -> None:
    found = shown(f"from os import system as s\ndef f(x):\n    {line}\n")
    assert "s(x)" in found["f"]
    assert "os.system" not in found["f"]


def test_what_a_function_binds_hides_an_import_from_definitions_inside() -> None:
    long = "".join(f"    a{number} = {number}\n" for number in range(60))
    inner = "    def g(y):\n        z = y\n        z += 1\n        return s(z)\n"
    found = shown(f"from os import system as s\ndef f(s):\n{inner}{long}")
    assert found["f.g"].endswith("return s(z)")
