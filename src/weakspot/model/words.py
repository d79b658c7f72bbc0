"""What the words of a unit say of it: a linear model whose score is added to the network's verdict.

TF-IDF over words and pairs of neighbours with logistic regression, hashed. It knows no order and no
meaning, but learns a rare API from a few examples, where a small network needs many; together they
are better than either (docs/log.md has what each finds). It learns from pairs alone, so that it
tells a weak side from its twin, not one kind of code from another.
"""

import re
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from weakspot.core.errors import BundleError

FILE = "words.bin"
BITS = 18
SIZE = 1 << BITS
_WORD = re.compile(r"[A-Za-z_]\w*|\d+|[^\sA-Za-z0-9_]")

Features = tuple[NDArray[np.int64], NDArray[np.float64]]


def features(text: str) -> Features:
    """Return the hashed words and pairs of a text, each once, and 1 + ln(how often)."""
    words = _WORD.findall(text)
    counts = Counter(map(_hashed, words))
    counts.update(_hashed(f"{one} {other}") for one, other in pairwise(words))
    places = np.fromiter(counts.keys(), np.int64, len(counts))
    return places, 1.0 + np.log(np.fromiter(counts.values(), np.float64, len(counts)))


def _hashed(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "replace")) & (SIZE - 1)


@dataclass(frozen=True, slots=True)
class Words:
    """The linear model: for each of `SIZE` features its coefficient and how rare it is (IDF)."""

    coefficients: NDArray[np.float32]
    rarities: NDArray[np.float32]
    bias: float
    weight: float

    @classmethod
    def read(cls, data: bytes, settings: Mapping[str, Any]) -> "Words":
        """Build the model from the bytes of ``words.bin`` and the manifest's numbers.

        Raises:
            BundleError: they do not fit, or a number is not finite.
        """
        table = np.frombuffer(data, dtype="<f2")
        if len(table) != 2 * SIZE:
            raise BundleError(f"{FILE} has {len(data)} bytes, not {4 * SIZE}")
        try:
            bias, weight = float(settings["bias"]), float(settings["weight"])
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(f"the manifest's settings of words are damaged: {error}") from error
        if not (np.isfinite(table).all() and np.isfinite([bias, weight]).all()):
            raise BundleError(f"{FILE} holds what is no number")
        wide = table.astype(np.float32)
        return cls(wide[:SIZE], wide[SIZE:], bias, weight)

    def __call__(self, text: str) -> float:
        """Return what is added to the verdict's logit for a unit's text, context included."""
        places, often = features(text)
        values = often * self.rarities[places]
        length = float(np.sqrt(values @ values))
        if not length:
            return self.weight * self.bias
        return self.weight * (self.bias + float(values @ self.coefficients[places]) / length)


def to_bytes(coefficients: NDArray[np.float64], rarities: NDArray[np.float64]) -> bytes:
    """Return ``words.bin``: coefficients, then rarities, as little-endian half floats."""
    return np.concatenate([coefficients, rarities]).astype("<f2").tobytes()
