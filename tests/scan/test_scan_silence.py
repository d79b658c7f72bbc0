from collections.abc import Callable
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from timing import check_linear
from weakspot.core.finding import CweScore, Finding, FlaggedLine, Severity
from weakspot.core.report import FileStatus
from weakspot.core.score import Thresholds
from weakspot.core.span import Span
from weakspot.scan.analysis import Candidate, Directive, FileAnalysis, WeakUnit
from weakspot.scan.findings import as_their_causes, findings_of, merged
from weakspot.scan.silence import silence

TODAY = date(2026, 6, 1)


def finding(first: int, last: int, *flagged: int, whole: tuple[int, int] | None = None) -> Finding:
    return Finding(
        cwe="CWE-78",
        path="a.py",
        span=Span(first, 1, last, 2),
        unit="f",
        unit_span=Span(1, 1, 99, 1),
        probability=0.9,
        severity=Severity.HIGH,
        lines=tuple(FlaggedLine(line, 0.5, "") for line in flagged),
        cwes=(CweScore("CWE-78", 0.9),),
        fingerprint="0" * 32,
        whole=whole,
    )


def comment(first: int, more: int, cwes: frozenset[str] | None = None) -> Directive:
    return Directive("weakspot", first, (first, first + more), cwes)


numbers = st.integers(1, 30)
findings = st.lists(
    st.builds(lambda at, more, *far: finding(at, at + more, *far), numbers, st.integers(0, 5))
    | st.builds(lambda at, far: finding(at, at, far), numbers, numbers)
    | st.builds(lambda at, more: finding(at, at, whole=(1, at + more)), numbers, numbers),
    max_size=6,
)
comments = st.lists(
    st.builds(
        comment,
        numbers,
        st.integers(0, 9),
        st.sampled_from([None, frozenset({"CWE-78"}), frozenset({"CWE-1"})]),
    ),
    max_size=8,
)


@given(findings, comments)
def test_a_finding_is_silenced_by_the_first_comment_on_its_lines(found, told) -> None:
    kept, notices = silence("a.py", found, told, TODAY)
    used = set()
    for before, after in zip(found, kept, strict=True):
        first, last = before.whole or (before.span.start_line, before.span.end_line)
        lines = {*range(first, last + 1)}
        lines |= {flagged.line for flagged in before.lines}
        matching = [
            index
            for index, each in enumerate(told)
            if lines & {*range(each.covers[0], each.covers[1] + 1)}
            and (each.cwes is None or "CWE-78" in each.cwes)
        ]
        used |= {*matching}
        by = after.suppression
        assert (by and by.line) == (told[matching[0]].line if matching else None)
    assert [notice.line for notice in notices] == [
        each.line for index, each in enumerate(told) if index not in used
    ]


PAIR = (("CWE-88", 0.9), ("CWE-78", 0.8))  # related; high and critical


def on_one_line(*scores: tuple[str, float]) -> tuple[Finding, ...]:
    line = Span(1, 1, 1, 2)
    candidates = tuple(Candidate(cwe, sure, line, (), cwe) for cwe, sure in scores)
    unit = WeakUnit("f", line, max(sure for _, sure in scores), candidates)
    analysis = FileAnalysis(FileStatus.ANALYSED, weak=(unit,))
    return merged(findings_of("a.py", analysis, Thresholds(0.5, 0.5), False))


def test_a_critical_weakness_is_not_lost_in_another_that_is_likelier() -> None:
    found = on_one_line(("CWE-601", 0.90), ("CWE-78", 0.88))
    assert [(one.cwe, one.severity) for one in found] == [
        ("CWE-601", Severity.MEDIUM),
        ("CWE-78", Severity.CRITICAL),
    ]


def test_related_cwes_are_as_severe_as_the_worst_that_reaches_the_threshold() -> None:
    (found,) = on_one_line(*PAIR)
    assert (found.cwe, found.severity) == (PAIR[0][0], Severity.CRITICAL)
    (found,) = on_one_line(PAIR[0], (PAIR[1][0], 0.4))
    assert (found.cwe, found.severity) == (PAIR[0][0], Severity.HIGH)


def test_many_findings_and_comments_take_linear_time() -> None:
    """Both run in the command's own process, where no time limit of a file reaches."""

    def prepared(count: int) -> Callable[[], None]:
        weak = tuple(
            WeakUnit(
                f"f{line}",
                Span(line, 1, line, 2),
                0.9,
                (Candidate("CWE-78", 0.9, Span(line, 1, line, 2), (), f"{line:x}"),),
            )
            for line in range(1, count + 1)
        )
        analysis = FileAnalysis(FileStatus.ANALYSED, weak=weak)
        told = [comment(line, 0) for line in range(1, count, 2)]

        def work() -> None:
            found = findings_of("a.py", analysis, Thresholds(0.5, 0.5), False)
            kept, _ = silence("a.py", found, told, TODAY)
            assert len(merged(as_their_causes(kept))) == count
            silenced = [one.span.start_line for one in kept if one.suppression]
            assert silenced == [*range(1, count, 2)]

        return work

    check_linear(prepared, 1_500, yards=10)
