"""Times models on the same inputs in one run: latency, throughput, memory, cold start.

Every engine runs in a process of its own that does nothing else, one after the other, so that
peak memory and cold start are its own. Ratios are against the paper's setting where it is there.
"""

import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from weakspot.code.decode import decode
from weakspot.code.units import units_of
from weakspot.core.errors import DataError, ReadError, WeakspotError
from weakspot.core.unit import Unit
from weakspot.evaluate.costs import SELF, now
from weakspot.evaluate.engines import PAPER, open_engine, threads_of

_WARM_UP = 2
_MATRIX = 2048  # side of the matrices that measure this machine's peak
_MOVED = 256 << 20  # bytes that measure its bandwidth
# Where the libraries that multiply for NumPy read how many threads they may take, when it loads.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


@dataclass(frozen=True, slots=True)
class Bench:
    """Figures of one engine; seconds, tokens, bytes.

    `first_token` is the median time to the first token of the answer, `latency` the percentiles
    50, 95, 99 of a whole verdict. `read_per_second` counts tokens of the prompt, over the median
    verdict; `written_per_second` tokens of the answer. `together` is verdicts a second, as many at
    once as the engine takes. The floors are what this machine's bandwidth and float32 peak, both
    measured in the same process on the same `threads`, allow for a verdict at best.
    """

    model: str
    engine: str
    threads: int
    tokens: float
    cold_start: float
    first_token: float
    latency: tuple[float, float, float]
    read_per_second: float
    written_per_second: float
    together: float
    peak_memory: int
    model_bytes: int
    floor_bandwidth: float
    floor_compute: float


def inputs(folder: Path, tokens: int, count: int, per_token: float = 3.4) -> tuple[Unit, ...]:
    """Return `count` functions below a folder that are about `tokens` tokens long.

    Length goes by characters (`per_token` of them a token), so that all engines get the same.

    Raises:
        DataError: there are not so many.
    """
    wanted = (0.85 * tokens * per_token, 1.1 * tokens * per_token)
    found: list[Unit] = []
    for unit in _units(folder):
        size = sum(len(line.text) + 4 * line.indent + 1 for line in (*unit.context, *unit.lines))
        if unit.windows == 1 and wanted[0] <= size <= wanted[1]:
            found.append(unit)
        if len(found) == count:
            return tuple(found)
    raise DataError(
        f"{folder} has {len(found)} functions of about {tokens} tokens, {count} are needed"
    )


def bench(
    model: str, engine: str, units: Sequence[Unit], repeat: int, batch: int, threads: int
) -> Bench:
    """Time one engine in a process of its own, on `threads` threads if it takes so many.

    Raises:
        WeakspotError: the process failed; the message says how.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    threads = threads_of(engine, threads)
    began = time.time()
    process = context.Process(
        target=_child, args=(theirs, began, model, engine, tuple(units), repeat, batch, threads)
    )
    with _at_most(threads):
        process.start()
    theirs.close()
    try:
        answer = ours.recv()
    except EOFError:
        process.join()
        raise WeakspotError(f"{engine} died with exit code {process.exitcode}") from None
    process.join()
    if isinstance(answer, WeakspotError):
        raise answer
    found: Bench = answer
    return found


def ratios(results: Sequence[Bench]) -> dict[str, dict[str, float]]:
    """Return, for every other engine, how many times better it is than the paper's setting."""
    base = next((one for one in results if one.engine == PAPER), None)
    if base is None:
        return {}
    return {
        f"{one.engine} {one.model}": {
            "latency": base.latency[0] / one.latency[0],
            "first_token": base.first_token / one.first_token,
            "read_per_second": one.read_per_second / base.read_per_second,
            "together": one.together / base.together,
            "peak_memory": base.peak_memory / one.peak_memory,
        }
        for one in results
        if one is not base
    }


@contextmanager
def _at_most(threads: int) -> Iterator[None]:
    """Let processes that are started meanwhile load NumPy with so many threads."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, str(threads)))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _child(
    pipe: Connection,
    began: float,
    model: str,
    engine: str,
    units: Sequence[Unit],
    repeat: int,
    batch: int,
    threads: int,
) -> None:
    # What a library says of itself while it loads is no part of the result.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        pipe.send(_timed(began, model, engine, units, repeat, batch, threads))
    except WeakspotError as error:
        pipe.send(error)
    except Exception as error:  # a library's: its message would be lost with this process
        pipe.send(WeakspotError(f"{engine}: {type(error).__name__}: {error}"))
    finally:
        pipe.close()


def _timed(
    began: float,
    model: str,
    engine: str,
    units: Sequence[Unit],
    repeat: int,
    batch: int,
    threads: int,
) -> Bench:
    opened = open_engine(engine, model, threads)
    opened.judge(units[0])
    cold = time.time() - began
    for unit in units[:_WARM_UP]:
        opened.judge(unit)
    wrote = []
    spent = []
    for _ in range(repeat):
        for unit in units:
            at = time.perf_counter()
            wrote.append(opened.judge(unit))
            spent.append(time.perf_counter() - at)
    first = [_seconds(opened.begin, unit) for unit in units]
    groups = [units[at : at + batch] for at in range(0, len(units), batch)]
    together = len(units) / sum(_seconds(opened.together, group) for group in groups)
    peak = now(SELF).memory
    tokens = float(np.mean([opened.tokens(unit) for unit in units]))
    p50, p95, p99 = (float(one) for one in np.percentile(spent, (50, 95, 99)))
    bandwidth, peak_rate = _machine()
    return Bench(
        model=model or "embedded",
        engine=engine,
        threads=threads,
        tokens=tokens,
        cold_start=cold,
        first_token=float(np.median(first)),
        latency=(p50, p95, p99),
        read_per_second=tokens / p50,
        written_per_second=float(np.mean(wrote)) / p50,
        together=together,
        peak_memory=peak,
        model_bytes=opened.bytes,
        floor_bandwidth=opened.bytes / bandwidth * max(1.0, float(np.mean(wrote))),
        floor_compute=2.0 * opened.parameters * tokens / peak_rate,
    )


def _seconds(work: Any, on: Any) -> float:
    at = time.perf_counter()
    work(on)
    return time.perf_counter() - at


def _machine() -> tuple[float, float]:
    """Return bytes read a second and float32 operations a second, the best of three."""
    block = np.ones(_MOVED // 4, dtype=np.float32)
    left = np.ones((_MATRIX, _MATRIX), dtype=np.float32)
    reading = min(_seconds(np.sum, block) for _ in range(3))
    multiplying = min(_seconds(left.dot, left) for _ in range(3))
    return _MOVED / reading, 2.0 * _MATRIX**3 / multiplying


def _units(folder: Path) -> Iterator[Unit]:
    for path in sorted(folder.rglob("*.py")):
        try:
            source = decode(path.read_bytes(), path.name)
        except (OSError, ReadError):
            continue  # what cannot be read cannot be timed
        yield from units_of(source).units
