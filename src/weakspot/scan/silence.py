"""Applies suppression comments to findings, and tells which comments did nothing."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from itertools import accumulate

from weakspot.core.finding import Finding, Suppression
from weakspot.core.report import Notice
from weakspot.scan.analysis import Directive


def silence(
    path: str,
    findings: Sequence[Finding],
    directives: Sequence[Directive],
    today: date,
    wanted: frozenset[str] | None = None,
) -> tuple[tuple[Finding, ...], tuple[Notice, ...]]:
    """Return the findings, silenced where a comment asks for it, and notices on the comments.

    The findings are those before related ones are merged, so a comment that names one that does
    not lead leaves the leading one loud (`as_their_causes` has the others follow it).
    A comment works on any line of a finding's statement or of its flagged lines, and on the line
    above. Unused comments are told only where they are ours (the others may serve their own tool)
    and silence one of the `wanted` CWEs, None for all: nobody looks for the others.
    """
    used: set[int] = set()
    live = _Live(directives, today)
    kept = []
    for finding in findings:
        matching = [(i, each) for i, each in live.near(finding) if _matches(each, finding)]
        used.update(index for index, _ in matching)
        if matching:
            first = matching[0][1]
            why = Suppression(first.kind, first.line, first.reason, first.cell)
            finding = finding.suppress(why)  # noqa: PLW2901 - the silenced finding takes the place of the loud one
        kept.append(finding)
    notices = [
        notice
        for index, directive in enumerate(directives)
        if (notice := _notice(path, directive, index in used, today, wanted)) is not None
    ]
    return tuple(kept), tuple(notices)


class _Live:
    """The comments in force; finds those near a finding without a look at each.

    A file may hold a hundred thousand comments and as many findings, and no time limit guards
    the process that this runs in.
    """

    def __init__(self, directives: Sequence[Directive], today: date) -> None:
        self._all = [
            (index, each)
            for index, each in enumerate(directives)
            if not each.problem and not _expired(each, today)
        ]
        self._all.sort(key=lambda pair: pair[1].covers[0])
        self._starts = [each.covers[0] for _, each in self._all]
        self._ends = list(accumulate((each.covers[1] for _, each in self._all), max))

    def near(self, finding: Finding) -> list[tuple[int, Directive]]:
        """Return all comments on the finding's lines, and perhaps others, in their order."""
        places = [finding.statement]
        places += [(flagged.line, flagged.line) for flagged in finding.lines]
        found = {
            at
            for first, last in places
            for at in range(bisect_left(self._ends, first), bisect_right(self._starts, last))
        }
        return sorted((self._all[at] for at in found), key=lambda pair: pair[0])


def _expired(directive: Directive, today: date) -> bool:
    return directive.until is not None and directive.until < today


def _matches(directive: Directive, finding: Finding) -> bool:
    if directive.cwes is not None and finding.cwe not in directive.cwes:
        return False
    first, last = directive.covers
    start, end = finding.statement
    if first <= end and start <= last:
        return True
    return any(first <= flagged.line <= last for flagged in finding.lines)


def _notice(
    path: str,
    directive: Directive,
    is_used: bool,
    today: date,
    wanted: frozenset[str] | None,
) -> Notice | None:
    if directive.kind != "weakspot":
        return None
    if directive.problem:
        kind, message = "bad-suppression", directive.problem
    elif _expired(directive, today):
        kind = "expired-suppression"
        message = f"the suppression ended on {directive.until}; it silences nothing"
    elif not is_used and (wanted is None or directive.cwes is None or wanted & directive.cwes):
        kind = "unused-suppression"
        named = ", ".join(sorted(directive.cwes)) if directive.cwes else "anything"
        message = f"the suppression is not needed: no finding of {named} here"
    else:
        return None
    return Notice(kind, path, directive.line, message, directive.cell)
