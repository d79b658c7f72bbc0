"""A report for a person who opens what it names: paths that lead from the current folder."""

import posixpath
from dataclasses import replace
from functools import partial

from weakspot.core.report import Coverage, ScanReport
from weakspot.report.neutral import begins_command


def located(report: ScanReport, way: str) -> ScanReport:
    """Return `report` with `way` before each of its paths, which begin no workflow command."""
    lead = partial(_led, way)
    findings = (
        replace(
            finding,
            path=lead(finding.path),
            trace=tuple(
                replace(step, path=lead(step.path)) if step.path else step for step in finding.trace
            ),
        )
        for finding in report.findings
    )
    return replace(
        report,
        findings=tuple(findings),
        coverage=Coverage(tuple(replace(f, path=lead(f.path)) for f in report.coverage.files)),
        notices=tuple(replace(notice, path=lead(notice.path)) for notice in report.notices),
    )


def _led(way: str, path: str) -> str:
    led = posixpath.join(way, path)
    return f"./{led}" if begins_command(led) else led
