import random
from dataclasses import replace
from pathlib import Path

import pytest

from weakspot.core.example import Example, Role
from weakspot.dataset.drills import read_drills
from weakspot.evaluate.gate import LENGTH_LIMIT, TFIDF_LIMIT, floors, longer_is_fixed
from weakspot.generate.compose import compose
from weakspot.generate.mechanisms import all_mechanisms


def rows(leak: str, padding: int) -> list[Example]:
    rng = random.Random(1)
    found = []
    for mechanism in range(12):
        for family in range(12):
            words = " ".join(
                rng.choice(["alpha", "beta", "gamma", "delta", "epsilon"]) for _ in range(12)
            )
            for role in (Role.VULNERABLE, Role.FIXED):
                sound = role is Role.FIXED
                code = f"{words} {leak if sound else 'call'} {'x' * padding if sound else ''}"
                found.append(
                    Example(
                        f"{mechanism}-{family}-{role}",
                        code,
                        role,
                        "CWE-1",
                        (),
                        f"{mechanism}-{family}",
                        str(mechanism),
                    )
                )
    return found


def test_a_word_that_tells_the_label_is_found():
    result = floors(rows("cleaned", 0))
    assert result.tfidf_balanced_accuracy > 0.95
    assert not result.passes
    assert "cleaned" in result.telling[0][0] or "call" in result.telling[0][0]


def test_length_that_tells_the_label_is_found():
    result = floors(rows("call", 400))
    assert result.length_balanced_accuracy > 0.9
    assert result.longer_is_fixed == 1.0
    assert not result.passes


def test_ties_count_half():
    same = [replace(one, code="same") for one in rows("call", 0)]
    assert longer_is_fixed(same) == 0.5


def test_too_few_mechanisms_are_refused():
    with pytest.raises(ValueError, match="folds"):
        floors(rows("call", 0)[:10])


def test_composed_programs_pass_the_gate():
    pool = all_mechanisms()[::3]
    examples = [
        one for mechanism in pool for seed in (11, 12) for one in compose(mechanism, seed, pool)
    ]
    result = floors(examples)
    told = f"telling words: {result.telling[:15]}"
    assert result.tfidf_balanced_accuracy <= TFIDF_LIMIT, told
    assert result.length_balanced_accuracy <= LENGTH_LIMIT
    assert (
        0.42 <= result.longer_is_fixed <= 0.58
    )  # a sample; `docs/generate.md` has the full figure


def test_drills_pass_the_gate():
    drills = Path(__file__).parents[2] / "datasets" / "drills"
    result = floors([side for drill in read_drills(drills) for side in drill])
    told = f"telling words: {result.telling[:15]}"
    assert result.tfidf_balanced_accuracy <= TFIDF_LIMIT, told
    assert result.length_balanced_accuracy <= LENGTH_LIMIT
    assert 0.45 <= result.longer_is_fixed <= 0.55
