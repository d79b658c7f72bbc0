import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from report_cases import make_finding

from weakspot.core.report import Notice, ScanReport
from weakspot.report.gitlab import GitlabFormat
from weakspot.report.rendering import RenderContext

# The fields GitLab's documentation of Code Quality reports asks for, and the values it allows.
ISSUES = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^/]"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def issues(report: ScanReport, *, everything: bool = False) -> list[dict[str, Any]]:
    text = GitlabFormat().render(report, RenderContext(show_suppressed=everything))
    found: list[dict[str, Any]] = json.loads(text)
    return found


@pytest.mark.parametrize("which", ["rich", "empty", "incomplete", "good"])
def test_issues_have_the_fields_gitlab_asks_for(which: str, request: pytest.FixtureRequest) -> None:
    found = issues(request.getfixturevalue(which), everything=True)
    assert [e.message for e in Draft202012Validator(ISSUES).iter_errors(found)] == []


def test_findings_and_unread_files_are_issues(rich: ScanReport) -> None:
    told = {
        (issue["check_name"], issue["location"]["path"], issue["severity"])
        for issue in issues(rich, everything=True)
    }
    assert told >= {
        ("CWE-89", "shop/orders.py", "blocker"),
        ("CWE-209", "shop/orders.py", "minor"),
        ("CWE-327", "shop/orders.py", "info"),  # known from the baseline
        ("not-analysed", "fifo\\n|<i>.py", "major"),
        ("partly-analysed", "half.py", "minor"),
    }


def test_equal_code_in_two_files_is_two_issues(rich: ScanReport) -> None:
    same = [make_finding(path) for path in ("a.py", "b.py", "c/a.py")]
    both = replace(rich, findings=(*rich.findings, *same))
    prints = [issue["fingerprint"] for issue in issues(both, everything=True)]
    assert len(set(prints)) == len(prints)


def test_a_place_in_a_notebook_is_a_line_of_its_file(rich: ScanReport) -> None:
    path = "notebooks/load.ipynb"
    report = replace(rich, notices=(Notice("kind", path, 9, "unused"),))
    told = [issue for issue in issues(report) if issue["location"]["path"] == path]
    assert [issue["location"]["lines"]["begin"] for issue in told] == [31, 1]
    assert "cell 3, line 2" in told[0]["description"]
    assert told[1]["description"].endswith("unused (line 9 of the code of all cells)")


def test_the_account_returns_only_when_the_verdict_changes(
    incomplete: ScanReport, good: ScanReport
) -> None:
    first = issues(incomplete)[-1]["fingerprint"]
    assert first == issues(replace(incomplete, threshold=0.9))[-1]["fingerprint"]
    assert first != issues(good)[-1]["fingerprint"]
