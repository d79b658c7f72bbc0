"""The program of a worker process: reads requests from a socket, does the work, answers.

Started by `weakspot.scan.workers`, with its socket's descriptor as argument. Everything that
looks inside a scanned file happens here, under a memory limit, so that a file that kills, hangs
or starves the process costs that file only.
"""

import math
import os
import pickle
import resource
import signal
import sys
import warnings
from multiprocessing.connection import Connection

from weakspot.core.errors import WeakspotError
from weakspot.scan.protocol import Answer, Failed, Hello, Setup

# Beyond the parent's own limit: only reached when the parent is gone and cannot stop us.
ORPHAN_GRACE = 15


def serve(connection: "Connection[bytes, bytes]") -> int:
    """Answer requests until the other side hangs up; return the exit status."""
    paths = pickle.loads(connection.recv_bytes())  # noqa: S301 - from our own parent process
    # Appended, never put in front: the scanned folder may hold a `struct.py` of its own.
    sys.path.extend(entry for entry in paths if entry and entry not in sys.path)
    setup: Setup = pickle.loads(connection.recv_bytes())  # noqa: S301 - as above
    try:
        work = setup.work.make()
    except WeakspotError as error:
        connection.send_bytes(Hello(error.message, error.hint).pack())
        return 1
    _limit_memory(setup.limits.memory_mb)
    connection.send_bytes(Hello().pack())
    while True:
        try:
            request = connection.recv_bytes()
        except EOFError:
            return 0
        signal.alarm(math.ceil(setup.limits.seconds) + ORPHAN_GRACE)
        try:
            answer = work(request)
        except MemoryError:
            # What the process still holds is unknown: answer from what is free, and end.
            connection.send_bytes(Answer.failure(Failed.MEMORY, "").pack())
            return 0
        except Exception as error:  # one bad file never ends a scan
            answer = Answer.failure(Failed.ERROR, f"{type(error).__name__}: {error}"[:300])
        signal.alarm(0)
        connection.send_bytes(answer.pack())


def _limit_memory(megabytes: int) -> None:
    """Allow `megabytes` beyond what the process has mapped with its model loaded."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - one number of the kernel's
            mapped = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return  # no such account on this system; the time limit still holds
    limit = mapped + (megabytes << 20)
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def main() -> int:
    """Run a worker on the socket whose descriptor is the first argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    warnings.simplefilter("ignore")  # parsing warns about the scanned code
    try:
        return serve(Connection(int(sys.argv[1])))
    except (BrokenPipeError, ConnectionResetError, EOFError):
        return 0  # the parent has gone
