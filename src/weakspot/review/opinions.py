"""What programs say of a pair: Bandit and our model, asked when a reader wants to see it.

The programs are handed in by the command line; the desk knows no other stage.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from weakspot.core.errors import WeakspotError
from weakspot.dataset.pairs import Pair

_MOST_KEPT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a program says of one side; `probability` is None where it gives none."""

    is_weak: bool
    probability: float | None
    cwes: tuple[str, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one program says of both sides; `problem` says why it says nothing."""

    program: str
    vulnerable: Verdict | None = None
    fixed: Verdict | None = None
    problem: str = ""


# Programs in, a verdict on each in their order. May raise WeakspotError.
Judge = Callable[[Sequence[str]], Sequence[Verdict]]


class Opinions:
    """Asks each program once about each pair, one pair at a time."""

    def __init__(self, judges: Mapping[str, Judge]) -> None:
        self._judges = judges
        self._locks = {name: threading.Lock() for name in judges}
        self._known: dict[tuple[str, str, str], Opinion] = {}

    def of(self, pair: Pair) -> tuple[Opinion, ...]:
        """Return what every program says, in the order in which they were handed in."""
        return tuple(self._ask(name, pair) for name in self._judges)

    def _ask(self, name: str, pair: Pair) -> Opinion:
        key = (name, pair.vulnerable.code, pair.fixed.code)
        with self._locks[name]:
            if key not in self._known:
                if len(self._known) >= _MOST_KEPT:
                    self._known.clear()
                try:
                    weak, fixed = self._judges[name](key[1:])
                except WeakspotError as error:
                    hint = f" ({error.hint})" if error.hint else ""
                    return Opinion(name, problem=f"{error.message}{hint}")
                self._known[key] = Opinion(name, weak, fixed)
            return self._known[key]
