import re
from dataclasses import replace

import pytest
from report_cases import HOSTILE_NAMES

from weakspot.core.report import Notice, ScanReport
from weakspot.report.github import GithubFormat
from weakspot.report.neutral import visible
from weakspot.report.rendering import RenderContext

COMMAND = re.compile(r"::(?P<name>[a-z]+) (?P<properties>[^:]*)::(?P<message>.*)")


def unescape(text: str) -> str:
    """Do what the runner does, in its order: the percent sign last."""
    for escaped, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escaped, char)
    return text


def commands(report: ScanReport, *, everything: bool = False) -> list[tuple[str, dict[str, str]]]:
    text = GithubFormat().render(report, RenderContext(show_suppressed=everything))
    found = []
    for line in text.splitlines():
        match = COMMAND.fullmatch(line)
        assert match is not None, line
        pairs = (pair.partition("=") for pair in match["properties"].split(","))
        properties = {key: unescape(value) for key, _, value in pairs}
        found.append((match["name"], {**properties, "message": unescape(match["message"])}))
    return found


def test_every_line_is_one_command_with_our_properties(rich: ScanReport) -> None:
    known = {"file", "line", "endLine", "col", "endColumn", "title", "message"}
    assert {key for _, properties in commands(rich) for key in properties} <= known


def test_names_come_through_as_text(rich: ScanReport) -> None:
    files = {properties.get("file") for _, properties in commands(rich)}
    assert files >= {visible(name) for name in HOSTILE_NAMES}


def test_the_level_follows_the_severity(rich: ScanReport) -> None:
    levels = {
        int(properties["line"]): name
        for name, properties in commands(rich, everything=True)
        if properties.get("file") == "shop/orders.py"
    }
    assert levels == {6: "error", 40: "notice", 50: "notice", 60: "notice", 9: "notice"}


def test_unread_files_are_warnings(rich: ScanReport) -> None:
    told = [
        (name, properties["file"])
        for name, properties in commands(rich)
        if "analysed" in properties["title"]
    ]
    assert told == [("warning", "fifo\\n|<i>.py"), ("warning", "half.py")]


def test_places_in_notebooks_are_lines_of_their_file(rich: ScanReport) -> None:
    path = "notebooks/load.ipynb"
    notices = (Notice("kind", path, 9, "unused"), Notice("kind", "a.py", 0, "unused"))
    found = commands(replace(rich, notices=notices), everything=True)
    told = [
        {key: properties.get(key) for key in ("file", "line", "col", "endLine", "message")}
        for _, properties in found
        if properties.get("file") == path
    ]
    assert told == [
        {"file": path, "line": "31", "col": None, "endLine": None, "message": told[0]["message"]},
        {
            "file": path,
            "line": "1",
            "col": None,
            "endLine": None,
            "message": "unused (line 9 of the code of all cells)",
        },
    ]
    assert "cell 3, line 2" in (told[0]["message"] or "")


@pytest.mark.parametrize(
    ("which", "level"),
    [("good", "notice"), ("incomplete", "warning"), ("empty", "warning")],
)
def test_the_summary_warns_unless_all_was_read(
    which: str, level: str, request: pytest.FixtureRequest
) -> None:
    assert commands(request.getfixturevalue(which))[-1][0] == level
