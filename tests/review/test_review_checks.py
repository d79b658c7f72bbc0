"""The desk's quick checks say what `weakspot dataset check` says of the pair."""

import re
from pathlib import Path

import pytest
from desk_cases import pair_text, write_pairs

from weakspot.dataset.lint import lint
from weakspot.dataset.pairs import parse_pair
from weakspot.dataset.rows import read_data
from weakspot.review.checks import Checks, is_blocking
from weakspot.review.shelf import Shelf

NAME = "CWE-89/m-1"
OTHER = pair_text(2, name="m-1")  # a near-duplicate of m-2, by another name
# The same two programs, each with the other's label.
FLIPPED = OTHER.replace("!rows", "~rows").replace("+rows", "!rows").replace("~rows", "+rows")


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (pair_text(1), set()),
        (pair_text(1).replace("ask89", "ask 89"), {"parse"}),
        (pair_text(1).replace("!rows", "-rows"), {"marks"}),
        (pair_text(1).replace("depth89001_3", "exploit"), {"hint"}),
        (pair_text(1).replace(" shown = list(rows)\n", "*\n*\n*\n"), {"marks"}),
        (pair_text(1)[: pair_text(1).index(" berth89001_9")] + "!a = 1\n+a = 2\n", {"length"}),
        (OTHER, {"near-duplicate"}),
        (FLIPPED, {"near-duplicate", "contradiction"}),
    ],
)
def test_they_are_those_of_the_dataset_command(tmp_path: Path, text: str, rules: set[str]) -> None:
    shelf = Shelf(write_pairs(tmp_path, 12))
    others = [entry for name, entry in shelf.entries().items() if name != NAME]
    quick = Checks().problems(parse_pair(text), others)
    assert {one.rule for one in quick} >= rules
    assert bool(quick) == bool(rules)

    (tmp_path / f"{NAME}.pair").write_text(text, "utf-8")
    whole = [
        (one.rule, one.text)
        for one in lint(read_data(tmp_path))
        if re.search(rf"{NAME}(\.pair|/|\s|$)", f"{one.place} {one.text}")
    ]
    assert sorted((one.rule, one.text) for one in quick) == sorted(whole)


def test_the_folder_s_balance_is_told_and_does_not_block(tmp_path: Path) -> None:
    write_pairs(tmp_path, 2)
    for number in (2, 4, 6):  # even numbers: the fix is longer
        (tmp_path / "CWE-89" / f"m-{number}.pair").write_text(pair_text(number))
    entries = Shelf(tmp_path).entries()
    pair = parse_pair(pair_text(8))
    (found,) = Checks().problems(pair, list(entries.values()))
    assert found.rule == "length balance"
    assert not is_blocking(found, pair)


def test_a_pair_too_deep_to_be_read_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    deep = pair_text(1).replace("+rows =", "+rows = " + "-" * 50_000)
    pair = parse_pair(deep)
    rules = {one.rule for one in Checks().problems(pair, ()) if is_blocking(one, pair)}
    assert "parse" in rules


def test_near_pairs_come_with_their_likeness(tmp_path: Path) -> None:
    write_pairs(tmp_path, 4)
    (tmp_path / "CWE-89" / "twin.pair").write_text(pair_text(2, name="twin"))
    entries = Shelf(tmp_path).entries()
    pair = entries["CWE-89/m-2"].pair
    assert pair is not None
    others = [entry for name, entry in entries.items() if name != pair.id]
    (near,) = Checks().near(pair, others)
    assert (near.pair, near.share, near.is_duplicate) == ("CWE-89/twin", 1.0, True)
