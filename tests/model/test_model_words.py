"""The linear model over words: what it reads, what it adds, and what it refuses."""

import math

import numpy as np
import pytest

from weakspot.core.errors import BundleError
from weakspot.model.words import SIZE, Words, features, to_bytes

SETTINGS = {"bias": 0.25, "weight": 2.0}


def made(**coefficients: float) -> Words:
    """Return a model that knows some words, all as rare as each other."""
    table = np.zeros(SIZE)
    for word, value in coefficients.items():
        (place,), _ = features(word)
        table[place] = value
    return Words.read(to_bytes(table, np.ones(SIZE)), SETTINGS)


def test_words_and_pairs_of_neighbours_are_features() -> None:
    places, often = features("run(cmd)")
    assert len(places) == len(set(places.tolist())) == 4 + 3
    assert often.tolist() == [1.0] * 7
    assert len(features("")[0]) == 0
    (place,), (twice,) = features("run run")[0][:1], features("run run")[1][:1]
    assert place == features("run")[0][0]
    assert twice == pytest.approx(1.0 + math.log(2))


def test_a_known_word_moves_the_score_by_its_share_of_the_text() -> None:
    model = made(eval=3.0)
    assert model("") == model("parse") == pytest.approx(2.0 * 0.25)
    assert model("eval") == pytest.approx(2.0 * (0.25 + 3.0))
    # Four words and three pairs, all equally rare: the word is one of seven.
    assert model("eval ( x )") == pytest.approx(2.0 * (0.25 + 3.0 / math.sqrt(7)), rel=1e-3)
    assert model("evaluate") == pytest.approx(0.5)


def test_blanks_and_line_breaks_are_nothing() -> None:
    model = made(eval=3.0)
    assert model("x = eval(y)\nz") == model("x=eval( y )   z")


@pytest.mark.parametrize(
    ("data", "settings"),
    [
        (b"", SETTINGS),
        (bytes(4 * SIZE - 2), SETTINGS),
        (bytes(4 * SIZE), {"bias": 0.0}),
        (bytes(4 * SIZE), {"bias": "?", "weight": 1.0}),
        (bytes(4 * SIZE), {"bias": math.inf, "weight": 1.0}),
        (to_bytes(np.full(SIZE, math.nan), np.ones(SIZE)), SETTINGS),
    ],
)
def test_what_does_not_fit_is_refused(data: bytes, settings: dict[str, object]) -> None:
    with pytest.raises(BundleError):
        Words.read(data, settings)
