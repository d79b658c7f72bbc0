"""What linear models add to a network's verdict, from the text that the network read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from weakspot.code import facts
from weakspot.model import hashed, words
from weakspot.model.hashed import Linear


@dataclass(frozen=True, slots=True)
class Added:
    """The linear models of a model folder; None where it has none."""

    words: Linear | None = None
    facts: Linear | None = None

    @classmethod
    def read(
        cls,
        files: Mapping[str, bytes],
        words_settings: Mapping[str, Any],
        facts_settings: Mapping[str, Any],
    ) -> "Added":
        """Read those that are among the files of a folder.

        Raises:
            BundleError: a file is damaged, or its settings are.
        """
        return cls(
            _read(files, words.FILE, words.SIZE, words_settings),
            _read(files, hashed.FACTS_FILE, hashed.FACTS_SIZE, facts_settings),
        )

    def __call__(self, text: str) -> float:
        """Return what is added to the logit of a unit that reads `text`, context included."""
        total = 0.0
        if self.words is not None:
            total += self.words(words.counted(text))
        if self.facts is not None:
            total += self.facts(facts.counted(text))
        return total


def _read(
    files: Mapping[str, bytes], name: str, size: int, settings: Mapping[str, Any]
) -> Linear | None:
    data = files.get(name)
    return None if data is None else Linear.read(name, data, size, settings)
