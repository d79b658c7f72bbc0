"""Runs a function of picklable values on all processors, in processes of their own."""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
_FEWEST = 64  # items for which starting processes does not pay


def mapped(work: Callable[[T], R], items: Iterable[T], at_once: int = 1) -> list[R]:
    """Return what `work` makes of every item, in their order; `at_once` travel together.

    `work` is a function of a module, or a `partial` of one. A few items are not worth processes.
    """
    return list(streamed(work, items, at_once))


def streamed(
    work: Callable[[T], R], items: Iterable[T], at_once: int = 1, fewest: int = _FEWEST
) -> Iterator[R]:
    """Yield what `mapped` returns, one by one; up to `fewest` times `at_once` items stay here."""
    given = list(items)
    if len(given) <= fewest * at_once:
        yield from map(work, given)
        return
    # Not by fork: the parent has threads of torch and ONNX Runtime.
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        yield from pool.map(work, given, chunksize=at_once)
