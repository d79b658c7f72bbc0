"""The review journal: decisions on pairs, one JSON object a line, only ever appended.

Each decision is flushed to the disk before `append` returns, so a crash loses none. A last line
that was cut short by a crash is set aside when the journal is read, and ended when it is written
to again.
"""

import datetime
import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from weakspot.core.errors import DataError


class Decision(StrEnum):
    """What the reader wants done with the pair."""

    ACCEPT = "accept"
    CHANGE = "change"  # accepted after changes, which `remark` names
    REJECT = "reject"
    SKIP = "skip"


class Reader(StrEnum):
    """What kind of reader reviewed; a data card must say so."""

    PERSON = "person"
    LANGUAGE_MODEL = "language-model"


@dataclass(frozen=True, slots=True)
class Review:
    """One reader's decision on one state of a pair.

    `digest` is the SHA-256 of the pair file as it was left by the reader. The three answers are
    those to: does it really show the CWE, is the fix right and introduces nothing new, is it
    realistic?
    """

    pair: str
    digest: str
    reader: Reader
    name: str
    date: datetime.date
    shows_weakness: bool
    fix_is_right: bool
    realistic: bool
    decision: Decision
    remark: str

    def __post_init__(self) -> None:
        answers = self.shows_weakness and self.fix_is_right and self.realistic
        if self.decision in (Decision.ACCEPT, Decision.CHANGE) and not answers:
            raise DataError(f"{self.pair}: taken, though not all three answers are yes")
        if self.decision in (Decision.CHANGE, Decision.REJECT) and not self.remark.strip():
            raise DataError(f"{self.pair}: {self.decision} needs a remark")


def digest(path: Path) -> str:
    """Return the digest of a pair file as it is now."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def append(journal: Path, reviews: Iterable[Review]) -> None:
    """Write reviews to the end of the journal; each is on the disk before the next is begun."""
    journal.parent.mkdir(parents=True, exist_ok=True)
    with journal.open("a+b") as file:
        if _is_cut_short(file):
            file.write(b"\n")
        for review in reviews:
            file.write(_line(review))
            file.flush()
            os.fsync(file.fileno())


def read(journal: Path) -> tuple[Review, ...]:
    """Read a journal in the order of the decisions; one that does not exist yet is empty.

    Raises DataError, which names the line, for a line that is JSON but no review. A
    line that is no JSON was cut short by a crash: that decision was never made.
    """
    if not journal.exists():
        return ()
    lines = journal.read_bytes().split(b"\n")
    found: list[Review] = []
    for number, line in enumerate(lines[:-1], 1):
        if not line.strip():
            continue
        try:
            found.append(parse(json.loads(line)))
        except ValueError:
            continue  # cut short by a crash, and ended by a later `append`
        except DataError as error:
            raise DataError(f"{journal}:{number}: {error}") from error
    return tuple(found)


def parse(row: Mapping[str, Any]) -> Review:
    """Turn a JSON object into a review. Raises DataError that says what is wrong."""
    try:
        answers = [row[name] for name in ("shows_weakness", "fix_is_right", "realistic")]
        if not all(isinstance(answer, bool) for answer in answers):
            raise DataError("the three answers must be true or false")
        return Review(
            pair=str(row["pair"]),
            digest=str(row["digest"]),
            reader=Reader(row["reader"]),
            name=str(row["name"]),
            date=datetime.date.fromisoformat(row["date"]),
            shows_weakness=row["shows_weakness"],
            fix_is_right=row["fix_is_right"],
            realistic=row["realistic"],
            decision=Decision(row["decision"]),
            remark=str(row["remark"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"no review: {type(error).__name__}: {error}") from error


def latest(reviews: Sequence[Review]) -> Mapping[tuple[str, str], Review]:
    """Return the last decision of each reader on each pair, by (pair, reader's name)."""
    return {(one.pair, one.name): one for one in reviews}


def kappa(reviews: Sequence[Review], one: str, other: str) -> float | None:
    """Return Cohen's kappa of two readers on the pairs both took or rejected.

    None when they share no pair. 1 is agreement, 0 what chance gives (Cohen 1960).
    """
    said = latest(reviews)
    taken: dict[str, dict[str, bool]] = {}
    for (pair, name), review in said.items():
        if name in (one, other) and review.decision is not Decision.SKIP:
            taken.setdefault(pair, {})[name] = review.decision is not Decision.REJECT
    both = [(mark[one], mark[other]) for mark in taken.values() if len(mark) == 2]
    if not both:
        return None
    agreed = sum(left == right for left, right in both) / len(both)
    shares = [sum(side) / len(both) for side in zip(*both, strict=True)]
    chance = shares[0] * shares[1] + (1 - shares[0]) * (1 - shares[1])
    return 1.0 if chance == 1.0 else (agreed - chance) / (1 - chance)


def _line(review: Review) -> bytes:
    row = asdict(review) | {"date": review.date.isoformat()}
    return json.dumps(row, ensure_ascii=False).encode("utf-8") + b"\n"


def _is_cut_short(file: Any) -> bool:
    if not file.seek(0, os.SEEK_END):
        return False
    file.seek(-1, os.SEEK_END)
    return bool(file.read(1) != b"\n")
