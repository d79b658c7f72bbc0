"""What the encoder reads in pre-training: real code, and more of what a detector has to judge.

The network of a model is asked about the few units that its first stage lets pass. A recipe can
give a share of what is read to units that the first look of its start lets pass (`suspect`), and
one to the sound sides of the pairs that it will learn from (`written`): in sound code, what is
exchanged (`weakspot.train.exchange`) is what weakens it.
"""

import random
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from weakspot.code.source import Source
from weakspot.code.units import units_of
from weakspot.core.errors import DataError
from weakspot.core.example import Example
from weakspot.core.unit import Unit
from weakspot.model.screen import Screen
from weakspot.model.tokens import Tokenizer
from weakspot.train import corpus, start
from weakspot.train.pretrain import Row, Tokens
from weakspot.train.recipe import Recipe
from weakspot.train.run import RunFolder, load_tokenizer
from weakspot.train.written import written

SPARE = 1.05  # tokens drawn for one that is read: batches leave some out


def texts(recipe: Recipe, run: RunFolder, labels: Sequence[str]) -> Tokens:
    """Return the units to read, encoded, in no order.

    All of the corpus, where the recipe sets neither share; else a mixture for all of its steps, in
    which real code that nothing is said of fills what `suspect` and `written` leave or lack.
    """
    wanted = recipe.pretrain
    tokenizer, limit = load_tokenizer(run), recipe.shape.context
    screen = _screen(recipe) if wanted.suspect else None
    suspects: list[Row] = []
    others: list[Row] = []
    for _, unit in corpus.read(run.need(run.corpus, "corpus")):
        passed = screen is not None and screen.passes(unit)
        (suspects if passed else others).append(_encoded(unit, tokenizer, limit))
    if not (wanted.suspect or wanted.written):
        random.Random(recipe.seed).shuffle(others)  # noqa: S311  reproducible order, no secret
        return others
    sound = _sound(written(recipe, labels)) if wanted.written else ()
    known = [_encoded(unit, tokenizer, limit) for unit in sound]
    total = SPARE * wanted.steps * wanted.batch_tokens
    shares = [wanted.written, wanted.suspect, 1.0]
    return mixed([known, suspects, others], shares, total, recipe.seed)


def mixed(lists: Sequence[Tokens], shares: Sequence[float], total: float, seed: int) -> Tokens:
    """Draw about `total` tokens, of each list its share or all that it has; the last fills up."""
    draw = random.Random(seed)  # noqa: S311  reproducible order, no secret
    drawn: list[Row] = []
    left = total
    for tokens, share in zip(lists, shares, strict=True):
        room = min(left, share * total)
        for row in draw.sample(list(tokens), len(tokens)):
            if room <= 0:
                break
            drawn.append(row)
            room -= len(row)
            left -= len(row)
    draw.shuffle(drawn)
    return drawn


def _screen(recipe: Recipe) -> Screen:
    before = start.opened(recipe)
    if before is None:
        raise DataError("`pretrain.suspect` needs a start, whose first stage tells suspects")
    return Screen.read(before.files["screen.bin"], before.manifest.screen)


def _encoded(unit: Unit, tokenizer: Tokenizer, limit: int) -> Row:
    return np.array(tokenizer.encode(unit, limit).ids, dtype=np.uint16)


def _sound(examples: Iterable[Example]) -> Iterator[Unit]:
    """Yield the units of sides that are not weak."""
    for example in examples:
        if not example.role.is_weak:
            yield from units_of(Source("", example.code)).units
