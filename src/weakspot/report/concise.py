"""One line for each finding, `path:line:col: CWE-78 …`, as compilers and linters print them."""

from collections.abc import Iterator

from weakspot.core.finding import Finding
from weakspot.core.report import ScanReport
from weakspot.report import wording
from weakspot.report.located import located
from weakspot.report.neutral import visible
from weakspot.report.rendering import RenderContext
from weakspot.report.selection import Selection, select


class ConciseFormat:
    """Lines that editors and `grep` understand; no line break of a name ever forges one."""

    name = "concise"

    def render(self, report: ScanReport, context: RenderContext) -> str:
        """Return one line for each finding, unread file and notice, then the coverage."""
        report = located(report, context.way)
        chosen = select(report, context)
        lines = [*_places(chosen), *(() if context.quiet else _remarks(report, chosen))]
        return "".join(f"{line}\n" for line in lines)


def _places(chosen: Selection) -> Iterator[str]:
    for finding in chosen.shown:
        yield visible(_finding(finding))
    for outcome in chosen.unread:
        reasons = wording.reasons(outcome)
        yield visible(f"{outcome.path}:1:1: {wording.status(outcome)}: {reasons}")


def _remarks(report: ScanReport, chosen: Selection) -> Iterator[str]:
    for notice in report.notices:
        line, more = wording.notice_place(notice)
        yield visible(f"{notice.path}:{line or 1}:1: {notice.kind}: {notice.message}{more}")
    yield wording.verdict(report, chosen)
    if hidden := wording.hidden(chosen):
        yield hidden
    yield f"Coverage: {report.coverage.line()}"


def _finding(finding: Finding) -> str:
    extras = [finding.severity.label, wording.likelihood(finding)]
    if finding.is_test:
        extras.append("test file")
    if finding.cell is not None:
        extras.append(wording.place(finding))
    if state := wording.state(finding):
        extras.append(state)
    where = f"{finding.path}:{finding.file_line}:{finding.file_column}"
    name = wording.cwe_name(finding.cwe)
    return f"{where}: {finding.cwe} {name} [{', '.join(extras)}]"
