"""Starts desks that are there to be killed: one process that forks one desk a line it reads.

    python desk_nursery.py PAIRS JOURNAL

prints the process id and the link of each. All imports are made once, so a desk costs a fork. A
line that is a number N makes a desk that kills itself right before its N-th call that would bring
something to the disk.
"""

import os
import signal
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from weakspot.review.desk import Desk
from weakspot.review.server import DeskServer

CALLS = ("mkdir", "fsync", "rename", "replace", "unlink")


def dies_at(last: int) -> None:
    """Have this process end as by ``kill -9`` right before one of its `CALLS`, counted from 1."""
    calls = count(1)

    def deadly(call: Callable[..., Any]) -> Callable[..., Any]:
        def made(*arguments: Any, **more: Any) -> Any:
            if next(calls) == last:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments, **more)

        return made

    for name in CALLS:
        setattr(os, name, deadly(getattr(os, name)))


pairs, journal = map(Path, sys.argv[1:])
desk = Desk(pairs, journal, {})
desk.pair("eve", next(iter(desk.shelf.entries())))  # what is imported or read late is so here
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        server = DeskServer(Desk(pairs, journal, {}))
        sys.stdout.write(f"{os.getpid()} {server.address}\n")
        sys.stdout.flush()
        if line.strip().isdigit():
            dies_at(int(line))
        server.serve_forever()
    os.waitpid(child, 0)  # until somebody kills it
