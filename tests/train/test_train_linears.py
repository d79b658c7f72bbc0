"""Learning linear models: they tell sides apart, and read back as they were fitted."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from weakspot.code import facts
from weakspot.core.errors import BundleError, DataError
from weakspot.core.example import Role
from weakspot.model import kinds, words
from weakspot.model.hashed import Linear
from weakspot.model.kinds import Kinds
from weakspot.train.labelled import Family, LabelledUnit
from weakspot.train.linears import Lessons, fit, fit_kinds

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
    data, bias = fit(Lessons.of(FAMILIES, text_of, words.counted), words.SIZE, 2.0)
    model = Linear.read("w", data, words.SIZE, {"bias": bias, "weight": 1.0})
    weak, sound = (
        model(words.counted(text))
        for text in ("rows = yaml.load(body)", "rows = yaml.safe_load(body)")
    )
    assert weak > 0 > sound
    assert np.isfinite(model(words.counted("\x00" * 50)))


def test_facts_learn_what_reaches_a_call_whatever_it_is_called() -> None:
    size = 1 << 12
    data, bias = fit(Lessons.of(FAMILIES, text_of, facts.counted), size, 8.0)
    model = Linear.read("f", data, size, {"bias": bias, "weight": 1.0})
    begins = "def rows(conn, n):\n    zeta = 'SELECT x FROM y WHERE n = "
    weak = begins + "' + n\n    return conn.execute(zeta)"
    sound = begins + "?'\n    return conn.execute(zeta, [n])"
    assert model(facts.counted(weak)) > 0 > model(facts.counted(sound))


def test_a_family_that_counts_more_decides_where_others_say_the_opposite() -> None:
    opposite: list[Family] = [(unit(1, weak=True), unit(0, weak=False))]
    weak = []
    for weights in ([1.0, 9.0], [9.0, 1.0]):
        lessons = Lessons.of([FAMILIES[0], *opposite], text_of, words.counted, weights)
        data, bias = fit(lessons, words.SIZE, 2.0)
        model = Linear.read("w", data, words.SIZE, {"bias": bias, "weight": 1.0})
        weak.append(model(words.counted(TEXTS[0])))
    assert weak[0] < 0 < weak[1]


def test_no_pairs_are_told() -> None:
    with pytest.raises(DataError, match="words"):
        fit(Lessons.of([], text_of, facts.counted), 1 << 10, 1.0)


def test_kinds_name_what_the_facts_of_unseen_code_are_like() -> None:
    named = [(replace(weak, label=at // 2), sound) for at, (weak, sound) in enumerate(FAMILIES)]
    data, step = fit_kinds(Lessons.of(named, text_of, facts.counted), 4, 3.0)
    model = Kinds.read(data, 4, {"step": step})
    loads = model(facts.counted("rows = yaml.load(body)"))
    query = model(facts.counted("def g(c, n):\n    s = 'SELECT ' + n\n    return c.execute(s)"))
    assert loads.shape == (4,)
    assert int(loads.argmax()) == 0
    assert int(query.argmax()) == 1
    assert not model(facts.counted("")).any()


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data[:-2] + b"\x00\x7e"])
def test_a_damaged_file_of_kinds_is_refused(change: Callable[[bytes], bytes]) -> None:
    data, step = fit_kinds(Lessons.of(FAMILIES, text_of, facts.counted), 2, 3.0)
    assert Kinds.read(data, 2, {"step": step}).step == step
    with pytest.raises(BundleError, match="bin"):
        Kinds.read(change(data), 2, {"step": step})
    with pytest.raises(BundleError, match="settings"):
        Kinds.read(data, 2, {})
    assert len(data) == kinds.SIZE * 4
