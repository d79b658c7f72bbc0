"""Reads a JSON report back into a `ScanReport`, to render it again in another format."""

import json
from os import fsdecode
from typing import Any
from urllib.parse import unquote_to_bytes

from weakspot.core.errors import DataError
from weakspot.core.finding import (
    Cell,
    Counterfactual,
    CweScore,
    Finding,
    FlaggedLine,
    Severity,
    Step,
    Suppression,
)
from weakspot.core.report import (
    Coverage,
    FileOutcome,
    FileStatus,
    Filters,
    ModelIdentity,
    Notice,
    ScanReport,
)
from weakspot.core.span import Span
from weakspot.report.document import FORMAT, VERSION, Json


def parse(text: str) -> ScanReport:
    """Return the report that the `json` format wrote as `text`.

    Findings that the document leaves out (suppressed and known ones, by default) stay out.

    Raises:
        DataError: `text` is not such a document, or of another version.
    """
    try:
        document = json.loads(text)
        if document["format"] != FORMAT or document["version"] != VERSION:
            raise DataError(
                f"not a {FORMAT} of version {VERSION}",
                hint="make one with: weakspot scan --format json --output report.json",
            )
        return _report(document)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(f"not a {FORMAT} document: {type(error).__name__}: {error}") from error


def _report(document: Json) -> ScanReport:
    model = document["model"]
    findings = tuple(_finding(row) for row in document["findings"])
    return ScanReport(
        tool_version=document["tool"]["version"],
        model=ModelIdentity(model["name"], model["version"], model["digest"]),
        threshold=document["threshold"],
        findings=findings,
        coverage=Coverage(tuple(_file(row) for row in document["coverage"]["files"])),
        notices=tuple(
            Notice(row["kind"], _path(row), row["line"], row["message"], _cell(row))
            for row in document["notices"]
        ),
        filters=_filters(document.get("filters")),
        # Documents of the first versions tell it by their known findings alone.
        has_baseline=document.get("has_baseline", any(one.in_baseline for one in findings)),
    )


def _filters(row: Json | None) -> Filters:
    if row is None:  # not in documents of the first versions
        return Filters()
    return Filters(tuple(row["select"]), tuple(row["ignore"]), row["per_file"], row["below"])


def _finding(row: Json) -> Finding:
    silenced = row["suppression"]
    tried = row.get("counterfactual")  # not in documents of the first versions
    return Finding(
        cwe=row["cwe"],
        path=_path(row),
        span=_span(row["span"]),
        unit=row["unit"]["name"],
        unit_span=_span(row["unit"]["span"]),
        probability=row["probability"],
        severity=Severity[row["severity"].upper()],
        lines=tuple(FlaggedLine(f["line"], f["score"], f["text"], _cell(f)) for f in row["lines"]),
        cwes=tuple(CweScore(score["id"], score["probability"]) for score in row["cwes"]),
        fingerprint=row["fingerprint"],
        is_test=row["is_test"],
        cell=_cell(row),
        suppression=silenced
        and Suppression(silenced["kind"], silenced["line"], silenced["reason"], _cell(silenced)),
        in_baseline=row["in_baseline"],
        mechanism=row.get("mechanism", ""),
        trace=tuple(_step(step, _path(row)) for step in row.get("trace", ())),
        counterfactual=tried
        and Counterfactual(
            tried["line"], tried["now"], tried["instead"], tried["probability"], _cell(tried)
        ),
    )


def _file(row: Json) -> FileOutcome:
    return FileOutcome(
        path=_path(row),
        status=FileStatus(row["status"]),
        lines=row["lines"],
        units=row["units"],
        skipped_units=row["skipped_units"],
        reasons=tuple(row["reasons"]),
    )


def _step(row: Json, own: str) -> Step:
    path = _path(row) if "uri" in row else own
    return Step(row["line"], row["what"], "" if path == own else path, _cell(row))


def _cell(row: Json) -> Cell | None:
    cell = row.get("cell")  # only findings have one in documents of the first versions
    return cell and Cell(cell["number"], cell["line"], cell.get("file_line", 1))


def _path(row: dict[str, Any]) -> str:
    return fsdecode(unquote_to_bytes(row["uri"]))


def _span(row: Json) -> Span:
    return Span(row["start_line"], row["start_column"], row["end_line"], row["end_column"])
