"""A linear model over statements: a unit gets the score of the one that looks weakest.

A bag of all that a function says mixes a guard of one call with the sink of another, and drowns
both in long functions. Here what is told of one statement (`weakspot.code.sites`) is scored alone.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from weakspot.model.hashed import Linear

FILE = "sites.bin"
SIZE = 1 << 20
NOTHING = -6.0  # the score of a unit without a statement: less than nearly any statement gets


@dataclass(frozen=True, slots=True)
class Sites:
    """The model, and which table of roles it learnt with (`weakspot.code.roles.digest`)."""

    linear: Linear
    roles: str

    @classmethod
    def read(cls, data: bytes, settings: Mapping[str, Any]) -> "Sites":
        """Build the model from its file and its settings.

        Raises:
            BundleError: they do not fit, or a number is not finite.
        """
        return cls(Linear.read(FILE, data, SIZE, settings), str(settings.get("roles", "")))

    def __call__(self, sites: Iterable[Collection[str]]) -> float:
        """Return what is added to the verdict's logit for a unit with these statements."""
        linear = self.linear
        scores = [linear(dict.fromkeys(features, 1)) for features in sites]
        return max(scores, default=linear.weight * NOTHING)
