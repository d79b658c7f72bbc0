"""Near-duplicates among programs: candidates by MinHash, decided by exact Jaccard similarity.

The features are 5-grams of Python tokens (Broder 1997; Leskovec, Rajaraman, Ullman, chapter 3).
"""

import io
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence

from weakspot.core.errors import MissingExtraError

ALIKE = 0.5  # Jaccard similarity from which two programs count as near-duplicates
_GRAM = 5
_PERMUTATIONS = 128
# Similarity from which most are compared: 42 bands of three rows, which leave out one in 270 of the
# programs that are just alike. At 0.4, 32 bands of four, it was one in eight.
_COMPARED = 0.25
_KEPT = (tokenize.NAME, tokenize.OP, tokenize.NUMBER, tokenize.STRING)
# From Python 3.12 on a formatted string is many tokens; it counts as one, as it did before.
_BEGINS = getattr(tokenize, "FSTRING_START", None)
_ENDS = getattr(tokenize, "FSTRING_END", None)


def grams(code: str) -> frozenset[tuple[str, ...]]:
    """Return the token 5-grams of a program; of its words where it has no Python tokens."""
    try:
        tokens = list(_words(tokenize.generate_tokens(io.StringIO(code).readline), code))
    except (tokenize.TokenError, SyntaxError):
        tokens = code.split()
    return frozenset(tuple(tokens[at : at + _GRAM]) for at in range(len(tokens) - _GRAM + 1))


def _words(tokens: Iterable[tokenize.TokenInfo], code: str) -> Iterator[str]:
    lines = code.split("\n")  # as the tokenizer counts them
    depth, start = 0, (0, 0)
    for token in tokens:
        if token.type == _BEGINS:
            start = start if depth else token.start
            depth += 1
        elif token.type == _ENDS:
            depth -= 1
            if not depth:
                yield _between(lines, start, token.end)
        elif not depth and token.type in _KEPT:
            yield token.string


def _between(lines: Sequence[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return what stands from `start` to `end`, each a line from 1 on and a column from 0 on."""
    text = list(lines[start[0] - 1 : end[0]])
    text[-1] = text[-1][: end[1]]
    text[0] = text[0][start[1] :]
    return "\n".join(text)


def similarity(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """Return the Jaccard similarity of two sets, 0 for two empty ones."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def near_duplicates(codes: Mapping[str, str]) -> Iterator[tuple[str, str, float]]:
    """Yield (id, later id, similarity) of programs alike, in the order of `codes`.

    Raises:
        MissingExtraError: the ``data`` extra is not installed.
    """
    try:
        from datasketch import MinHash, MinHashLSH  # noqa: PLC0415  optional extra
    except ModuleNotFoundError as error:
        raise MissingExtraError("data", "finding near-duplicates") from error
    index = MinHashLSH(threshold=_COMPARED, num_perm=_PERMUTATIONS)
    order = {name: at for at, name in enumerate(codes)}
    seen: dict[str, frozenset[tuple[str, ...]]] = {}
    for name, code in codes.items():
        found = grams(code)
        sketch = MinHash(num_perm=_PERMUTATIONS, seed=1)
        sketch.update_batch([" ".join(gram).encode("utf-8", "surrogatepass") for gram in found])
        for other in sorted(index.query(sketch), key=order.__getitem__):
            share = similarity(found, seen[other])
            if share > ALIKE:
                yield other, name, share
        index.insert(name, sketch)
        seen[name] = found
