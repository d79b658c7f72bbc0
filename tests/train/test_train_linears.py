"""Learning linear models: they tell sides apart, and read back as they were fitted."""

from collections.abc import Sequence

import numpy as np
import pytest

from weakspot.code import facts
from weakspot.core.errors import DataError
from weakspot.core.example import Role
from weakspot.model import words
from weakspot.model.hashed import Linear
from weakspot.train.labelled import Family, LabelledUnit
from weakspot.train.linears import fit

TEXTS = {
    0: "yaml.load(text)",
    1: "yaml.safe_load(text)",
    2: "data = yaml.load(open(path))",
    3: "data = yaml.safe_load(open(path))",
    4: "def f(db, key):\n    q = 'SELECT a FROM b WHERE c = ' + key\n    return db.execute(q)",
    5: "def f(db, key):\n    q = 'SELECT a FROM b WHERE c = ?'\n    return db.execute(q, [key])",
}


def unit(text: int, *, weak: bool) -> LabelledUnit:
    role = Role.VULNERABLE if weak else Role.FIXED
    return LabelledUnit((text,), (0,), weak, 0, (0,) if weak else (), role, "f", "m", False)


def text_of(ids: Sequence[int]) -> str:
    return TEXTS[ids[0]]


FAMILIES: list[Family] = [
    (unit(0, weak=True), unit(1, weak=False)),
    (unit(2, weak=True), unit(3, weak=False)),
    (unit(4, weak=True), unit(5, weak=False)),
]


def test_weak_words_score_above_sound_ones_in_unseen_text() -> None:
    data, bias = fit(FAMILIES, text_of, words.counted, words.SIZE, 2.0)
    model = Linear.read("w", data, words.SIZE, {"bias": bias, "weight": 1.0})
    weak, sound = (
        model(words.counted(text))
        for text in ("rows = yaml.load(body)", "rows = yaml.safe_load(body)")
    )
    assert weak > 0 > sound
    assert np.isfinite(model(words.counted("\x00" * 50)))


def test_facts_learn_what_reaches_a_call_whatever_it_is_called() -> None:
    size = 1 << 12
    data, bias = fit(FAMILIES, text_of, facts.counted, size, 8.0)
    model = Linear.read("f", data, size, {"bias": bias, "weight": 1.0})
    begins = "def rows(conn, n):\n    zeta = 'SELECT x FROM y WHERE n = "
    weak = begins + "' + n\n    return conn.execute(zeta)"
    sound = begins + "?'\n    return conn.execute(zeta, [n])"
    assert model(facts.counted(weak)) > 0 > model(facts.counted(sound))


def test_no_pairs_are_told() -> None:
    with pytest.raises(DataError, match="words"):
        fit([], text_of, facts.counted, 1 << 10, 1.0)
