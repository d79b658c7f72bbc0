"""Learning from statements: the guarded one is told from the bare one, wherever it stands."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

import tiny_model
from weakspot.code.sites import sites_of
from weakspot.core.errors import DataError
from weakspot.core.example import Role
from weakspot.model import sites
from weakspot.model.sites import Sites
from weakspot.train.labelled import LabelledUnit
from weakspot.train.sites import SUSPECTS, Places, Statements, fit, statements

WEAK = (
    "\ndef f(name):\n    log(name)\n    return os.system('ls ' + name)",
    "\ndef g(req):\n    note(1)\n    subprocess.call(req, shell=True)",
    "\ndef h(q, db):\n    x = 'SELECT ' + q\n    return db.execute(x)",
)
SOUND = (
    "\ndef f(name):\n    log(name)\n    return os.system('ls ' + shlex.quote(name))",
    "\ndef g(req):\n    note(1)\n    subprocess.call([req])",
    "\ndef h(q, db):\n    x = 'SELECT ?'\n    return db.execute(x, [q])",
)

NO_CLEAN_CODE = statements([], [], [])


def unit(*, weak: bool) -> LabelledUnit:
    role = Role.VULNERABLE if weak else Role.FIXED
    return LabelledUnit((), (0, 1, 2), weak, 0, (2,) if weak else (), role, "f", "m", False)


def learnt(clean: Statements = NO_CLEAN_CODE, often_sound: float = 1.0) -> Sites:
    weak = [unit(weak=True) for _ in WEAK]
    sound = [unit(weak=False) for _ in SOUND]
    often = [1.0] * len(weak) + [often_sound] * len(sound)
    found = fit(statements([*weak, *sound], told([*WEAK, *SOUND]), often), clean)
    settings = {"bias": found.bias, "weight": 1.0, "unread": found.unread, "reading": "1"}
    return Sites.read(found.data, settings)


def told(texts: Sequence[str]) -> list[list[tuple[Sequence[int], Places]]]:
    return [
        [(site.lines, sites.places_of(site.features)) for site in sites_of(text, 3)]
        for text in texts
    ]


def score(model: Sites, text: str) -> float:
    return model(site.features for site in sites_of(text, text.count("\n")))


def test_unseen_kin_are_told_apart_in_long_functions() -> None:
    model = learnt()
    many = "".join(f"    a{at} = b{at}(c{at})\n" for at in range(12))
    begins = f"\ndef zeta(value):\n{many}    "
    weak = score(model, begins + "return os.popen('cat ' + value)")
    sound = score(model, begins + "return os.popen('cat ' + shlex.quote(value))")
    assert weak > sound


def test_what_cannot_be_read_scores_between_weak_and_sound() -> None:
    model = learnt()
    weak, sound = ([score(model, text) for text in texts] for texts in (WEAK, SOUND))
    rounded = 1e-3  # of the half floats that the file holds
    assert min(weak) > score(model, "") >= min(sound) - rounded


def test_the_other_statements_of_a_weak_side_are_left_out() -> None:
    weak = unit(weak=True)
    places = np.array([1, 2])
    each = [((0,), places), ((1,), places), ((2,), places)]
    given = statements([weak, replace(weak, is_weak=False, lines=())], [each, each], [1.0, 0.5])
    assert given.weak.tolist() == [True, False, False, False]
    assert given.unit.tolist() == [0, 1, 1, 1]
    assert given.often.tolist() == [1.0, 0.5, 0.5, 0.5]


def test_what_real_code_often_does_looks_less_weak() -> None:
    text = "\ndef main(argv):\n    log(1)\n    return os.system('ls ' + argv)"
    clean = statements([unit(weak=False)] * 20, told([text] * 20), [1.0] * 20)
    apart = "\ndef f(q, db):\n    log(q)\n    return db.execute('SELECT ' + q)"
    before, after = learnt(), learnt(clean)
    assert score(after, text) - score(after, apart) < score(before, text) - score(before, apart)


def test_of_clean_code_the_statements_that_look_weakest_are_learnt_from() -> None:
    """However long it is: what hides behind other statements is found by the first fit."""
    many = "".join(f"    a{at} = b{at}(c{at})\n" for at in range(4 * SUSPECTS))
    text = f"\ndef main(argv):\n{many}    return os.system('ls ' + argv)"
    clean = statements([unit(weak=False)] * 20, told([text] * 20), [1.0] * 20)
    assert score(learnt(clean), text) < score(learnt(), text)


def test_sound_sides_that_count_more_are_told_apart_further() -> None:
    once, often = learnt(), learnt(often_sound=8.0)
    assert max(score(often, text) for text in SOUND) < max(score(once, text) for text in SOUND)
    assert min(score(often, text) for text in WEAK) > max(score(often, text) for text in SOUND)


def test_nothing_weak_is_told() -> None:
    each = [[((0,), np.array([1]))]]
    with pytest.raises(DataError, match="statements"):
        fit(statements([unit(weak=False)], each, [1.0]), NO_CLEAN_CODE)


def test_lines_are_those_of_the_unit_as_a_network_reads_it() -> None:
    """Context before, a window that is a part, and a last line that is cut."""
    calls = "".join(f"    step_{at}(value)\n" for at in range(60))
    helper = "LIMIT = 5\n\n\ndef helper(value):\n    return LIMIT\n\n\n"
    code = f"{helper}def f(value):\n    helper(value)\n{calls}"
    tokenizer = tiny_model.tokenizer()
    several = [unit for unit in tiny_model.units(code) if unit.name.endswith("f")]
    assert several
    for unit in several:
        for limit in (2 * tiny_model.CONTEXT, 64):
            encoded = tokenizer.encode(unit, limit)
            own = len(encoded.anchors)
            for site in sites_of(tokenizer.decode(encoded.ids), own):
                assert all(0 <= line < own for line in site.lines)
                for line in site.lines:
                    shown = unit.lines[line].text
                    if shown.startswith("step_") and line < own - 1:
                        assert f"call {shown.split('(')[0]}" in site.features
