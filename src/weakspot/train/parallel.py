"""Runs a function of picklable values on all processors, in processes of their own."""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
_FEW = 64  # items for which starting processes does not pay
_AHEAD = 3  # for each process, tasks that are given out before their answers are taken


def mapped(work: Callable[[T], R], items: Iterable[T], at_once: int = 1) -> list[R]:
    """Return what `work` makes of every item, in their order; `at_once` travel together.

    `work` is a function of a module, or a `partial` of one. A few items are not worth processes.
    """
    given = list(items)
    if len(given) <= _FEW * at_once:
        return [work(item) for item in given]
    with _pool() as pool:
        return list(pool.map(work, given, chunksize=at_once))


def streamed(work: Callable[[T], R], items: Iterable[T], few: int) -> Iterator[R]:
    """Yield what `work` makes of every item, in their order; up to `few` are not worth processes.

    Whoever takes the answers sets the pace: no more than some for each process wait.
    """
    given = list(items)
    if len(given) <= few:
        yield from map(work, given)
        return
    with _pool() as pool:
        ahead = _AHEAD * (os.cpu_count() or 1)
        waiting = deque(pool.submit(work, item) for item in given[:ahead])
        try:
            for item in given[ahead:]:
                answer = waiting.popleft().result()
                waiting.append(pool.submit(work, item))
                yield answer
            while waiting:
                yield waiting.popleft().result()
        finally:
            for one in waiting:
                one.cancel()


def _pool() -> ProcessPoolExecutor:
    # Not by fork: the parent has threads of torch and ONNX Runtime.
    return ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("forkserver"))
