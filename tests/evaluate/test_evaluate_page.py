"""Curves that can be computed by hand, and the page that shows them."""

import math

import pytest

from weakspot.evaluate.curves import by_cwe, confusion, curves
from weakspot.evaluate.measures import measure
from weakspot.evaluate.page import Judged, page
from weakspot.evaluate.suites import Row, Verdict


def same(one: str, other: str) -> bool:
    return one == other


ROWS = (
    Row("a-v", "x", True, ("CWE-89",), (1,), "a"),
    Row("a-s", "y", False, ("CWE-89",), (), "a"),
    Row("b-v", "x", True, ("CWE-78",), (1,), "b"),
    Row("b-s", "y", False, ("CWE-78",), (), "b"),
)
VERDICTS = {
    "a-v": Verdict(True, 0.9, ("CWE-89",), (1,)),
    "a-s": Verdict(True, 0.6, ("CWE-89",), (2,)),
    "b-v": Verdict(True, 0.6, ("<script>alert(1)</script>",), (2, 1)),
    "b-s": Verdict(False, 0.1),
}


def test_curves_are_those_of_the_verdicts() -> None:
    found = curves(ROWS, VERDICTS)
    # Two rows share 0.6 and are flagged together: three points, not four.
    assert found.recall == (0.5, 1.0, 1.0)
    assert found.precision == pytest.approx((1.0, 2 / 3, 0.5))
    assert found.average_precision == pytest.approx(0.5 * 1.0 + 0.5 * 2 / 3)
    assert found.ece == pytest.approx((0.1 + 2 * abs(0.6 - 0.5) + abs(0.9 - 1.0)) / 4)


def test_a_row_without_a_verdict_is_not_flagged() -> None:
    assert curves(ROWS, {}).recall == (1.0,)
    assert {one.flagged for one in by_cwe(ROWS, {}, same)} == {0}


def test_without_sound_or_weak_rows_there_is_no_recall_at_a_budget() -> None:
    for side in (True, False):
        rows = [row for row in ROWS if row.is_weak is side]
        assert math.isnan(curves(rows, VERDICTS).recall_at(0.01))
        suite = Judged("mine", rows, {"one": VERDICTS}, {"one": measure(rows, VERDICTS, same)})
        assert ">nan<" not in page([suite], same)
    assert curves(ROWS, VERDICTS).recall_at(0.0) == 0.5


def test_rows_are_counted_by_weakness() -> None:
    shell, query = by_cwe(ROWS, VERDICTS, same)
    assert (shell.cwe, shell.flagged, shell.named, shell.pairs_right) == ("CWE-78", 1, 0, 1)
    assert (query.cwe, query.flagged, query.named, query.pairs_right) == ("CWE-89", 1, 1, 0)
    assert confusion(ROWS, {})["CWE-78", "not flagged"] == 1


def test_what_is_no_cwe_stands_last() -> None:
    names = ("NVD-CWE-noinfo", "CWE-1004", "CWE-89", "CWE-" + "9" * 5000, "NVD-CWE-²", "CWE-078")
    rows = [Row(name, "x", True, (name,), (), name) for name in names]
    listed = [one.cwe for one in by_cwe(rows, {}, same)]
    assert listed[:3] == ["CWE-078", "CWE-89", "CWE-1004"]
    assert set(listed[4:]) == {"NVD-CWE-noinfo", "NVD-CWE-²"}
    suite = Judged("mine", rows, {"one": {}}, {"one": measure(rows, {}, same)})
    assert "NVD-CWE-noinfo" in page([suite], same)


def test_the_page_shows_all_and_runs_nothing() -> None:
    suite = Judged("mine", ROWS, {"one": VERDICTS}, {"one": measure(ROWS, VERDICTS, same)})
    text = page([suite], same)
    assert text == page([suite], same)
    assert text.count("<svg") == 2
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "default-src 'none'" in text
    assert "50.0" in text  # pair accuracy: one of two
    assert "shares of CWEs and of lines: one 2 and 2." in text


def test_lines_and_specificity_are_measured() -> None:
    found = measure(ROWS, VERDICTS, same)
    assert found.line_first.value == 0.5
    assert found.line_right.value == 1.0
    assert found.specificity.value == 0.5
