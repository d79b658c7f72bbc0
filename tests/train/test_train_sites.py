"""Learning from statements: the guarded one is told from the bare one, wherever it stands."""

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
from weakspot.train.sites import fit, statements

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


def unit(*, weak: bool) -> LabelledUnit:
    role = Role.VULNERABLE if weak else Role.FIXED
    return LabelledUnit((), (0, 1, 2), weak, 0, (2,) if weak else (), role, "f", "m", False)


def learnt(often: float = 1.0) -> Sites:
    texts = [*WEAK, *SOUND]
    units = [unit(weak=at < len(WEAK)) for at in range(len(texts))]
    told = [
        [(site.lines, sites.places_of(site.features)) for site in sites_of(text, 3)]
        for text in texts
    ]
    found = fit(statements(units, told, [often] * len(units)))
    settings = {"bias": found.bias, "weight": 1.0, "unread": found.unread, "reading": "1"}
    return Sites.read(found.data, settings)


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
    told = [((0,), places), ((1,), places), ((2,), places)]
    given = statements([weak, replace(weak, is_weak=False, lines=())], [told, told], [1.0, 0.5])
    assert given.weak.tolist() == [True, False, False, False]
    assert given.unit.tolist() == [0, 1, 1, 1]
    assert given.often.tolist() == [1.0, 0.5, 0.5, 0.5]


def test_nothing_weak_is_told() -> None:
    told = [[((0,), np.array([1]))]]
    with pytest.raises(DataError, match="statements"):
        fit(statements([unit(weak=False)], told, [1.0]))


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
