"""Measures an exported graph on unseen code and fills in what a model folder must say about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from weakspot.core.score import Thresholds
from weakspot.core.unit import Unit
from weakspot.model.calibration import Calibration, Platt
from weakspot.model.screen import Screen
from weakspot.train import calibrate, screening
from weakspot.train.labelled import Family, LabelledUnit

Score = Callable[[LabelledUnit], tuple[float, Sequence[float], float]]  # verdict, cwes, context


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Calibration, thresholds, and what was measured on the way (for the model card)."""

    calibration: Calibration
    thresholds: Thresholds
    measures: Mapping[str, float]


def calibrated(
    validation: Sequence[Family],
    clean: Sequence[LabelledUnit],
    score: Score,
    labels: int,
    budget: float,
    tests_budget: float,
) -> Calibrated:
    """Fit calibration and thresholds with the very graph that will be shipped."""
    units = [unit for family in validation for unit in family]
    scored = [score(unit) for unit in units]
    background = [score(unit)[0] for unit in clean]
    weak = [s[0] for s, unit in zip(scored, units, strict=True) if unit.is_weak]
    twins = [s[0] for s, unit in zip(scored, units, strict=True) if not unit.is_weak]
    verdict = calibrate.fit_verdict(weak, twins, background)
    chosen = calibrate.thresholds(verdict, background, budget, tests_budget)
    cwe_logits: list[float] = []
    cwe_targets: list[float] = []
    for (_, logits, _), unit in zip(scored, units, strict=True):
        if unit.is_weak:
            cwe_logits += [float(value) for value in logits]
            cwe_targets += [float(index == unit.label) for index in range(labels)]
    shared = calibrate.fit_platt(cwe_logits, cwe_targets, [1.0] * len(cwe_logits))
    context = calibrate.fit_platt(
        [s[2] for s in scored],
        [float(unit.needs_context) for unit in units],
        [1.0] * len(units),
    )
    measures = _measures(verdict, chosen, weak, twins, background)
    measures["cwe_right"] = _cwe_right(scored, units)
    measures["pair_accuracy"] = _pair_accuracy(validation, units, scored, verdict, chosen.default)
    calibration = Calibration(verdict, (shared,) * labels, context)
    return Calibrated(calibration, chosen, measures)


def screened(
    suspects: Sequence[Unit],
    clean: Sequence[Unit],
    must_pass: Sequence[Unit],
    background: Sequence[Unit],
    recall: float,
) -> tuple[bytes, dict[str, Any]]:
    """Learn the first stage and set its threshold so that `recall` of `must_pass` gets through.

    `background` is unseen real code; the share of it that passes is recorded.
    """
    weights, scale, bias = screening.learn(suspects, clean)
    raw = Screen.read(weights, {"scale": scale, "bias": bias, "threshold": 0.0})
    scores = sorted(raw.score(unit) for unit in must_pass)
    threshold = scores[int(len(scores) * (1.0 - recall))] if scores else 0.0
    passed = sum(raw.score(unit) >= threshold for unit in background) / max(1, len(background))
    settings = {
        "scale": scale,
        "bias": bias,
        "threshold": threshold,
        "recall": recall,
        "passed_share": round(passed, 4),
    }
    return weights, settings


def _measures(
    verdict: Platt,
    chosen: Thresholds,
    weak: Sequence[float],
    twins: Sequence[float],
    clean: Sequence[float],
) -> dict[str, float]:
    at = chosen.default
    groups = {"recall": weak, "twins_flagged": twins, "clean_flagged": clean}
    found = {
        name: sum(verdict(logit) >= at for logit in logits) / max(1, len(logits))
        for name, logits in groups.items()
    }
    shares = (calibrate.PREVALENCE, calibrate.SOUND_TWINS)
    weights = [shares[0] / max(1, len(weak))] * len(weak)
    weights += [shares[1] / max(1, len(twins))] * len(twins)
    weights += [(1 - sum(shares)) / max(1, len(clean))] * len(clean)
    logits = [*weak, *twins, *clean]
    targets = [1.0] * len(weak) + [0.0] * (len(twins) + len(clean))
    probabilities = [verdict(logit) for logit in logits]
    found["ece"] = calibrate.expected_calibration_error(probabilities, targets, weights)
    return found


def _cwe_right(
    scored: Sequence[tuple[float, Sequence[float], float]], units: Sequence[LabelledUnit]
) -> float:
    hits = [
        max(range(len(logits)), key=logits.__getitem__) == unit.label
        for (_, logits, _), unit in zip(scored, units, strict=True)
        if unit.is_weak
    ]
    return sum(hits) / max(1, len(hits))


def _pair_accuracy(
    validation: Sequence[Family],
    units: Sequence[LabelledUnit],
    scored: Sequence[tuple[float, Sequence[float], float]],
    verdict: Platt,
    threshold: float,
) -> float:
    """Share of families whose every unit is on the right side of the threshold."""
    flagged = {id(unit): verdict(s[0]) >= threshold for unit, s in zip(units, scored, strict=True)}
    right = [all(flagged[id(unit)] == unit.is_weak for unit in family) for family in validation]
    return sum(right) / max(1, len(right))
