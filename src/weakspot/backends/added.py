"""What linear models add to a network's logits, from the text that the network read."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from weakspot.code.sites import Account, reading
from weakspot.core.errors import BundleError
from weakspot.model import hashed, kinds, sites, words
from weakspot.model.hashed import Linear
from weakspot.model.kinds import Kinds
from weakspot.model.manifest import Manifest
from weakspot.model.sites import Sites

_NONE = np.zeros(1)


@dataclass(frozen=True, slots=True)
class Addends:
    """What is added to the verdict's logit, and to those of the CWEs ([C], or [1] for all)."""

    verdict: float
    cwes: NDArray[np.float64]

    def plus(self, verdict: float) -> "Addends":
        """Return the same with more for the verdict."""
        return replace(self, verdict=self.verdict + verdict)


@dataclass(frozen=True, slots=True)
class Added:
    """The linear models of a model folder; None where it has none."""

    words: Linear | None = None
    facts: Linear | None = None
    kinds: Kinds | None = None
    sites: Sites | None = None

    @classmethod
    def of_folder(cls, files: Mapping[str, bytes], manifest: Manifest) -> "Added":
        """Read those that are among the files of a model folder, by its manifest.

        Raises:
            BundleError: a file is damaged or missing, or its settings are, or it was learnt from
                statements that were read in another way.
        """
        if manifest.sites and sites.FILE not in files:
            raise BundleError(f"the model folder lacks {sites.FILE}")
        settings = {name: getattr(manifest, name) for name in ("words", "facts", "kinds", "sites")}
        return cls.read(files, len(manifest.labels), settings)

    @classmethod
    def read(
        cls,
        files: Mapping[str, bytes],
        labels: int,
        settings: Mapping[str, Mapping[str, Any]],
    ) -> "Added":
        """Read those that are among the files of a folder with so many `labels`.

        `settings` are by the names of the fields of this class. Raises as `of_folder` does.
        """
        of_kinds, of_sites = files.get(kinds.FILE), files.get(sites.FILE)
        return cls(
            _read(files, words.FILE, words.SIZE, settings["words"]),
            _read(files, hashed.FACTS_FILE, hashed.FACTS_SIZE, settings["facts"]),
            None if of_kinds is None else Kinds.read(of_kinds, labels, settings["kinds"]),
            None if of_sites is None else _read_alike(Sites.read(of_sites, settings["sites"])),
        )

    def about(self, text: str, own: int) -> "About":
        """Return what is added for a unit that reads `text`, whose last `own` lines are its own."""
        return About(self, text, own)


class About:
    """What linear models say of one unit; each is asked when that is first needed.

    The text is parsed once for all of them.
    """

    def __init__(self, models: Added, text: str, own: int) -> None:
        self._models = models
        self._text = text
        self._own = own

    @cached_property
    def whole(self) -> Addends:
        """All that is added."""
        return self.but_sites.plus(self._sites)

    @cached_property
    def but_sites(self) -> Addends:
        """What all but the statements' model add."""
        models, cwes = self._models, _NONE
        verdict = 0.0 if models.words is None else models.words(words.counted(self._text))
        if models.facts is not None or models.kinds is not None:
            found = Counter(self._account.facts)
            verdict += 0.0 if models.facts is None else models.facts(found)
            cwes = _NONE if models.kinds is None else models.kinds(found)
        return Addends(verdict, cwes)

    @cached_property
    def _account(self) -> Account:
        return Account.of(self._text)

    @cached_property
    def _sites(self) -> float:
        """What the weakest statement of the unit's own adds to the verdict."""
        model = self._models.sites
        if model is None:
            return 0.0
        return model(site.features for site in self._account.sites(self._own))


def _read_alike(model: Sites) -> Sites:
    if model.reading != reading():
        raise BundleError(
            f"{sites.FILE} learnt from statements read in another way ({model.reading!r})",
            hint="use the version of weakspot that it was made with, or export it again",
        )
    return model


def _read(
    files: Mapping[str, bytes], name: str, size: int, settings: Mapping[str, Any]
) -> Linear | None:
    data = files.get(name)
    return None if data is None else Linear.read(name, data, size, settings)
