"""Applies suppression comments to findings, and tells which comments did nothing."""

from collections.abc import Sequence
from datetime import date

from weakspot.core.finding import Finding, Suppression
from weakspot.core.report import Notice
from weakspot.scan.analysis import Directive


def silence(
    path: str, findings: Sequence[Finding], directives: Sequence[Directive], today: date
) -> tuple[tuple[Finding, ...], tuple[Notice, ...]]:
    """Return the findings, silenced where a comment asks for it, and notices on the comments.

    A comment works on any line of a finding's statement or of its flagged lines, and on the line
    above. Unused comments are told only where they are ours: the others may serve their own tool.
    """
    used: set[int] = set()
    live = [
        (index, directive)
        for index, directive in enumerate(directives)
        if not directive.problem and not _expired(directive, today)
    ]
    kept = []
    for finding in findings:
        matching = [(i, each) for i, each in live if _matches(each, finding)]
        used.update(index for index, _ in matching)
        if matching:
            first = matching[0][1]
            finding = finding.suppress(Suppression(first.kind, first.line, first.reason))  # noqa: PLW2901 - the silenced finding takes the place of the loud one
        kept.append(finding)
    notices = [
        notice
        for index, directive in enumerate(directives)
        if (notice := _notice(path, directive, index in used, today)) is not None
    ]
    return tuple(kept), tuple(notices)


def _expired(directive: Directive, today: date) -> bool:
    return directive.until is not None and directive.until < today


def _matches(directive: Directive, finding: Finding) -> bool:
    if directive.cwes is not None:
        cwes = {finding.cwe, *(score.cwe for score in finding.cwes)}
        if not cwes & directive.cwes:
            return False
    first, last = directive.covers
    span = finding.span
    if first <= span.end_line and span.start_line <= last:
        return True
    return any(first <= flagged.line <= last for flagged in finding.lines)


def _notice(path: str, directive: Directive, is_used: bool, today: date) -> Notice | None:
    if directive.kind != "weakspot":
        return None
    if directive.problem:
        return Notice("bad-suppression", path, directive.line, directive.problem)
    if _expired(directive, today):
        message = f"the suppression ended on {directive.until}; it silences nothing"
        return Notice("expired-suppression", path, directive.line, message)
    if not is_used:
        named = ", ".join(sorted(directive.cwes)) if directive.cwes else "anything"
        message = f"the suppression is not needed: no finding of {named} here"
        return Notice("unused-suppression", path, directive.line, message)
    return None
