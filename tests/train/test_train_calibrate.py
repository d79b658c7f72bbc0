"""Calibration: thresholds meet their budget, probabilities mean what they say."""

import random

import pytest

from weakspot.train.calibrate import expected_calibration_error, fit_platt, fit_verdict, thresholds

RANDOM = random.Random(4)
CLEAN = [RANDOM.gauss(-2, 1) for _ in range(4000)]
TWINS = [RANDOM.gauss(-1, 1) for _ in range(300)]
WEAK = [RANDOM.gauss(2, 1) for _ in range(300)]


def test_each_budget_is_met_on_the_clean_code() -> None:
    platt = fit_verdict(WEAK, TWINS, CLEAN)
    chosen = thresholds(platt, CLEAN, budget=0.5, tests_budget=0.1)
    for budget, at in (*chosen.points, (0.5, chosen.default), (0.1, chosen.tests)):
        flagged = sum(platt(logit) >= at for logit in CLEAN) / len(CLEAN) * 100
        assert budget / 2 <= flagged + 0.03
        assert flagged <= budget
    assert chosen.tests > chosen.default


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
