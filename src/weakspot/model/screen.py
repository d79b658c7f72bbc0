"""The first stage: says which units could be weak at all, before a network is asked.

Most functions call nothing that could go wrong. A linear model over hashed words tells those in
microseconds (`Screen`). Of what it lets pass, the linear models that are part of the verdict
anyway tell the rest in a millisecond or two (`Gate`); a network takes tens. Their recall
against the whole model is measured when a model is made (see the model card); ``weakspot scan
--deep`` does without both.
"""

import math
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from weakspot.core.errors import BundleError
from weakspot.core.unit import Unit

BITS = 16
SIZE = 1 << BITS
_WORD = re.compile(r"[A-Za-z_][\w.]*|%[sdr]|\d{3,}")
_PART = re.compile(r"[.]")


def features(unit: Unit) -> set[int]:
    """Return the hashed features of a unit's own lines: names, their parts, format marks."""
    words: set[str] = set()
    for line in unit.lines:
        words.update(_WORD.findall(line.text))
    for word in list(words):
        if "." in word:
            parts = _PART.split(word)
            words.update("." + part for part in parts[1:])
            words.add(parts[0])
    return {zlib.crc32(word.encode("utf-8", "replace")) & (SIZE - 1) for word in words}


@dataclass(frozen=True, slots=True)
class Screen:
    """The linear model: `weights` holds one signed byte for each of `SIZE` features.

    A unit passes when ``scale * sum(weights) + bias >= threshold``.
    """

    weights: memoryview
    scale: float
    bias: float
    threshold: float

    @classmethod
    def read(cls, data: bytes, settings: Mapping[str, Any]) -> "Screen":
        """Build a screen from the bytes of ``screen.bin`` and the manifest's numbers."""
        if len(data) != SIZE:
            raise BundleError(f"screen.bin has {len(data)} bytes, not {SIZE}")
        try:
            numbers = [float(settings[name]) for name in ("scale", "bias", "threshold")]
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(f"the manifest's screen settings are damaged: {error}") from error
        if not all(map(math.isfinite, numbers)):
            raise BundleError("the manifest's screen settings hold what is no number")
        return cls(memoryview(data).cast("b"), *numbers)

    def score(self, unit: Unit) -> float:
        """Return the linear score of a unit; higher is more likely weak."""
        weights = self.weights
        return self.bias + self.scale * sum([weights[index] for index in features(unit)])

    def passes(self, unit: Unit) -> bool:
        """Say whether a unit should be scored by the encoder."""
        return self.score(unit) >= self.threshold


@dataclass(frozen=True, slots=True)
class Gate:
    """The second look, at units that the screen lets pass.

    A unit passes when ``added + words_weight * words >= threshold``: what the linear models add to
    its verdict's logit, and the screen's score. `statements` says whether the model over statements
    is among them; folders of before it was asked here do without.
    """

    words_weight: float
    threshold: float
    statements: bool = False

    @classmethod
    def read(cls, settings: Mapping[str, Any]) -> "Gate | None":
        """Build the gate from the manifest's screen settings; None where they name none."""
        found = settings.get("gate")
        if found is None:
            return None
        try:
            words_weight, threshold = (float(found[name]) for name in ("words_weight", "threshold"))
            statements = bool(found.get("statements", False))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BundleError(f"the manifest's screen.gate is damaged: {error}") from error
        if not (math.isfinite(words_weight) and math.isfinite(threshold)):
            raise BundleError("the manifest's screen.gate holds what is no number")
        return cls(words_weight, threshold, statements)

    def score(self, words: float, added: float) -> float:
        """Return what all linear models say together; higher is more likely weak."""
        return added + self.words_weight * words

    def passes(self, words: float, added: float) -> bool:
        """Say whether a network should be asked."""
        return self.score(words, added) >= self.threshold
