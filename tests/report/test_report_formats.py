import re
from dataclasses import replace

import pytest
from report_cases import in_a_notebook

from weakspot.core.errors import UsageError
from weakspot.core.report import ScanReport
from weakspot.report import formats
from weakspot.report.rendering import RenderContext

ALL = (
    "text",
    "concise",
    "json",
    "jsonl",
    "sarif",
    "html",
    "github",
    "gitlab",
    "junit",
    "csv",
    "markdown",
)
CONTEXT = RenderContext()


def plain(text: str) -> str:
    """Undo the escapes of Markdown and SARIF prose, so that one sentence can be looked for."""
    return " ".join(text.replace("\\", "").replace("&#39;", "'").split())


def test_table_names_every_format() -> None:
    assert formats.names() == ALL


@pytest.mark.parametrize("name", ALL)
def test_a_format_knows_its_own_name(name: str) -> None:
    assert formats.load(name).name == name


def test_an_unknown_name_lists_the_choices_and_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        formats.load("sariff")
    assert ", ".join(ALL) in caught.value.message
    assert caught.value.hint == "did you mean 'sarif'?"


def test_the_nearest_is_found_in_capitals_too() -> None:
    with pytest.raises(UsageError) as caught:
        formats.load("SARIF")
    assert caught.value.hint == "did you mean 'sarif'?"


def test_a_far_off_name_gets_no_hint() -> None:
    with pytest.raises(UsageError) as caught:
        formats.load("weakspot.report.text:TextFormat")
    assert caught.value.hint is None


@pytest.mark.parametrize("name", ALL)
def test_every_report_is_utf8_and_ends_in_a_newline(name: str, rich: ScanReport) -> None:
    text = formats.load(name).render(rich, CONTEXT)
    assert text.encode("utf-8").decode("utf-8").endswith("\n")


@pytest.mark.parametrize("name", ALL)
def test_rendering_twice_gives_the_same_text(name: str, rich: ScanReport) -> None:
    assert formats.load(name).render(rich, CONTEXT) == formats.load(name).render(rich, CONTEXT)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("which", ["rich", "empty", "incomplete", "good"])
def test_every_report_carries_the_coverage_line(
    name: str, which: str, request: pytest.FixtureRequest
) -> None:
    report: ScanReport = request.getfixturevalue(which)
    text = formats.load(name).render(report, CONTEXT)
    assert report.coverage.line() in plain(text)


@pytest.mark.parametrize("name", ALL)
def test_files_not_read_whole_appear_with_their_reason(name: str, rich: ScanReport) -> None:
    text = plain(formats.load(name).render(rich, CONTEXT))
    assert "half.py" in text
    assert "syntax error in lines 7 to 9" in text
    assert "not a regular file" in text


@pytest.mark.parametrize("name", ALL)
def test_an_incomplete_scan_is_told_from_a_good_one(
    name: str, incomplete: ScanReport, good: ScanReport
) -> None:
    text = plain(formats.load(name).render(incomplete, CONTEXT))
    assert "b.py" in text
    assert "no read permission" in text
    sentence = "but the scan is incomplete: 1 file was not or only partly analysed."
    assert sentence in text
    assert sentence not in plain(formats.load(name).render(good, CONTEXT))


@pytest.mark.parametrize("name", ALL)
def test_a_scan_of_nothing_says_so(name: str, empty: ScanReport) -> None:
    assert "No file was scanned" in formats.load(name).render(empty, CONTEXT)


@pytest.mark.parametrize("name", [name for name in ALL if name != "sarif"])
def test_hidden_findings_are_counted_and_shown_on_request(name: str, rich: ScanReport) -> None:
    renderer = formats.load(name)
    shut = renderer.render(rich, CONTEXT)
    opened = renderer.render(rich, replace(CONTEXT, show_suppressed=True))
    hidden_line = "checked, says"
    assert hidden_line not in plain(shut)
    assert hidden_line in plain(opened)
    if name not in {"json", "jsonl"}:  # their counts are fields, see test_report_document
        assert "Not counted: 1 suppressed, 1 known from the baseline." in plain(shut)


@pytest.mark.parametrize("name", [name for name in ALL if name not in ("json", "jsonl")])
def test_no_line_of_a_notebook_is_that_of_the_joined_code(name: str, good: ScanReport) -> None:
    for findings in ({}, {"suppression": None}):
        report = in_a_notebook(good)
        report = replace(report, findings=tuple(replace(f, **findings) for f in report.findings))
        text = formats.load(name).render(report, RenderContext(show_suppressed=True))
        assert re.findall(r"\b77[1-4]\b", text) == []
        assert "cell 3, line 2" in text
        assert "cell 3, line 3" in text


@pytest.mark.parametrize("name", ["text", "concise", "github", "gitlab", "markdown", "csv", "html"])
def test_a_comment_in_a_notebook_is_told_by_its_cell(name: str, good: ScanReport) -> None:
    text = formats.load(name).render(in_a_notebook(good), RenderContext(show_suppressed=True))
    assert "suppressed by weakspot comment in cell 3, line 1: ok" in text


@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_flagged_lines_in_a_notebook_are_told_by_their_cells(name: str, good: ScanReport) -> None:
    text = formats.load(name).render(in_a_notebook(good), RenderContext(show_suppressed=True))
    rows = [line for line in text.splitlines() if "a = b(c)" in line]
    assert any("cell 2, line 4" in row for row in rows)


@pytest.mark.parametrize("name", ["text", "concise", "github", "markdown", "junit", "csv", "html"])
def test_no_character_acts_on_a_terminal(name: str, rich: ScanReport) -> None:
    text = formats.load(name).render(rich, replace(CONTEXT, show_suppressed=True))
    acting = set(text) & {"\x1b", "\x07", "\x9b", "\u202e", "\u2028", "\u200b", "\udcff"}
    assert acting == set()


@pytest.mark.parametrize("name", ["json", "jsonl", "sarif", "gitlab"])
def test_json_formats_are_ascii(name: str, rich: ScanReport) -> None:
    assert formats.load(name).render(rich, CONTEXT).isascii()


@pytest.mark.parametrize("name", ALL)
def test_a_forged_line_never_starts_a_line(name: str, rich: ScanReport) -> None:
    lines = formats.load(name).render(rich, CONTEXT).splitlines()
    assert [line for line in lines if line.startswith(("::error file=x", "::warning::here"))] == []
