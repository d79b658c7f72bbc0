"""What the scanning process and its workers say to each other.

Answers are plain bytes and JSON, never pickles: a worker has read hostile files. What the parent
sends (which code to run, with which model) is pickled, as it comes from our own process.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from weakspot.core.errors import DataError


class Failed(StrEnum):
    """Why a worker could not answer."""

    MEMORY = "memory"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Answer:
    """A worker's answer: `parts` are the result, unless `failed` says why there is none."""

    parts: tuple[bytes, ...] = ()
    failed: Failed | None = None
    message: str = ""

    @classmethod
    def failure(cls, failed: Failed, message: str) -> "Answer":
        """Return the answer of a worker that could not do its work."""
        return cls((), failed, message)

    def pack(self) -> bytes:
        """Return the answer as bytes: a line of JSON, then the parts."""
        head = [self.failed, self.message, [len(part) for part in self.parts]]
        return b"\n".join((json.dumps(head).encode("ascii"), b"".join(self.parts)))

    @classmethod
    def unpack(cls, data: bytes) -> "Answer":
        """Read what `pack` wrote.

        Raises:
            DataError: `data` is anything else.
        """
        line, _, body = data.partition(b"\n")
        try:
            failed, message, lengths = json.loads(line)
            parts = []
            at = 0
            for length in lengths:
                parts.append(body[at : at + length])
                at += length
            return cls(tuple(parts), None if failed is None else Failed(failed), str(message))
        except (ValueError, TypeError) as error:
            raise DataError(f"not an answer of a worker: {error}") from error


@dataclass(frozen=True, slots=True)
class Hello:
    """A worker's first words: ready, or why it can never be."""

    problem: str | None = None
    hint: str | None = None

    def pack(self) -> bytes:
        """Return the greeting as JSON."""
        return json.dumps([self.problem, self.hint]).encode("ascii")

    @classmethod
    def unpack(cls, data: bytes) -> "Hello":
        """Read what `pack` wrote."""
        problem, hint = json.loads(data)
        return cls(problem, hint)


class Work(Protocol):
    """What workers are there to do; must be picklable."""

    def make(self) -> Callable[[bytes], Answer]:
        """Return the function that answers requests; called once in each worker."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost: seconds, and megabytes beyond the loaded model."""

    seconds: float = 30.0
    memory_mb: int = 1024


@dataclass(frozen=True, slots=True)
class Setup:
    """The parent's first message to a worker."""

    work: Work
    limits: Limits
