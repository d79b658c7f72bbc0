"""Cuts code into coloured pieces: what a word is (Pygments), never how it looks.

The page gets text and class names, and makes its own elements of them.
"""

from collections.abc import Sequence
from typing import Final

from pygments.lexers.python import PythonLexer
from pygments.token import Token, is_token_subtype

LONGEST_COLOURED: Final = 64 << 10  # characters; longer code is shown in one colour
ODD: Final = "odd"  # class of characters that would act instead of show

Piece = tuple[str, str]  # text, class ("" is plain)


def pieces(code: str) -> list[list[Piece]]:
    """Return the pieces of every line of Python code; joined, they are the line.

    Except for characters that act instead of show (control, zero-width and bidirectional ones,
    CVE-2021-42574): those are named, as in ``U+202E``, in pieces of class `ODD`.
    """
    lines: list[list[Piece]] = [[]]
    for text, kind in _tokens(code):
        for at, part in enumerate(text.split("\n")):
            if at:
                lines.append([])
            lines[-1] += _shown(part, kind)
    return lines


def _tokens(code: str) -> Sequence[Piece]:
    if len(code) > LONGEST_COLOURED:
        return [(code, "")]
    classes = (
        (Token.Comment, "com"),
        (Token.Literal.String.Interpol, "esc"),
        (Token.Literal.String.Escape, "esc"),
        (Token.Literal.String.Affix, "str"),
        (Token.Literal.String, "str"),
        (Token.Literal.Number, "num"),
        (Token.Keyword, "kw"),
        (Token.Operator.Word, "kw"),
        (Token.Name.Decorator, "deco"),
        (Token.Name.Function, "def"),
        (Token.Name.Class, "def"),
        (Token.Name.Builtin, "bui"),
        (Token.Name.Exception, "bui"),
    )
    # The unprocessed tokens are the code as it is; the processed ones lose blank lines.
    return [
        (text, next((name for group, name in classes if is_token_subtype(kind, group)), ""))
        for _, kind, text in PythonLexer().get_tokens_unprocessed(code)
    ]


def _shown(text: str, kind: str) -> list[Piece]:
    if text.isprintable():
        return [(text, kind)] if text else []
    found: list[Piece] = []
    start = 0
    for at, char in enumerate(text):
        if char.isprintable() or char == "\t":
            continue
        found += [(text[start:at], kind)] if start < at else []
        found.append((f"U+{ord(char):04X}", ODD))
        start = at + 1
    return found + ([(text[start:], kind)] if start < len(text) else [])
