"""Markdown for comments and job summaries; hostile names stay code, never links or mentions."""

import re
from collections.abc import Iterator
from functools import partial

from weakspot.core.finding import Finding
from weakspot.core.report import ScanReport
from weakspot.report import wording
from weakspot.report.excerpt import best_lines
from weakspot.report.neutral import visible, visible_code
from weakspot.report.rendering import RenderContext
from weakspot.report.selection import Selection, by_file, select


class MarkdownFormat:
    """A verdict, a table of findings, and the code and remedy of each (CommonMark + tables)."""

    name = "markdown"

    def render(self, report: ScanReport, context: RenderContext) -> str:
        """Return the page."""
        return "\n".join(_lines(report, select(report, context))) + "\n"


def _lines(report: ScanReport, chosen: Selection) -> Iterator[str]:
    yield "# weakspot"
    yield ""
    yield f"**{text(wording.verdict(report, chosen))}**"
    yield ""
    if hidden := wording.hidden(chosen):
        yield text(hidden)
        yield ""
    yield f"Coverage: {text(report.coverage.line())}"
    yield ""
    yield from _section("Findings", chosen.code)
    yield from _section("Findings in test files", chosen.tests)
    if chosen.unread:
        yield from _table("Not or only partly analysed", ("File", "Status", "Reason"))
        for outcome in chosen.unread:
            reason = code(wording.reasons(outcome))
            yield f"| {code(outcome.path)} | {wording.status(outcome)} | {reason} |"
        yield ""
    if report.notices:
        yield from _table("Notices", ("Place", "Notice"))
        for notice in report.notices:
            line, more = wording.notice_place(notice)
            yield f"| {code(f'{notice.path}:{line or 1}')} | {code(notice.message + more)} |"
        yield ""
    yield code(wording.model_line(report), in_table=False)


def _table(title: str, columns: tuple[str, ...]) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield f"| {' | '.join(columns)} |"
    yield f"| {' | '.join('---' for _ in columns)} |"


def _section(title: str, findings: tuple[Finding, ...]) -> Iterator[str]:
    if not findings:
        return
    yield from _table(title, ("Severity", "Weakness", "Place", "Probability"))
    for finding in findings:
        place = code(f"{finding.path}:{finding.file_line}")
        name = text(wording.cwe_name(finding.cwe))
        notes = [wording.likelihood(finding)]
        if finding.cell is not None:
            notes.append(wording.place(finding))
        if state := wording.state(finding):
            notes.append(code(state))
        row = (finding.severity.label, f"{finding.cwe} {name}", place, ", ".join(notes))
        yield f"| {' | '.join(row)} |"
    yield ""
    for path, group in by_file(findings):
        yield f"### {code(path, in_table=False)}"
        yield ""
        for finding in group:
            yield from _finding(finding)


def _finding(finding: Finding) -> Iterator[str]:
    unit = code(finding.unit, in_table=False)
    yield (
        f"**{finding.cwe} {text(wording.cwe_name(finding.cwe))}**, "
        f"{wording.place(finding)}, in {unit}: {wording.likelihood(finding)}"
    )
    yield ""
    rows = [
        f"{wording.flagged_place(flagged)}: {visible_code(flagged.text)}"
        for flagged in best_lines(finding)
    ]
    fence = "`" * max(_longest_run("\n".join(rows)) + 1, 3)
    yield f"{fence}text"
    yield from rows
    yield fence
    yield ""
    # The catalogue's paragraphs are ours and are Markdown already.
    yield f"- Why: {wording.why(finding)}"
    yield f"- Fix: {wording.fix(finding)}"
    if others := wording.alternatives(finding):
        yield f"- Or: {text(', '.join(others))}"
    if finding.mechanism:
        yield f"- Like: {text(wording.nearest(finding))}"
    if other := wording.tried(finding, partial(code, in_table=False)):
        yield f"- Try: {other}"
    if finding.trace:
        yield "- Way of the data:"
        for step in finding.trace:
            place = code(wording.step_place(step), in_table=False)
            yield f"  - {place}: {code(step.what, in_table=False)}"
    yield ""


def text(words: str) -> str:
    """Return `words` as Markdown text: no character of it is markup, HTML or a mention."""
    return re.sub(r"([\\`*_\[\]<>#|~@&])", r"\\\1", visible(words))


def code(words: str, *, in_table: bool = True) -> str:
    """Return `words` as a code span, in which nothing but the fence and a table's bar is markup."""
    shown = visible(words)
    fence = "`" * (_longest_run(shown) + 1)
    # CommonMark strips one blank at each end, which a backtick or blank there needs.
    pad = " " if shown.startswith(("`", " ")) or shown.endswith(("`", " ")) or not shown else ""
    span = f"{fence}{pad}{shown}{pad}{fence}"
    return span.replace("|", "\\|") if in_table else span


def _longest_run(words: str) -> int:
    return max((len(run) for run in re.findall("`+", words)), default=0)
