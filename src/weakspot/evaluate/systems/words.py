"""Turns programs into word numbers, for networks that learn their words from the training rows."""

import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from weakspot.evaluate.linear import WORD

PAD, UNKNOWN = 0, 1
_RARE = 2  # a word of fewer training rows is unknown
_LAYOUT = {tokenize.NEWLINE: "<line>", tokenize.INDENT: "<in>", tokenize.DEDENT: "<out>"}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a training side, numbered from 2 by falling frequency."""

    numbers: Mapping[str, int]

    @classmethod
    def of(cls, programs: Iterable[Sequence[str]], most: int = 20_000) -> "Words":
        """Number the words that stand in at least two of the programs."""
        counts = Counter(word for program in programs for word in set(program))
        kept = sorted(
            (word for word, count in counts.items() if count >= _RARE),
            key=lambda word: (-counts[word], word),
        )
        return cls({word: number for number, word in enumerate(kept[:most], UNKNOWN + 1)})

    def __len__(self) -> int:
        return len(self.numbers) + UNKNOWN + 1

    def encode(self, program: Sequence[str], longest: int) -> list[int]:
        """Return at most `longest` numbers; an empty program is one unknown word."""
        return [self.numbers.get(word, UNKNOWN) for word in program[:longest]] or [UNKNOWN]


def words_by_line(code: str) -> list[tuple[int, list[str]]]:
    """Return (1-based line, its tokens) for lines that have any; comments are left out.

    What does not tokenize as Python is cut by a pattern instead.
    """
    found: dict[int, list[str]] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            text = _LAYOUT.get(token.type, token.string.strip())
            if text and token.type not in (tokenize.COMMENT, tokenize.NL):
                found.setdefault(token.start[0], []).append(text)
    except (tokenize.TokenError, SyntaxError, ValueError):
        lines = enumerate(code.split("\n"), 1)
        found = {number: re.findall(WORD, line.partition("#")[0]) for number, line in lines}
    return [(line, words) for line, words in sorted(found.items()) if words]


def words_of(code: str) -> list[str]:
    """Return all tokens of a program in order."""
    return [word for _, words in words_by_line(code) for word in words]
