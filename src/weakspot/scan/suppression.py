"""Finds the comments that silence findings: our own, and those written for Bandit and Ruff.

`# weakspot: ignore[CWE-78, 89] reason (until 2027-01-31)`, `# weakspot: ignore`, `# nosec`,
`# nosec B602` and `# noqa: S602`. A bare `# noqa` silences nothing here: it is nearly always
about style. Only real comments count: text in a string that looks like one could be an attacker's.
None silences more, or longer, than it says: what is unclear silences nothing and is told.
"""

import re
import tokenize
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date

from weakspot.core.errors import UnknownWeaknessError
from weakspot.core.rules import cwes_of
from weakspot.scan.analysis import Directive

# A reason may hold `#12`; it ends where a comment for another tool, or one more of ours, begins.
_OURS = re.compile(
    r"#\s*weakspot\s*:\s*(?P<rest>.*?)(?=#\s*(?:(?:nosec|noqa|pragma)\b|(?:type|weakspot)\s*:)|$)",
    re.IGNORECASE | re.DOTALL,
)
_IGNORE = re.compile(
    r"ignore(?:\s*\[(?P<codes>[^\]]*)\])?(?P<reason>.*)", re.IGNORECASE | re.DOTALL
)
# `ignore` alone, or with a reason behind it; `ignore-file` and `ignore-next-line` are other words.
_ENDED = re.compile(r"$|[ \t:(,]|-(?!\w)")
_UNTIL = re.compile(r"\(\s*until\b[\s:]*(?P<day>[^)]*)\)", re.IGNORECASE)
# The same without parentheses: digits with a year among them.
_UNTIL_DATE = re.compile(
    r"\buntil\b[\s:]*(?=[\d./-]*(?<!\d)20\d\d)(?P<day>\d[\d./-]*)", re.IGNORECASE
)
# An end of any form, and what says that there is one.
_ENDS = re.compile(r"(?<![a-z])(?:until|till|expir(?:es?|ed|ing|y|ation))(?![a-z])", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?<!CVE-)20\d\d(?:\d{4})?(?!\d)", re.IGNORECASE)
_FIRST = re.compile(r"[\s:,(\[-]*(?P<word>cwe[-_ ]?\d+|[\w-]+)", re.IGNORECASE)
_CWE = re.compile(r"cwe[-_ ]?(\d+)", re.IGNORECASE)
_NOSEC = re.compile(r"#\s*nosec\b:?(?P<codes>(?:[\s,]*\bB\d{3}\b)*)(?P<rest>[^#]*)", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_TEST = re.compile(r"\w*_\w*|B\d{3}", re.IGNORECASE)
_NOQA = re.compile(r"#\s*noqa\s*:(?P<codes>(?:[\s,]*[A-Z]+\d+)+)(?P<rest>[^#]*)", re.IGNORECASE)
_CODE = re.compile(r"[A-Z]+\d+", re.IGNORECASE)
_HINTS = ("weakspot", "nosec", "noqa")
_WORK = 10  # how often, at most, the lines of a broken file are read
_LONGEST = 2_000  # characters; what a longer comment asks for, and until when, is not looked for


def directives(text: str) -> tuple[Directive, ...]:
    """Return every suppression in a Python source, in line order."""
    lowered = text.lower()
    if not any(hint in lowered for hint in _HINTS):
        return ()
    found: list[Directive] = []
    for line, comment, covers in _comments(text):
        if len(comment) <= _LONGEST:
            found += _read(line, comment, covers)
        elif _OURS.search(comment, 0, _LONGEST):
            problem = f"a comment of more than {_LONGEST} characters silences nothing"
            found.append(Directive("weakspot", line, covers, frozenset(), problem=problem))
    return tuple(found)


def _read(line: int, comment: str, covers: tuple[int, int]) -> Iterator[Directive]:
    for match in _OURS.finditer(comment):
        yield _own(line, match["rest"].strip(), covers)
    if nosec := _NOSEC.search(comment):
        silenced = _bandits(nosec["codes"] + nosec["rest"])
        yield Directive("nosec", line, covers, silenced, nosec["rest"].strip(" -:,"))
    if noqa := _NOQA.search(comment):
        cwes = frozenset().union(*map(cwes_of, _CODE.findall(noqa["codes"])))
        if cwes:
            yield Directive("noqa", line, covers, cwes, noqa["rest"].strip(" -:,"))


def _bandits(text: str) -> frozenset[str] | None:
    """Return what `nosec` with this text silences, None for everything.

    As in Bandit, numbers and names of its tests count wherever they stand in the text. What only
    looks like one, at its beginning, is a slip: Bandit would silence everything.
    """
    words = _WORD.findall(text)
    cwes = frozenset().union(*map(cwes_of, words))
    if cwes or (words and _TEST.fullmatch(words[0])):
        return cwes
    return None


def _own(line: int, rest: str, covers: tuple[int, int]) -> Directive:
    match = _IGNORE.fullmatch(rest)
    if match is None or (match["codes"] is None and not _ENDED.match(match["reason"])):
        problem = "not understood; write `# weakspot: ignore[CWE-78] reason`"
        return Directive("weakspot", line, covers, frozenset(), problem=problem)
    reason, until, problem = match["reason"], None, ""
    if day := _UNTIL.search(reason) or _UNTIL_DATE.search(reason):
        told = day["day"].strip().rstrip(".")
        try:
            until = date.fromisoformat(told)
        except ValueError:
            problem = f"no date (YYYY-MM-DD): {told!r}"
        if day.re is _UNTIL:
            reason = reason[: day.start()] + reason[day.end() :]
    elif _ENDS.search(reason) and _YEAR.search(reason):
        problem = "its end is not understood; write `(until YYYY-MM-DD)`"
    cwes: frozenset[str] | None = None
    if match["codes"] is not None:
        cwes, unknown = _selected(match["codes"])
        problem = problem or unknown
    elif named := _without_brackets(reason):
        problem = f"write ignore[{named}]; without brackets it would silence everything"
    return Directive(
        "weakspot", line, covers, cwes, " ".join(reason.split()).strip("-: "), until, problem
    )


def _without_brackets(reason: str) -> str:
    """Return the weaknesses that a reason begins with, nothing where it is only a reason."""
    from weakspot.core.catalogue import groups, has  # noqa: PLC0415 - few files have comments

    first = _FIRST.match(reason)
    if first is None:
        return ""
    word = first["word"]
    if cwe := _CWE.fullmatch(word):
        return f"CWE-{cwe[1]}"
    if has(word) or word.lower().startswith("top25") or word.lower() in groups():
        return word
    return ", ".join(sorted(cwes_of(word))) if _TEST.fullmatch(word) else ""


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
    for start, comment in _read_comments(lines):
        yield start[0], comment, _covers(lines, code, start)


def _read_comments(lines: Sequence[str]) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the place (line from 1, column from 0) and the text of each comment.

    Behind a place that no tokenizer reads it begins anew with the next line, as often as `_WORK`
    allows: what is not read then silences nothing.
    """
    at = 0  # lines read since the last break
    budget = _WORK * (len(lines) + 100)

    def line() -> str:
        nonlocal at
        at += 1
        return lines[at - 1] + "\n" if at <= len(lines) else ""

    first = 0  # 0-based line at which the tokenizer begins
    while first < len(lines) and budget > 0:
        at, done = first, first
        try:
            for token in tokenize.generate_tokens(line):
                done = max(done, first + token.end[0])
                if token.type == tokenize.COMMENT:
                    yield (first + token.start[0], token.start[1]), token.string
            return
        except (tokenize.TokenError, SyntaxError, ValueError):
            budget -= at - first
            first = max(done, first + 1)


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
