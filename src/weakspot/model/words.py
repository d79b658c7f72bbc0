"""Words of a unit's text, counted for a linear model (`weakspot.model.hashed`).

It knows no order and no meaning, but learns a rare API from a few examples, where a small network
needs many; beside networks it helps, beside facts no longer (docs/decisions/0020-facts.md). It
learns from pairs alone, so that it tells a weak side from its twin, not one kind of code from
another.
"""

import re
from collections import Counter
from itertools import pairwise

FILE = "words.bin"
SIZE = 1 << 18  # places of the model
_WORD = re.compile(r"[A-Za-z_]\w*|\d+|[^\sA-Za-z0-9_]")


def counted(text: str) -> Counter[str]:
    """Return how often each word and each pair of neighbours stands in a text."""
    words = _WORD.findall(text)
    counts = Counter(words)
    counts.update(f"{one} {other}" for one, other in pairwise(words))
    return counts
