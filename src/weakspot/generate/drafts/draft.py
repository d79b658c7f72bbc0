"""Drafts pairs with a language model: ask, keep the answer, check it, write it or say why not.

A CWE's requests follow on each other, because each prompt names what was drafted before it; several
CWEs can be worked on at once. Everything a request depends on is in the order or in the journal,
so that a run that was killed comes to the same requests again and finds their answers.
"""

import datetime
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from weakspot.backends.chat.client import Reply, Watch
from weakspot.backends.chat.cost import Spending
from weakspot.backends.chat.reply import content
from weakspot.core.errors import DataError, EndpointError
from weakspot.dataset.overlap import Overlap
from weakspot.dataset.pair_text import pair_text, write_pair
from weakspot.dataset.pairs import SUFFIX, Pair, read_pairs
from weakspot.generate.drafts.answer import read_answer
from weakspot.generate.drafts.attempts import Attempts, LimitError, now
from weakspot.generate.drafts.begin import beginning
from weakspot.generate.drafts.checks import refusals
from weakspot.generate.drafts.journal import Answer, Journal, Verdict
from weakspot.generate.drafts.near import Neighbours
from weakspot.generate.drafts.order import Known, Order, Request, request

PAIRS = "pairs"  # the folder of the accepted drafts, below the output folder


class Asks(Protocol):
    """What asks a model; `Client` does."""

    url: str
    halt: threading.Event  # once it is set, nothing more is sent

    def ask(self, body: Mapping[str, Any], key: str, watch: Watch) -> Reply:
        """Return the answer to one request. Raises EndpointError."""
        ...


@dataclass(slots=True)
class Summary:
    """What came out of a run; counts include what the journal knew already."""

    wanted: int
    accepted: list[str] = field(default_factory=list)
    refused: list[Verdict] = field(default_factory=list)
    asked: int = 0  # answers paid for in this run
    reused: int = 0  # answers taken from the journal
    stopped: str | None = None  # why the run ended early
    failure: EndpointError | None = None


class Drafting:
    """One run over an order."""

    def __init__(
        self,
        order: Order,
        client: Asks,
        journal: Journal,
        spending: Spending,
        existing: Iterable[Pair],
        overlap: Overlap,
        say: Callable[[str], None],
        give_up: int = 20,
    ) -> None:
        """Prepare a run; `give_up` is how many of its drafts refused in a row end it.

        `existing` are the pairs not to repeat, beside those in the journal's folder. Raises
        DataError when one of the latter cannot be read.
        """
        self._give_up = give_up
        self._in_a_row = 0
        self._order = order
        self._client = client
        self._journal = journal
        self._spending = spending
        self._overlap = overlap
        self._say = say
        self._pairs = journal.path.parent / PAIRS
        self._lock = threading.Lock()  # of the summary and of the checks
        self._halt = client.halt
        own = tuple(read_pairs(self._pairs))
        mine = frozenset(own)
        others = [pair for pair in existing if pair not in mine]
        about = beginning(order, [*others, *own], journal.verdicts.values())
        # What prompts tell is what was recorded at first, so that a run that goes on comes to the
        # same requests; drafts are judged by what exists now as well.
        self._about = journal.begin(order.run, about)
        self._others = frozenset((pair.cwe, pair.mechanism) for pair in others)
        self._neighbours = Neighbours(others, own)
        self.summary = Summary(wanted=order.pairs * len(order.cwes))

    def run(self, workers: int = 1) -> Summary:
        """Draft all pairs of the order, so many CWEs at once, and return what came out.

        An endpoint that fails ends the run; it is in the summary, with all drafts before it.
        """
        if workers == 1:
            for cwe in self._order.cwes:
                self._guarded(cwe)
            return self.summary
        with ThreadPoolExecutor(workers) as pool:
            try:
                for done in [pool.submit(self._guarded, cwe) for cwe in self._order.cwes]:
                    done.result()
            except KeyboardInterrupt:
                self._halt.set()
                self._say("interrupted: nothing more is sent, answers under way are waited for")
                raise
            finally:
                self._halt.set()  # the pool waits for its threads: none begins another request
        return self.summary

    def _guarded(self, cwe: str) -> None:
        if self._halt.is_set():
            return
        try:
            self._draft_cwe(cwe)
        except EndpointError as error:
            self._stop("the endpoint failed", error)
        except BaseException:
            self._halt.set()
            raise

    def _stop(self, why: str, error: EndpointError | None = None) -> None:
        with self._lock:
            if not self._halt.is_set():
                self.summary.stopped, self.summary.failure = why, error
        self._halt.set()

    def _draft_cwe(self, cwe: str) -> None:
        taken = list(self._about["taken"].get(cwe, ()))
        domains: list[str] = []
        neighbours = self._neighbours.copy()
        for slot in range(self._order.pairs):
            pair = self._draft_slot(cwe, slot, taken, domains, neighbours)
            if self._halt.is_set():
                return
            if pair is not None:
                taken.append(pair.mechanism)
                domains.append(pair.domain)
                neighbours.add(pair)

    def _draft_slot(
        self,
        cwe: str,
        slot: int,
        taken: Sequence[str],
        domains: Sequence[str],
        neighbours: Neighbours,
    ) -> Pair | None:
        refused: tuple[str, ...] = ()
        for attempt in range(self._order.tries):
            known = Known(taken, domains, refused, self._about["date"])
            asked = request(self._order, cwe, slot, attempt, known)
            is_new = asked.key not in self._journal.answers
            answer = self._answer(asked)
            if answer is None:
                return None
            with self._lock:
                pair, verdict = self._judge(answer, cwe, taken, neighbours)
                place = f"{cwe} {slot + 1}/{self._order.pairs}"
                # What earlier runs were answered is no reason to give this one up.
                if is_new:
                    self._in_a_row = 0 if verdict.pair is not None else self._in_a_row + 1
                if verdict.pair is not None:
                    self.summary.accepted.append(verdict.pair)
                    self._say(f"{place}: drafted {verdict.pair}{self._spent()}")
                    return pair
                self.summary.refused.append(verdict)
                told = "; ".join(f"{rule}: {text}" for rule, text in verdict.reasons)
                self._say(f"{place}: refused: {told}{self._spent()}")
            if self._in_a_row >= self._give_up:
                self._stop(f"{self._in_a_row} drafts in a row were refused (--give-up)")
                return None
            refused = tuple(f"{rule}: {text}" for rule, text in verdict.reasons)
        return None

    def _answer(self, asked: Request) -> Answer | None:
        """Return the answer to a request, from the journal or now; None when the run must end."""
        found = self._journal.answers.get(asked.key)
        if found is not None:
            with self._lock:
                self.summary.reused += 1
            return found
        attempts = Attempts(asked, self._journal, self._spending)
        try:
            return self._ask(asked, attempts)
        except LimitError:
            self._stop("the next request could cost more than --max-cost leaves")
            return None
        finally:
            attempts.end()

    def _ask(self, asked: Request, attempts: Attempts) -> Answer:
        """Return the answer to a request when it is on the disk.

        Raises EndpointError, and LimitError when another attempt could cost too much.
        """
        reply = self._client.ask(asked.body, asked.key, attempts.watch)
        answer = Answer(
            key=asked.key,
            body=reply.body,
            time=now().isoformat(),
            sent=reply.sent,
            origin={
                "endpoint": self._client.url,
                "model": self._order.model,
                "prompt": self._order.prompt.name,
                "prompt_digest": self._order.prompt.digest,
                "seed": asked.seed,
                "seconds": round(reply.seconds, 3),
            },
        )
        attempts.answered(answer)
        with self._lock:
            self.summary.asked += 1
        return answer

    def _judge(
        self, answer: Answer, cwe: str, taken: Sequence[str], neighbours: Neighbours
    ) -> tuple[Pair | None, Verdict]:
        """Return the pair and what the checks say; what was judged before is not judged again."""
        known = self._journal.verdicts.get(answer.key)
        pair: Pair | None = None
        reasons: tuple[tuple[str, str], ...] = ()
        try:
            date = datetime.date.fromisoformat(answer.time[:10])
            pair = read_answer(content(answer.body), self._order.prompt, cwe, date)
            if known is None:
                known_now = {*taken, *(name for of, name in self._others if of == cwe)}
                reasons = refusals(pair, known_now, neighbours, self._overlap) or self._clash(pair)
        except DataError as error:
            pair, reasons = None, (("answer", error.message),)
        if known is not None:
            return pair, known
        if pair is not None and not reasons:
            write_pair(pair, self._pairs)  # a full disk ends the run; it is no fault of the draft
        known = Verdict(
            key=answer.key,
            pair=None if reasons or pair is None else pair.id,
            mechanism=None if pair is None else pair.mechanism,
            reasons=reasons,
        )
        self._journal.judged(known)
        return pair, known

    def _clash(self, pair: Pair) -> tuple[tuple[str, str], ...]:
        """Refuse a draft whose file would replace another. Raises DataError as `pair_text`."""
        text = pair_text(pair)
        path = self._pairs / pair.cwe / f"{pair.mechanism}{SUFFIX}"
        if path.exists() and path.read_bytes() != text.encode("utf-8"):
            return (("mechanism", f"{pair.mechanism!r} is taken"),)
        return ()

    def _spent(self) -> str:
        spending = self._spending
        tokens = spending.prompt_tokens + spending.completion_tokens
        about = "about " if spending.guesses else ""
        cost = f", {about}{spending.cost:.4f} spent" if spending.prices.of(1, 1) else ""
        return f" ({about}{tokens} tokens{cost})"


def output_folder(folder: Path) -> Path:
    """Return where the accepted drafts of an output folder lie."""
    return folder / PAIRS
