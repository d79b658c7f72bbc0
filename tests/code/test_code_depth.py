import ast

import pytest

from weakspot.code.depth import MAX_NESTING, cut_deep, is_deeper

SUM = "+".join(["1"] * (MAX_NESTING + 50))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"a = 1\nx = {SUM}\n", [(2, 2)]),
        (f"if {SUM}:\n    f()\n", [(1, 1)]),
        (f"@d({SUM})\ndef f(a):\n    return a\n", [(1, 1)]),
        (f"def f(a={SUM}):\n    return a\n", [(1, 1)]),
        (f"class A({SUM}):\n    x = 1\n", [(1, 1)]),
        (f"class A(k={SUM}):\n    x = 1\n", [(1, 1)]),
        (f"with a as b, ({SUM}):\n    f()\n", [(1, 1)]),
        (f"try:\n    f()\nexcept {SUM}:\n    g()\n", [(3, 3)]),
        (f"match a:\n    case b if {SUM}:\n        g()\n", [(2, 2)]),
        ("x = (\n" + "+\n".join(["1"] * 400) + "\n)\n", [(2, 401)]),
        (f"a{'.b' * 300} = 1\n", [(1, 1)]),
        (f"del a{'.b' * 300}\n", [(1, 1)]),
        (f"def f():\n    def g():\n        return {SUM}\n", [(3, 3)]),
        (f"x = {'<'.join(['a'] * 5_000)}\n", []),  # wide, not deep
        ("if a:\n    f()\n" + "elif b:\n    g()\n" * 300, []),
    ],
)
def test_only_the_deep_expression_is_cut(text, lines):
    tree = ast.parse(text)
    statements = [type(node) for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    assert cut_deep(tree, text) == lines
    assert [type(node) for node in ast.walk(tree) if isinstance(node, ast.stmt)] == statements
    expressions = [node for node in ast.walk(tree) if isinstance(node, ast.expr)]
    assert not any(is_deeper(node, MAX_NESTING) for node in expressions)
    if len(text.split("\n")) < 100:
        compile(tree, "p.py", "exec")  # what is left is a tree that Python itself accepts


def test_the_limit_itself_is_allowed():
    for levels, cut in ((MAX_NESTING, []), (MAX_NESTING + 1, [(1, 1)])):
        text = "-" * levels + "1"
        tree = ast.parse(text)
        # UnaryOp has its operator and its operand as children: one level a sign.
        assert cut_deep(tree, text) == cut
