"""What the encoder reads in pre-training: real code, and more of what a detector has to judge.

The network of a model is asked about the few units that its first stage lets pass. A recipe can
give a share of what is read to units that the first look of its start lets pass (`suspect`), and
one to the sound sides of the pairs that it will learn from (`written`): in sound code, what is
exchanged (`weakspot.train.exchange`) is what weakens it.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence

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
READINGS = 4  # of a unit at most, where its kind is too small for its share


def texts(
    recipe: Recipe, run: RunFolder, labels: Sequence[str], say: Callable[[str], None]
) -> Tokens:
    """Return the units to read, encoded, in no order.

    All of the corpus, where the recipe sets neither share; else a mixture for all of its steps, in
    which real code that nothing is said of fills what `suspect` and `written` leave or lack. `say`
    is told what each kind came to.
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
    drawn, counts = mixed([known, suspects, others], shares, total, recipe.seed)
    kinds = {
        "sound sides of written pairs": (known, wanted.written),
        "units that the first look lets pass": (suspects, wanted.suspect),
        "other units": (others, 1.0 - wanted.written - wanted.suspect),
    }
    for (name, (rows, share)), count in zip(kinds.items(), counts, strict=True):
        part, there = count / max(1, sum(counts)), sum(map(len, rows))
        if share or count:
            say(f"{name}: {count} tokens, {part:.1%} of all ({share:.0%} wanted), of {there}")
    return drawn


def mixed(
    lists: Sequence[Tokens], shares: Sequence[float], total: float, seed: int
) -> tuple[Tokens, list[int]]:
    """Draw about `total` tokens, of each list its share; the last fills up.

    A list that is too small is drawn again, up to `READINGS` times. Returns the rows and how many
    tokens are of each list.
    """
    draw = random.Random(seed)  # noqa: S311  reproducible order, no secret
    drawn: list[Row] = []
    counts: list[int] = []
    for tokens, share in zip(lists, shares, strict=True):
        room = min(total - sum(counts), share * total)
        count = 0
        for row in _again_and_again(tokens, draw):
            if count >= room:
                break
            drawn.append(row)
            count += len(row)
        counts.append(count)
    draw.shuffle(drawn)
    return drawn, counts


def _again_and_again(tokens: Tokens, draw: random.Random) -> Iterator[Row]:
    """Yield all rows in one order after the other, each `READINGS` times."""
    for _ in range(READINGS):
        yield from draw.sample(list(tokens), len(tokens))


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
