"""What is measured once a calibration is fitted: thresholds are those of a scan."""

import pytest

from weakspot.core.example import Role
from weakspot.model.calibration import Calibration, Platt
from weakspot.train.assemble import Fitted
from weakspot.train.labelled import LabelledUnit

PLAIN = Calibration(Platt(1.0, 0.0), (), Platt(1.0, 0.0))
CLEAN = 200


def unit(family: str, *, weak: bool) -> LabelledUnit:
    role = Role.VULNERABLE if weak else Role.FIXED
    return LabelledUnit((1,), (0,), weak, 0, (0,) if weak else (), role, family, "m", False)


def fitted(background: list[float]) -> Fitted:
    families = [(unit(name, weak=True), unit(name, weak=False)) for name in "abcd"]
    units = [one for family in families for one in family]
    said = [0.9, 0.1, 0.6, 0.2, 0.3, 0.1, 0.8, 0.7]
    clean = [unit("", weak=False)] * CLEAN
    return Fitted(PLAIN, families, units, said, clean, background, 0.5)


def test_what_the_first_stage_holds_back_uses_up_no_budget() -> None:
    background = [0.5, 0.4] + [0.001 * at for at in range(CLEAN - 2)]
    deep = fitted(background).at([True] * CLEAN, 1.0, 1.0)
    scan = fitted(background).at([False] + [True] * (CLEAN - 1), 1.0, 1.0)
    assert deep.thresholds.default == pytest.approx(0.4, abs=1e-5)
    assert scan.thresholds.default < 0.2
    assert deep.measures["clean_flagged"] == scan.measures["clean_flagged"] == 1 / CLEAN
    assert scan.measures["clean_flagged_deep"] == 2 / CLEAN
    assert deep.measures["clean_flagged_deep"] == 1 / CLEAN


def test_measures_are_those_at_the_default_threshold() -> None:
    found = fitted([0.5, 0.4] + [0.0] * (CLEAN - 2)).at([True] * CLEAN, 1.0, 1.0)
    assert found.measures["recall"] == 0.75
    assert found.measures["twins_flagged"] == 0.25
    assert found.measures["pair_accuracy"] == 0.5
    assert found.measures["cwe_right"] == 0.5
    assert len(found.flagged) == 5
