"""The review journal: decisions on pairs, one JSON object a line, only ever appended.

Each decision is flushed to the disk before `append` returns, so a crash loses none. A last line
that was cut short by a crash is set aside when the journal is read, and ended when it is written
to again.
"""

import datetime
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from weakspot.core.errors import DataError

LONGEST_NAME = 64  # of a reader
QUESTIONS = ("shows_weakness", "fix_is_right", "realistic")


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


def check_name(name: str) -> None:
    """Check what a reader is called.

    Raises:
        DataError: it is empty or too long, has spaces around it, or what cannot be printed.
    """
    if not name or name != name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        raise DataError(f"a reader's name has 1 to {LONGEST_NAME} printable characters")


@dataclass(frozen=True, slots=True)
class Review:
    """One reader's decision on one state of a pair.

    `digest` is the SHA-256 of the pair file as it was left by the reader. The three answers are
    those to: does it really show the CWE, is the fix right and introduces nothing new, is it
    realistic? None is no answer, which only a pair that was skipped may have.
    """

    pair: str
    digest: str
    reader: Reader
    name: str
    date: datetime.date
    shows_weakness: bool | None
    fix_is_right: bool | None
    realistic: bool | None
    decision: Decision
    remark: str

    def __post_init__(self) -> None:
        answers = (self.shows_weakness, self.fix_is_right, self.realistic)
        if self.decision is not Decision.SKIP and None in answers:
            raise DataError(
                f"{self.pair}: all three questions must be answered, or the pair skipped"
            )
        if self.decision in (Decision.ACCEPT, Decision.CHANGE) and not all(answers):
            raise DataError(f"{self.pair}: taken, though not all three answers are yes")
        if self.decision in (Decision.CHANGE, Decision.REJECT) and not self.remark.strip():
            raise DataError(f"{self.pair}: {self.decision} needs a remark")


def takes(review: Review) -> bool | None:
    """Say whether the reader takes the pair, as it is or changed; None for a skipped one."""
    return None if review.decision is Decision.SKIP else review.decision is not Decision.REJECT


def digest(path: Path) -> str:
    """Return the digest of a pair file as it is now."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def append(journal: Path, reviews: Iterable[Review]) -> None:
    """Write reviews to the end of the journal; each is on the disk before the next is begun.

    Raises:
        UnicodeEncodeError: one of them holds what is no text; nothing was written.
    """
    lines = [_line(review) for review in reviews]
    journal.parent.mkdir(parents=True, exist_ok=True)
    is_new = not journal.exists()
    with journal.open("a+b") as file:
        if _is_cut_short(file):
            file.write(b"\n")
        for line in lines:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    if is_new:
        flush_folder(journal.parent)


def flush_folder(folder: Path) -> None:
    """Bring a folder's list of names to the disk: without it a power cut loses a new file."""
    if sys.platform == "win32":  # no folder can be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
        answers = [row[name] for name in QUESTIONS]
        if not all(answer is None or isinstance(answer, bool) for answer in answers):
            raise DataError("the three answers must be true or false, or null in a skipped pair")
        return Review(
            pair=_text(row, "pair"),
            digest=_text(row, "digest"),
            reader=Reader(row["reader"]),
            name=_text(row, "name"),
            date=datetime.date.fromisoformat(row["date"]),
            shows_weakness=row["shows_weakness"],
            fix_is_right=row["fix_is_right"],
            realistic=row["realistic"],
            decision=Decision(row["decision"]),
            remark=_text(row, "remark"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"no review: {type(error).__name__}: {error}") from error


def _text(row: Mapping[str, Any], name: str) -> str:
    text = row[name]
    if not isinstance(text, str):
        raise DataError(f"{name} must be a text, not {text!r}")
    try:
        text.encode()
    except UnicodeEncodeError as error:  # JSON can escape half a character
        raise DataError(f"{name}: {text[error.start]!r} is no Unicode text") from error
    return text


def latest(reviews: Sequence[Review]) -> Mapping[tuple[str, str], Review]:
    """Return the last decision of each reader on each pair, by (pair, reader's name)."""
    return {(one.pair, one.name): one for one in reviews}


def _line(review: Review) -> bytes:
    row = asdict(review) | {"date": review.date.isoformat()}
    return json.dumps(row, ensure_ascii=False).encode("utf-8") + b"\n"


def _is_cut_short(file: Any) -> bool:
    if not file.seek(0, os.SEEK_END):
        return False
    file.seek(-1, os.SEEK_END)
    return bool(file.read(1) != b"\n")
