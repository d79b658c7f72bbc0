"""The first stage: its two thresholds keep what must pass, and let a share of real code through."""

import pytest

import tiny_model
from weakspot.core.unit import Unit, UnitKind
from weakspot.model.screen import SIZE, Gate, Screen
from weakspot.train.assemble import gated, screened

DANGER = "import os\n\n\ndef run{0}(a):\n    os.system('rm' + a)\n"
PLAIN = "def add{0}(a, b):\n    total = a + b\n    return total * {0}\n"


def functions(text: str, count: int) -> list[Unit]:
    """Return so many functions of one form."""
    made = [tiny_model.units(text.format(number)) for number in range(count)]
    return [next(unit for unit in units if unit.kind is UnitKind.FUNCTION) for units in made]


def named(prefix: str, count: int) -> list[Unit]:
    """Return functions whose fact is the number in their name."""
    text = "".join(f"def {prefix}{number}(a):\n    return a\n" for number in range(count))
    return [unit for unit in tiny_model.units(text) if unit.name.startswith(prefix)]


def fact(unit: Unit) -> float:
    return float(unit.name.removeprefix("weak").removeprefix("clean"))


def test_the_first_look_lets_pass_what_looks_like_its_suspects() -> None:
    weak, clean = functions(DANGER, 20), functions(PLAIN, 40)
    weights, settings = screened(weak, clean, weak, [*clean, *weak[:2]], 1.0, 0.0)
    screen = Screen.read(weights, settings)
    assert all(screen.passes(unit) for unit in weak)
    assert settings["passed_share"] < 0.1


def test_at_least_the_share_of_real_code_passes_the_first_look() -> None:
    clean = [*functions(PLAIN, 30), *functions(DANGER, 10)]
    _, settings = screened(functions(DANGER, 20), functions(PLAIN, 40), [], clean, 1.0, 0.2)
    assert settings["passed_share"] >= 0.2


@pytest.mark.parametrize(
    ("recall", "share", "threshold"),
    [
        (1.0, 0.0, 50.0),  # all that must pass
        (0.9, 0.0, 55.0),  # nine in ten of it
        (1.0, 0.7, 30.0),  # more than it asks for, for real code has its share
    ],
)
def test_the_second_look_keeps_recall_and_share(
    recall: float, share: float, threshold: float
) -> None:
    screen = Screen.read(bytes(SIZE), {"scale": 1.0, "bias": 0.0, "threshold": 0.0})
    must = named("weak", 100)[50:]
    found = gated(screen, fact, must, named("clean", 100), recall, share)
    assert found["threshold"] == pytest.approx(threshold, abs=1.0)
    assert found["passed_share"] == pytest.approx((100 - found["threshold"]) / 100)
    gate = Gate.read({"gate": found})
    assert gate is not None
    assert gate.statements


def test_what_the_screen_stops_has_no_second_look() -> None:
    closed = Screen.read(bytes(SIZE), {"scale": 1.0, "bias": 0.0, "threshold": 1.0})

    def never(unit: Unit) -> float:
        raise AssertionError(unit.name)

    found = gated(closed, never, named("weak", 3), named("clean", 3), 1.0, 0.5)
    assert found["passed_share"] == 0.0
