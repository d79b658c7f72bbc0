"""Learning from statements: the guarded one is told from the bare one, wherever it stands."""

from dataclasses import replace

import numpy as np
import pytest

from weakspot.code.sites import sites_of
from weakspot.core.errors import DataError
from weakspot.core.example import Role
from weakspot.model import sites
from weakspot.model.hashed import placed
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
        [
            (site.lines, placed(dict.fromkeys(site.features, 1), sites.SIZE)[0])
            for site in sites_of(text, 3)
        ]
        for text in texts
    ]
    data, bias = fit(statements(units, told, [often] * len(units)))
    return Sites.read(data, {"bias": bias, "weight": 1.0})


def score(model: Sites, text: str) -> float:
    return model(site.features for site in sites_of(text, text.count("\n")))


def test_unseen_kin_are_told_apart_in_long_functions() -> None:
    model = learnt()
    many = "".join(f"    a{at} = b{at}(c{at})\n" for at in range(12))
    begins = f"\ndef zeta(value):\n{many}    "
    weak = score(model, begins + "return os.popen('cat ' + value)")
    sound = score(model, begins + "return os.popen('cat ' + shlex.quote(value))")
    assert weak > sound


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
