"""Judges a scan by sources whose comments say where findings belong and where they do not.

`# expect: CWE-89` marks a weak line, `# ok: CWE-89` a sound one that tempts. The mark stands at
the end of its line, or above it with nothing but further comments between; several CWEs are
separated by commas. Only real comments count, and the model never reads comments.
"""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from weakspot.core import catalogue
from weakspot.core.errors import DataError
from weakspot.core.finding import Finding

NEAR = 3  # lines between a flagged line and the weak one that still lead a reader to it
TOUCHING = 1  # lines between a flagged line and a sound one that make it a false alarm
_MODULE = "<module>"  # the name of the unit for what stands outside functions
_MARK = re.compile(r"#\s*(expect|ok):\s+(CWE-[1-9]\d*(?:,\s*CWE-[1-9]\d*)*)\s*")
# Wide on purpose: a mistyped mark must be an error, not a weakness that nobody looks for.
_MEANT = re.compile(r"#+\s*(?:(?:expect\w*|ok)\s*:|(?:expect\w*|ok)\b.*\bcwe)", re.IGNORECASE)
_EMPTY = frozenset({tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT})


@dataclass(frozen=True, slots=True, order=True)
class Expectation:
    """What a mark says of a line: that it has a weakness (`weak`), or that it only looks so.

    `path` is relative to the annotated folder, with forward slashes; `line` is the code line,
    not the comment's. `in_function` tells code of a function from code of the module, whose
    unit spans the functions between its statements too.
    """

    path: str
    line: int
    cwe: str
    weak: bool
    in_function: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """The results of one CWE; `near` counts those found that flag a line within `NEAR`."""

    cwe: str
    found: int = 0
    near: int = 0
    missed: int = 0
    sound: int = 0
    false: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Where findings meet expectations.

    `near` is the part of `found` with a flagged line within `NEAR` lines; `false` and `quiet`
    are the sound places with and without an alarm. `unexpected` are findings that meet no mark.
    """

    found: tuple[Expectation, ...]
    near: tuple[Expectation, ...]
    missed: tuple[Expectation, ...]
    false: tuple[Expectation, ...]
    quiet: tuple[Expectation, ...]
    unexpected: tuple[Finding, ...]

    def tallies(self) -> tuple[Tally, ...]:
        """Return one row for each CWE that has a mark, ordered by number."""
        marks = (*self.found, *self.missed, *self.false, *self.quiet)
        return tuple(
            Tally(
                cwe,
                found=_count(self.found, cwe),
                near=_count(self.near, cwe),
                missed=_count(self.missed, cwe),
                sound=_count(self.false, cwe) + _count(self.quiet, cwe),
                false=_count(self.false, cwe),
            )
            for cwe in sorted({mark.cwe for mark in marks}, key=lambda cwe: int(cwe[4:]))
        )


def expected(folder: Path) -> tuple[Expectation, ...]:
    """Read the marks of all ``.py`` files below `folder`, ordered by path, line and CWE.

    Raises:
        DataError: `folder` is none, a file does not parse, or a mark is malformed, contradicts
            another or has no code to stand for; the message begins with file and line.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder")
    found: list[Expectation] = []
    for path in sorted(folder.rglob("*.py")):
        if path.is_file():
            found += _of_file(path, path.relative_to(folder).as_posix())
    return tuple(sorted(found))


def compare(
    expectations: Sequence[Expectation],
    findings: Sequence[Finding],
    related: Callable[[str, str], bool],
) -> Comparison:
    """Compare marks with findings, whose paths are relative to the same folder.

    A finding meets a mark when its unit holds the marked line and one of its CWEs is `related`
    to the mark's. A sound place is a false alarm only if the finding also flags a line within
    `TOUCHING` of it: the unit around it may be weak elsewhere.
    """
    met: dict[Expectation, list[Finding]] = {
        mark: [one for one in findings if _meets(one, mark, related)] for mark in expectations
    }
    weak = [mark for mark in expectations if mark.weak]
    sound = [mark for mark in expectations if not mark.weak]
    alarms = {
        mark: [one for one in met[mark] if _distance(one, mark.line) <= TOUCHING] for mark in sound
    }
    explained = {id(one) for mark in weak for one in met[mark]}
    explained |= {id(one) for mark in sound for one in alarms[mark]}
    return Comparison(
        found=tuple(mark for mark in weak if met[mark]),
        near=tuple(
            mark for mark in weak if any(_distance(one, mark.line) <= NEAR for one in met[mark])
        ),
        missed=tuple(mark for mark in weak if not met[mark]),
        false=tuple(mark for mark in sound if alarms[mark]),
        quiet=tuple(mark for mark in sound if not alarms[mark]),
        unexpected=tuple(one for one in findings if id(one) not in explained),
    )


def _meets(finding: Finding, mark: Expectation, related: Callable[[str, str], bool]) -> bool:
    if finding.path != mark.path or not finding.unit_span.contains_line(mark.line):
        return False
    if finding.unit == _MODULE and mark.in_function:
        return False
    cwes = {finding.cwe, *(score.cwe for score in finding.cwes)}
    return any(related(cwe, mark.cwe) for cwe in cwes)


def _distance(finding: Finding, line: int) -> int:
    flagged = [one.line for one in finding.lines] or [finding.span.start_line]
    return min(abs(one - line) for one in flagged)


def _count(marks: Sequence[Expectation], cwe: str) -> int:
    return sum(mark.cwe == cwe for mark in marks)


def _of_file(path: Path, name: str) -> list[Expectation]:
    raw = path.read_bytes()
    try:
        # Nothing runs: the tree only tells which lines belong to functions.
        tree = ast.parse(raw, filename=name)
        tokens = list(tokenize.tokenize(io.BytesIO(raw).readline))
    except (SyntaxError, ValueError, RecursionError, tokenize.TokenError) as error:
        line = getattr(error, "lineno", None) or 1
        raise DataError(f"{path}:{line}: does not parse: {error}") from error
    inside = _function_lines(tree)
    marks: dict[tuple[int, str], Expectation] = {}
    for index, token in enumerate(tokens):
        if token.type != tokenize.COMMENT:
            continue
        for weak, cwe in _read(token, path):
            line = _code_line(tokens, index, path)
            if (line, cwe) in marks:
                raise DataError(f"{path}:{token.start[0]}: {cwe} is marked twice for line {line}")
            marks[line, cwe] = Expectation(name, line, cwe, weak, line in inside)
    return list(marks.values())


def _read(token: tokenize.TokenInfo, path: Path) -> Iterator[tuple[bool, str]]:
    place = f"{path}:{token.start[0]}"
    match = _MARK.fullmatch(token.string)
    if match is None:
        if _MEANT.match(token.string):
            raise DataError(
                f"{place}: malformed mark {token.string.strip()!r}",
                hint="write `# expect: CWE-89` or `# ok: CWE-89`",
            )
        return
    for cwe in re.split(r",\s*", match[2]):
        if not catalogue.has(cwe):
            raise DataError(f"{place}: {cwe} is not in the catalogue")
        yield match[1] == "expect", cwe


def _code_line(tokens: Sequence[tokenize.TokenInfo], index: int, path: Path) -> int:
    comment = tokens[index]
    row = comment.start[0]
    if comment.line[: comment.start[1]].strip():
        return row
    for token in tokens[index + 1 :]:
        if token.type == tokenize.COMMENT:
            row = token.start[0]
        elif token.type not in _EMPTY:
            if token.type != tokenize.ENDMARKER and token.start[0] == row + 1:
                return token.start[0]
            break
    raise DataError(f"{path}:{comment.start[0]}: no code on the line below the mark")


def _function_lines(tree: ast.Module) -> frozenset[int]:
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            lines.update(range(first, (node.end_lineno or node.lineno) + 1))
    return frozenset(lines)
