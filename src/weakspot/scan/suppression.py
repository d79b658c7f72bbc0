"""Finds the comments that silence findings: our own, and those written for Bandit and Ruff.

`# weakspot: ignore[CWE-78, 89] reason (until 2027-01-31)`, `# weakspot: ignore`, `# nosec`,
`# nosec B602` and `# noqa: S602`. A bare `# noqa` silences nothing here: it is nearly always
about style. Only real comments count: text in a string that looks like one could be an attacker's.
"""

import io
import re
import tokenize
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date

from weakspot.core.errors import UnknownWeaknessError
from weakspot.core.rules import cwes_of
from weakspot.scan.analysis import Directive

_OURS = re.compile(r"#\s*weakspot\s*:\s*(?P<rest>[^#]*)", re.IGNORECASE)
_IGNORE = re.compile(
    r"ignore(?:\s*\[(?P<codes>[^\]]*)\])?(?P<reason>.*)", re.IGNORECASE | re.DOTALL
)
_UNTIL = re.compile(r"\(\s*until\s+(?P<day>[^)\s]*)\s*\)", re.IGNORECASE)
_NOSEC = re.compile(r"#\s*nosec\b:?(?P<codes>(?:[\s,]*\bB\d{3}\b)*)(?P<rest>[^#]*)", re.IGNORECASE)
_NOQA = re.compile(r"#\s*noqa\s*:(?P<codes>(?:[\s,]*[A-Z]+\d+)+)(?P<rest>[^#]*)", re.IGNORECASE)
_CODE = re.compile(r"[A-Z]+\d+", re.IGNORECASE)
_HINTS = ("weakspot", "nosec", "noqa")
_LONGEST = 2_000  # characters of a comment that are looked at


def directives(text: str) -> tuple[Directive, ...]:
    """Return every suppression in a Python source, in line order."""
    lowered = text.lower()
    if not any(hint in lowered for hint in _HINTS):
        return ()
    found: list[Directive] = []
    for line, comment, covers in _comments(text):
        found += _read(line, comment[:_LONGEST], covers)
    return tuple(found)


def _read(line: int, comment: str, covers: tuple[int, int]) -> Iterator[Directive]:
    if match := _OURS.search(comment):
        yield _own(line, match["rest"].strip(), covers)
    if match := _NOSEC.search(comment):
        codes = _CODE.findall(match["codes"])
        cwes = frozenset().union(*map(cwes_of, codes)) if codes else None
        yield Directive("nosec", line, covers, cwes, match["rest"].strip(" -:,"))
    if match := _NOQA.search(comment):
        cwes = frozenset().union(*map(cwes_of, _CODE.findall(match["codes"])))
        if cwes:
            yield Directive("noqa", line, covers, cwes, match["rest"].strip(" -:,"))


def _own(line: int, rest: str, covers: tuple[int, int]) -> Directive:
    match = _IGNORE.fullmatch(rest)
    is_slip = match is not None and match["reason"][:1] not in ("", " ", "\t", "-", ":", "(", ",")
    if match is None or (match["codes"] is None and is_slip):
        problem = "not understood; write `# weakspot: ignore[CWE-78] reason`"
        return Directive("weakspot", line, covers, frozenset(), problem=problem)
    reason, until, problem = match["reason"], None, ""
    if day := _UNTIL.search(reason):
        try:
            until = date.fromisoformat(day["day"])
        except ValueError:
            problem = f"no date (YYYY-MM-DD): {day['day']!r}"
        reason = reason[: day.start()] + reason[day.end() :]
    cwes: frozenset[str] | None = None
    if match["codes"] is not None:
        cwes, unknown = _selected(match["codes"])
        problem = problem or unknown
    return Directive(
        "weakspot", line, covers, cwes, " ".join(reason.split()).strip("-: "), until, problem
    )


def _selected(codes: str) -> tuple[frozenset[str], str]:
    from weakspot.core.catalogue import parse_selector  # noqa: PLC0415 - few files have comments

    cwes: set[str] = set()
    for code in codes.split(","):
        try:
            cwes |= parse_selector(code)
        except UnknownWeaknessError as error:
            return frozenset(), error.message
    return frozenset(cwes), ""


def _comments(text: str) -> Iterator[tuple[int, str, tuple[int, int]]]:
    """Yield (line, comment, lines covered) for each comment.

    A comment on a line of its own covers the next line of code too; one behind code covers its
    line. What a finding spans beyond that is the finding's affair.
    """
    lines = text.split("\n")
    code = _code_lines(lines)
    done = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            done = max(done, token.start[0])
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string, _covers(lines, code, token.start)
    except (tokenize.TokenError, SyntaxError, ValueError):
        # Broken source: what follows the break is read line by line.
        for number, line in enumerate(lines[done:], start=done + 1):
            at = _outside_strings(line)
            if at >= 0:
                yield number, line[at:], _covers(lines, code, (number, at))


def _code_lines(lines: Sequence[str]) -> list[int]:
    """Return the 1-based numbers of the lines that hold more than a comment."""
    return [
        number
        for number, line in enumerate(lines, start=1)
        if (held := line.strip()) and not held.startswith("#")
    ]


def _covers(lines: Sequence[str], code: Sequence[int], start: tuple[int, int]) -> tuple[int, int]:
    row, column = start
    if row > len(lines) or lines[row - 1][:column].strip():
        return row, row
    following = bisect_right(code, row)
    return row, code[following] if following < len(code) else len(lines)


def _outside_strings(line: str) -> int:
    """Return where a comment starts on a line, as well as one line alone can tell, or -1."""
    quote = ""
    for index, character in enumerate(line):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "#":
            return index
    return -1
