"""Chooses what each fine-tuning step sees: whole families of similar length, and clean units."""

import bisect
import random
from collections.abc import Sequence

from weakspot.train.labelled import Family, LabelledUnit
from weakspot.train.recipe import EmbeddedRecipe

CHUNK = 24  # batches that are sorted by length together, to waste little on padding


class FamilySupply:
    """Gives the units of any step, from the seed and the step's number alone."""

    def __init__(
        self,
        families: Sequence[Family],
        clean: Sequence[LabelledUnit],
        recipe: EmbeddedRecipe,
        seed: int,
    ) -> None:
        self._families = families
        self._clean = sorted(clean, key=lambda unit: len(unit.ids))
        self._lengths = [len(unit.ids) for unit in self._clean]
        self._recipe = recipe
        self._seed = seed
        self._epoch = -1
        self._batches: list[list[Family]] = []

    def __call__(self, step: int) -> list[LabelledUnit]:
        """Return the units of a 0-based step."""
        size = self._recipe.batch_families
        per_epoch = max(1, len(self._families) // size)
        epoch, index = divmod(step, per_epoch)
        if epoch != self._epoch:
            self._batches = self._order(epoch)
            self._epoch = epoch
        units = [unit for family in self._batches[index] for unit in family]
        longest = max(len(unit.ids) for unit in units)
        fitting = bisect.bisect_right(self._lengths, longest)
        draw = random.Random(self._seed * 7_919 + step)  # noqa: S311  reproducible, no secret
        chosen = draw.sample(range(fitting), min(self._recipe.batch_clean, fitting))
        return units + [self._clean[position] for position in chosen]

    def _order(self, epoch: int) -> list[list[Family]]:
        shuffler = random.Random(self._seed * 104_729 + epoch)  # noqa: S311  reproducible
        order = list(self._families)
        shuffler.shuffle(order)
        size = self._recipe.batch_families
        span = size * CHUNK
        batches: list[list[Family]] = []
        for start in range(0, len(order), span):
            chunk = sorted(order[start : start + span], key=_length)
            batches += [chunk[at : at + size] for at in range(0, len(chunk), size)]
        full = [batch for batch in batches if len(batch) == size] or batches
        shuffler.shuffle(full)
        return full


def _length(family: Family) -> int:
    return max(len(unit.ids) for unit in family)
