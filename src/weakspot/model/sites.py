"""A linear model over statements: a unit gets the score of the one that looks weakest.

A bag of all that a function says mixes a guard of one call with the sink of another, and drowns
both in long functions. Here what is told of one statement (`weakspot.code.sites`) is scored alone.
"""

import math
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from weakspot.core.errors import BundleError
from weakspot.model.hashed import Linear

FILE = "sites.bin"
SIZE = 1 << 20


@dataclass(frozen=True, slots=True)
class Sites:
    """The model, and how what it learnt from was read (`weakspot.code.sites.reading`).

    A unit none of whose statements could be read scores `unread`: what a sound one does at its
    weakest, so that what does not parse is neither weak nor sound for it.
    """

    linear: Linear
    reading: str
    unread: float

    @classmethod
    def read(cls, data: bytes, settings: Mapping[str, Any]) -> "Sites":
        """Build the model from its file and its settings.

        Raises:
            BundleError: they do not fit, or a number is not finite.
        """
        linear = Linear.read(FILE, data, SIZE, settings)
        try:
            reading, unread = str(settings["reading"]), float(settings["unread"])
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(f"the manifest's settings of {FILE} are damaged: {error}") from error
        if not math.isfinite(unread):
            raise BundleError(f"the manifest's settings of {FILE} hold what is no number")
        return cls(linear, reading, unread)

    def __call__(self, sites: Iterable[Collection[str]]) -> float:
        """Return what is added to the verdict's logit for a unit with these statements."""
        scores = (self._score(places_of(features)) for features in sites)
        return max(scores, default=self.linear.weight * self.unread)

    def _score(self, places: NDArray[np.int64]) -> float:
        return self.linear.of(places, np.ones(len(places)))


def places_of(features: Collection[str]) -> NDArray[np.int64]:
    """Return the places of a statement's features, each once, whatever the order of a set is.

    They are those of `weakspot.model.hashed.placed`, which counts as well.
    """
    places = {zlib.crc32(one.encode("utf-8", "replace")) & (SIZE - 1) for one in features}
    return np.array(sorted(places), np.int64)
