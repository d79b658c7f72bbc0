"""What a user orders from a language model, and the single requests that follow from it."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from weakspot.core import catalogue
from weakspot.generate.drafts.answer import SCHEMA
from weakspot.generate.drafts.journal import key_of
from weakspot.generate.drafts.prompts import AnswerForm, Prompt

PLAIN = "the standard library alone"
_PLAIN_SLOTS = frozenset({0, 3})  # of five: two in five pairs are asked for without a framework
_MOST_DOMAINS = 40  # that a prompt repeats


@dataclass(frozen=True, slots=True)
class Order:
    """`pairs` pairs of each CWE from a model; each may be asked for `tries` times."""

    cwes: tuple[str, ...]
    pairs: int
    model: str
    prompt: Prompt
    seed: int
    mechanisms: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    tries: int = 3
    temperature: float | None = None
    max_tokens: int | None = None

    @property
    def run(self) -> str:
        """The id of all runs that ask the same; more pairs or tries continue one."""
        return key_of(
            "run",
            self.model,
            self.prompt.digest,
            self.seed,
            list(self.mechanisms),
            list(self.frameworks),
            self.temperature,
            self.max_tokens,
        )


@dataclass(frozen=True, slots=True)
class Request:
    """One request: its name in the journal, its body, and what it asks for."""

    key: str
    body: Mapping[str, Any]
    seed: int

    @property
    def max_tokens(self) -> int | None:
        """What bounds the answer, where anything does."""
        most: int | None = self.body.get("max_tokens")
        return most

    @property
    def prompt_chars(self) -> int:
        """The length of all messages together."""
        return sum(len(message["content"]) for message in self.body["messages"])


@dataclass(frozen=True, slots=True)
class Known:
    """What a prompt tells of the drafts before it, and the date it was first asked on."""

    taken: Sequence[str]
    domains: Sequence[str]
    refused: Sequence[str]
    date: str


def request(order: Order, cwe: str, slot: int, attempt: int, known: Known) -> Request:
    """Return the request for one pair: the same arguments give the same key in every process."""
    entry = catalogue.get(cwe)
    rng = random.Random(f"{order.seed}|{cwe}|{slot // 2}")  # noqa: S311 - a plan, no secret
    longer_first = rng.random() < 0.5
    messages = order.prompt.messages(
        {
            "cwe": cwe,
            "name": entry.name,
            "summary": entry.summary,
            "in_python": entry.in_python,
            "mechanism": _mechanism(order, slot, known.taken),
            "framework": _framework(order, slot),
            "longer": longer_first == (slot % 2 == 0),
            "taken": list(known.taken),
            "domains": list(known.domains)[-_MOST_DOMAINS:],
            "refused": list(known.refused),
            "date": known.date,
        }
    )
    seed = (
        int(key_of("seed", order.seed, cwe, slot, attempt)[:8], 16) >> 1
    )  # 31 bits, as servers take
    body: dict[str, Any] = {"model": order.model, "messages": list(messages), "seed": seed}
    if order.temperature is not None:
        body["temperature"] = order.temperature
    if order.max_tokens is not None:
        body["max_tokens"] = order.max_tokens
    if order.prompt.answer is AnswerForm.JSON:
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "pair", "strict": True, "schema": SCHEMA},
        }
    # Neither the address nor the fields an endpoint does not take are in the key: who moves a
    # server, or whose endpoint lacks schemas, does not pay again.
    key = key_of("pair", order.model, list(messages), seed, order.temperature, order.max_tokens)
    return Request(key, body, seed)


def _mechanism(order: Order, slot: int, taken: Sequence[str]) -> str | None:
    if slot >= len(order.mechanisms) or order.mechanisms[slot] in taken:
        return None
    return order.mechanisms[slot]


def _framework(order: Order, slot: int) -> str | None:
    if order.frameworks:
        return order.frameworks[slot % len(order.frameworks)]
    return PLAIN if slot % 5 in _PLAIN_SLOTS else None
