"""The token encoder: special ids stay special, anchors stand where lines begin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiny_model
from weakspot.core.errors import BundleError
from weakspot.core.span import Span
from weakspot.core.unit import Line, Unit, UnitKind
from weakspot.model.tokens import ANCHOR, CLS, CODE, CONTEXT, MAX_INDENT, OFFSET, Tokenizer

TOKENIZER = tiny_model.tokenizer()
PLACE = Span(1, 1, 1, 1)


def unit(lines: list[tuple[int, str]], context: tuple[str, ...] = ()) -> Unit:
    own = tuple(Line(text, indent, at, at) for at, (indent, text) in enumerate(lines, 1))
    above = tuple(Line(text, 0, 1, 1) for text in context)
    return Unit("f", UnitKind.FUNCTION, PLACE, own, above, 1, 1)


@given(st.text())
def test_no_text_makes_a_special_id(text: str) -> None:
    assert all(OFFSET <= token < TOKENIZER.size for token in TOKENIZER.text(text))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_text_comes_back(text: str) -> None:
    assert TOKENIZER.decode(TOKENIZER.text(text)) == text


@given(st.lists(st.tuples(st.integers(0, 40), st.text(min_size=1, max_size=20)), max_size=12))
def test_each_line_has_its_anchor_and_indentation(lines: list[tuple[int, str]]) -> None:
    encoded = TOKENIZER.encode(unit(lines), 10_000)
    assert encoded.complete
    assert len(encoded.anchors) == len(lines)
    found = [encoded.ids[at] - ANCHOR for at in encoded.anchors]
    assert found == [min(indent, MAX_INDENT) for indent, _ in lines]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.text(min_size=1, max_size=20)), min_size=1),
    st.integers(8, 60),
)
def test_the_limit_is_kept_and_said(lines: list[tuple[int, str]], limit: int) -> None:
    whole = TOKENIZER.encode(unit(lines), 10_000)
    cut = TOKENIZER.encode(unit(lines), limit)
    assert len(cut.ids) <= limit
    assert cut.complete == (len(whole.ids) <= limit)
    assert all(at < len(cut.ids) for at in cut.anchors)
    kept = len(lines) - cut.unread
    ends = [*whole.anchors[1:], len(whole.ids)]
    assert kept == sum(end <= limit for end in ends)


def test_context_gives_way_before_the_code() -> None:
    lines = [(0, "def f():"), (1, "return 1")]
    bare = len(TOKENIZER.encode(unit(lines), 10_000).ids)
    encoded = TOKENIZER.encode(unit(lines, context=("a" * 50, "b" * 50)), bare + 10)
    assert encoded.complete
    assert encoded.ids[0] == CLS
    assert encoded.ids[encoded.ids.index(CONTEXT) + 1] == CODE


def test_context_stands_before_the_code() -> None:
    encoded = TOKENIZER.encode(unit([(0, "pass")], context=("import os",)), 10_000)
    start, end = encoded.ids.index(CONTEXT), encoded.ids.index(CODE)
    assert TOKENIZER.decode(encoded.ids[start:end]).strip() == "import os"
    assert all(at > end for at in encoded.anchors)


def test_the_vocabulary_survives_writing_and_reading() -> None:
    again = Tokenizer.from_json(TOKENIZER.to_json())
    assert again.text("return self.x = 'é'") == TOKENIZER.text("return self.x = 'é'")


@pytest.mark.parametrize("data", [b"", b"{}", b'["YQ=="]', b'["!"]', b"[1]", b"\xff"])
def test_a_damaged_vocabulary_is_refused(data: bytes) -> None:
    with pytest.raises(BundleError, match="vocabulary"):
        Tokenizer.from_json(data)
