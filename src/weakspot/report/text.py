"""The report for a person at a terminal: what is weak, why, how sure, and what to do."""

import textwrap
from collections.abc import Iterator

from weakspot.core.finding import Finding
from weakspot.core.report import FileStatus, ScanReport
from weakspot.report import wording
from weakspot.report.excerpt import excerpt
from weakspot.report.located import located
from weakspot.report.neutral import begins_command, visible
from weakspot.report.painted import BLANK, SEVERITY_STYLE, Line, shown
from weakspot.report.rendering import RenderContext
from weakspot.report.selection import Selection, by_file, select

_PROSE_WIDTH = 96  # longer lines of prose tire the eye


class TextFormat:
    """Findings with their source lines, grouped by file; colours only where asked for."""

    name = "text"

    def render(self, report: ScanReport, context: RenderContext) -> str:
        """Return the report; with `context.color` it differs by ANSI styles alone."""
        return shown(_report(located(report, context.way), context), color=context.color)


def _report(report: ScanReport, context: RenderContext) -> Iterator[Line]:
    chosen = select(report, context)
    width = context.text_width
    yield from _files(chosen.code, width)
    if chosen.tests:
        yield from _heading(f"In test files: {wording.count(len(chosen.tests), 'finding')}", width)
        yield from _files(chosen.tests, width)
    yield from _unread(chosen, width)
    if context.quiet:
        return
    yield from _notices(report, width)
    yield from _summary(report, chosen, width)


def _heading(title: str, width: int) -> Iterator[Line]:
    rule = "─" * max(width - len(title) - 4, 2)
    yield ((f"── {title} ", "bold"), (rule, "dim"))
    yield BLANK


def _files(findings: tuple[Finding, ...], width: int) -> Iterator[Line]:
    for path, group in by_file(findings):
        yield ((visible(path), "bold underline"), (f"  {wording.count(len(group), 'finding')}", ""))
        yield BLANK
        explained: dict[str, str] = {}
        for finding in group:
            yield from _finding(finding, explained, width)
            explained.setdefault(finding.cwe, wording.place(finding))


def _finding(finding: Finding, explained: dict[str, str], width: int) -> Iterator[Line]:
    where = f"{visible(finding.path)}:{finding.file_line}:{finding.file_column}"
    yield (
        ("  ", ""),
        (f" {finding.severity.label.upper()} ", SEVERITY_STYLE[finding.severity]),
        (f" {finding.cwe} ", "bold"),
        (wording.cwe_name(finding.cwe), "bold"),
    )
    cell = f", {wording.place(finding)}" if finding.cell else ""
    yield (
        ("   ", ""),
        (where, "cyan"),
        (f" in {visible(finding.unit)}{cell}", ""),
        (f" · {wording.likelihood(finding)}", "bold"),
    )
    if state := wording.state(finding):
        yield ((f"   {visible(state)}", "dim"),)
    yield BLANK
    yield from _code(finding, width)
    yield BLANK
    if (first := explained.get(finding.cwe)) is None:
        yield from _labelled("Why", wording.why(finding), width)
        yield from _labelled("Fix", wording.fix(finding), width)
    else:
        yield from _labelled("Why", f"as for {first} above", width)
    if others := wording.alternatives(finding):
        yield from _labelled("Or", ", ".join(others), width)
    if finding.mechanism:
        yield from _labelled("Like", wording.nearest(finding), width)
    if other := wording.tried(finding):
        yield from _labelled("Try", other, width)
    for number, step in enumerate(finding.trace):
        told = f"{wording.step_place(step)}: {step.what}"
        yield from _labelled("Way" if number == 0 else "", told, width)
    yield BLANK


def _code(finding: Finding, width: int) -> Iterator[Line]:
    digits = max((len(wording.flagged_place(flagged)) for flagged in finding.lines), default=1)
    for row in excerpt(finding, width - digits - 8):
        code_style = "bold" if row.is_main else ""
        style = code_style if row.place else "red"
        yield ((f"     {row.place:>{digits}} │ ", "dim"), (row.code, style))


def _labelled(label: str, text: str, width: int) -> Iterator[Line]:
    room = min(width, _PROSE_WIDTH) - 8
    for index, piece in enumerate(_wrapped(text, room)):
        yield ((f"   {label if index == 0 else '':<5}", "bold green"), (piece, ""))


def _unread(chosen: Selection, width: int) -> Iterator[Line]:
    if not chosen.unread:
        return
    title = f"Not or only partly analysed: {wording.count(len(chosen.unread), 'file')}"
    yield from _heading(title, width)
    for outcome in chosen.unread:
        is_partly = outcome.status is FileStatus.PARTLY
        word = "partly" if is_partly else "not"
        yield (
            (f"  {word:<7}", "yellow" if is_partly else "bold red"),
            (visible(outcome.path), ""),
            (f": {visible(wording.reasons(outcome))}", ""),
        )
    yield BLANK


def _notices(report: ScanReport, width: int) -> Iterator[Line]:
    if not report.notices:
        return
    yield from _heading("Notices", width)
    for notice in report.notices:
        line, more = wording.notice_place(notice)
        yield (
            (f"  {visible(notice.path)}:{line or 1}", "cyan"),
            (f": {visible(notice.message)}{more}", ""),
        )
    yield BLANK


def _summary(report: ScanReport, chosen: Selection, width: int) -> Iterator[Line]:
    yield from _heading("Result", width)
    is_whole = report.coverage.is_complete and not report.filters.below
    is_good = not report.active and is_whole and report.coverage.files
    parts = (
        (wording.verdict(report, chosen), "bold green" if is_good else "bold"),
        (wording.hidden(chosen), ""),
        (f"Coverage: {report.coverage.line()}", ""),
        (wording.model_line(report), "dim"),
    )
    for text, style in parts:
        for piece in _wrapped(text, width - 2):
            yield ((f"  {piece}", style),)


def _wrapped(text: str, width: int) -> Iterator[str]:
    for piece in textwrap.wrap(visible(text), width):
        yield piece.replace(":", "\\x3a", 1) if begins_command(piece) else piece
