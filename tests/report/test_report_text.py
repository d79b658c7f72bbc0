import re
from dataclasses import replace
from itertools import pairwise

import pytest
from report_cases import MAIN, commanding, commands, make_finding

from weakspot.core.finding import FlaggedLine
from weakspot.core.report import Filters, ScanReport
from weakspot.core.span import Span
from weakspot.report.neutral import visible
from weakspot.report.rendering import RenderContext
from weakspot.report.text import TextFormat

CONTEXT = RenderContext()


def render(report: ScanReport, **changes: object) -> str:
    return TextFormat().render(report, replace(CONTEXT, **changes))


def only(report: ScanReport, *findings: object) -> ScanReport:
    return replace(report, findings=findings, notices=())


def after(text: str, start: str) -> str:
    """Return the line after the one that contains `start`."""
    lines = text.splitlines()
    return next(b for a, b in pairwise(lines) if start in a)


def test_the_caret_stands_under_the_place_also_behind_a_tab(rich: ScanReport) -> None:
    text = render(rich)
    line = next(row for row in text.splitlines() if "6 │ cursor.execute" in row)
    carets = after(text, "6 │ cursor.execute")
    assert carets.index("^") == line.index("cursor.execute")
    assert carets.rindex("^") == line.index(")  # </style>")


@pytest.mark.parametrize("lead", ["x = '日本'; ", "y = 'é'; ", "z = '\u200b'; "])
def test_the_caret_counts_cells_not_characters(lead: str, rich: ScanReport) -> None:
    code = f"{lead}eval(q)"
    finding = make_finding(
        MAIN,
        span=Span(3, len(lead) + 1, 3, len(code) + 1),
        lines=(FlaggedLine(3, 0.9, code),),
    )
    text = render(only(rich, finding))
    carets = after(text, "│ ").split("│ ")[1]
    shown = lead.replace("\u200b", "\\u200b")
    wide = sum(2 if c in "日本" else 1 for c in shown)
    assert carets == " " * wide + "^" * len("eval(q)")


def test_a_long_line_is_cropped_around_its_place(rich: ScanReport) -> None:
    code = "x = [" + "1, " * 3000 + "eval(q)" + ", 2" * 3000 + "]"
    start = code.index("eval") + 1
    finding = make_finding(
        MAIN, span=Span(3, start, 3, start + 7), lines=(FlaggedLine(3, 0.9, code),)
    )
    text = render(only(rich, finding), width=80)
    line = next(row for row in text.splitlines() if "eval(q)" in row)
    assert after(text, "eval(q)").index("^") == line.index("eval(q)")
    assert max(len(row) for row in text.splitlines() if "│" in row) <= 80


@pytest.mark.parametrize("column", [1, 5, 400])
def test_a_place_that_the_line_lacks_does_not_fail(column: int, rich: ScanReport) -> None:
    finding = make_finding(
        MAIN, span=Span(3, column, 3, column + 9), lines=(FlaggedLine(3, 0.9, ""),)
    )
    assert f"{MAIN}:3:{column}" in render(only(rich, finding))


def test_a_finding_without_lines_is_still_told(rich: ScanReport) -> None:
    assert f"{MAIN}:3:5" in render(only(rich, make_finding(MAIN, lines=())))


def test_test_files_stand_apart(rich: ScanReport) -> None:
    text = render(rich)
    assert text.index("In test files: 1 finding") < text.index("tests/test_shop.py:12:5")
    assert text.index(f"{MAIN}:40:5") < text.index("In test files")


def test_a_second_finding_of_the_kind_is_not_explained_again(rich: ScanReport) -> None:
    text = render(only(rich, make_finding(MAIN, 3), make_finding(MAIN, 9)))
    assert text.count("   Fix") == 1
    assert "Why  as for line 3 above" in text


def test_notebook_places_name_the_cell(rich: ScanReport) -> None:
    text = render(rich)
    assert "notebooks/load.ipynb:31:1 in Shop.pack, cell 3, line 2" in text
    assert "Way  cell 2, line 1: set here" in text


def test_colours_change_nothing_but_styles(
    rich: ScanReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")  # the context decides, not the environment
    monkeypatch.setenv("COLUMNS", "20")
    painted = render(rich, color=True)
    assert "\x1b[" in painted
    bare = re.sub(r"\x1b\[[0-9;]*m", "", painted)
    assert [line.rstrip() for line in bare.splitlines()] == render(rich).splitlines()


def test_prose_keeps_to_the_width(rich: ScanReport) -> None:
    text = render(replace(rich, findings=(make_finding(MAIN),), notices=()), width=60)
    prose = [line for line in text.splitlines() if re.match(r" {3}(Why|Fix|  )  ", line)]
    assert prose
    assert max(map(len, prose)) <= 60


def test_only_a_complete_scan_without_findings_is_green(
    good: ScanReport, incomplete: ScanReport, empty: ScanReport
) -> None:
    green = "\x1b[1;32m  No f"
    assert green in render(good, color=True)
    assert green not in render(incomplete, color=True)
    assert green not in render(empty, color=True)
    assert green not in render(replace(good, filters=Filters(below=1)), color=True)


def test_quiet_is_findings_and_unread_files(rich: ScanReport, good: ScanReport) -> None:
    whole, quiet = render(rich), render(rich, quiet=True)
    assert whole.startswith(quiet)
    assert "── Not or only partly analysed: 2 files " in quiet
    assert "Notices" not in quiet
    assert "Coverage" not in quiet
    assert render(good, quiet=True) == ""


def test_the_way_leads_to_every_path(rich: ScanReport) -> None:
    led = render(rich, way="../x")
    assert "../x/shop/orders.py:6:2" in led
    for finding in rich.active:
        steps = {f"../x/{step.path} line" for step in finding.trace if step.path}
        assert all(visible(step) in led for step in steps)
    assert "../x/half.py: syntax error" in led


@pytest.mark.parametrize("way", ["", "::x"])
def test_no_name_becomes_a_workflow_command(rich: ScanReport, way: str) -> None:
    shown = TextFormat().render(commanding(rich), RenderContext(way=way))
    assert commands(shown) == []
    assert ("./::x/" if way else "./::error title=pwn::x.py:3:5") in shown
