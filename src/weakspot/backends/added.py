"""What linear models add to a network's logits, from the text that the network read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from weakspot.code import facts
from weakspot.model import hashed, kinds, words
from weakspot.model.hashed import Linear
from weakspot.model.kinds import Kinds

_NONE = np.zeros(1)


@dataclass(frozen=True, slots=True)
class Addends:
    """What is added to the verdict's logit, and to those of the CWEs ([C], or [1] for all)."""

    verdict: float
    cwes: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Added:
    """The linear models of a model folder; None where it has none."""

    words: Linear | None = None
    facts: Linear | None = None
    kinds: Kinds | None = None

    @classmethod
    def read(
        cls,
        files: Mapping[str, bytes],
        labels: int,
        words_settings: Mapping[str, Any],
        facts_settings: Mapping[str, Any],
        kinds_settings: Mapping[str, Any],
    ) -> "Added":
        """Read those that are among the files of a folder with so many `labels`.

        Raises:
            BundleError: a file is damaged, or its settings are.
        """
        of_kinds = files.get(kinds.FILE)
        return cls(
            _read(files, words.FILE, words.SIZE, words_settings),
            _read(files, hashed.FACTS_FILE, hashed.FACTS_SIZE, facts_settings),
            None if of_kinds is None else Kinds.read(of_kinds, labels, kinds_settings),
        )

    def __call__(self, text: str) -> Addends:
        """Return what is added for a unit that reads `text`, context included."""
        verdict, cwes = 0.0, _NONE
        if self.words is not None:
            verdict += self.words(words.counted(text))
        if self.facts is not None or self.kinds is not None:
            found = facts.counted(text)
            verdict += 0.0 if self.facts is None else self.facts(found)
            cwes = _NONE if self.kinds is None else self.kinds(found)
        return Addends(verdict, cwes)


def _read(
    files: Mapping[str, bytes], name: str, size: int, settings: Mapping[str, Any]
) -> Linear | None:
    data = files.get(name)
    return None if data is None else Linear.read(name, data, size, settings)
