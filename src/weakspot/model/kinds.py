"""Which weakness facts speak for: a linear model that adds to a network's CWE logits.

Multinomial naive Bayes over the hashed facts of weak units (`weakspot.code.facts`), TF-IDF weighted
and of unit length: for each place and CWE the logarithm of how likely a fact that falls there is,
as whole numbers of one byte, less the mean over all CWEs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from weakspot.core.errors import BundleError
from weakspot.model.hashed import placed

FILE = "kinds.bin"
SIZE = 1 << 14
_LEVELS = 127.0


@dataclass(frozen=True, slots=True)
class Kinds:
    """The model of C labels: a table [places, C], rarities [places] (IDF), and its step."""

    table: NDArray[np.int8]
    rarities: NDArray[np.float32]
    step: float

    @classmethod
    def read(cls, data: bytes, labels: int, settings: Mapping[str, Any]) -> "Kinds":
        """Build the model from its file and its settings.

        Raises:
            BundleError: they do not fit the labels, or a number is not finite.
        """
        if len(data) != SIZE * (labels + 2):
            raise BundleError(f"{FILE} has {len(data)} bytes, not {SIZE * (labels + 2)}")
        table = np.frombuffer(data, np.int8, SIZE * labels).reshape(SIZE, labels)
        rarities = np.frombuffer(data, "<f2", SIZE, SIZE * labels).astype(np.float32)
        try:
            step = float(settings["step"])
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(f"the manifest's settings of {FILE} are damaged: {error}") from error
        if not (np.isfinite(rarities).all() and np.isfinite(step)):
            raise BundleError(f"{FILE} holds what is no number")
        return cls(table, rarities, step)

    def __call__(self, counts: Mapping[str, int]) -> NDArray[np.float64]:
        """Return what is added to each of the C logits [C] of a unit with these counts."""
        places, often = placed(counts, SIZE)
        values = often * self.rarities[places]
        length = float(np.sqrt(values @ values)) or 1.0
        return np.asarray(values @ self.table[places] * (self.step / length), dtype=np.float64)


def to_bytes(
    table: NDArray[np.float64], rarities: NDArray[np.float64], weight: float
) -> tuple[bytes, float]:
    """Return the file of a table [places, C] that counts `weight`, and its step."""
    largest = float(np.abs(table).max()) or 1.0
    whole = np.rint(table / largest * _LEVELS).astype(np.int8)
    return whole.tobytes() + rarities.astype("<f2").tobytes(), weight * largest / _LEVELS
