"""Tells quick work from slow on a shared machine, where no bound in seconds holds.

Other jobs only ever make a piece of work look longer. So the least of several rounds counts, what
is compared takes turns, and rounds end as soon as the work is quick enough.
"""

import gc
import time
from collections.abc import Callable

TIMES = 4  # the large work is so many times the small one
MOST = 2.0 * TIMES  # linear work has TIMES, quadratic TIMES ** 2
ROUNDS = 6
LEAST = 0.002  # seconds; below it a quotient says nothing

Work = Callable[[], object]


def check_linear(prepared: Callable[[int], Work], small: int, yards: float | None = None) -> None:
    """Fail unless `TIMES` the work takes less than twice `TIMES` as long, and less than `yards`.

    `prepared` makes a piece of work of a size; making it is not measured.
    """
    _check(lambda: prepared(small), lambda: prepared(TIMES * small), MOST)
    if yards is not None:
        _check(lambda: yard, lambda: prepared(TIMES * small), yards)


def check_takes(work: Work, yards: float) -> None:
    """Fail unless work takes less than so many `yard`s of plain Python, each some 0.1 seconds."""
    _check(lambda: yard, lambda: work, yards)


def yard() -> int:
    """Work of plain Python that takes about a tenth of a second."""
    return sum(number % 7 for number in range(2_000_000))


def _check(short: Callable[[], Work], long: Callable[[], Work], most: float) -> None:
    best = [float("inf")] * 2
    for _ in range(ROUNDS):
        for at, prepared in enumerate((short, long)):
            best[at] = min(best[at], _seconds(prepared()))
        if best[1] < most * max(best[0], LEAST):
            return
    raise AssertionError(f"{best[1]:.3f} s are more than {most:g} times {best[0]:.3f} s")


def _seconds(work: Work) -> float:
    gc.collect()
    gc.disable()  # a collection costs what the whole session's objects cost, not this work's
    try:
        began = time.process_time()
        work()
        return time.process_time() - began
    finally:
        gc.enable()
