"""Starts desks that are there to be killed: one process that forks one desk a line it reads.

    python desk_nursery.py PAIRS JOURNAL

prints the process id and the link of each. All imports are made once, so a desk costs a fork.
"""

import os
import sys
from pathlib import Path

from weakspot.review.desk import Desk
from weakspot.review.server import DeskServer

pairs, journal = map(Path, sys.argv[1:])
Desk(pairs, journal, {}).shelf.entries()  # what is imported late is imported here
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        server = DeskServer(Desk(pairs, journal, {}))
        sys.stdout.write(f"{os.getpid()} {server.address}\n")
        sys.stdout.flush()
        server.serve_forever()
    os.waitpid(child, 0)  # until somebody kills it
