"""Linear models over counted strings: what they add, and what they refuse."""

import math

import numpy as np
import pytest

from weakspot.core.errors import BundleError
from weakspot.model.hashed import Linear, placed, to_bytes

SIZE = 1 << 10
SETTINGS = {"bias": 0.25, "weight": 2.0}


def made(**coefficients: float) -> Linear:
    """Return a model that knows some strings, all as rare as each other."""
    table = np.zeros(SIZE)
    for text, value in coefficients.items():
        (place,), _ = placed({text: 1}, SIZE)
        table[place] = value
    return Linear.read("a.bin", to_bytes(table, np.ones(SIZE)), SIZE, SETTINGS)


def test_strings_have_places_and_damped_counts() -> None:
    places, often = placed({"run": 2, "command": 1}, SIZE)
    assert len(set(places.tolist())) == 2
    assert sorted(often.tolist()) == pytest.approx([1.0, 1.0 + math.log(2)])
    assert len(placed({}, SIZE)[0]) == 0
    assert placed({"\ud800": 1}, SIZE)[0] < SIZE


def test_strings_that_fall_together_count_together() -> None:
    places, often = placed({"run": 2, "cmd": 1}, 1)
    assert places.tolist() == [0]
    assert often.tolist() == pytest.approx([1.0 + math.log(3)])


def test_the_order_of_strings_changes_no_digit_of_a_score() -> None:
    draw = np.random.default_rng(1)
    tables = draw.normal(size=SIZE), draw.uniform(1.0, 9.0, SIZE)
    model = Linear.read("a.bin", to_bytes(*tables), SIZE, SETTINGS)
    counts = {f"name{number}": 1 + number % 3 for number in range(300)}
    backwards = dict(reversed(counts.items()))
    one, other = placed(counts, SIZE), placed(backwards, SIZE)
    assert all(np.array_equal(mine, theirs) for mine, theirs in zip(one, other, strict=True))
    assert model(counts) == model(backwards)


def test_a_known_string_moves_the_score_by_its_share_of_all() -> None:
    model = made(eval=3.0)
    assert model({}) == model({"parse": 1}) == pytest.approx(2.0 * 0.25)
    assert model({"eval": 1}) == pytest.approx(2.0 * (0.25 + 3.0))
    # Seven strings, all equally rare.
    others = dict.fromkeys("abcdef", 1)
    assert model({"eval": 1} | others) == pytest.approx(2.0 * (0.25 + 3.0 / math.sqrt(7)), rel=1e-3)


@pytest.mark.parametrize(
    ("data", "settings"),
    [
        (b"", SETTINGS),
        (bytes(4 * SIZE - 1), SETTINGS),
        (bytes(4 * SIZE - 2), SETTINGS),
        (bytes(4 * SIZE), {"bias": 0.0}),
        (bytes(4 * SIZE), {"bias": "?", "weight": 1.0}),
        (bytes(4 * SIZE), {"bias": math.inf, "weight": 1.0}),
        (to_bytes(np.full(SIZE, math.nan), np.ones(SIZE)), SETTINGS),
    ],
)
def test_what_does_not_fit_is_refused(data: bytes, settings: dict[str, object]) -> None:
    with pytest.raises(BundleError, match=r"a\.bin"):
        Linear.read("a.bin", data, SIZE, settings)
