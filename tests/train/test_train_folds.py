"""Folds: what judges a unit was fitted on others, and groups that are unseen change nothing."""

import gzip
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import tiny_model
from weakspot.code.source import Source
from weakspot.code.units import units_of
from weakspot.core.example import Example, Role, UnitPair
from weakspot.core.unit import Unit
from weakspot.train import corpus, folds, labelled, pair_file, stages
from weakspot.train.calibrate import Scored
from weakspot.train.recipe import load_recipe
from weakspot.train.run import RunFolder

WEAK = "def read(name):\n    return open(name)\n"
SOUND = "def read(name):\n    return open(known[name])\n"
NANO = load_recipe(Path(__file__).parents[2] / "recipes" / "nano.toml")


def unit(code: str) -> Unit:
    return units_of(Source("", code)).units[-1]


def pair(mechanism: str, origin: str) -> UnitPair:
    return UnitPair(unit(WEAK), unit(SOUND), (1,), "CWE-22", mechanism, origin)


@pytest.fixture
def groups() -> list[list[tuple[int, Scored]]]:
    draw = np.random.default_rng(2)
    return [
        [
            (number % folds.FOLDS, Scored(float(value), leading if number % 3 else 0, 0.0))
            for number, value in enumerate(draw.normal(mean, 1.0, 200))
        ]
        for mean, leading in ((3.0, 1), (0.0, 2), (-3.0, 2))
    ]


def test_weak_units_are_flagged_and_clean_ones_within_the_budget(groups) -> None:
    weak, twins, clean = (np.mean(hits) for hits in folds.flagged(*groups, 3, 1.0))
    assert weak > twins > clean
    assert weak > 0.9
    assert clean < 0.03


def test_a_budget_is_a_share_and_a_penalty_matters(groups) -> None:
    _, _, narrow = folds.flagged(*groups, 3, 1.0)
    _, _, wide = folds.flagged(*groups, 3, 10.0)
    assert sum(wide) > sum(narrow) + 10
    held, free = (folds.flagged(*groups, 3, 1.0, penalty=penalty) for penalty in (1e6, 1e-3))
    assert held != free


def test_a_fold_that_there_is_not_is_refused(groups) -> None:
    weak, twins, clean = groups
    with pytest.raises(ValueError, match="folds are 0 to 4"):
        folds.flagged([(5, weak[0][1]), *weak], twins, clean, 3, 1.0)


def test_unseen_groups_are_judged_and_never_fitted_on(groups) -> None:
    strange = [(0, Scored(50.0, 1, 0.0)), (1, Scored(-50.0, 1, 0.0))]
    *known, told = folds.flagged(*groups, 3, 1.0, unseen=[strange])
    assert told == [True, False]
    assert known == folds.flagged(*groups, 3, 1.0)


def test_a_fold_does_not_learn_from_itself(groups) -> None:
    weak, twins, clean = groups
    moved = [(at, Scored(9.0, 1, 0.0)) if at == 0 else (at, unit) for at, unit in clean]
    before, after = (folds.flagged(weak, twins, one, 3, 1.0) for one in (clean, moved))
    of_first = [at == 0 for at, _ in weak]
    assert [hit for hit, mine in zip(before[0], of_first, strict=True) if mine] == [
        hit for hit, mine in zip(after[0], of_first, strict=True) if mine
    ]
    assert before[0] != after[0]


def test_a_fold_is_the_same_in_every_process_and_holds_about_a_fifth() -> None:
    assert [folds.fold_of(kin) for kin in ("CWE-89/by-name", "flask", "")] == [4, 1, 1]
    numbers = Counter(folds.fold_of(f"mechanism {number}") for number in range(1000))
    assert sorted(numbers) == list(range(folds.FOLDS))
    assert max(numbers.values()) < 250


def test_composed_families_of_one_mechanism_are_kin() -> None:
    sides = [
        Example(f"{number}/{role}", code, role, "CWE-22", (2,), f"made/{number}", "made")
        for number in range(9)
        for code, role in ((WEAK, Role.VULNERABLE), (SOUND, Role.FIXED))
    ]
    found = labelled.families(sides, tiny_model.tokenizer(), ["CWE-22"], 96)
    assert len(found) == 9
    assert {one.kin for family in found for one in family} == {"made"}


def test_rewrites_are_kin_by_mechanism_and_real_pairs_by_project(tmp_path: Path) -> None:
    tokenizer, run = tiny_model.tokenizer(), RunFolder(tmp_path)
    run.tokenizer.write_bytes(tokenizer.to_json())
    pairs = [pair("one", "Some_Project/a.py"), pair("one", "owner+some-project/b.py")]
    rewritten = labelled.injected(pairs, tokenizer, ["CWE-22"], 96)
    assert [side.kin for family in rewritten for side in family] == ["one"] * 4
    held = pair_file.is_held_out(pairs[0], NANO.embedded.held_out)
    real = stages.real_families(pairs, NANO, run, ["CWE-22"], held_out=held)
    assert [side.kin for family in real for side in family] == ["some_project"] * 4


def test_clean_units_are_kin_by_file(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl.gz"
    origins = ["p/a.py", "p/a.py", "p/b.py"]
    with gzip.open(path, "wt", encoding="utf-8") as out:
        for number, origin in enumerate(origins):
            row = corpus.to_row(origin, unit(f"def f{number}():\n    return {number}\n"))
            out.write(json.dumps(row) + "\n")
    found = stages.clean_units(path, tiny_model.tokenizer(), 96, 10, seed=1)
    assert [one.kin for one in found] == origins
