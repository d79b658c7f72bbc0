"""Pair files that are written: they read back as the same pair, and replace nothing."""

import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakspot.core.errors import DataError
from weakspot.dataset.pair_text import pair_text, write_pair
from weakspot.dataset.pairs import Origin, Pair, Side, parse_pair, read_pair

SHIPPED = Path(__file__).parents[2] / "datasets" / "top25" / "pairs"
PAIR = Pair(
    cwe="CWE-89",
    mechanism="like-search",
    accepted=("CWE-943",),
    domain="library",
    frameworks=("flask", "sqlalchemy"),
    origin=Origin.DRAFTED,
    prompt="pairs-2",
    date=datetime.date(2026, 11, 23),
    why_vulnerable='A "term" reaches SQL.\nC:\\new is no escape\x7f.',
    why_fixed="It is bound.",
    vulnerable=Side("import a\n\ndef f(x):\n    y = g(x)\n    return h(y)\n", (4, 5)),
    fixed=Side("import a\n\ndef f(x):\n    return h(x)\n", ()),
)
# Few letters, so that sides share lines and difflib has something to match.
LINES = st.lists(
    st.text(st.sampled_from("ab \t+-!*#\x0c\x1c\u2028é"), max_size=4), min_size=1, max_size=9
)
FIELD = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def test_marks_tell_the_sides_apart() -> None:
    body = pair_text(PAIR).split("+++\n")[2]
    assert body == " import a\n\n def f(x):\n!    y = g(x)\n!    return h(y)\n+    return h(x)\n"


def test_a_weak_line_of_both_sides_is_starred() -> None:
    pair = replace(PAIR, vulnerable=Side("use(x)\n", (1,)), fixed=Side("check(x)\nuse(x)\n", ()))
    assert pair_text(pair).endswith("+check(x)\n*use(x)\n")


@given(LINES, LINES, st.sets(st.integers(0, 8)), FIELD, st.lists(FIELD, max_size=3))
def test_what_is_written_reads_back(left, right, weak, field, fields) -> None:
    code, fixed = ("\n".join(lines).rstrip("\n") + "\n" for lines in (left, right))
    marked = tuple(sorted(at + 1 for at in weak if at < code.count("\n")))
    pair = replace(
        PAIR,
        domain=field,
        accepted=tuple(fields),
        vulnerable=Side(code, marked),
        fixed=Side(fixed, ()),
    )
    assert parse_pair(pair_text(pair)) == pair


@pytest.mark.parametrize("path", sorted(SHIPPED.rglob("*.pair"))[:40], ids=lambda path: path.stem)
def test_shipped_pairs_survive(path: Path) -> None:
    pair = read_pair(path)
    assert parse_pair(pair_text(pair)) == pair


def test_line_ends_are_made_plain() -> None:
    pair = replace(PAIR, vulnerable=Side("a\r\nb\r\n\n\n", (2,)))
    assert parse_pair(pair_text(pair)).vulnerable == Side("a\nb\n", (2,))


@pytest.mark.parametrize(
    "vulnerable",
    [Side("a\rb\n", (1,)), Side("a\n", (2,)), Side("a\n", (0,)), Side("a = '\ud800'\n", (1,))],
    ids=["carriage return", "below", "above", "surrogate"],
)
def test_what_cannot_be_written_is_refused(vulnerable: Side) -> None:
    with pytest.raises(DataError):
        pair_text(replace(PAIR, vulnerable=vulnerable))


def test_the_file_is_written_once_and_never_replaced(tmp_path: Path) -> None:
    path = write_pair(PAIR, tmp_path)
    assert path == tmp_path / "CWE-89" / "like-search.pair"
    assert read_pair(path) == PAIR
    assert write_pair(PAIR, tmp_path) == path
    with pytest.raises(DataError, match="another pair"):
        write_pair(replace(PAIR, domain="museum"), tmp_path)
    assert read_pair(path) == PAIR
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["../up", "a/b", ".hidden", "", "nul\0", "x" * 300])
def test_a_mechanism_names_no_path(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError):
        write_pair(replace(PAIR, mechanism=name), tmp_path)
    assert not list(tmp_path.iterdir())
