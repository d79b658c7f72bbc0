"""A crew of worker processes that no file can bring down.

Each worker has a socket of its own and at most one request at a time, so whatever happens to a
worker (a crash, SIGKILL, a hang) concerns exactly one request, and nothing is shared that a dying
process could leave locked or half written. Why not `multiprocessing` or a pool from a package:
docs/decisions/0005-workers.md.
"""

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from typing import Generic, TypeVar

from weakspot.core.errors import DataError, WeakspotError
from weakspot.scan.protocol import Answer, Failed, Hello, Limits, Setup, Work

STARTUP_SECONDS = 120.0
MOST_FAILED_STARTS = 3
_TICK = 1.0  # seconds; only bounds how late a time limit is noticed
_ROOT = Path(__file__).resolve().parent.parent.parent
# A worker runs the very package that started it, but looks for no other module beside it: an
# installed package has neighbours that may be named like modules of the standard library.
_BOOTSTRAP = """
import sys
sys.path.insert(0, sys.argv[2])
import weakspot
del sys.path[0]
from weakspot.scan.worker import main
sys.exit(main())
"""

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Request(Generic[Key]):
    """Something to be done; `key` comes back with the answer."""

    key: Key
    data: bytes


@dataclass(frozen=True, slots=True)
class Reply(Generic[Key]):
    """What became of a request: the result's `parts`, or the reason why there is none."""

    key: Key
    parts: tuple[bytes, ...]
    reason: str | None = None


@dataclass(slots=True)
class _Worker(Generic[Key]):
    process: "subprocess.Popen[bytes]"
    socket: "Connection[bytes, bytes]"
    number: int  # of the run that it takes requests from as long as that lasts
    ready: bool = False
    request: Request[Key] | None = None
    deadline: float = field(default=float("inf"))


class _Waiting(Generic[Key]):
    """Requests that nobody has taken yet, in runs; one of each run at most is read ahead."""

    def __init__(self, runs: Sequence[Iterable[Request[Key]]]) -> None:
        self._runs = [iter(run) for run in runs]
        self._ahead: dict[int, Request[Key]] = {}

    def take(self, number: int) -> Request[Key] | None:
        """Return the next request for a worker: of its own run, or of the nearest with one left."""
        for step in range(len(self._runs)):
            at = (number + step) % len(self._runs)
            found = self._ahead.pop(at, None) or next(self._runs[at], None)
            if found is not None:
                return found
        return None

    def give_back(self, number: int, request: Request[Key]) -> None:
        """Put a request that was not sent in front of the worker's run."""
        at = number % len(self._runs)
        if (other := self._ahead.get(at)) is not None:
            self._runs[at] = chain([other], self._runs[at])
        self._ahead[at] = request

    def is_left(self) -> bool:
        """Whether there is any."""
        if not self._ahead and (found := self.take(0)) is not None:
            self.give_back(0, found)
        return bool(self._ahead)


class Crew(Generic[Key]):
    """Runs requests on up to `jobs` worker processes; use as a context manager.

    Workers start when there is something to do for them and no earlier. Replies come in the
    order in which they are ready.
    """

    def __init__(self, work: Work, jobs: int, limits: Limits, verbose: bool = False) -> None:
        self._setup = pickle.dumps(Setup(work, limits))
        self._limits = limits
        self._verbose = verbose
        self._jobs = max(1, jobs)
        self._workers: list[_Worker[Key]] = []
        self._failed_starts = 0

    def __enter__(self) -> "Crew[Key]":
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.socket.close()  # a waiting worker reads the end of its input, and ends
        for worker in self._workers:
            if worker.request is not None or not worker.ready:
                worker.process.kill()
            try:
                worker.process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
        self._workers.clear()

    @property
    def processes(self) -> tuple[int, ...]:
        """The process ids of the workers alive."""
        return tuple(worker.process.pid for worker in self._workers)

    def run(self, *runs: Iterable[Request[Key]]) -> Iterator[Reply[Key]]:
        """Yield a reply to every request; they are only taken when a worker is free.

        A worker keeps to one of the runs as long as that lasts, so that what it has at hand from
        one request serves the next.

        Raises:
            WeakspotError: the workers cannot start at all.
        """
        waiting = _Waiting(runs)
        while True:
            while (worker := self._free()) is not None:
                if (request := waiting.take(worker.number)) is None:
                    break
                if not self._send(worker, request):
                    waiting.give_back(worker.number, request)
            is_left = waiting.is_left()
            if not is_left and not any(worker.request for worker in self._workers):
                return
            # One at a time: by the time it is ready there may be nothing left to do.
            is_settled = all(worker.ready for worker in self._workers)
            if is_left and is_settled and len(self._workers) < self._jobs:
                self._workers.append(self._start())
            yield from self._listen()

    def _free(self) -> "_Worker[Key] | None":
        return next((w for w in self._workers if w.ready and w.request is None), None)

    def _send(self, worker: "_Worker[Key]", request: Request[Key]) -> bool:
        try:
            worker.socket.send_bytes(request.data)
        except OSError:  # it died while idle: nothing is lost, another one takes the request
            self._bury(worker)
            return False
        worker.request = request
        worker.deadline = time.monotonic() + self._limits.seconds
        return True

    def _listen(self) -> Iterator[Reply[Key]]:
        now = time.monotonic()
        pause = min([_TICK, *(max(0.0, worker.deadline - now) for worker in self._workers)])
        heard = wait([worker.socket for worker in self._workers], pause)
        for worker in list(self._workers):
            if worker.socket in heard:
                yield from self._hear(worker)
            elif time.monotonic() >= worker.deadline:
                request = worker.request
                self._bury(worker)
                if request is None:
                    raise WeakspotError("a worker process did not start in time")
                yield Reply(request.key, (), f"timed out after {self._limits.seconds:g} s")

    def _hear(self, worker: "_Worker[Key]") -> Iterator[Reply[Key]]:
        request = worker.request
        try:
            data = worker.socket.recv_bytes()
            if not worker.ready:
                self._greet(worker, Hello.unpack(data))
                return
            answer = Answer.unpack(data)
        except (EOFError, OSError, DataError):
            status = self._bury(worker)
            if request is not None:
                yield Reply(request.key, (), f"worker process ended ({_manner(status)})")
            elif not worker.ready:
                self._count_failed_start(status)
            return
        worker.request = None
        worker.deadline = float("inf")
        if request is None:
            return
        if answer.failed is Failed.MEMORY:
            self._bury(worker)
            yield Reply(request.key, (), f"memory limit of {self._limits.memory_mb} MB reached")
        elif answer.failed is not None:
            yield Reply(request.key, (), f"internal error ({answer.message})")
        else:
            yield Reply(request.key, answer.parts)

    def _greet(self, worker: "_Worker[Key]", hello: Hello) -> None:
        if hello.problem is not None:
            raise WeakspotError(hello.problem, hint=hello.hint)
        worker.ready = True
        worker.deadline = float("inf")
        self._failed_starts = 0

    def _count_failed_start(self, status: int) -> None:
        self._failed_starts += 1
        if self._failed_starts >= MOST_FAILED_STARTS:
            raise WeakspotError(
                f"the worker processes end before they are ready ({_manner(status)})",
                hint="see what `weakspot doctor` says; `-v` shows the workers' own messages",
            )

    def _bury(self, worker: "_Worker[Key]") -> int:
        self._workers.remove(worker)
        worker.socket.close()
        worker.process.kill()
        return worker.process.wait()

    def _start(self) -> "_Worker[Key]":
        ours, theirs = Pipe()
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
                _command(theirs.fileno()),
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=None if self._verbose else subprocess.DEVNULL,
                env=_environment(),
            )
        except OSError as error:
            raise WeakspotError(f"cannot start a worker process: {error}") from error
        finally:
            theirs.close()
        deadline = time.monotonic() + STARTUP_SECONDS
        taken = {worker.number for worker in self._workers}
        number = next(at for at in count() if at not in taken)
        worker: _Worker[Key] = _Worker(process, ours, number, deadline=deadline)
        try:
            ours.send_bytes(pickle.dumps(sys.path))
            ours.send_bytes(self._setup)
        except OSError:
            pass  # it ended already: noticed and counted when it is listened to
        return worker


def _command(descriptor: int) -> list[str]:
    # -P: without it Python would look for modules in the current folder, which is often the
    # scanned one, before its own library.
    options = ["-P", "-W", "ignore", "-X", "utf8"]
    return [sys.executable, *options, "-c", _BOOTSTRAP, str(descriptor), str(_ROOT)]


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONHASHSEED": "0",  # the order of a set must not differ from worker to worker
        # Each worker is one thread; the processors are shared out by starting workers.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }


def _manner(status: int) -> str:
    return f"killed by signal {-status}" if status < 0 else f"exit status {status}"
