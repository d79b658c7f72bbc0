from dataclasses import replace

import pytest
from report_cases import MAIN, make_finding

from weakspot.core.finding import Suppression
from weakspot.core.report import FileOutcome, FileStatus, Filters, ScanReport
from weakspot.report import wording
from weakspot.report.rendering import RenderContext
from weakspot.report.selection import select


@pytest.mark.parametrize(
    ("probability", "shown"),
    [(0.0, "1 %"), (0.004, "1 %"), (0.834, "83 %"), (0.995, "99 %"), (1.0, "99 %")],
)
def test_a_percentage_never_claims_certainty(probability: float, shown: str) -> None:
    assert wording.per_cent(probability) == shown


def test_evidence_in_a_notebook_is_told_by_its_cell(rich: ScanReport) -> None:
    (finding,) = (one for one in rich.findings if one.cell)
    assert [wording.step_place(step) for step in finding.trace] == ["cell 2, line 1", "a.py line 2"]
    assert "with `safe(a)` in cell 3, line 2, the model says" in wording.tried(finding)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One. Two.", "One."),
        ("Say, e.g. This one. Two.", "Say, e.g. This one."),
        ("Only\n one", "Only one"),
        ("Calls `a.b. c`. Two.", "Calls `a.b. c`."),
    ],
)
def test_the_first_sentence(text: str, first: str) -> None:
    assert wording.first_sentence(text) == first


def test_a_cwe_goes_by_its_short_name() -> None:
    assert wording.cwe_name("CWE-89") == "SQL Injection"
    assert wording.cwe_name("CWE-209").startswith("Generation of Error Message")


def test_other_cwes_come_by_falling_probability() -> None:
    assert wording.alternatives(make_finding(MAIN)) == ("CWE-22 Path Traversal (12 %)",)


def test_the_state_names_the_comment_and_its_reason() -> None:
    finding = make_finding(MAIN, suppression=Suppression("nosec", 7, ""))
    assert wording.state(finding) == "suppressed by nosec comment in line 7"
    assert wording.state(make_finding(MAIN)) == ""


def test_a_file_without_a_reason_is_not_passed_over() -> None:
    outcome = FileOutcome("a.py", FileStatus.NOT)
    assert wording.reasons(outcome) == "no reason was given"


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        (Filters(select=("CWE-89", "78")), " (looked for: only CWE-89 78)."),
        (Filters(select=tuple("1234567")), " (looked for: only 7 CWEs or groups)."),
        (Filters(ignore=("xss",), below=1), " (looked for: not xss); 1 below the chosen"),
        (Filters(per_file=True), " (looked for: less in files with per-file-ignores)."),
        (Filters(below=2), "; 2 below the chosen severity or confidence are not shown."),
    ],
)
def test_the_verdict_tells_what_filters_hide(
    good: ScanReport, rich: ScanReport, filters: Filters, told: str
) -> None:
    verdict = wording.verdict(replace(good, filters=filters), select(good, RenderContext()))
    assert verdict.startswith(f"No finding at or above the threshold of 0.62{told}")
    verdict = wording.verdict(replace(rich, filters=filters), select(rich, RenderContext()))
    assert told.rstrip(".") in verdict


def test_the_verdict_never_calls_unread_code_sound(
    rich: ScanReport, empty: ScanReport, incomplete: ScanReport, good: ScanReport
) -> None:
    def verdict(report: ScanReport) -> str:
        return wording.verdict(report, select(report, RenderContext()))

    assert verdict(good) == "No finding at or above the threshold of 0.62."
    assert verdict(incomplete) == (
        "No finding at or above the threshold of 0.62, but the scan is incomplete: "
        "1 file was not or only partly analysed."
    )
    assert verdict(empty) == "No file was scanned, so nothing can be said."
    assert verdict(rich).endswith("there may be more: 2 files were not or only partly analysed.")
