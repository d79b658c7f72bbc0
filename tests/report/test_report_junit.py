from xml.etree import ElementTree as ET

import pytest
from report_cases import HOSTILE_NAMES

from weakspot.core.report import ScanReport
from weakspot.report.junit import JunitFormat
from weakspot.report.neutral import visible
from weakspot.report.rendering import RenderContext


def suite(report: ScanReport, *, everything: bool = False) -> ET.Element:
    text = JunitFormat().render(report, RenderContext(show_suppressed=everything))
    found = ET.fromstring(text).find("testsuite")
    assert found is not None
    return found


def outcome(case: ET.Element) -> str:
    kinds = {"failure", "error", "skipped"} & {child.tag for child in case}
    return kinds.pop() if kinds else "passed"


def outcomes(report: ScanReport, *, everything: bool = False) -> dict[tuple[str, str], str]:
    return {
        (case.attrib["classname"], case.attrib["name"]): outcome(case)
        for case in suite(report, everything=everything).iter("testcase")
    }


def test_only_files_analysed_whole_and_without_finding_pass(rich: ScanReport) -> None:
    passed = [case for case, result in outcomes(rich).items() if result == "passed"]
    assert passed == [("clean.py", "analysed")]


def test_unread_files_are_errors(rich: ScanReport) -> None:
    told = {case for case, result in outcomes(rich).items() if result == "error"}
    assert told == {("half.py", "partly analysed"), ("fifo\\n|<i>.py", "not analysed")}


def test_every_hostile_name_is_a_failure_under_its_own_name(rich: ScanReport) -> None:
    failed = {path for (path, _), result in outcomes(rich).items() if result == "failure"}
    assert failed >= {visible(name) for name in HOSTILE_NAMES}


@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize("which", ["rich", "empty", "incomplete", "good"])
def test_the_counts_agree_with_the_cases(
    everything: bool, which: str, request: pytest.FixtureRequest
) -> None:
    found = suite(request.getfixturevalue(which), everything=everything)
    results = [outcome(case) for case in found.iter("testcase")]
    counted = {key: int(found.attrib[key]) for key in ("tests", "failures", "errors", "skipped")}
    assert counted == {
        "tests": len(results),
        "failures": results.count("failure"),
        "errors": results.count("error"),
        "skipped": results.count("skipped"),
    }


def test_silenced_findings_are_skipped_cases(rich: ScanReport) -> None:
    found = outcomes(rich, everything=True)
    skipped = {name for (_, name), result in found.items() if result == "skipped"}
    assert {name.rpartition(" ")[2] for name in skipped} == {"50", "60"}
