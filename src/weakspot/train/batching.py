"""Chooses what each fine-tuning step sees: whole families of similar length, and clean units."""

import bisect
import random
from collections import Counter
from collections.abc import Sequence

from weakspot.train.labelled import Family, LabelledUnit
from weakspot.train.recipe import EmbeddedRecipe

CHUNK = 24  # batches that are sorted by length together, to waste little on padding


class FamilySupply:
    """Gives the units of any step, from the seed and the step's number alone.

    Of the clean units of a batch the share `hard_share` is drawn from `hard`.
    """

    def __init__(
        self,
        families: Sequence[Family],
        clean: Sequence[LabelledUnit],
        recipe: EmbeddedRecipe,
        seed: int,
        hard: Sequence[LabelledUnit] = (),
        hard_share: float = 0.0,
    ) -> None:
        self._families = families
        self._clean = _Pool(clean)
        self._hard = _Pool(hard)
        self._hard_share = hard_share
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
        draw = random.Random(self._seed * 7_919 + step)  # noqa: S311  reproducible, no secret
        wanted = self._recipe.batch_clean
        if self._recipe.batch_units:
            wanted = max(0, self._recipe.batch_units - len(units))
        hard = self._hard.draw(round(wanted * self._hard_share), longest, draw)
        return units + hard + self._clean.draw(wanted - len(hard), longest, draw)

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


def evened(real: Sequence[Family], wanted: int, seed: int) -> list[Family]:
    """Draw `wanted` families so that rare mechanisms are seen, each by the root of its number."""
    numbers = Counter(family[0].mechanism for family in real)
    weights = [numbers[family[0].mechanism] ** -0.5 for family in real]
    draw = random.Random(seed)  # noqa: S311  reproducible data, no secret
    return draw.choices(real, weights, k=wanted) if real else []


class _Pool:
    """Units by length, to draw from those that make no batch longer."""

    def __init__(self, units: Sequence[LabelledUnit]) -> None:
        self._units = sorted(units, key=lambda unit: len(unit.ids))
        self._lengths = [len(unit.ids) for unit in self._units]

    def draw(self, count: int, longest: int, draw: random.Random) -> list[LabelledUnit]:
        fitting = bisect.bisect_right(self._lengths, longest)
        return [self._units[at] for at in draw.sample(range(fitting), min(count, fitting))]


def _length(family: Family) -> int:
    return max(len(unit.ids) for unit in family)
