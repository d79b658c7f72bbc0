import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator
from report_cases import HOSTILE_NAMES, in_a_notebook

from weakspot.core.errors import DataError
from weakspot.core.report import Filters, ScanReport
from weakspot.report.document import JsonFormat, JsonLinesFormat, schema
from weakspot.report.reading import parse
from weakspot.report.rendering import RenderContext

CONTEXT = RenderContext()
EVERYTHING = RenderContext(show_suppressed=True)
REPORTS = pytest.mark.parametrize("which", ["rich", "empty", "incomplete", "good"])


def errors(instance: object, of: dict[str, object]) -> list[str]:
    Draft202012Validator.check_schema(of)
    return [error.message for error in Draft202012Validator(of).iter_errors(instance)]


def record_schema() -> dict[str, object]:
    whole = schema()
    return {"$defs": whole["$defs"], "$ref": "#/$defs/record"}


@REPORTS
def test_the_document_keeps_to_its_schema(which: str, request: pytest.FixtureRequest) -> None:
    text = JsonFormat().render(request.getfixturevalue(which), EVERYTHING)
    assert errors(json.loads(text), schema()) == []


@REPORTS
def test_every_record_keeps_to_its_schema(which: str, request: pytest.FixtureRequest) -> None:
    text = JsonLinesFormat().render(request.getfixturevalue(which), EVERYTHING)
    records = [json.loads(line) for line in text.splitlines()]
    assert [errors(record, record_schema()) for record in records] == [[]] * len(records)
    assert (records[0]["type"], records[-1]["type"]) == ("run", "summary")


def test_the_schema_refuses_what_the_document_never_says(rich: ScanReport) -> None:
    document = json.loads(JsonFormat().render(rich, EVERYTHING))
    document["findings"][0]["severity"] = "dire"
    assert errors(document, schema()) != []
    document = json.loads(JsonFormat().render(rich, EVERYTHING))
    del document["coverage"]["files"][0]["reasons"]
    assert errors(document, schema()) != []


def test_filters_come_back_and_old_documents_have_none(good: ScanReport) -> None:
    filtered = replace(good, filters=Filters(("CWE-89",), ("xss",), True, 3))
    text = JsonFormat().render(filtered, EVERYTHING)
    assert parse(text) == filtered
    old = json.loads(text)
    del old["filters"]
    assert errors(old, schema()) == []
    assert parse(json.dumps(old)) == good


def test_old_documents_tell_a_baseline_by_what_is_known(rich: ScanReport) -> None:
    text = JsonFormat().render(rich, EVERYTHING)
    assert parse(text).has_baseline
    old = json.loads(text)
    del old["has_baseline"]
    assert errors(old, schema()) == []
    assert parse(json.dumps(old)).has_baseline
    old["findings"] = [row for row in old["findings"] if not row["in_baseline"]]
    assert not parse(json.dumps(old)).has_baseline


def test_findings_are_ordered_by_place_and_unshown_ones_counted(rich: ScanReport) -> None:
    document = json.loads(JsonFormat().render(rich, CONTEXT))
    places = [(f["path"], f["span"]["start_line"]) for f in document["findings"]]
    assert len(places) == len(rich.active)
    assert [p for p in places if p[0] == "tests/test_shop.py"] == [("tests/test_shop.py", 12)]
    assert document["summary"]["suppressed"] == 1
    assert document["summary"]["baseline"] == 1
    assert document["summary"]["by_severity"] == {"critical": 10, "high": 1, "low": 1}
    assert document["coverage"]["is_complete"] is False


def test_records_and_document_tell_the_same(rich: ScanReport) -> None:
    document = json.loads(JsonFormat().render(rich, CONTEXT))
    lines = JsonLinesFormat().render(rich, CONTEXT).splitlines()
    records = [json.loads(line) for line in lines]

    def of(kind: str) -> list[object]:
        return [
            {key: value for key, value in record.items() if key != "type"}
            for record in records
            if record["type"] == kind
        ]

    assert of("finding") == document["findings"]
    assert of("file") == document["coverage"]["files"]
    assert of("notice") == document["notices"]


@REPORTS
def test_reading_a_document_gives_the_report_back(
    which: str, request: pytest.FixtureRequest
) -> None:
    report: ScanReport = request.getfixturevalue(which)
    assert parse(JsonFormat().render(report, EVERYTHING)) == report


def test_lines_in_notebooks_have_their_cells_and_come_back(good: ScanReport) -> None:
    report = in_a_notebook(good)
    text = JsonFormat().render(report, EVERYTHING)
    assert parse(text) == report
    document = json.loads(text)
    assert errors(document, schema()) == []
    (row,), (notice,) = document["findings"], document["notices"]
    cells = [row["suppression"]["cell"], *(one["cell"] for one in row["lines"]), notice["cell"]]
    assert [(one["number"], one["line"]) for one in cells] == [(3, 1), (3, 2), (2, 4), (3, 3)]
    assert [one["file_line"] for one in cells] == [30, 31, 25, 32]


def test_reading_keeps_names_that_are_not_utf8(rich: ScanReport) -> None:
    again = parse(JsonFormat().render(rich, CONTEXT))
    assert {finding.path for finding in again.findings} >= set(HOSTILE_NAMES)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{}", "{", '{"format": "weakspot-report"}', "[" * 100_000],
    ids=["nothing", "array", "null", "object", "cut", "part", "deep"],
)
def test_what_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="not a weakspot-report"):
        parse(text)


def test_another_version_is_refused(good: ScanReport) -> None:
    document = json.loads(JsonFormat().render(good, CONTEXT))
    with pytest.raises(DataError, match="version 1"):
        parse(json.dumps({**document, "version": 2}))


def test_probabilities_are_exact(good: ScanReport) -> None:
    report = replace(good, threshold=0.1 + 0.2)
    assert json.loads(JsonFormat().render(report, CONTEXT))["threshold"] == 0.1 + 0.2
