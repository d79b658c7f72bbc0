"""Learning the linear model over words: it tells sides apart, and reads back as it was fitted."""

import numpy as np
import pytest

from weakspot.core.errors import DataError
from weakspot.core.example import Role
from weakspot.model.words import Words
from weakspot.train.labelled import Family, LabelledUnit
from weakspot.train.wording import learn

TEXTS = {
    0: "yaml.load(text)",
    1: "yaml.safe_load(text)",
    2: "data = yaml.load(open(path))",
    3: "data = yaml.safe_load(open(path))",
}


def unit(text: int, *, weak: bool) -> LabelledUnit:
    role = Role.VULNERABLE if weak else Role.FIXED
    return LabelledUnit((text,), (0,), weak, 0, (0,) if weak else (), role, "f", "m", False)


FAMILIES: list[Family] = [
    (unit(0, weak=True), unit(1, weak=False)),
    (unit(2, weak=True), unit(3, weak=False)),
]


def test_weak_words_score_above_sound_ones_in_unseen_text() -> None:
    data, bias = learn(FAMILIES, lambda ids: TEXTS[ids[0]])
    words = Words.read(data, {"bias": bias, "weight": 1.0})
    assert words("rows = yaml.load(body)") > 0 > words("rows = yaml.safe_load(body)")
    assert words(TEXTS[0]) > 0 > words(TEXTS[1])
    assert np.isfinite(words("\x00" * 50))


def test_no_pairs_are_told() -> None:
    with pytest.raises(DataError, match="words"):
        learn([], lambda ids: "")
