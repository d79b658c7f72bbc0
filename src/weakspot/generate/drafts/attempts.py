"""The attempts at one request: what each may cost is set aside, and what became of it is kept."""

import datetime

from weakspot.backends.chat.client import Watch
from weakspot.backends.chat.cost import Spending, Usage
from weakspot.generate.drafts.journal import Answer, Journal
from weakspot.generate.drafts.order import Request
from weakspot.generate.drafts.reply import usage


class LimitError(Exception):
    """Another attempt could cost more than the limit leaves; a stop, no fault."""


class Attempts:
    """The attempts at one request, one after the other.

    An attempt that was sent, and neither answered nor refused unpaid, counts as paid.
    """

    def __init__(self, asked: Request, journal: Journal, spending: Spending) -> None:
        """Prepare; nothing is set aside before `begin`."""
        self._asked = asked
        self._journal = journal
        self._spending = spending
        self._reserved: float | None = None
        self._is_open = False  # sent, and no end known

    @property
    def watch(self) -> Watch:
        """What the client tells of each attempt."""
        return Watch(sent=self._sent, failed=self._failed, begin=self._begin)

    def answered(self, answer: Answer) -> None:
        """Keep the answer to the last attempt, then count it. Raises DataError as the journal."""
        self._journal.answered(answer)
        self._is_open = False
        self._settle(usage(answer))

    def end(self) -> None:
        """Free what is set aside, and count an attempt of which no end is known."""
        if self._is_open:
            self._spending.lose(self._asked.prompt_chars, self._asked.max_tokens)
        self._is_open = False
        self._settle(None)

    def _settle(self, paid: Usage | None) -> None:
        if self._reserved is not None:
            self._spending.settle(self._reserved, paid)
        self._reserved = None

    def _begin(self) -> None:
        self.end()
        self._reserved = self._spending.reserve(self._asked.prompt_chars, self._asked.max_tokens)
        if self._reserved is None:
            raise LimitError

    def _sent(self) -> None:
        asked = self._asked
        self._journal.sent(asked.key, now().isoformat(), asked.prompt_chars, asked.max_tokens)
        self._is_open = True

    def _failed(self, why: str) -> None:
        self._journal.unanswered(self._asked.key, now().isoformat(), why)
        self._is_open = False


def now() -> datetime.datetime:
    """Return the time as journals have it: UTC, whole seconds."""
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def open_spending(journal: Journal, spending: Spending) -> None:
    """Count what earlier runs of this journal paid, and what they may have paid."""
    for answer in journal.answers.values():
        spending.add(usage(answer))
    for one in journal.in_doubt:
        spending.lose(one.prompt_chars, one.max_tokens)
