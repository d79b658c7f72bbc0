from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakspot.code.windows import _ASSIGNED, _WORD, UNIT_CHARS, Bindings, cost, windows
from weakspot.core.span import Span
from weakspot.core.unit import Line, Unit, UnitKind
from weakspot.model.bundle import EMBEDDED
from weakspot.model.tokens import Tokenizer


def carried_plainly(before: Sequence[Line], window: Sequence[Line], budget: int) -> list[Line]:
    """Do what `Bindings` does, in the obvious way and in quadratic time."""
    wanted = {word for line in window for word in _WORD.findall(line.text)}
    chosen: list[Line] = []
    for line in reversed(before):
        match = _ASSIGNED.match(line.text)
        if match is None:
            continue
        bound = set(_WORD.findall(match.group(1)))
        if bound & wanted and cost(line) <= budget:
            wanted -= bound
            budget -= cost(line)
            chosen.append(line)
    return chosen[::-1]


names = st.sampled_from("abcde")
values = st.integers(0, 60).map(lambda size: "1" * size)
texts = st.one_of(
    st.builds("{} = {}".format, names, values),
    st.builds("{}, {} = {}".format, names, names, values),
    st.builds("for {} in {}:".format, names, names),
    st.builds("with open({}) as {}:".format, names, names),
    st.builds("f({}, {})".format, names, names),
)
lines = st.lists(texts, max_size=30).map(
    lambda found: [Line(text, 0, at, at) for at, text in enumerate(found, 1)]
)


@given(lines, lines, lines, st.integers(-20, 200))
def test_the_latest_bindings_that_fit_are_carried(first, second, window, budget) -> None:
    bindings = Bindings()
    bindings.add(first)
    bindings.add(second)
    assert bindings.carried(window, budget) == carried_plainly(first + second, window, budget)


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_costs_its_characters_and_its_anchor(text: str) -> None:
    assert cost(Line(text, 0, 1, 1)) == len(text) + 3


@pytest.mark.parametrize("text", ["提交的用户名称不能为空" * 3, "Привет, мир", "🎉🔥" * 8])
def test_what_lies_beyond_ascii_fits_the_model_as_well(text: str) -> None:
    tokenizer = Tokenizer.from_json((EMBEDDED / "tokenizer.json").read_bytes())
    found = [Line(f"message_{at} = '{text}'", 1, at, at) for at in range(1, 60)]
    parts = windows(found)
    assert [line for part in parts for line in part] == found
    for part in parts:
        unit = Unit("f", UnitKind.FUNCTION, Span(1, 1, 60, 1), part, (), 1, len(parts))
        assert tokenizer.encode(unit, 512).complete


@given(lines)
def test_windows_hold_every_line_once_and_are_small(found) -> None:
    parts = windows(found * 8)
    assert [line for part in parts for line in part] == found * 8
    assert all(sum(cost(line) for line in part) <= UNIT_CHARS for part in parts)
