"""What asking costs and how fast it may go: spending so far, its limit, and the pace."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_CHARS_A_TOKEN = 3  # of code and prose; a low guess, so that a cost is not guessed too low


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, in the currency of whoever reads the bill."""

    prompt: float = 0.0
    completion: float = 0.0

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return what so many tokens cost."""
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / 1_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens of one request; `is_guess` where the endpoint reported none."""

    prompt: int
    completion: int
    is_guess: bool = False


class Spending:
    """Adds up what answers cost, those that earlier runs paid for included.

    An attempt sets aside what it may cost before it is sent, so that several threads together stay
    within the limit. One that was sent, and of which nobody knows whether it was paid, stays
    counted: its number is in `lost`, what it may have cost in `doubtful`.
    """

    def __init__(self, prices: Prices, limit: float | None = None) -> None:
        self.prices = prices
        self.limit = limit
        self.cost = 0.0
        self.prompt_tokens = 0
        self.completion_tokens = 0
        self.guesses = 0
        self._dearest = 0.0
        self._set_aside: list[float] = []  # of the requests under way
        self._lost: list[float] = []  # the least that each attempt in doubt may have cost
        self._settled = threading.Condition()

    @property
    def lost(self) -> int:
        """How many attempts were sent and not answered."""
        return len(self._lost)

    @property
    def doubtful(self) -> float:
        """What the attempts that were not answered may have cost, beside `cost`."""
        return sum(max(self._dearest, least) for least in self._lost)

    def add(self, usage: Usage) -> None:
        """Count one answer."""
        cost = self.prices.of(usage.prompt, usage.completion)
        with self._settled:
            self.cost += cost
            self.prompt_tokens += usage.prompt
            self.completion_tokens += usage.completion
            self.guesses += usage.is_guess
            self._dearest = max(self._dearest, cost)

    def lose(self, prompt_chars: int, max_tokens: int | None) -> None:
        """Count an attempt of this size that was sent, and may be paid for without an answer.

        It counts as what `reserve` would set aside for it; call it before `settle`.
        """
        with self._settled:
            self._lost.append(self._least(prompt_chars, max_tokens))

    def reserve(self, prompt_chars: int, max_tokens: int | None) -> float | None:
        """Set aside what one more attempt of this size may cost; None when too little is left.

        Where requests under way may leave enough, it waits for them. Sure only when `max_tokens`
        bounds the answer; else the dearest answer so far stands in, and the first answer is waited
        for. What is returned must be given to `settle`.
        """
        if self.limit is None:
            return 0.0
        least = self._least(prompt_chars, max_tokens)
        with self._settled:
            while True:
                expected = max(self._dearest, least)
                total = self.cost + self.doubtful + sum(self._set_aside) + expected
                is_known = max_tokens is not None or self._dearest > 0
                if total <= self.limit and (is_known or not self._set_aside):
                    self._set_aside.append(expected)
                    return expected
                if not self._set_aside:
                    return None
                self._settled.wait()

    def settle(self, reserved: float, usage: Usage | None) -> None:
        """Count the answer that something was set aside for; None where there was none."""
        with self._settled:
            if usage is not None:
                self.add(usage)
            if self.limit is not None:
                self._set_aside.remove(reserved)
                self._settled.notify_all()

    def _least(self, prompt_chars: int, max_tokens: int | None) -> float:
        return self.prices.of(prompt_chars // _CHARS_A_TOKEN + 1, max_tokens or 0)


def usage_of(reply: Mapping[str, Any], prompt_chars: int, answer_chars: int) -> Usage:
    """Return the usage that a reply reports, or a guess from the lengths of both texts."""
    found = reply.get("usage")
    if isinstance(found, Mapping):
        counts = [found.get(name) for name in ("prompt_tokens", "completion_tokens")]
        if all(type(count) is int and 0 <= count < 10**9 for count in counts):
            return Usage(found["prompt_tokens"], found["completion_tokens"])
    return Usage(prompt_chars // _CHARS_A_TOKEN, answer_chars // _CHARS_A_TOKEN, is_guess=True)


class Pace:
    """Lets requests start at most so many times a minute, evenly spread, over all threads."""

    def __init__(self, per_minute: float | None) -> None:
        self._gap = 60.0 / per_minute if per_minute else 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self, sleep: Callable[[float], object] = time.sleep) -> None:
        """Return when the next request may start, or when `sleep` returns before that."""
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next)
            self._next = start + self._gap
        if start > now:
            sleep(start - now)
