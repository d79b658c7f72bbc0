import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from report_cases import HOSTILE_NAMES, MAIN, make_finding

from weakspot.core.finding import Counterfactual, FlaggedLine, Step
from weakspot.core.report import ScanReport
from weakspot.report.markdown import MarkdownFormat, code, text
from weakspot.report.neutral import visible
from weakspot.report.rendering import RenderContext

PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")


def tokens(source: str) -> list[tuple[str, str]]:
    found = []
    for token in PARSER.parse(source):
        found.append((token.type, token.content))
        found += [(child.type, child.content) for child in token.children or ()]
    return found


def test_nothing_hostile_becomes_markup(rich: ScanReport) -> None:
    source = MarkdownFormat().render(rich, RenderContext(show_suppressed=True))
    kinds = {kind for kind, _ in tokens(source)}
    assert kinds & {"html_block", "html_inline", "link_open", "image", "hr"} == set()


def test_hostile_names_are_code_and_whole(rich: ScanReport) -> None:
    source = MarkdownFormat().render(rich, RenderContext())
    codes = {content for kind, content in tokens(source) if kind == "code_inline"}
    headings = {visible(name) for name in HOSTILE_NAMES}
    assert codes >= headings


def test_every_table_row_has_all_its_cells(rich: ScanReport) -> None:
    source = MarkdownFormat().render(rich, RenderContext())
    html = PARSER.render(source)
    for table in re.findall("<table>.*?</table>", html, re.DOTALL):
        columns = table.count("<th>")
        assert {row.count("<td>") for row in re.findall("<tr>.*?</tr>", table, re.DOTALL)} == {
            0,
            columns,
        }
    assert "half.py" in html


def test_a_fence_in_the_code_does_not_end_the_block(rich: ScanReport) -> None:
    finding = make_finding(MAIN, lines=(FlaggedLine(3, 0.9, "x = '````'"),))
    source = MarkdownFormat().render(replace(rich, findings=(finding,)), RenderContext())
    blocks = [content for kind, content in tokens(source) if kind == "fence"]
    assert blocks == ["3: x = '````'\n"]


def test_addresses_in_what_is_quoted_are_no_links(rich: ScanReport) -> None:
    """Code hosts make links of bare addresses in text, but not in code."""
    there = "https://evil.example"
    finding = make_finding(
        MAIN,
        lines=(FlaggedLine(3, 0.9, f"get('{there}')"),),
        trace=(Step(2, f"untrusted: get('{there}')", f"{there}/a.py"),),
        counterfactual=Counterfactual(3, "get()", f"get('{there}', verify=True)", 0.1),
    )
    source = MarkdownFormat().render(replace(rich, findings=(finding,)), RenderContext())
    found = tokens(source)
    quoted = [content for kind, content in found if kind == "code_inline" and there in content]
    assert quoted == [
        f"get('{there}', verify=True)",
        f"{there}/a.py line 2",
        f"untrusted: get('{there}')",
    ]
    assert [content for kind, content in found if kind == "text" and there in content] == []


@pytest.mark.parametrize("words", ["a`b", "``", "`x`", " lead", "x|y", "", "\n", "a``b`"])
def test_a_code_span_holds_its_words(words: str) -> None:
    spans = [c for kind, c in tokens(code(words, in_table=False)) if kind == "code_inline"]
    assert [span.strip() for span in spans] == [visible(words).strip()]


@pytest.mark.parametrize(
    "words", ["<b>", "[a](b)", "*a*", "_a_", "`a`", "![x](y)", "&lt;", "~~a~~"]
)
def test_escaped_text_shows_as_it_is(words: str) -> None:
    shown = "".join(content for kind, content in tokens(text(words)) if kind.startswith("text"))
    assert shown == words


def test_a_mention_is_broken() -> None:
    assert "@someone" not in text("@someone").replace("\\@", "")
