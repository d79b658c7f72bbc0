"""Exchanged tokens: which are changed, into what, and that every change is told."""

import random
from pathlib import Path

import pytest
import torch

import weakspot
from weakspot.model.tokens import ANCHOR, CLS, Tokenizer
from weakspot.train.exchange import COUNTERPARTS, LOSSES, Exchange

BUNDLE = Path(weakspot.__file__).parent / "bundles" / "default"
TOKENIZER = Tokenizer.from_json((BUNDLE / "tokenizer.json").read_bytes())
EXCHANGE = Exchange(TOKENIZER)


def weakened(text: str, share: float, seed: int = 0) -> tuple[str, str]:
    """Return a text with words exchanged, and the tokens that are told to be."""
    ids, changed = EXCHANGE.weakened(TOKENIZER.text(text), random.Random(seed), share)
    assert len(ids) == len(changed)
    wrong = [token for token, is_wrong in zip(ids, changed, strict=True) if is_wrong]
    return TOKENIZER.decode(ids), TOKENIZER.decode(wrong)


@pytest.mark.parametrize("pair", [*COUNTERPARTS, *(pair[::-1] for pair in COUNTERPARTS), *LOSSES])
@pytest.mark.parametrize("before", ["f(", "x = "])
def test_every_word_is_found_and_becomes_its_counterpart(
    pair: tuple[str, str], before: str
) -> None:
    one, other = pair
    if not one[0].isalnum():
        before = "f(a" if before == "f(" else "x = a.b"
    text, wrong = weakened(f"{before}{one}, 7", 1.0)
    assert text == f"{before}{other}, 7"
    assert wrong
    assert wrong.strip() in other


def test_nothing_else_is_weakened_and_the_share_is_kept() -> None:
    assert weakened("rows = load(path, mode)", 1.0) == ("rows = load(path, mode)", "")
    assert weakened("a if not b else True", 0.0) == ("a if not b else True", "")
    ids, changed = EXCHANGE.weakened(TOKENIZER.text(" True" * 2_000), random.Random(3), 0.3)
    assert 0.25 < sum(changed) / len(ids) < 0.35


def test_the_longest_word_that_fits_is_the_one_meant() -> None:
    assert weakened("1 if a not in b", 1.0) == ("1 if a in b", " in")
    assert weakened("1 if not a", 1.0) == ("1 if a", " if")


@pytest.mark.parametrize(
    ("text", "made", "told"),
    [
        ("f(x=True)", "f(x=False)", "False"),
        ("f(x=False)", "f(x=True)", "True"),
        ("'https://a.b'", "'http://a.b'", "http"),
        ("a.realpath(b)", "a.normpath(b)", "normpath"),
        ("x = ssl.CERT_REQUIRED", "x = ssl.CERT_NONE", "NONE"),
        ("1 if a not in b", "1 if a in b", " in"),  # what is left is all that can be told
    ],
)
def test_only_what_differs_is_told_to_be_exchanged(text: str, made: str, told: str) -> None:
    assert weakened(text, 1.0) == (made, told)


@pytest.mark.parametrize(
    "text", ["rules.matchers", "a orders", "key.quoted", "127.0.0.10", "x = Truest", "sha2567"]
)
def test_a_part_of_a_word_is_left_alone(text: str) -> None:
    assert weakened(text, 1.0) == (text, "")


def test_an_underscore_parts_words() -> None:
    assert weakened("x = yaml.safe_load_all(y)", 1.0)[0] == "x = yaml.load_all(y)"


def test_misplaced_tokens_are_of_the_same_kind_and_row() -> None:
    torch.manual_seed(1)
    rows = ["total = price * 17 + count * 23 - offset", "name = first + last + title + suffix * 2"]
    texts = [TOKENIZER.text(row) for row in rows]
    length = min(map(len, texts))
    ids = torch.tensor([[CLS, ANCHOR, *text[:length]] for text in texts])
    free = torch.ones_like(ids, dtype=torch.bool)
    made, wrong = EXCHANGE.misplaced(ids, 1.0, free)
    assert torch.equal(made != ids, wrong)
    assert wrong.float().mean() > 0.3
    assert not wrong[:, :2].any()
    for row, other in zip(ids.tolist(), made.tolist(), strict=True):
        assert set(other) <= set(row)
        for before, after in zip(row[2:], other[2:], strict=True):
            one, two = TOKENIZER.decode([before]), TOKENIZER.decode([after])
            assert one.strip().isalpha() == two.strip().isalpha()
            assert one.startswith(" ") == two.startswith(" ")


def test_only_free_tokens_are_misplaced_and_about_the_share() -> None:
    torch.manual_seed(2)
    ids = torch.tensor([TOKENIZER.text(" alpha beta gamma delta" * 100)] * 4)
    free = torch.rand(ids.shape) < 0.5
    _, wrong = EXCHANGE.misplaced(ids, 0.1, free)
    assert not wrong[~free].any()
    assert 0.04 < wrong[free].float().mean() < 0.1  # some fall on their like
    assert not EXCHANGE.misplaced(ids, 0.0, free)[1].any()
