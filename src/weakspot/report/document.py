"""The report as JSON, for programs: one document (json) or one record a line (jsonl).

The shape is versioned and has a JSON Schema beside this module. Within one version fields are
added, never renamed or removed, so a reader skips fields that it does not know. `reading.py`
turns a document back into a report.
"""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from weakspot.core.finding import Cell, Finding
from weakspot.core.report import FileOutcome, Notice, ScanReport
from weakspot.core.span import Span
from weakspot.report import wording
from weakspot.report.neutral import path_uri, well_formed
from weakspot.report.rendering import RenderContext
from weakspot.report.selection import select, severity_counts

FORMAT = "weakspot-report"
VERSION = 1

Json = dict[str, Any]


def schema() -> Json:
    """Return the JSON Schema (2020-12) of the document; `$defs/record` is one line of jsonl."""
    text = files("weakspot.report").joinpath("schema/report-v1.json").read_text("utf-8")
    loaded: Json = json.loads(text)
    return loaded


class JsonFormat:
    """The whole report as one indented JSON document."""

    name = "json"

    def render(self, report: ScanReport, context: RenderContext) -> str:
        """Return the document; ASCII only, so that no name can act on a terminal."""
        chosen = select(report, context)
        document = {
            **_head(report),
            "summary": _summary(report, context),
            "findings": [_finding(f) for f in _in_order(chosen.shown)],
            "coverage": {
                **_coverage(report),
                "files": [_file(outcome) for outcome in report.coverage.files],
            },
            "notices": [_notice(notice) for notice in report.notices],
        }
        return json.dumps(document, indent=2) + "\n"


class JsonLinesFormat:
    """The report as records, one a line, each with its `type`; the summary comes last."""

    name = "jsonl"

    def render(self, report: ScanReport, context: RenderContext) -> str:
        """Return the lines; a text without a last `summary` record was cut short."""
        return "".join(json.dumps(r) + "\n" for r in _records(report, context))


def _records(report: ScanReport, context: RenderContext) -> Iterator[Json]:
    yield {"type": "run", **_head(report)}
    for finding in _in_order(select(report, context).shown):
        yield {"type": "finding", **_finding(finding)}
    for outcome in report.coverage.files:
        yield {"type": "file", **_file(outcome)}
    for notice in report.notices:
        yield {"type": "notice", **_notice(notice)}
    yield {"type": "summary", **_summary(report, context), "coverage": _coverage(report)}


def _in_order(findings: tuple[Finding, ...]) -> list[Finding]:
    """Undo the parting into code and tests: programs get one list ordered by place."""
    return sorted(findings, key=lambda f: (f.path, f.span, f.cwe))


def _head(report: ScanReport) -> Json:
    return {
        "format": FORMAT,
        "version": VERSION,
        "tool": {"name": "weakspot", "version": report.tool_version},
        "model": {
            "name": well_formed(report.model.name),
            "version": well_formed(report.model.version),
            "digest": well_formed(report.model.digest),
        },
        "threshold": report.threshold,
        "filters": {
            "select": list(report.filters.select),
            "ignore": list(report.filters.ignore),
            "per_file": report.filters.per_file,
            "below": report.filters.below,
        },
        "has_baseline": report.has_baseline,
    }


def _summary(report: ScanReport, context: RenderContext) -> Json:
    chosen = select(report, context)
    return {
        "text": wording.verdict(report, chosen),
        "active": len(report.active),
        "suppressed": chosen.suppressed,
        "baseline": chosen.known,
        "by_severity": {s.label: n for s, n in severity_counts(report.active)},
    }


def _finding(finding: Finding) -> Json:
    silenced, tried = finding.suppression, finding.counterfactual
    return {
        "cwe": finding.cwe,
        "name": wording.cwe_name(finding.cwe),
        "severity": finding.severity.label,
        "probability": finding.probability,
        "confidence": finding.confidence.label,
        **_path(finding.path),
        "span": _span(finding.span),
        "unit": {"name": well_formed(finding.unit), "span": _span(finding.unit_span)},
        "cell": _cell(finding.cell),
        "lines": [
            {
                "line": flagged.line,
                "score": flagged.score,
                "text": well_formed(flagged.text),
                "cell": _cell(flagged.cell),
            }
            for flagged in finding.lines
        ],
        "cwes": [{"id": score.cwe, "probability": score.probability} for score in finding.cwes],
        "trace": [
            {
                **_path(step.path or finding.path),
                "line": step.line,
                "what": well_formed(step.what),
                "cell": _cell(step.cell),
            }
            for step in finding.trace
        ],
        "counterfactual": tried
        and {
            "line": tried.line,
            "now": well_formed(tried.now),
            "instead": well_formed(tried.instead),
            "probability": tried.probability,
            "cell": _cell(tried.cell),
        },
        "mechanism": well_formed(finding.mechanism),
        "reason": wording.why(finding),
        "remediation": wording.fix(finding),
        "fingerprint": finding.fingerprint,
        "is_test": finding.is_test,
        "in_baseline": finding.in_baseline,
        "suppression": silenced
        and {
            "kind": silenced.kind,
            "line": silenced.line,
            "reason": well_formed(silenced.reason),
            "cell": _cell(silenced.cell),
        },
    }


def _cell(cell: Cell | None) -> Json | None:
    if cell is None:
        return None
    return {"number": cell.number, "line": cell.line, "file_line": cell.file_line}


def _path(path: str) -> Json:
    # `path` is for eyes; `uri` is exact also for names that are not UTF-8.
    return {"path": well_formed(path), "uri": path_uri(path)}


def _span(span: Span) -> Json:
    return {
        "start_line": span.start_line,
        "start_column": span.start_column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _coverage(report: ScanReport) -> Json:
    return {"text": report.coverage.line(), "is_complete": report.coverage.is_complete}


def _file(outcome: FileOutcome) -> Json:
    return {
        **_path(outcome.path),
        "status": outcome.status.value,
        "lines": outcome.lines,
        "units": outcome.units,
        "skipped_units": outcome.skipped_units,
        "reasons": [well_formed(reason) for reason in outcome.reasons],
    }


def _notice(notice: Notice) -> Json:
    return {
        "kind": well_formed(notice.kind),
        **_path(notice.path),
        "line": notice.line,
        "message": well_formed(notice.message),
        "cell": _cell(notice.cell),
    }
