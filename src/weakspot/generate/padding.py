"""Pads the sides of a family so that length says nothing about the label."""

import random
from collections.abc import Sequence

_KEEP_NATURAL = 0.1
_PLACES = (0, 1, 2)


def draw_padding(
    lengths: Sequence[int], sizes: Sequence[int], *, has_function: bool, rng: random.Random
) -> list[dict[int, tuple[int, ...]]]:
    """Return for each side which padding blocks stand at which place.

    `lengths` are the sides' lengths without padding and `sizes` those of the blocks, in characters.
    The sides are put into a random order of length, and each is padded until it is longer than
    the one before.
    """
    padding: list[dict[int, tuple[int, ...]]] = [{} for _ in lengths]
    if rng.random() < _KEEP_NATURAL:
        return padding
    order = list(range(len(lengths)))
    rng.shuffle(order)
    reached = 0
    for side in order:
        length = lengths[side]
        free = list(range(len(sizes)))
        rng.shuffle(free)
        goal = reached + rng.randint(1, 12)
        while length < goal and free:
            gap = goal - length
            block = min(free[:6], key=lambda n: abs(sizes[n] - gap))
            free.remove(block)
            # Long gaps are filled beside the function, where they do not drown what matters.
            place = 3 if has_function and gap > 400 else rng.choice(_PLACES)
            padding[side][place] = (*padding[side].get(place, ()), block)
            length += sizes[block] + 5
        reached = max(reached, length)
    return padding
