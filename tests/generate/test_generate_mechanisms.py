import ast

import pytest

from weakspot.generate.compose import compose
from weakspot.generate.mechanism import Kind, Mechanism
from weakspot.generate.mechanisms import all_mechanisms


def test_every_mechanism_composes():
    pool = all_mechanisms()
    assert [one.id for one in pool] == sorted({one.id for one in pool})
    for mechanism in pool:
        for example in compose(mechanism, 5, pool):
            last = example.code.count("\n") + 1
            assert ast.parse(example.code).body
            assert bool(example.lines) == example.role.is_weak, example.id
            assert all(1 <= line <= last for line in example.lines)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "Not Kebab"}, "kebab"),
        ({"cwe": "89"}, "CWE id"),
        ({"fixed": ()}, "fixed form"),
        ({"takes": "json"}, "takes"),
    ],
)
def test_a_mechanism_that_breaks_the_contract_is_refused(change, message):
    fields = {
        "id": "a-b",
        "cwe": "CWE-89",
        "kind": Kind.FLOW,
        "vulnerable": ("x",),
        "fixed": ("y",),
    }
    with pytest.raises(ValueError, match=message):
        Mechanism(**{**fields, **change})


def test_a_string_where_forms_belong_is_refused():
    with pytest.raises(TypeError, match="decoy"):
        Mechanism("a-b", "CWE-89", Kind.FLOW, ("x",), ("y",), decoy="z")
