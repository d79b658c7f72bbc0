"""What processes have cost: seconds, and the peak of their memory."""

import resource
import sys
import time
from dataclasses import dataclass

SELF, CHILDREN = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
_KIB = 1 if sys.platform == "darwin" else 1024  # what ru_maxrss counts in, bytes


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of all processes, wall seconds, and the peak bytes of the largest of them.

    Linux counts what the parent held when it started a process as that process's: no child's
    memory is told below its parent's.
    """

    cpu: float
    wall: float
    memory: int

    def since(self, before: "Cost") -> "Cost":
        """Return what was spent after `before`; the peak is that of the whole time."""
        return Cost(self.cpu - before.cpu, self.wall - before.wall, self.memory)


def now(*who: int) -> Cost:
    """Return what `SELF`, `CHILDREN` (those that have ended) or both have cost until now."""
    used = [resource.getrusage(one) for one in who]
    return Cost(
        sum(one.ru_utime + one.ru_stime for one in used),
        time.monotonic(),
        max(one.ru_maxrss for one in used) * _KIB,
    )
