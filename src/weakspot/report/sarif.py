"""SARIF 2.1.0 (OASIS), which code hosts and editors read; section numbers refer to its text.

Suppressed findings are always listed, with their suppression (§3.35), and known ones with a
baseline state (§3.27.24): SARIF's readers hide them themselves. Everything that was not or only
partly analysed is a notification of the run (§3.20.21), and the run is then not `successful`.
"""

import json
from collections.abc import Iterator

from weakspot.core.finding import Cell, Finding, FlaggedLine, Step
from weakspot.core.report import FileOutcome, FileStatus, ScanReport
from weakspot.core.span import Span
from weakspot.report import wording
from weakspot.report.document import Json
from weakspot.report.neutral import path_uri, visible, well_formed
from weakspot.report.rendering import RenderContext
from weakspot.report.sarif_rules import LEVELS, rules_of, taxonomy_of
from weakspot.report.selection import select, unread

SCHEMA_URI = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
ROOT = "%SRCROOT%"
FINGERPRINT = "weakspot/v1"
_UNREAD = {
    FileStatus.NOT: ("not analysed", "nothing is known of the code in it"),
    FileStatus.PARTLY: ("only partly analysed", "nothing is known of the lines left out"),
}
_CLEAN = "What was not read is not clean: mend the cause, or read the code yourself."


class SarifFormat:
    """One run with rules, results, suppressions, artifacts and notifications."""

    name = "sarif"

    def render(self, report: ScanReport, context: RenderContext) -> str:
        """Return the log; ASCII only, and all locations relative to the scan root."""
        log = {"$schema": SCHEMA_URI, "version": "2.1.0", "runs": [_run(report, context)]}
        return json.dumps(log, indent=2) + "\n"


def _run(report: ScanReport, context: RenderContext) -> Json:
    rules = rules_of(report.findings)
    rule_index = {rule["id"]: index for index, rule in enumerate(rules)}
    artifacts = {outcome.path: i for i, outcome in enumerate(report.coverage.files)}
    chosen = select(report, context)
    return {
        "tool": {"driver": _driver(report, rules), "extensions": [_model(report)]},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder that was scanned."}}},
        "invocations": [_invocation(report)],
        "artifacts": [_artifact(outcome) for outcome in report.coverage.files],
        "taxonomies": [taxonomy_of(report.findings)],
        "results": [
            _result(finding, rule_index, artifacts, report.has_baseline)
            for finding in report.findings
        ],
        "properties": {
            "coverage": report.coverage.line(),
            "isComplete": report.coverage.is_complete,
            "verdict": wording.verdict(report, chosen),
            "threshold": report.threshold,
        },
    }


def _driver(report: ScanReport, rules: list[Json]) -> Json:
    return {
        "name": "weakspot",
        "version": report.tool_version,
        "semanticVersion": report.tool_version,
        "rules": rules,
        "supportedTaxonomies": [{"name": "CWE"}],
        "notifications": [_descriptor(status) for status in (FileStatus.NOT, FileStatus.PARTLY)],
    }


def _descriptor(status: FileStatus) -> Json:
    what, kept = _UNREAD[status]
    return {
        "id": _notification_id(status),
        "name": what.title().replace(" ", ""),
        "shortDescription": {"text": f"A file was {what}."},
        "fullDescription": {"text": f"A file was {what}: {kept}. The message says why."},
        "help": {"text": f"{_CLEAN} What a file needs to be read: docs/reading.md of weakspot."},
    }


def _model(report: ScanReport) -> Json:
    model = report.model
    return {
        "name": well_formed(model.name),
        "version": well_formed(model.version),
        "properties": {"sha256": well_formed(model.digest)},
    }


def _artifact(outcome: FileOutcome) -> Json:
    return {
        "location": _artifact_location(outcome.path, {}),
        "roles": ["analysisTarget"],
        "properties": {"status": outcome.status.value, "lines": outcome.lines},
    }


def _artifact_location(path: str, artifacts: dict[str, int]) -> Json:
    location: Json = {"uri": path_uri(path), "uriBaseId": ROOT}
    if path in artifacts:
        location["index"] = artifacts[path]
    return location


def _result(
    finding: Finding, rules: dict[str, int], artifacts: dict[str, int], has_baseline: bool
) -> Json:
    result: Json = {
        "ruleId": finding.cwe,
        "ruleIndex": rules[finding.cwe],
        "kind": "fail",
        "level": LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [_location(finding, artifacts)],
        "relatedLocations": [
            _related(number, flagged, finding, artifacts)
            for number, flagged in enumerate(_others(finding), start=1)
        ],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "rank": round(finding.probability * 100, 2),
        "suppressions": _suppressions(finding, artifacts),
        "properties": {
            "probability": finding.probability,
            "confidence": finding.confidence.label,
            "severity": finding.severity.label,
            "cwes": [{"id": score.cwe, "probability": score.probability} for score in finding.cwes],
            "isTest": finding.is_test,
            "mechanism": well_formed(finding.mechanism),
            "tags": ["test-file"] if finding.is_test else [],
        },
    }
    if finding.trace:
        result["codeFlows"] = [_code_flow(finding, artifacts)]
    if other := wording.tried(finding):
        result["properties"]["counterfactual"] = visible(other)
    if has_baseline:  # §3.27.24: then all results have a state
        result["baselineState"] = "unchanged" if finding.in_baseline else "new"
    return result


def _message(finding: Finding) -> str:
    others = wording.alternatives(finding)
    tail = f" It may also be {', '.join(others)}." if others else ""
    where = f"{finding.unit}, {wording.place(finding)}" if finding.cell else finding.unit
    return _plain(
        f"{wording.cwe_name(finding.cwe)} in {where}: "
        f"{wording.likelihood(finding)}. {wording.why(finding)}{tail}"
    )


def _plain(text: str) -> str:
    """Return `text` as a message without an embedded link, `[text](target)` (§3.11.6)."""
    return visible(text).replace("](", "] (")


def _location(finding: Finding, artifacts: dict[str, int]) -> Json:
    physical: Json = {"artifactLocation": _artifact_location(finding.path, artifacts)}
    if finding.cell is not None:
        physical["region"] = {"startLine": finding.file_line}
    else:
        physical["region"] = _snippet(finding)
        if finding.unit_span.encloses(finding.span):  # §3.29.5: nothing else is allowed
            physical["contextRegion"] = _region(finding.unit_span)
    return {"physicalLocation": physical, "logicalLocations": list(_logical(finding))}


def _snippet(finding: Finding) -> Json:
    region = _region(finding.span)
    start = finding.span.start_line
    text = next((f.text for f in finding.lines if f.line == start), None)
    if text is not None and finding.span.end_line == start:
        first, last = finding.span.start_column - 1, finding.span.end_column - 1
        if last <= len(text):  # a scan keeps only the beginning of a very long line
            region["snippet"] = {"text": well_formed(text[first:last])}
    return region


def _line(
    finding: Finding, path: str, line: int, cell: Cell | None, artifacts: dict[str, int]
) -> Json:
    """Return a further line of a finding; without its cell only a notebook's file is known."""
    place: Json = {"artifactLocation": _artifact_location(path, artifacts)}
    if cell is not None:
        place["region"] = {"startLine": cell.file_line}
    elif finding.cell is None or path != finding.path:
        place["region"] = {"startLine": line}
    return place


def _logical(finding: Finding) -> Iterator[Json]:
    name = well_formed(finding.unit)
    yield {"name": name.rpartition(".")[2] or name, "fullyQualifiedName": name, "kind": "function"}
    if finding.cell is not None:
        yield {"name": f"cell {finding.cell.number}", "kind": "notebook cell"}


def _region(span: Span) -> Json:
    return {
        "startLine": span.start_line,
        "startColumn": span.start_column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _others(finding: Finding) -> list[FlaggedLine]:
    """Return the flagged lines outside the finding's own place."""
    return [flagged for flagged in finding.lines if not finding.span.contains_line(flagged.line)]


def _related(
    number: int, flagged: FlaggedLine, finding: Finding, artifacts: dict[str, int]
) -> Json:
    physical = _line(finding, finding.path, flagged.line, flagged.cell, artifacts)
    text = "Also suspicious"
    if finding.cell is None:
        physical["region"]["snippet"] = {"text": well_formed(flagged.text)}
    else:  # whose file holds the code in JSON's strings
        where = "" if flagged.cell is None else f", {wording.flagged_place(flagged)}"
        text = _plain(f"{text}{where}: {flagged.text.strip()}")
    return {"id": number, "message": {"text": text}, "physicalLocation": physical}


def _code_flow(finding: Finding, artifacts: dict[str, int]) -> Json:
    """Return the way of the data as the one thread of a code flow (§3.36)."""
    steps = [{"location": _step(finding, step, artifacts)} for step in finding.trace]
    return {"threadFlows": [{"locations": steps}]}


def _step(finding: Finding, step: Step, artifacts: dict[str, int]) -> Json:
    text = step.what
    place = _line(finding, step.path or finding.path, step.line, step.cell, artifacts)
    if step.cell is not None:
        text = f"{wording.step_place(step)}: {text}"
    return {"message": {"text": _plain(text)}, "physicalLocation": place}


def _suppressions(finding: Finding, artifacts: dict[str, int]) -> list[Json]:
    """Return the suppression; an empty array says that there is none (§3.27.23)."""
    silenced = finding.suppression
    if silenced is None:
        return []
    return [
        {
            "kind": "inSource",
            "status": "accepted",
            "justification": well_formed(silenced.reason) or f"a {silenced.kind} comment",
            "location": {
                "physicalLocation": _line(
                    finding, finding.path, silenced.line, silenced.cell, artifacts
                )
            },
        }
    ]


def _notification_id(status: FileStatus) -> str:
    return "partly-analysed" if status is FileStatus.PARTLY else "not-analysed"


def _invocation(report: ScanReport) -> Json:
    artifacts = {outcome.path: i for i, outcome in enumerate(report.coverage.files)}
    return {
        # A consumer that looks at nothing else must not take unread code for sound code.
        "executionSuccessful": report.coverage.is_complete,
        "toolExecutionNotifications": [
            *(_unread(outcome, artifacts) for outcome in unread(report)),
            *(
                _notification(n.message + more, "note", n.path, line, artifacts)
                for n in report.notices
                for line, more in (wording.notice_place(n),)
            ),
            {"level": "note", "message": {"text": f"Coverage: {report.coverage.line()}"}},
        ],
    }


def _unread(outcome: FileOutcome, artifacts: dict[str, int]) -> Json:
    is_partly = outcome.status is FileStatus.PARTLY
    text = f"The file was {wording.status(outcome)}: {wording.reasons(outcome)}"
    level = "warning" if is_partly else "error"
    return {
        "descriptor": {
            "id": _notification_id(outcome.status),
            "index": 1 if is_partly else 0,
        },
        **_notification(text, level, outcome.path, None, artifacts),
    }


def _notification(
    text: str, level: str, path: str, line: int | None, artifacts: dict[str, int]
) -> Json:
    place: Json = {"artifactLocation": _artifact_location(path, artifacts)}
    if line is not None:
        place["region"] = {"startLine": line}
    return {
        "level": level,
        "message": {"text": _plain(text)},
        "locations": [{"physicalLocation": place}],
    }
