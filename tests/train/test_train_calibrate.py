"""Calibration: thresholds meet their budget, probabilities mean what they say."""

import random

import pytest

from weakspot.core.errors import DataError
from weakspot.model.calibration import Calibration
from weakspot.train.calibrate import (
    Scored,
    expected_calibration_error,
    fit_named_verdict,
    fit_platt,
    fit_verdict,
    thresholds,
)

RANDOM = random.Random(4)
CLEAN = [RANDOM.gauss(-2, 1) for _ in range(4000)]
TWINS = [RANDOM.gauss(-1, 1) for _ in range(300)]
WEAK = [RANDOM.gauss(2, 1) for _ in range(300)]


def test_each_budget_is_met_on_the_clean_code() -> None:
    platt = fit_verdict(WEAK, TWINS, CLEAN)
    chosen = thresholds([platt(logit) for logit in CLEAN], budget=0.5, tests_budget=0.1)
    for budget, at in (*chosen.points, (0.5, chosen.default), (0.1, chosen.tests)):
        flagged = sum(platt(logit) >= at for logit in CLEAN) / len(CLEAN) * 100
        assert budget / 2 <= flagged + 0.03
        assert flagged <= budget
    assert chosen.tests > chosen.default


def test_a_threshold_is_a_probability_and_meets_its_budget_even_so() -> None:
    """Probabilities that are nearly 1 leave room below the last threshold, and none above."""
    calm, sure = [0.01] * 960, [0.9999997] * 40
    chosen = thresholds([*calm, *sure], budget=0.5, tests_budget=0.1)
    assert chosen.default == chosen.tests == 1.0
    with pytest.raises(DataError, match=r"no threshold lets 0\.5 % of the sound units"):
        thresholds([*calm, *[1.0] * 40], budget=0.5, tests_budget=0.1)


def test_a_probability_is_the_share_of_weak_units_there() -> None:
    logits = [RANDOM.uniform(-4, 4) for _ in range(8000)]
    targets = [float(RANDOM.random() < 1 / (1 + 2.718281828 ** -(1.5 * x - 1))) for x in logits]
    platt = fit_platt(logits, targets, [1.0] * len(logits))
    assert platt.scale == pytest.approx(1.5, abs=0.1)
    assert platt.shift == pytest.approx(-1.0, abs=0.1)
    sure = [platt(x) for x in logits]
    assert expected_calibration_error(sure, targets, [1.0] * len(logits)) < 0.02


def test_overconfidence_shows_as_calibration_error() -> None:
    sure = [0.99] * 100
    targets = [1.0] * 60 + [0.0] * 40
    assert expected_calibration_error(sure, targets, [1.0] * 100) == pytest.approx(0.39)


def test_rare_weakness_keeps_probabilities_low() -> None:
    platt = fit_verdict(WEAK, TWINS, CLEAN)
    assert platt(-2.0) < 0.01
    assert platt(5.0) > 0.5


def test_a_weakness_that_sound_code_is_often_taken_for_needs_more() -> None:
    """Sound code leads with CWE 0, weak code with CWE 1; CWE 2 is never seen."""
    draw = random.Random(5)
    clean = [Scored(draw.gauss(-2, 1), int(draw.random() < 0.1), 0.0) for _ in range(4000)]
    twins = [Scored(draw.gauss(-1, 1), int(draw.random() < 0.5), 0.0) for _ in range(300)]
    weak = [Scored(draw.gauss(1, 1), int(draw.random() < 0.9), 0.0) for _ in range(300)]
    verdict, naming = fit_named_verdict(weak, twins, clean, labels=3)
    assert naming.shifts[1] > naming.shifts[2] > naming.shifts[0]
    assert naming.shifts[2] == pytest.approx(0.0, abs=0.01)
    calibration = Calibration(verdict, (verdict,) * 3, verdict, naming)
    as_first = calibration.probability(1.0, [0.0, -9.0, -9.0])
    as_second = calibration.probability(1.0, [-9.0, 0.0, -9.0])
    assert as_second > 2 * as_first

    def recall(with_naming: bool) -> float:
        def sure(one: Scored) -> float:
            cwes = [one.named if index == one.top else -9.0 for index in range(3)]
            return calibration.probability(one.verdict, cwes) if with_naming else one.verdict

        at = sorted(map(sure, clean))[-20]
        return sum(sure(one) >= at for one in weak) / len(weak)

    assert recall(with_naming=True) > recall(with_naming=False) + 0.05


def test_surer_names_count_for_the_verdict() -> None:
    draw = random.Random(6)
    clean = [Scored(draw.gauss(-2, 1), 0, draw.gauss(0, 1)) for _ in range(2000)]
    weak = [Scored(draw.gauss(1, 1), 0, draw.gauss(3, 1)) for _ in range(300)]
    _, naming = fit_named_verdict(weak, clean[:300], clean, labels=1)
    assert naming.weight > 0.3
