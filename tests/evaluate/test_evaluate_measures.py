"""Measures on small suites whose answers can be counted by hand."""

import json
import math
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from weakspot.core.errors import DataError
from weakspot.evaluate.measures import footnotes, measure
from weakspot.evaluate.suites import Row, Verdict, as_requests, read_suite, verdicts_of


def same(one: str, other: str) -> bool:
    return one == other


def pair(name: str) -> list[Row]:
    return [
        Row(f"{name}-v", "a\nb\nc\n", True, ("CWE-89",), (2,), name),
        Row(f"{name}-s", "a\nd\nc\n", False, ("CWE-89",), (), name),
    ]


def said(
    weak: bool, fixed: bool, name: str, cwe: str = "CWE-89", line: int = 2
) -> dict[str, Verdict]:
    return {
        f"{name}-v": Verdict(weak, 0.9, (cwe,), (9, 8, line)),
        f"{name}-s": Verdict(fixed, 0.1, (cwe,), (2,)),
    }


ROWS = [row for name in "abcd" for row in pair(name)]
VERDICTS = {
    **said(True, False, "a"),
    **said(True, True, "b", cwe="CWE-79"),
    **said(False, False, "c"),
    **said(True, False, "d", line=3),
}


def test_the_counts_are_right() -> None:
    found = measure(ROWS, VERDICTS, same)
    assert (found.rows, found.pairs) == (8, 4)
    assert found.precision.value == 3 / 4
    assert found.recall.value == 3 / 4
    assert found.f1.value == 3 / 4
    assert found.false_alarms.value == 1 / 4
    assert found.accuracy.value == 6 / 8
    assert found.pair_accuracy.value == 2 / 4
    assert found.both_flagged.value == 1 / 4
    assert found.cwe_right.value == 2 / 3
    assert found.line_right.value == 2 / 3


def test_intervals_hold_the_value_and_shrink_with_more_pairs() -> None:
    few = measure(ROWS, VERDICTS, same).pair_accuracy
    rows, verdicts = [], {}
    for at in range(100):
        for name in "abcd":
            rows += pair(f"{name}{at}")
            for key, verdict in VERDICTS.items():
                if key.startswith(name):
                    verdicts[f"{name}{at}{key[1:]}"] = verdict
    many = measure(rows, verdicts, same).pair_accuracy
    assert few.low <= few.value <= few.high
    assert many.low <= many.value <= many.high
    assert many.high - many.low < (few.high - few.low) / 2
    # A share of one half in 400 pairs: 1.96 * sqrt(0.25 / 400) either way.
    assert many.high - many.low == pytest.approx(2 * 1.96 * math.sqrt(0.25 / 400), rel=0.2)


@pytest.mark.parametrize("is_right", [False, True])
def test_an_interval_does_not_collapse_where_all_pairs_are_alike(is_right: bool) -> None:
    rows, verdicts = (
        pair("a") + pair("b"),
        {**said(is_right, False, "a"), **said(is_right, False, "b")},
    )
    found = measure(rows, verdicts, same).pair_accuracy
    # Clopper and Pearson: of two trials none (or all) hit, which happens in 2.5 % at this share.
    reach = 1 - math.sqrt(0.025)
    expected = (1.0, 1 - reach, 1.0) if is_right else (0.0, 0.0, reach)
    assert (found.value, found.low, found.high) == pytest.approx(expected)


def test_an_interval_of_a_share_knows_how_few_rows_it_rests_on() -> None:
    rows = [row for name in "abcdefgh" for row in pair(name)]
    rows = [replace(row, cwes=()) if row.pair > "b" else row for row in rows]
    verdicts = {key: one for name in "abcdefgh" for key, one in said(True, False, name).items()}
    found = measure(rows, verdicts, same)
    assert (found.cwe_rows, found.line_rows) == (2, 8)
    assert found.cwe_right.low == pytest.approx(math.sqrt(0.025))
    assert found.line_right.low == pytest.approx(0.025 ** (1 / 8))
    assert footnotes({"one": found}) == [
        "Rows behind the shares of CWEs and of lines: one 2 and 8."
    ]


def test_pairs_of_one_project_are_no_independent_evidence() -> None:
    """Four projects of 25 pairs, each all right or all wrong, tell what four pairs tell."""
    names = [f"{project}{at}" for project in "abcd" for at in range(25)]
    alone = [row for name in names for row in pair(name)]
    told = [replace(row, project=row.pair[0]) for row in alone]
    verdicts = {key: one for name in names for key, one in said(True, name < "c", name).items()}
    few = measure(
        [row for name in "abcd" for row in pair(name)],
        {key: one for name in "abcd" for key, one in said(True, name < "c", name).items()},
        same,
    )
    by_project, by_pair = (measure(rows, verdicts, same) for rows in (told, alone))
    assert by_project.pair_accuracy == few.pair_accuracy
    assert by_project.pair_accuracy.value == by_pair.pair_accuracy.value == 0.5
    assert by_pair.pair_accuracy.high < 0.65 < by_project.pair_accuracy.high
    # Clopper and Pearson, too: four trials, not a hundred.
    assert by_project.recall.low == pytest.approx(0.025 ** (1 / 4))
    assert by_pair.recall.low == pytest.approx(0.025 ** (1 / 100))


def test_what_is_all_right_is_as_sure_as_its_rarer_side() -> None:
    rows = [Row("weak", "x", True, (), (), "weak")]
    rows += [Row(f"{at}", "x", False, (), (), f"{at}") for at in range(100)]
    found = measure(rows, {row.id: Verdict(row.is_weak, 0.5) for row in rows}, same)
    assert found.balanced_accuracy.value == 1.0
    assert found.balanced_accuracy.low == (found.recall.low + found.specificity.low) / 2
    assert found.recall.low == pytest.approx(0.025)
    wrong = measure(rows, {row.id: Verdict(not row.is_weak, 0.5) for row in rows}, same)
    assert wrong.balanced_accuracy.high == (wrong.recall.high + wrong.specificity.high) / 2


def test_youden_is_no_share_of_its_own() -> None:
    always = measure(ROWS, {row.id: Verdict(True, 1.0) for row in ROWS}, same).youden
    assert (always.value, always.low, always.high) == (0.0, 0.0, 0.0)


def test_a_large_suite_needs_no_large_memory() -> None:
    """Before, 2,000 draws of 6,000 pairs with 13 counts took 1.2 GB at once."""
    rows = [
        Row(f"{at}-{side}", "x", side, (), (), str(at))
        for at in range(6000)
        for side in (True, False)
    ]
    tracemalloc.start()
    try:
        measure(rows, {}, same)
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()


def test_always_vulnerable_has_recall_and_no_pair() -> None:
    always = {row.id: Verdict(True, 1.0) for row in ROWS}
    found = measure(ROWS, always, same)
    assert found.recall.value == 1.0
    assert found.pair_accuracy.value == 0.0
    assert found.both_flagged.value == 1.0
    assert math.isnan(found.cwe_right.value)


def test_a_row_without_a_verdict_counts_as_called_sound() -> None:
    found = measure(ROWS, {}, same)
    assert found.recall.value == 0.0
    assert found.false_alarms.value == 0.0
    assert math.isnan(found.precision.value)
    assert found.unjudged == 8
    assert measure(ROWS, VERDICTS, same).unjudged == 0
    assert footnotes({"one": found})[1] == "Rows without a verdict, as if not flagged: one 8."


def test_related_cwes_are_right() -> None:
    found = measure(ROWS, VERDICTS, lambda one, other: True)
    assert found.cwe_right.value == 1.0


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


GOOD = {"id": 1, "code": "x = 1\n", "label": "secure", "cwes": None, "lines": None}


def test_a_suite_is_read_in_order(tmp_path: Path) -> None:
    weak = {**GOOD, "id": "w", "label": "vulnerable", "cwes": ["CWE-1"], "lines": [1], "pair_id": 7}
    rows = read_suite(write(tmp_path / "s.jsonl", weak, GOOD))
    assert [row.id for row in rows] == ["w", "1"]
    assert rows[0] == Row("w", "x = 1\n", True, ("CWE-1",), (1,), "7")
    assert rows[1].pair == "1"


def test_a_project_is_read_and_no_part_of_what_kept_answers_go_by(tmp_path: Path) -> None:
    told = [{**GOOD, "id": "a", "project": "p"}, {**GOOD, "id": "b", "project": None}]
    with_project, without = read_suite(write(tmp_path / "s.jsonl", *told))
    assert (with_project.project, without.project) == ("p", "")
    assert with_project.cluster != without.cluster
    assert str(with_project) == str(replace(with_project, project=""))


def test_a_pair_has_one_project(tmp_path: Path) -> None:
    told = [{**GOOD, "id": name, "pair_id": 1, "project": name} for name in "ab"]
    with pytest.raises(DataError, match="the pair '1' tell several projects"):
        read_suite(write(tmp_path / "s.jsonl", *told))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({**GOOD, "id": 2, "project": ["p"]}, ":2: 'project' must be"),
        ({**GOOD, "label": "maybe"}, ":2: 'label' must be"),
        ({"id": 2, "label": "secure"}, ":2: the field 'code' is missing"),
        (GOOD, ":2: the id '1' comes twice"),
        (["list"], ":2: not a JSON object"),
        ({**GOOD, "id": 2, "label": ["vulnerable"]}, ":2: 'label' must be"),
        ({**GOOD, "id": {}}, ":2: 'id' and 'pair_id' must be"),
        ({**GOOD, "id": 2, "pair_id": [1]}, ":2: 'id' and 'pair_id' must be"),
        ({**GOOD, "id": 2, "cwes": "CWE-78"}, ":2: 'cwes' must be"),
        ({**GOOD, "id": 2, "cwes": [78]}, ":2: 'cwes' must be"),
        ({**GOOD, "id": 2, "lines": 3}, ":2: 'lines' must be"),
        ({**GOOD, "id": 2, "lines": ["3"]}, ":2: 'lines' must be"),
        ({**GOOD, "id": 2, "lines": [0]}, ":2: 'lines' must be"),
    ],
)
def test_a_broken_row_is_named(tmp_path: Path, row: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_suite(write(tmp_path / "s.jsonl", GOOD, row))


def test_the_pair_0_is_a_pair_and_no_pair_takes_a_lone_row(tmp_path: Path) -> None:
    weak = {**GOOD, "label": "vulnerable"}
    told = [
        {**weak, "id": "a", "pair_id": 0},
        {**GOOD, "id": "b", "pair_id": 0},
        {**GOOD, "id": "7"},
        {**weak, "id": "c", "pair_id": 7},
        {**GOOD, "id": "d", "pair_id": ""},
    ]
    rows = read_suite(write(tmp_path / "s.jsonl", *told))
    assert rows[0].pair == rows[1].pair
    assert len({row.pair for row in rows[1:]}) == 4
    assert measure(rows, {}, same).pairs == 1


def test_a_byte_order_mark_is_no_part_of_a_suite(tmp_path: Path) -> None:
    (tmp_path / "s.jsonl").write_text(json.dumps(GOOD), "utf-8-sig")
    assert [row.id for row in read_suite(tmp_path / "s.jsonl")] == ["1"]


def test_deep_nesting_is_a_broken_row(tmp_path: Path) -> None:
    (tmp_path / "s.jsonl").write_text('{"id": ' + "[" * 200_000)
    with pytest.raises(DataError, match=":1: not JSON"):
        read_suite(tmp_path / "s.jsonl")


def test_an_empty_suite_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no rows"):
        read_suite(write(tmp_path / "s.jsonl"))


def test_requests_do_not_show_the_label() -> None:
    (request,) = as_requests(ROWS[:1])
    assert json.loads(request) == {"id": "a-v", "code": "a\nb\nc\n"}


def test_answers_of_predict_become_verdicts() -> None:
    answer = {
        "id": "a",
        "verdict": "vulnerable",
        "probability": 0.7,
        "cwes": [{"id": "CWE-78", "probability": 0.7}, {"id": "CWE-22", "probability": 0.1}],
        "lines": [3, 1],
        "abstained": False,
        "error": None,
    }
    found = verdicts_of([json.dumps(answer)])
    assert found == {"a": Verdict(True, 0.7, ("CWE-78", "CWE-22"), (3, 1))}


def test_an_error_of_predict_is_no_verdict() -> None:
    answer = {"id": "a", "verdict": "secure", "probability": 0.0, "cwes": [], "lines": []}
    failed = {**answer, "abstained": True, "error": "the row is longer than 16777216 bytes"}
    assert verdicts_of([json.dumps(failed)]) == {}
