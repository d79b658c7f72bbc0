"""The written pairs that a recipe learns from, of the data set and of drills, in several forms."""

import dataclasses
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from weakspot.core.example import Example
from weakspot.dataset.drills import is_held_out, read_drills
from weakspot.dataset.pairs import read_pairs
from weakspot.dataset.rows import rows_of
from weakspot.dataset.splits import split
from weakspot.model.tokens import Tokenizer
from weakspot.train import corpus, parallel
from weakspot.train.labelled import Family, families
from weakspot.train.recipe import Recipe
from weakspot.train.renaming import names_in_use, renamed
from weakspot.train.run import RunFolder, load_tokenizer

WRITTEN_SEED = 0  # of the split whose test side is never learnt from (docs/dataset.md)
NAMING_UNITS = 30_000  # real functions that names are taken from
AT_ONCE = 50  # families that a process encodes before it takes the next


def written_families(recipe: Recipe, run: RunFolder, labels: Sequence[str]) -> list[Family]:
    """Return the families of all written pairs, in all forms that are learnt from."""
    names = names_in_use(corpus.sample(run.corpus, NAMING_UNITS, recipe.seed))
    grouped: defaultdict[str, list[Example]] = defaultdict(list)
    for example in written(recipe, labels):
        grouped[example.family].append(example)
    work = partial(_encoded, names, recipe, load_tokenizer(run), tuple(labels))
    every = list(grouped.items())
    parts = [every[at : at + AT_ONCE] for at in range(0, len(every), AT_ONCE)]
    return [family for found in parallel.mapped(work, parts) for family in found]


def written(recipe: Recipe, labels: Sequence[str]) -> list[Example]:
    """Return all written pairs that the recipe learns from; none if no phase does."""
    if not any(phase.written for phase in recipe.embedded.phases):
        return []
    return [*written_examples(recipe, labels), *drilled_examples(recipe, labels)]


def written_examples(recipe: Recipe, labels: Sequence[str]) -> Iterator[Example]:
    """Yield both sides of the pairs that the test split by family leaves to learn from."""
    folder = Path(recipe.embedded.pairs)
    rows = [row for pair in read_pairs(folder) for row in rows_of(pair)]
    (parted,) = split(rows, "family", WRITTEN_SEED)
    kept = {row.pair for row in parted.train}
    for pair in read_pairs(folder):
        if pair.id in kept and pair.cwe in labels:
            yield from pair.examples()


def drilled_examples(
    recipe: Recipe, labels: Sequence[str], *, held_out: bool = False
) -> Iterator[Example]:
    """Yield both sides of the drills to learn from, or of those held out for validation."""
    wanted = recipe.embedded
    for drill in read_drills(Path(wanted.drills)):
        if drill[0].cwe in labels and is_held_out(drill, wanted.held_out) is held_out:
            yield from drill


def _encoded(
    names: Sequence[str],
    recipe: Recipe,
    tokenizer: Tokenizer,
    labels: Sequence[str],
    grouped: Iterable[tuple[str, Sequence[Example]]],
) -> list[Family]:
    """Encode the given families, each as it is and in `variants` - 1 forms with other names."""
    varied: list[Example] = []
    for name, sides in grouped:
        varied += sides
        for number in range(1, recipe.embedded.variants):
            draw = random.Random(f"{recipe.seed}|{name}|{number}")  # noqa: S311  reproducible
            for side in renamed(sides, names, draw.random(), draw):
                varied.append(dataclasses.replace(side, family=f"{name}/{number}"))
    return families(varied, tokenizer, labels, recipe.shape.context)
