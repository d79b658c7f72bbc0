"""The first stage: hashed words, a linear score, and what it refuses to load."""

import zlib

import pytest

import tiny_model
from weakspot.core.errors import BundleError
from weakspot.model.screen import SIZE, Gate, Screen, features


def place(word: str) -> int:
    return zlib.crc32(word.encode()) & (SIZE - 1)


def one_word(word: str, weight: int = 10) -> bytes:
    weights = bytearray(SIZE)
    weights[place(word)] = weight
    return bytes(weights)


def unit(name: str):  # type: ignore[no-untyped-def]
    return next(one for one in tiny_model.units() if one.name.endswith(name))


def test_names_and_their_parts_are_features() -> None:
    found = features(unit("remove"))
    assert {place("os.system"), place("os"), place(".system")} <= found
    assert place("sqlite3.connect") not in found


def test_only_units_with_the_word_pass() -> None:
    settings = {"scale": 0.5, "bias": -1.0, "threshold": 2.0}
    screen = Screen.read(one_word("os.system"), settings)
    assert screen.score(unit("remove")) == pytest.approx(0.5 * 10 - 1.0)
    assert screen.passes(unit("remove"))
    assert not screen.passes(unit("quiet"))


def test_weights_are_signed() -> None:
    screen = Screen.read(one_word("os.system", 256 - 10), {"scale": 1, "bias": 0, "threshold": 0})
    assert screen.score(unit("remove")) == -10


@pytest.mark.parametrize(
    ("data", "settings"),
    [
        (b"", {"scale": 1, "bias": 0, "threshold": 0}),
        (bytes(SIZE + 1), {"scale": 1, "bias": 0, "threshold": 0}),
        (bytes(SIZE), {"scale": 1, "bias": 0}),
        (bytes(SIZE), {"scale": "much", "bias": 0, "threshold": 0}),
        (bytes(SIZE), {"scale": 1, "bias": 0, "threshold": float("nan")}),
    ],
)
def test_what_is_no_screen_is_refused(data: bytes, settings: dict[str, object]) -> None:
    with pytest.raises(BundleError, match="screen"):
        Screen.read(data, settings)


def test_the_second_look_weighs_facts_and_words() -> None:
    gate = Gate.read({"gate": {"words_weight": 0.5, "threshold": 1.0}})
    assert gate is not None
    assert gate.score(2.0, -3.0) == -2.0
    assert gate.passes(4.0, -1.0)
    assert not gate.passes(3.9, -1.0)


def test_a_folder_without_a_second_look_has_none() -> None:
    assert Gate.read({"scale": 1, "bias": 0, "threshold": 0}) is None


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"words_weight": 0.5},
        {"words_weight": [], "threshold": 1},
        {"words_weight": 0.5, "threshold": float("inf")},
        7,
    ],
)
def test_a_damaged_second_look_is_refused(settings: object) -> None:
    with pytest.raises(BundleError, match="gate"):
        Gate.read({"gate": settings})
