"""The sentences all formats share, so that the same fact reads the same everywhere."""

import re
from collections.abc import Callable, Sequence

from weakspot.core import catalogue
from weakspot.core.finding import Finding, FlaggedLine, Step, line_place
from weakspot.core.report import FileOutcome, FileStatus, Filters, Notice, ScanReport
from weakspot.report.selection import Selection, severity_counts

_SHORT_NAME = re.compile(r"\('([^']+)'\)$")
UNEXPLAINED = "no reason was given"
_MOST_WORDS = 6  # of a selection, that a sentence can hold
# A full stop before a capital, unless it ends "e.g." or "i.e.".
_SENTENCE_END = re.compile(r"(?<!e\.g)(?<!i\.e)\. (?=[A-Z])")


def cwe_name(cwe: str) -> str:
    """Return the name a CWE is known by: the one in quotes, where MITRE's full name has one.

    `Improper Neutralization of … ('SQL Injection')` is `SQL Injection`. The catalogue knows every
    label a model may carry.
    """
    name = catalogue.get(cwe).name
    short = _SHORT_NAME.search(name)
    return short[1] if short else name


def first_sentence(text: str) -> str:
    """Return the first sentence of a paragraph, on one line."""
    flat = " ".join(text.split())
    end = _SENTENCE_END.search(flat)
    return flat if end is None else flat[: end.start() + 1]


def why(finding: Finding) -> str:
    """Return the reason for a finding: what the weakness is, in one sentence."""
    return first_sentence(catalogue.get(finding.cwe).summary)


def fix(finding: Finding) -> str:
    """Return what to do about a finding."""
    return " ".join(catalogue.get(finding.cwe).remediation.split())


def per_cent(probability: float) -> str:
    """Return a probability as a percentage that never claims certainty by rounding."""
    return f"{min(max(round(probability * 100), 1), 99)} %"


def likelihood(finding: Finding) -> str:
    """Return the calibrated probability and its word: `91 % (high confidence)`."""
    return f"{per_cent(finding.probability)} ({finding.confidence.label} confidence)"


def alternatives(finding: Finding) -> tuple[str, ...]:
    """Return the other CWEs a finding may be: `CWE-22 Path Traversal (12 %)`, likeliest first."""
    others = [score for score in finding.cwes if score.cwe != finding.cwe]
    others.sort(key=lambda score: (-score.probability, score.cwe))
    return tuple(f"{s.cwe} {cwe_name(s.cwe)} ({per_cent(s.probability)})" for s in others)


def nearest(finding: Finding) -> str:
    """Return what the model learnt that the finding is nearest to."""
    return f"{finding.mechanism}, the nearest of what the model was trained on"


def step_place(step: Step) -> str:
    """Return where a step of the data's way stands: a line, and the file where it is another."""
    where = line_place(step.line, step.cell)
    return f"{step.path} {where}" if step.path else where


def tried(finding: Finding, quoted: Callable[[str], str] = "`{}`".format) -> str:
    """Return what the model says of the same code with a safe line; empty where none was found.

    `quoted` shows that line as code.
    """
    other = finding.counterfactual
    if other is None:
        return ""
    return (
        f"with {quoted(other.instead)} in {line_place(other.line, other.cell)}, the model says "
        f"{per_cent(other.probability)} in place of {per_cent(finding.probability)}"
    )


def state(finding: Finding) -> str:
    """Return why a finding does not count, or an empty string for one that does."""
    silenced = finding.suppression
    if silenced is not None:
        reason = f": {silenced.reason}" if silenced.reason else ""
        where = line_place(silenced.line, silenced.cell)
        return f"suppressed by {silenced.kind} comment in {where}{reason}"
    return "known from the baseline" if finding.in_baseline else ""


def status(outcome: FileOutcome) -> str:
    """Return how much of a file was analysed: `analysed`, `partly analysed`, `not analysed`."""
    return "partly analysed" if outcome.status is FileStatus.PARTLY else outcome.status.value


def reasons(outcome: FileOutcome) -> str:
    """Return why a file was not or only partly analysed."""
    return "; ".join(outcome.reasons) or UNEXPLAINED


def count(number: int, noun: str) -> str:
    """Return `1 finding`, `2 findings`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def verdict(report: ScanReport, chosen: Selection) -> str:
    """Return the one sentence that sums a scan up.

    It never calls unread code sound, and tells what the scan was told not to look for or show.
    """
    active = report.active
    if not report.coverage.files:
        return "No file was scanned, so nothing can be said."
    if active:
        tally = ", ".join(f"{n} {severity.label}" for severity, n in severity_counts(active))
        in_tests = sum(finding.is_test for finding in active)
        tests = f", {in_tests} of them in test files" if in_tests else ""
        said = f"{count(len(active), 'finding')} ({tally}){tests}"
        gap = "" if report.coverage.is_complete else "; there may be more"
    else:
        said = f"No finding at or above the threshold of {report.threshold:g}"
        gap = "" if report.coverage.is_complete else ", but the scan is incomplete"
    said += looked_for(report.filters) + below(report.filters)
    if not chosen.unread:
        return f"{said}."
    were = "was" if len(chosen.unread) == 1 else "were"
    files = count(len(chosen.unread), "file")
    return f"{said}{gap}: {files} {were} not or only partly analysed."


def looked_for(filters: Filters) -> str:
    """Return which CWEs a scan looked for: ` (looked for: only CWE-89)`; empty for all."""
    parts = []
    if filters.select:
        parts.append(f"only {_words(filters.select)}")
    if filters.ignore:
        parts.append(f"not {_words(filters.ignore)}")
    if filters.per_file:
        parts.append("less in files with per-file-ignores")
    return f" (looked for: {', '.join(parts)})" if parts else ""


def _words(words: Sequence[str]) -> str:
    return " ".join(words) if len(words) <= _MOST_WORDS else f"{len(words)} CWEs or groups"


def below(filters: Filters) -> str:
    """Return how many findings the chosen severity and confidence hide; empty for none."""
    if not filters.below:
        return ""
    is_one = filters.below == 1
    told = f"{filters.below} below the chosen severity or confidence"
    return f"; {told} {'is' if is_one else 'are'} not shown"


def hidden(chosen: Selection) -> str:
    """Return how many findings are suppressed or known, or an empty string for none."""
    parts = []
    if chosen.suppressed:
        parts.append(f"{chosen.suppressed} suppressed")
    if chosen.known:
        parts.append(f"{chosen.known} known from the baseline")
    return f"Not counted: {', '.join(parts)}." if parts else ""


def model_line(report: ScanReport) -> str:
    """Return which tool and which model spoke."""
    model = report.model
    return (
        f"weakspot {report.tool_version}, model {model.name} {model.version} "
        f"({model.digest[:12]}), threshold {report.threshold:g}"
    )


def notice_place(notice: Notice) -> tuple[int | None, str]:
    """Return the line of a notice's file, and what is added to its message.

    Where a notebook's cell is not known, the line is counted in the joined code of all cells.
    """
    if notice.cell is not None:
        return notice.cell.file_line, f" ({line_place(notice.line, notice.cell)})"
    if notice.path.lower().endswith(".ipynb"):
        return None, f" (line {notice.line} of the code of all cells)" if notice.line else ""
    return max(notice.line, 1), ""


def notice_cell(notice: Notice) -> str:
    """Return where in a notebook a notice's line stands, or an empty string."""
    return "" if notice.cell is None else line_place(notice.line, notice.cell)


def place(finding: Finding) -> str:
    """Return where in its file a finding lies, for notebooks with the cell: `cell 3, line 2`."""
    return line_place(finding.span.start_line, finding.cell)


def flagged_place(flagged: FlaggedLine) -> str:
    """Return where a flagged line stands: its number, for notebooks the cell as well."""
    return str(flagged.line) if flagged.cell is None else line_place(flagged.line, flagged.cell)
