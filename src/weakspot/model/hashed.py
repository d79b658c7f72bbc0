"""Linear models over strings that are counted in a unit, hashed; each adds to a network's verdict.

TF-IDF with logistic regression: a model holds, for each of a power of two of places, a coefficient
and how rare what falls there is. What is counted decides what a model can see: words and their
neighbours (`weakspot.model.words`), or facts about calls (`weakspot.code.facts`).
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from weakspot.core.errors import BundleError

Features = tuple[NDArray[np.int64], NDArray[np.float64]]

FACTS_FILE = "facts.bin"
FACTS_SIZE = 1 << 19


def placed(counts: Mapping[str, int], size: int) -> Features:
    """Return the places of counted strings among `size`, each once, and 1 + ln(how often).

    Places are in order: sums over them are the same whatever the order of a set of strings is.
    """
    found = [zlib.crc32(text.encode("utf-8", "replace")) & (size - 1) for text in counts]
    places, which = np.unique(np.array(found, np.int64), return_inverse=True)
    often = np.bincount(which, np.fromiter(counts.values(), np.float64), len(places))
    return places, 1.0 + np.log(often)


@dataclass(frozen=True, slots=True)
class Linear:
    """The model: for each place its coefficient and how rare it is (IDF)."""

    coefficients: NDArray[np.float32]
    rarities: NDArray[np.float32]
    bias: float
    weight: float

    @classmethod
    def read(cls, name: str, data: bytes, size: int, settings: Mapping[str, Any]) -> "Linear":
        """Build the model of `size` places from the bytes of file `name` and its settings.

        Raises:
            BundleError: they do not fit, or a number is not finite.
        """
        table = np.frombuffer(data, dtype="<f2") if len(data) == 4 * size else None
        if table is None:
            raise BundleError(f"{name} has {len(data)} bytes, not {4 * size}")
        try:
            bias, weight = float(settings["bias"]), float(settings["weight"])
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(f"the manifest's settings of {name} are damaged: {error}") from error
        if not (np.isfinite(table).all() and np.isfinite([bias, weight]).all()):
            raise BundleError(f"{name} holds what is no number")
        wide = table.astype(np.float32)
        return cls(wide[:size], wide[size:], bias, weight)

    def __call__(self, counts: Mapping[str, int]) -> float:
        """Return what is added to the verdict's logit for a unit with these counts."""
        return self.of(*placed(counts, len(self.coefficients)))

    def of(self, places: NDArray[np.int64], often: NDArray[np.float64]) -> float:
        """Return the same for places, each once, and how much each counts."""
        values = often * self.rarities[places]
        length = float(np.sqrt(values @ values))
        if not length:
            return self.weight * self.bias
        return self.weight * (self.bias + float(values @ self.coefficients[places]) / length)


def to_bytes(coefficients: NDArray[np.float64], rarities: NDArray[np.float64]) -> bytes:
    """Return a model's file: coefficients, then rarities, as little-endian half floats."""
    return np.concatenate([coefficients, rarities]).astype("<f2").tobytes()
