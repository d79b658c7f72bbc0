"""What survives a broken file is compared by name and by line, not by count."""

import ast
import re
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timing import check_linear
from weakspot.code.parse import NO_MEMORY, TOO_DEEP, Parsed, parse

GOOD = "def before(a):\n    return a\n\n\n"
AFTER = "\n\ndef after(a):\n    return a\n"


def names(parsed: Parsed) -> list[str]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    found = [node for node in ast.walk(parsed.tree) if isinstance(node, kinds)]
    return [node.name for node in sorted(found, key=lambda node: node.lineno)]


def lost(parsed: Parsed) -> list[tuple[int, int]]:
    return [(each.span.start_line, each.span.end_line) for each in parsed.lost]


@pytest.mark.parametrize(
    "broken",
    [
        "print 'x'",
        "exec code in scope",
        "x = `y`",
        "x = 0777",
        "x = ur'text'",
        "raise ValueError, 'text'",
        "x = a <> b",
        "x = 'abc",
        "x = )",
        "x = 1 +",
        "x = $y",
        "x = {{ value }",
        "x = " + "9" * 5_000,
        "x = '\udc80'",
        "x = " + "(" * 1_000 + ")" * 1_000,
        "x = " + "-" * 10_000 + "1",
        "x = " + "+".join(["1"] * 10_000),
        "x = " + "+".join(["1"] * 1_000),
        "x = a" + ".b" * 10_000,
    ],
)
def test_a_broken_line_costs_itself_alone(broken):
    function = f"def f(a):\n    b = 1\n    {broken}\n    return b\n"
    method = f"class A:\n    def g(self):\n        {broken}\n        return 1\n\n"
    method += "    def h(self):\n        return 2\n"
    for middle, place, inner in [
        (f"{broken}\n", 5, []),
        (function, 7, ["f"]),
        (method, 7, ["A", "g", "h"]),
    ]:
        text = GOOD + middle + AFTER
        expected = ["before", *inner, "after"]
        parsed = parse(text)
        assert lost(parsed) == [(place, place)]
        assert parsed.lost[0].text.strip() == broken
        assert parsed.lost[0].reason
        assert names(parsed) == expected
        lines = text.split("\n")
        for node in ast.walk(parsed.tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                assert node.name in lines[node.lineno - 1]  # places refer to the whole text


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("try:\n    f()\nexcept E, e:\n    g()\n", [(1, 4)]),
        ("def f():\nreturn 1\n", [(1, 1)]),
        ("x = '''abc\n\ny = 1\n", [(1, 1)]),
        ("<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> b\n", [(1, 1), (3, 3), (5, 5)]),
        ("def f(a, (b, c)):\n    return a\n", [(1, 2)]),
        ("print 'a'\nprint 'b'\nprint 'c'\n", [(1, 3)]),  # neighbours are one region
        ("if a:\n\tb\n        c\n", [(2, 3)]),
        ("if a:\n    f(\n  else $:\n    g()\nelse:\n    h()\n", [(2, 3)]),
    ],
)
def test_what_a_broken_statement_takes_with_it(text, spans):
    parsed = parse(GOOD + text + AFTER)
    covered = {line - 4 for first, last in lost(parsed) for line in range(first, last + 1)}
    wanted = {line for first, last in spans for line in range(first, last + 1)}
    assert wanted <= covered
    assert covered - wanted <= set(range(1, text.count("\n") + 3)) or "'''" in text
    assert names(parsed)[0] == "before"
    assert names(parsed)[-1] == "after" or "'''" in text


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the reference, not of ours
@pytest.mark.parametrize(
    "text",
    [
        "match x:\n    case {'a': [1, *b], **c} if b:\n        pass\n",
        "try:\n    f()\nexcept* OSError:\n    pass\n",
        "async def f():\n    async with a as b, c:\n        return [d async for d in b]\n",
        "x = 'invalid \\d escape'\n",
        "#!shebang\n\f\nx = 1\n",
        "",
    ],
)
def test_what_python_accepts_is_the_tree_of_python(text):
    parsed = parse(text)
    assert parsed.lost == ()
    assert ast.dump(parsed.tree, include_attributes=True) == ast.dump(
        ast.parse(text), include_attributes=True
    )


@pytest.mark.parametrize(
    "newer",
    [
        "type Alias[T] = list[T]",
        "x = f'{'a'}'",
        "x = t'{name}'",
        "def generic[T](a: T) -> T:\n    return a",
        "class Generic[T]:\n    pass",
        "try:\n    f()\nexcept A, B:\n    pass",
    ],
)
def test_newer_syntax_costs_at_most_its_own_statement(newer):
    parsed = parse(f"{GOOD}{newer}\n{AFTER}")
    found = names(parsed)
    assert (found[0], found[-1]) == ("before", "after")
    assert all(5 <= first <= last <= 4 + newer.count("\n") + 1 for first, last in lost(parsed))


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("x = 1\n    y = 2\nz = 3\n", 2, "unexpected indent"),
        ("def f():\n      x = 1\n   y = 2\nz = 3\n", 3, "unindent does not match"),
    ],
)
def test_what_python_refuses_as_a_whole_is_told_though_all_of_it_is_read(text, line, reason):
    parsed = parse(text)
    assert parsed.lost == ()
    assert parsed.refused.span.start_line == parsed.refused.span.end_line == line
    assert parsed.refused.text == text.split("\n")[line - 1]
    assert reason in parsed.refused.reason
    read = {node.id for node in ast.walk(parsed.tree) if isinstance(node, ast.Name)}
    assert read == {"x", "y", "z"}


@pytest.mark.parametrize("text", ["x = 1\n", "x = )\ny = 1\n    z = 2\n"])
def test_what_is_accepted_or_lost_is_not_refused(text):
    assert parse(text).refused is None


CODE = (
    "import os\n\n\nclass A(B):\n    x = {'a': [1, 2]}\n\n    def f(self, a=(1, 2)):\n"
    "        if a:\n            return '''text\n  more'''\n        for b in a:\n"
    "            print(f'{b}')\n        else:\n            pass\n\n\n"
    "@d\ndef g(*a, **k):\n    with a as b:\n        try:\n            b()\n"
    "        except E as e:\n            raise X from e\n    return lambda: 1\n\n\nx = 1; y = 2\n"
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_line_of_code_is_in_the_tree_or_reported(data):
    text = CODE
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 12))
        added = data.draw(st.sampled_from(["", "(", ")", "'", '"""', "\n", ":", "  ", "\t", "é$"]))
        text = text[:at] + added + text[at + cut :]
    parsed = parse(text)
    covered = {line for first, last in lost(parsed) for line in range(first, last + 1)}
    for node in parsed.tree.body:
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        covered |= set(range(first, (node.end_lineno or 0) + 1))
    for number, line in enumerate(text.split("\n"), start=1):
        bare = line.strip()
        if bare and not bare.startswith(("#", "\\")):
            assert number in covered, (number, line, text)


def test_an_else_without_its_if_is_not_taken_for_another():
    text = "x = (\n" + "    a\nelse:\n    b\n"
    covered = {line for first, last in lost(parse(text)) for line in range(first, last + 1)}
    assert {1, 3} <= covered


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("ab1 \n\t()[]{}'\"\\:;=#@é\f"), max_size=120))
def test_nothing_makes_it_raise(text):
    parse(text)


def test_lost_regions_are_ordered_whole_lines_that_do_not_overlap():
    text = "print 'é'\nx = 1\nprint 'b'\nprint 'c'\n"
    parsed = parse(text)
    assert [(each.span.start_line, each.text) for each in parsed.lost] == [
        (1, "print 'é'"),
        (3, "print 'b'\nprint 'c'"),
    ]
    assert parsed.lost[0].span.end_column == len("print 'é'") + 1


def test_deep_nesting_has_one_reason():
    for text, reason in (
        ("x = " + "-" * 100_000 + "1", NO_MEMORY),
        ("x = " + "+".join("1" * 500), TOO_DEEP),
    ):
        assert [each.reason for each in parse(text).lost] == [reason]


BROKEN: dict[str, Callable[[int], str]] = {
    "lines": lambda n: "print 'x'\n" * 4 * n,
    "mixed": lambda n: "x = 1\nprint 'x'\n" * n,
    "functions": lambda n: "def f():\n    print 'x'\n" * n,
    "methods": lambda n: "class A:\n" + "    def f(self):\n        print 'x'\n" * n,
    "elif": lambda n: "if a:\n    f()\n" + "elif b:\n    g()\n" * 3 * n,
    "open": lambda n: "(\n" * 4 * n,
    "string": lambda n: "'''\n" + "x = 1\n" * 4 * n,
    "blocks": lambda n: "".join(" " * depth + "if a:\n" for depth in range(200)) * (n // 200),
    "lists": lambda n: "x = " + "[" * 20 * n,
    "subscripts": lambda n: "x = a" + "[0]" * 4 * n,
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_take_linear_time(name: str) -> None:
    def prepared(size: int) -> Callable[[], None]:
        text = BROKEN[name](size)

        def work() -> None:
            assert parse(text).lost

        return work

    check_linear(prepared, 1_250, yards=50)


def test_code_behind_a_form_feed_is_not_lost_with_a_broken_line():
    before = "\fimport os as o\n\fdef before(a):\n    return o.system(a)\n"
    text = f"{before}x = )\n\fdef after(a):\n    return a\n"
    parsed = parse(text)
    assert names(parsed) == ["before", "after"]
    assert lost(parsed) == [(4, 4)]


def test_out_of_memory_is_no_depth(monkeypatch):
    def fails(text):
        raise MemoryError

    monkeypatch.setattr("weakspot.code.parse._ast", fails)
    assert {each.reason for each in parse("x = 1\n").lost} == {NO_MEMORY}


def test_a_statement_that_memory_is_short_for_is_not_called_broken(monkeypatch):
    """Its lines alone are: "'(' was never closed" was told, and remembered for the next scan."""

    def short(text):
        if len(text) > 100:
            raise MemoryError
        return ast.parse(text)

    monkeypatch.setattr("weakspot.code.parse._ast", short)
    found = parse("a = 1\nX = (\n" + "1,\n" * 50 + ")\nb = = 2\nc = 3\n").lost
    assert {each.reason for each in found} == {NO_MEMORY}
    text = "X = (\n" + "1,\n" * 50 + ")\n\nb = 1\n\nc = = 2\n"
    assert [each.reason for each in parse(text).lost][-1] == "invalid syntax"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="the syntax is known")
@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("class Repo[T]:\n    def get(self):\n        return 1\n", [(1, 1)]),
        ("@d\ndef get[T: (int, 'é')](\n    a: T,\n) -> T:\n    b = a\n    return b\n", [(2, 4)]),
        (
            "class Repo[\n    T,\n](Base):\n    x = 1\n    def get[U](self):\n        return 1\n",
            [(1, 3), (5, 5)],
        ),
    ],
)
def test_type_parameters_cost_their_header_alone(text, spans):
    parsed = parse(GOOD + text + AFTER)
    assert lost(parsed) == [(first + 4, last + 4) for first, last in spans]
    assert "get" in names(parsed)
    returns = [node.lineno for node in ast.walk(parsed.tree) if isinstance(node, ast.Return)]
    assert 4 + text.count("\n") in returns


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\n\n\ny = '''a\nb\n",
        "def f():\nreturn 1\n",
        "x = 'abc\n",
        "if a:\n    class A:\n    x = 1\n",
        "x = [\n)\n",
    ],
)
def test_reasons_hold_no_place(text):
    parsed = parse(text)
    told = [each.reason for each in (*parsed.lost, parsed.refused) if each is not None]
    assert told
    assert not [reason for reason in told if re.search(r"line \d", reason)]
