"""Keeps what was made last, up to a bound: what a worker may need again for the next file."""

import hashlib
from typing import Generic, TypeVar

Value = TypeVar("Value")
Key = tuple[object, ...]


class Recent(Generic[Value]):
    """Values by their keys; the longest unused ones go where all weigh more than `bound`.

    Bytes in keys are kept as their digest.
    """

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._known: dict[Key, tuple[Value, int]] = {}
        self._weight = 0

    def get(self, key: Key) -> Value | None:
        """Return the value of a key, which is the last used one now."""
        short = _short(key)
        if (found := self._known.pop(short, None)) is None:
            return None
        self._known[short] = found
        return found[0]

    def keep(self, key: Key, value: Value, weight: int) -> Value:
        """Keep a value and return it; one that weighs more than all may is not kept."""
        if weight > self._bound:
            return value
        short = _short(key)
        self._weight += weight - self._known.pop(short, (None, 0))[1]
        self._known[short] = value, weight
        while self._weight > self._bound:
            self._weight -= self._known.pop(next(iter(self._known)))[1]
        return value


def _short(key: Key) -> Key:
    return tuple(hashlib.sha256(part).digest() if isinstance(part, bytes) else part for part in key)
