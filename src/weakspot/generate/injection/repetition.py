"""Regular expressions whose matching time grows exponentially, made from ones that do not.

``X+`` followed by R becomes ``(X+)+`` followed by R. That is slow only where R can fail after a
long run of X. It is shown by the structure: some character c of X can begin neither R nor anything
optional before it, so that no split of a run of c lets R match. A pattern with an element that the
tokens below do not know (lookarounds, references, ``\\b``, flags) is left alone.
"""

import re
import string
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?:(?P<open>\((?!\?)|\(\?:|\(\?P<\w+>)"
    r"|(?P<item>\[\^?\]?(?:[^\]\\]|\\.)*\]|\\[wsdWSDntrfv]|\\[^\w\s]|[^\\^$|?*+(){}\[\]])"
    r"|(?P<close>\))|(?P<bar>\|)|(?P<start>\^|\\A)|(?P<end>\$|\\Z))"
    r"(?P<times>[*+?]|\{\d+(?:,\d*)?\}|\{,\d+\})?(?P<mode>[+?])?",
    re.DOTALL,
)
_KINDS = ("open", "item", "close", "bar", "start", "end")
_CLASS = re.compile(r"\[|\\[wsdS]|\.")
_MAY_BE_ABSENT = re.compile(r"[*?]|\{0*,|\{0+\}")
_REPEATS = ("*", "+", "{")
_ANY_FLAG = re.IGNORECASE | re.DOTALL


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    times: str
    mode: str
    start: int
    end: int


def slowed(pattern: str, is_whole: bool, may_capture: bool) -> str | None:
    """Return the pattern with one repetition repeated once more, where that is slow.

    `is_whole` says that the pattern must match to the end of the text, `may_capture` that one more
    group does no harm.
    """
    tokens = _tokens(pattern)
    if tokens is None or _is_nested(tokens):
        return None
    rest_of_whole = (_Token("end", "", "", "", len(pattern), len(pattern)),) if is_whole else ()
    alternatives = [False]  # of each open group: whether it has one to the left of here
    for at, token in enumerate(tokens):
        if token.kind == "open":
            alternatives.append(False)
        elif token.kind == "close":
            alternatives.pop()
        elif token.kind == "bar":
            alternatives[-1] = True
        elif token.kind == "end" or (token.kind == "start" and _has_item(tokens[:at])):
            return None
        elif token.times in ("*", "+") and not token.mode and not any(alternatives):
            rest = (*tokens[at + 1 :], *rest_of_whole)
            if _CLASS.match(token.text) and _can_fail(token, rest):
                opening = "(" if may_capture else "(?:"
                repeated = f"{opening}{token.text}{token.times})+"
                return pattern[: token.start] + repeated + pattern[token.end :]
    return None


def _tokens(pattern: str) -> tuple[_Token, ...] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None
    found: list[_Token] = []
    while (at := found[-1].end if found else 0) < len(pattern):
        one = _TOKEN.match(pattern, at)
        if one is None or one["mode"] == "+":
            return None
        kind = next(name for name in _KINDS if one[name] is not None)
        times, mode = one["times"] or "", one["mode"] or ""
        found.append(_Token(kind, one[kind], times, mode, at, one.end()))
    return tuple(found)


def _is_nested(tokens: Sequence[_Token]) -> bool:
    """Whether a repeated group already has a repetition in it."""
    opened: list[int] = []
    for at, token in enumerate(tokens):
        if token.kind == "open":
            opened.append(at)
        elif token.kind == "close":
            inner = tokens[opened.pop() : at]
            if token.times.startswith(_REPEATS) and any(
                one.times.startswith(_REPEATS) for one in inner
            ):
                return True
    return False


def _has_item(tokens: Sequence[_Token]) -> bool:
    return any(token.kind == "item" for token in tokens)


def _can_fail(repeated: _Token, rest: Sequence[_Token]) -> bool:
    """Whether the rest fails at every place of some long run of the repeated element."""
    passed: list[str] = []  # what a character of the run must not be
    for token in rest:
        if token.kind == "item":
            passed.append(token.text)
            if not _MAY_BE_ABSENT.match(token.times):
                return any(_takes(repeated.text, one) for one in _outside(passed))
        elif token.kind == "end" and not token.times:
            stops = (one for one in _outside([*passed, repeated.text]) if one != "\n")
            runs = (one for one in _outside(passed) if _takes(repeated.text, one))
            return any(stops) and any(runs)
        elif token.kind != "close" or token.times:
            return False
    return False


def _outside(items: Sequence[str]) -> list[str]:
    return [
        one for one in string.printable if not any(_takes(item, one, _ANY_FLAG) for item in items)
    ]


def _takes(item: str, character: str, flags: re.RegexFlag = re.NOFLAG) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return re.fullmatch(item, character, flags) is not None
