"""Runs a detector in a process of its own: what it costs is measured, what breaks is a reason."""

import multiprocessing
import os
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from weakspot.core.errors import WeakspotError
from weakspot.evaluate.costs import CHILDREN, SELF, Cost, now
from weakspot.evaluate.detector import Answers, Detector
from weakspot.evaluate.suites import Row

_TELL = 300  # characters of a reason


@dataclass(frozen=True, slots=True)
class Outcome:
    """Answers, or the reason why there are none.

    `cpu` and `wall` are seconds, of learning and judging together; `memory` is the peak in bytes
    of the largest single process. They are those of the detector's own program, where it runs one.
    """

    answers: Answers | None
    cpu: float
    wall: float
    memory: int
    reason: str = ""


def run(detector: Detector, rows: Sequence[Row], train: Sequence[Row], limit: float) -> Outcome:
    """Let a detector judge `rows` in at most `limit` seconds; never raises for what it does."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(theirs, detector, tuple(rows), tuple(train)))
    began = time.monotonic()
    child.start()
    theirs.close()
    try:
        if not mine.poll(limit):
            return Outcome(None, 0.0, limit, 0, f"no answer within {limit:.0f} s")
        outcome: Outcome = mine.recv()
        return outcome
    except EOFError:
        child.join()
        wall = time.monotonic() - began
        return Outcome(None, 0.0, wall, 0, f"died with exit code {child.exitcode}")
    finally:
        mine.close()
        if child.is_alive():
            _end(child)
        child.join()


def _end(child: Any) -> None:
    """Give a child that has answered a moment to end by itself; kill it and its children."""
    child.join(5.0)
    if child.is_alive():
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.kill()


def _work(pipe: Connection, detector: Detector, rows: Sequence[Row], train: Sequence[Row]) -> None:
    with suppress(OSError):
        os.setsid()  # so that what the detector starts can be ended with it
    began = Cost(0.0, time.monotonic(), 0)
    answers, reason = None, ""
    try:
        answers = detector.judge(rows, train)
    except WeakspotError as error:
        reason = error.message + (f" ({error.hint})" if error.hint else "")
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
    cost = (answers and answers.cost) or now(SELF, CHILDREN).since(began)
    told = " ".join(reason.split())[:_TELL]
    pipe.send(Outcome(answers, cost.cpu, cost.wall, cost.memory, told))
    pipe.close()
