"""What the review desk's page can ask for, and what it can do; no word of HTTP in here."""

import datetime
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from weakspot.core.catalogue import all_weaknesses
from weakspot.core.errors import DataError
from weakspot.dataset.pairs import Pair, parse_pair
from weakspot.review.agreement import agreements
from weakspot.review.aligned import Row, aligned
from weakspot.review.checks import Checks, is_blocking
from weakspot.review.journal import (
    QUESTIONS,
    Decision,
    Reader,
    Review,
    append,
    check_name,
    digest,
    latest,
    read,
)
from weakspot.review.opinions import Judge, Opinions
from weakspot.review.queue import Show, progress, standings, waiting
from weakspot.review.shelf import LONGEST, Entry, Shelf, StaleError

LONGEST_REMARK: Final = 4_000


class Desk:
    """One folder of pairs and one journal. All answers are JSON values; all methods lock.

    Any of them raises DataError for what the asker has wrong, with a message to show.
    """

    def __init__(
        self, folder: Path, journal: Path, judges: Mapping[str, Judge], name: str = ""
    ) -> None:
        self.shelf = Shelf(folder)
        self.journal = journal
        self._opinions = Opinions(judges)
        self._checks = Checks()
        self._deciding = threading.Lock()
        self._read: tuple[tuple[int, int], tuple[Review, ...]] = ((-1, -1), ())
        self._name = self._reader(name) if name else ""
        self.shelf.finish_moves({(one.pair, one.digest) for one in self.reviews()})

    def session(self) -> dict[str, Any]:
        """Return what holds for the whole session."""
        entries = self.shelf.entries()
        people = {one.name for one in self.reviews() if one.reader is Reader.PERSON}
        return {
            "name": self._name,
            "readers": sorted(people),
            "cwes": sorted({entry.cwe for entry in entries.values()}, key=_number),
            "journal": self.journal.name,
        }

    def catalogue(self) -> list[dict[str, Any]]:
        """Return what the CWE picker shows of each entry."""
        return [
            {
                "id": one.id,
                "name": one.name,
                "summary": one.summary,
                "in_python": one.in_python,
                "remediation": one.remediation,
                "parents": one.parents,
                "children": one.children,
            }
            for one in all_weaknesses()
        ]

    def queue(self, name: str, show: str, cwe: str = "", words: str = "") -> dict[str, Any]:
        """Return the pairs that a filter shows to a reader, and the reader's progress."""
        try:
            chosen = Show(show)
        except ValueError:
            raise DataError("there is no such filter") from None
        found = standings(self.shelf.entries(), self.reviews(), self._reader(name))
        return {
            "pairs": [asdict(one) for one in waiting(found, chosen, cwe, words)],
            "progress": progress(found),
        }

    def pair(self, name: str, pair: str) -> dict[str, Any]:
        """Return a pair as the page shows it, and the reader's own last decision on it."""
        entry = self.shelf.entry(pair)
        mine = latest(self.reviews()).get((pair, self._reader(name)))
        return {
            "id": entry.id,
            "digest": entry.digest,
            "text": entry.text,
            "mine": _decided(mine) if mine else None,
            "is_stale": mine is not None and mine.digest != entry.digest,
            "problem": entry.problem,
            **(self._view(entry.pair, entry.id) if entry.pair else {}),
        }

    def check(self, pair: str, text: str) -> dict[str, Any]:
        """Return how an edited text would show, and what is wrong with it; nothing is written."""
        self.shelf.entry(pair)
        if len(text) > LONGEST:
            raise DataError(f"a pair file has at most {LONGEST >> 10} KiB")
        try:
            return {"problem": "", **self._view(parse_pair(text), pair)}
        except DataError as error:
            return {"problem": error.message}

    def opinions(self, pair: str) -> dict[str, Any]:
        """Return what programs and other readers say of a pair: the reader asked to see it."""
        entry = self.shelf.entry(pair)
        said = [one for (name, _), one in latest(self.reviews()).items() if name == pair]
        return {
            "programs": [asdict(one) for one in self._opinions.of(entry.pair)]
            if entry.pair
            else [],
            "readers": [_decided(one) | {"is_stale": one.digest != entry.digest} for one in said],
        }

    def agreement(self) -> list[dict[str, Any]]:
        """Return how far every two readers agree."""
        return [asdict(one) for one in agreements(self.reviews(), self.shelf.digests())]

    def decide(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Record a decision, and write the pair's new text where it is one to change.

        When this returns, both are on the disk. The decision comes first: a crash in between
        leaves one on a state that never was, which is asked for again, and no pair that changed
        without a decision. Who loses a race between two desks is told that the pair changed.

        Raises:
            StaleError: the pair changed since it was shown.
            DataError: what is asked makes no sense; nothing was written.
        """
        decision = _decision(asked)
        with self._deciding:
            entry = self.shelf.entry(_text(asked, "pair"))
            if not entry.digest or digest(entry.path) != _text(asked, "digest"):
                raise StaleError
            if entry.pair is None and decision is Decision.ACCEPT:
                raise DataError(f"this is no pair: {entry.problem}")
            if entry.is_second and decision is not Decision.CHANGE:
                raise DataError(f"give it a name of its own first: {entry.problem}")
            text = _text(asked, "text") if decision is Decision.CHANGE else ""
            review = self._review(asked, decision, entry)
            if decision is Decision.CHANGE:
                self._check_change(entry, text)
                with self.shelf.replacing(entry, text) as entry:
                    append(self.journal, [self._review(asked, decision, entry)])
            else:
                append(self.journal, [review])
        return {"id": entry.id, "digest": entry.digest, "decision": str(decision)}

    def reviews(self) -> tuple[Review, ...]:
        """Return all decisions, also those that another process made meanwhile."""
        try:
            found = self.journal.stat()
        except FileNotFoundError:
            return ()
        stamp = (found.st_mtime_ns, found.st_size)
        if self._read[0] != stamp:
            self._read = (stamp, read(self.journal))
        return self._read[1]

    def _view(self, pair: Pair, own: str) -> dict[str, Any]:
        """Show a pair that stands, or is to stand, in place of the file `own`."""
        entries = self.shelf.entries()
        self._checks.forget(entries)
        others = [entry for name, entry in entries.items() if name != own]
        return {
            "cwe": pair.cwe,
            "mechanism": pair.mechanism,
            "accepted": pair.accepted,
            "domain": pair.domain,
            "frameworks": pair.frameworks,
            "origin": str(pair.origin),
            "prompt": pair.prompt,
            "date": pair.date.isoformat(),
            "why_vulnerable": pair.why_vulnerable,
            "why_fixed": pair.why_fixed,
            "rows": [_row(row) for row in aligned(pair)],
            "problems": [asdict(one) for one in self._checks.problems(pair, others)],
            "near": [asdict(one) for one in self._checks.near(pair, others)],
        }

    def _check_change(self, entry: Entry, text: str) -> None:
        if text == entry.text:
            raise DataError("nothing is changed: accept the pair, or edit it")
        pair = parse_pair(text)
        others = [one for name, one in self.shelf.entries().items() if name != entry.id]
        problems = [one for one in self._checks.problems(pair, others) if is_blocking(one, pair)]
        if problems:
            told = "; ".join(f"{one.rule}: {one.text}" for one in problems)
            raise DataError(f"not saved, the pair breaks rules: {told}")

    def _review(self, asked: Mapping[str, Any], decision: Decision, entry: Entry) -> Review:
        answers = asked.get("answers")
        if not isinstance(answers, dict) or answers.keys() != set(QUESTIONS):
            raise DataError("the three answers are missing")
        if any(one is not None and not isinstance(one, bool) for one in answers.values()):
            raise DataError("an answer is true, false or null")
        remark = _text(asked, "remark").strip()
        if len(remark) > LONGEST_REMARK:
            raise DataError(f"a remark has at most {LONGEST_REMARK} characters")
        return Review(
            pair=entry.id,
            digest=entry.digest,
            reader=Reader.PERSON,
            name=self._reader(_text(asked, "name")),
            date=datetime.datetime.now().astimezone().date(),
            decision=decision,
            remark=remark,
            **answers,
        )

    def _reader(self, name: str) -> str:
        name = name.strip()
        check_name(name)
        if any(one.name == name and one.reader is not Reader.PERSON for one in self.reviews()):
            raise DataError(f"{name} is a language model in this journal; take another name")
        return name


def _decision(asked: Mapping[str, Any]) -> Decision:
    try:
        return Decision(_text(asked, "decision"))
    except ValueError:
        raise DataError("there is no such decision") from None


def _text(asked: Mapping[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str):
        raise DataError(f"{name} is missing")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise DataError(f"{name} is no Unicode text") from None
    return value


def _decided(review: Review) -> dict[str, Any]:
    return asdict(review) | {"date": review.date.isoformat()}


def _row(row: Row) -> list[Any]:
    """Return a row as the page reads it: kind, then [number, weak, pieces] of each side."""
    cells = [
        [cell.number, cell.is_weak, cell.pieces] if cell else None
        for cell in (row.vulnerable, row.fixed)
    ]
    return [str(row.kind), *cells]


def _number(cwe: str) -> tuple[int, str]:
    number = cwe.removeprefix("CWE-")
    return (int(number), "") if number.isascii() and number.isdigit() else (1 << 30, cwe)
