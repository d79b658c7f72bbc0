"""The page is parsed as a browser does; what a hostile name could inject would show as a tag."""

import re
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from report_cases import HOSTILE_NAMES, MAIN, SOURCES, make_finding

from weakspot.core.finding import Cell, FlaggedLine
from weakspot.core.report import Filters, ScanReport
from weakspot.report import page_source
from weakspot.report.neutral import visible
from weakspot.report.page import HtmlFormat
from weakspot.report.rendering import RenderContext

CONTEXT = RenderContext(show_suppressed=True, sources=SOURCES.get)
VOID = {"meta", "input", "rect", "circle"}


class Page(HTMLParser):
    """Collects elements with their attributes, and the text inside each kind of element."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.others: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.texts[tag][-1] += data

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def attributes(self) -> set[tuple[str, str]]:
        return {(tag, name) for tag, attrs in self.elements for name in attrs}

    def values(self, name: str) -> list[str]:
        return [attrs[name] or "" for _, attrs in self.elements if name in attrs]


def page(report: ScanReport, context: RenderContext = CONTEXT) -> Page:
    return Page(HtmlFormat().render(report, context))


def tame(report: ScanReport) -> ScanReport:
    """Return `report` with every string a file could choose replaced by a harmless one."""
    names = {name: f"tame{index}.py" for index, name in enumerate(HOSTILE_NAMES)}
    findings = tuple(
        replace(
            finding,
            path=names.get(finding.path, finding.path),
            lines=tuple(replace(line, text="    os.system(name)") for line in finding.lines),
        )
        for finding in report.findings
    )
    return replace(report, findings=findings)


def test_the_file_of_a_notebook_is_no_source_of_its_code() -> None:
    finding = make_finding(
        "n.ipynb", 3, cell=Cell(2, 1, 9), lines=(FlaggedLine(3, 0.9, "}", Cell(2, 1, 9)),)
    )
    rows = page_source.source_lines(finding, ["{", '"cells": [', "}"])
    assert [row.place for row in rows] == ["cell 2, line 1"]


def test_hostile_input_adds_no_element_and_no_attribute(rich: ScanReport) -> None:
    hostile, harmless = page(rich), page(tame(rich), replace(CONTEXT, sources=lambda path: None))
    rows = {"tr", "td", "code", "mark"}  # the tame page has no source, so fewer rows

    def count(of: Page) -> Counter[str]:
        return Counter(tag for tag, _ in of.elements if tag not in rows)

    assert count(hostile) == count(harmless)
    assert hostile.attributes() == harmless.attributes()


@pytest.mark.parametrize("which", ["rich", "empty", "incomplete", "good"])
def test_the_page_is_balanced_and_without_comments(
    which: str, request: pytest.FixtureRequest
) -> None:
    found = page(request.getfixturevalue(which))
    assert (found.open, found.unbalanced, found.others) == ([], [], [])


def test_no_attribute_runs_code_or_styles(rich: ScanReport) -> None:
    names = {name for _, name in page(rich).attributes()}
    assert {name for name in names if name.startswith("on")} | (names & {"style", "src"}) == set()


def test_links_lead_inside_the_page_or_to_the_catalogue(rich: ScanReport) -> None:
    pattern = re.compile(r"#[a-z0-9]+|https://cwe\.mitre\.org/data/definitions/[0-9]+\.html")
    assert [uri for uri in page(rich).values("href") if not pattern.fullmatch(uri)] == []


def test_anchors_are_unique_and_met_by_their_links(rich: ScanReport) -> None:
    found = page(rich)
    ids = found.values("id")
    assert len(ids) == len(set(ids))
    assert {uri[1:] for uri in found.values("href") if uri.startswith("#")} <= set(ids)


def test_the_policy_allows_exactly_the_style_and_script_of_the_page(rich: ScanReport) -> None:
    found = page(rich)
    (policy,) = (
        attrs["content"] or ""
        for _, attrs in found.elements
        if attrs.get("http-equiv") == "Content-Security-Policy"
    )

    def digest(tag: str) -> str:
        (text,) = found.texts[tag]
        return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src {digest('style')}",
        f"script-src {digest('script')}",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_the_policy_stands_before_what_it_rules(rich: ScanReport) -> None:
    tags = [tag for tag, _ in page(rich).elements]
    policies = [
        index
        for index, (_, attrs) in enumerate(page(rich).elements)
        if attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policies[0] < tags.index("style") < tags.index("script")


def test_hostile_names_are_readable_text(rich: ScanReport) -> None:
    headings = " ".join(page(rich).texts["h2"])
    assert [name for name in HOSTILE_NAMES if visible(name) not in headings] == []


def test_the_source_around_a_finding_is_shown_and_its_place_marked(rich: ScanReport) -> None:
    found = page(rich)
    codes = found.texts["code"]
    assert "def find(db, name):" in codes  # not flagged, so it comes from the source
    marks = found.texts["mark"]
    assert "cursor.execute(f\"SELECT * FROM orders WHERE name = '{name}'\")" in marks


def test_a_source_is_cut_into_lines_once(rich: ScanReport, monkeypatch: pytest.MonkeyPatch) -> None:
    cut: list[str | None] = []

    class Ends:
        def split(self, source: str) -> list[str]:
            cut.append(source)
            return source.split("\n")

    monkeypatch.setattr(page_source, "_LINE_END", Ends())
    findings = tuple(make_finding(MAIN, line) for line in range(1, 9))
    report = replace(rich, findings=findings)
    HtmlFormat().render(report, RenderContext(sources=SOURCES.get))
    assert cut == [SOURCES[MAIN]]


def test_a_source_that_changed_since_is_not_shown(rich: ScanReport) -> None:
    changed = {MAIN: "# other\n" + SOURCES[MAIN]}
    codes = page(rich, replace(CONTEXT, sources=changed.get)).texts["code"]
    assert "def find(db, name):" not in codes
    assert [code for code in codes if "cursor.execute(" in code] != []


def test_a_flagged_text_may_be_the_beginning_of_a_very_long_line(rich: ScanReport) -> None:
    line = "x = [" + "1, " * 5000 + "]"
    finding = make_finding("a.py", 2)
    flagged = replace(finding.lines[0], text=line[:500])
    report = replace(rich, findings=(replace(finding, lines=(flagged,)),))
    found = page(report, replace(CONTEXT, sources=lambda path: f"first = 1\n{line}\n"))
    assert "first = 1" in found.texts["code"]
    assert max(map(len, found.texts["code"])) < 500


def test_a_long_unit_is_shown_around_its_flagged_lines_only(rich: ScanReport) -> None:
    rows = [f"x{n} = {n}" for n in range(1, 301)]
    rows[149] = make_finding("a.py").lines[0].text
    finding = make_finding("a.py", 150)
    finding = replace(finding, unit_span=replace(finding.span, start_line=1, end_line=300))
    report = replace(rich, findings=(finding,))
    codes = page(report, replace(CONTEXT, sources=lambda path: "\r\n".join(rows))).texts["code"]
    assert [code for code in codes if code.startswith("x")] == [
        f"x{n} = {n}" for n in (*range(146, 150), *range(151, 155))
    ]


def test_every_file_has_its_row_in_the_coverage_table(rich: ScanReport) -> None:
    cells = page(rich).texts["td"]
    assert [f.path for f in rich.coverage.files if visible(f.path) not in cells] == []


def test_without_scripts_the_filters_are_hidden_and_all_findings_shown(rich: ScanReport) -> None:
    hidden = [tag for tag, attrs in page(rich).elements if "hidden" in attrs]
    assert hidden == ["form", "p"]


@pytest.mark.parametrize(
    ("which", "look"),
    [("good", "good"), ("incomplete", "open"), ("empty", "open"), ("rich", "bad")],
)
def test_only_a_complete_scan_without_findings_looks_good(
    which: str, look: str, request: pytest.FixtureRequest
) -> None:
    classes = page(request.getfixturevalue(which)).values("class")
    assert [name for name in classes if name.startswith("verdict")] == [f"verdict {look}"]


def test_a_page_with_findings_left_out_does_not_look_good(good: ScanReport) -> None:
    assert "verdict good" in page(good).values("class")
    left_out = replace(good, filters=Filters(below=1))
    assert "verdict open" in page(left_out).values("class")
