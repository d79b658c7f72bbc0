"""Parses the text of units, which is nearly Python (`weakspot.code.normalise`).

Headers may lack a body, a window may begin and end inside of blocks, long statements are broken
where Python allows no break, relative imports have given names that begin with a dot, formatted
strings have their quotes plain, and the last line may be cut. Statements are put together and
indented anew, and each that does not parse alone is mended or becomes ``...``.
"""

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from weakspot.code.normalise import MAX_TOKEN_LINE

_HEADER = re.compile(
    r"(?:async )?(class|def|with|for|if|elif|else|try|except|finally|while|match|case)\b.*:$"
)
_WITH = re.compile(r"(?:async )?with\b")  # its items are broken apart without brackets
_STRING = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"")
_RELATIVE = re.compile(r"(?<![\w.)\]}'\"])\.+(?=[A-Za-z_])")
_BRACES = re.compile(r"(\{[^{}]*\})")
_GOES_ON = {
    "elif": ("if", "elif"),
    "else": ("if", "elif", "for", "while", "except"),
    "except": ("try", "except"),
    "finally": ("try", "except", "else"),
}
_MOST_MENDED = 8  # statements that do not fit those before them and are given up
_SHORTEST_CUT = MAX_TOKEN_LINE // 2  # characters of a line that is cut where no bracket is
_MOST_ENDS = 24  # quotes that are tried as the end of a string
_STEP = "    "
_Laid = tuple[str, tuple[int, ...]]  # a line, and the numbers of the lines that it is made from


@dataclass(frozen=True, slots=True)
class Fragment:
    """What of a text parses.

    Places in `statements` are of the text as it was laid out; `origins` has, for each line of that
    from the first, the 0-based numbers of the lines of the text that it was made from.
    """

    statements: Sequence[ast.stmt]
    origins: Sequence[tuple[int, ...]]


def parse_fragment(text: str) -> Fragment:
    """Parse normalised text without what does not parse; nothing of it, if too little fits."""
    laid = list(_laid_out(list(_statements(text.split("\n")))))
    lines, origins = [line for line, _ in laid], [origin for _, origin in laid]
    if _parsed(lines)[1] is not None:
        lines = [line if _stands_alone(line.strip()) else _mended(line) for line in lines]
    for _ in range(_MOST_MENDED):
        found, wrong = _parsed(lines)
        if wrong is None:
            return Fragment(found, origins)
        lines[wrong] = _mended(lines[wrong])
    return Fragment((), ())


def statements_of(text: str) -> Sequence[ast.stmt]:
    """Return the statements of a text, as `parse_fragment` finds them."""
    return parse_fragment(text).statements


def _parsed(lines: Sequence[str]) -> tuple[Sequence[ast.stmt], int | None]:
    """Return the statements, or the index of the line that is wrong."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes: they are somebody else's
            return ast.parse("\n".join(lines)).body, None
    except SyntaxError as error:
        at = (error.lineno or 1) - 1
        return (), at if 0 <= at < len(lines) else None
    except (ValueError, RecursionError, MemoryError):
        return (), None


def _stands_alone(text: str) -> bool:
    return _parsed(_alone(text))[1] is None


def _alone(text: str) -> Sequence[str]:
    """Return lines in which a statement, or a header without its body, can be parsed."""
    word = _header(text)
    if text.startswith("@"):
        return text, "def _(): ..."
    if text in ("try:", "else:", "finally:"):
        return ("...",)  # nothing in them can be wrong
    if word == "except":
        return "try: ...", f"{text} ..."
    if word == "case":
        return "match _:", f" {text} ..."
    if word == "match":
        return text, " case _: ..."
    return (f"{text.removeprefix('el')} ..." if word else text,)


def _mended(line: str) -> str:
    """Return a line with the quotes of a formatted string mended, or else an empty one."""
    text = line.strip()
    indent = line[: len(line) - len(line.lstrip())]
    start = text.find("f'")
    if start >= 0 and (found := _requoted(text, start + 2)):
        return indent + found
    return indent + ("if ...:" if _header(text) else "...")


def _requoted(text: str, start: int) -> str:
    """Escape the quotes inside of the formatted string that begins at `start`; "" where none fits.

    Normalised text has them plain, so that where the string ends must be tried.
    """
    ends = [at for at in range(start, len(text)) if text[at] == "'"]
    for end in ends[1:_MOST_ENDS]:
        inner = "".join(
            part.replace("'", '"') if part.startswith("{") else part.replace("'", "\\'")
            for part in _BRACES.split(text[start:end])
        )
        line = text[:start] + inner + text[end:]
        if _stands_alone(line):
            return line
    return ""


@dataclass(frozen=True, slots=True)
class _Statement:
    text: str
    indent: int  # columns
    lines: tuple[int, ...]  # 0-based, of the text


def _statements(lines: Iterable[str]) -> Iterator[_Statement]:
    """Yield statements and headers, each on one line."""
    parts: list[str] = []
    where: list[int] = []
    indent = 0
    for number, line in enumerate(lines):
        text = line.strip()
        columns = len(line) - len(line.lstrip())
        if text.endswith("( ..."):  # parameters that are left out
            text = text.removesuffix(" ...") + "):"
        if parts and columns > indent and _goes_on(parts):
            parts.append(text)
            where.append(number)
        elif text:
            if parts:
                yield _Statement(_absolute(" ".join(parts)), indent, tuple(where))
            parts, where, indent = [text], [number], columns
    if parts:
        yield _Statement(_absolute(" ".join(parts)), indent, tuple(where))


def _goes_on(parts: Sequence[str]) -> bool:
    """Whether a deeper line behind these is of the same statement."""
    text = " ".join(parts)
    if _is_open(text) or (_WITH.match(text) and not text.endswith(":")):
        return True
    return len(parts[-1]) >= _SHORTEST_CUT and not _stands_alone(text)


def _is_open(text: str) -> bool:
    bare = _STRING.sub("", text)
    return sum(map(bare.count, "([{")) > sum(map(bare.count, ")]}"))


def _absolute(text: str) -> str:
    return _RELATIVE.sub("", text)


def _header(text: str) -> str:
    """Return the word that begins a block; nothing where none begins."""
    found = _HEADER.match(text)
    return found.group(1) if found else ""


def _laid_out(statements: Sequence[_Statement]) -> Iterator[_Laid]:
    """Yield lines that are indented as Python wants it, every block whole, and what they are of."""
    levels = [0]  # columns at which the blocks that stand open were written
    begun = [""]  # the header that came last in each of them
    inside = False  # the line before was a header
    for number, (text, indent) in enumerate((one.text, one.indent) for one in statements):
        if inside and indent > levels[-1]:
            levels.append(indent)
            begun.append("")
        elif inside:
            yield _STEP * len(levels) + "...", ()
        left = False
        while len(levels) > 1 and indent < levels[-1]:
            yield from _closed(begun.pop(), len(levels) - 1)
            levels.pop()
            left = True
        if left and indent > levels[-1]:  # a window began deeper than its block goes on
            levels.append(indent)
            begun.append("")
        following = statements[number + 1] if number + 1 < len(statements) else None
        shown = _begun(text, begun[-1], following, indent)
        if not shown:
            inside = False
            continue
        word = _header(shown)
        if word not in _GOES_ON:
            yield from _closed(begun[-1], len(levels) - 1)
        begun[-1] = word
        yield _STEP * (len(levels) - 1) + shown, statements[number].lines
        inside = bool(word)
    if inside:
        yield _STEP * len(levels) + "...", ()
    while begun:
        yield from _closed(begun.pop(), len(begun))


def _closed(word: str, depth: int) -> Iterator[_Laid]:
    """Yield what a block lacks that ended after `word`."""
    if word == "try":
        yield _STEP * depth + "finally:", ()
        yield _STEP * (depth + 1) + "...", ()


def _begun(text: str, before: str, following: _Statement | None, indent: int) -> str:
    """Return a statement as it can stand after a block that `before` began; "" to leave it out."""
    if text.startswith("@"):
        after = following.text if following else ""
        return text if after.startswith(("@", "def ", "async def ", "class ")) else ""
    if text.endswith(": ...") and following is not None and following.indent > indent:
        return text.removesuffix(" ...")
    word = _header(text)
    if word in _GOES_ON and before not in _GOES_ON[word]:
        return "if" + text.removeprefix("elif") if word == "elif" else "if ...:"
    return text
