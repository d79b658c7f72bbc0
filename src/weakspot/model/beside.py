"""Networks beside the first: which units they are asked about, and how what they say counts.

The first network judges every unit that the first stage lets pass. Where it sees next to nothing,
the others could not change the verdict, and are not asked: each costs as much as the first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from weakspot.core.errors import BundleError

FILE = "beside.onnx"


@dataclass(frozen=True, slots=True)
class Beside:
    """`networks` stand in `FILE`, which gives their mean.

    They are asked when the probability by the first alone is at least `asked_from`.
    """

    networks: int
    asked_from: float

    @classmethod
    def read(cls, settings: Mapping[str, Any]) -> "Beside":
        """Read the manifest's settings. Raises BundleError if they are damaged."""
        try:
            found = cls(int(settings["networks"]), float(settings["asked_from"]))
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(f"the manifest's settings of {FILE} are damaged: {error}") from error
        if found.networks < 1 or not 0.0 <= found.asked_from <= 1.0:
            raise BundleError(f"the manifest's settings of {FILE} are out of range")
        return found

    def mean(self, first: Any, theirs: Any) -> Any:
        """Return the mean over all networks of a logit, or of an array of logits."""
        return (first + self.networks * theirs) / (self.networks + 1)
