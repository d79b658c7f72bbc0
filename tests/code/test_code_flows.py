"""What flows into a call, told as one: source, way, and what was asked."""

import pytest

from weakspot.code.facts import facts_of
from weakspot.code.flows import flows_of


def told(code: str) -> frozenset[str]:
    return flows_of(facts_of(code))


@pytest.mark.parametrize(
    ("body", "flow"),
    [
        ("db.execute('SELECT ' + x)", "flow sql<param|put+sql|unasked"),
        ("db.execute(f'SELECT {x}')", "flow sql<param|put|unasked"),
        ("db.execute('SELECT ' + request.args['x'])", "flow sql<request|put|unasked"),
        ("open('/etc/motd')", "flow open<none|unasked"),
    ],
)
def test_where_a_value_comes_from_and_what_it_went_through(body: str, flow: str) -> None:
    assert flow in told(f"def f(db, x):\n    {body}\n")


def test_what_was_asked_before_is_told_with_the_call() -> None:
    asked = (
        "def f(db, x):\n    if not is_valid(x):\n        raise ValueError(x)\n    db.execute(x)\n"
    )
    assert "flow sql<param|asked ~check" in told(asked)
    assert "flow sql<param|unasked" not in told(asked)
    assert "flow sql<param|unasked" in told("def f(db, x):\n    db.execute(x)\n")


def test_kin_flow_alike() -> None:
    one = told("def f(db, x):\n    db.execute('SELECT ' + quote(x))\n")
    other = told("def g(conn, name):\n    conn.executemany('SELECT ' + quote(name))\n")
    assert {each for each in one if each.startswith("flow sql")} == {
        each for each in other if each.startswith("flow sql")
    }


def test_calls_without_a_role_are_not_told() -> None:
    assert told("def f(x):\n    zork(x)\n") == frozenset()
