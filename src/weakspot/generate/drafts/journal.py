"""The journal of a drafting run: what was asked, answered and judged, one JSON object a line.

An answer costs money, so it is on the disk before anything looks into it: after ``kill -9`` at any
moment the next run reads the journal and asks only for what it lacks. Lines are only appended; a
last line that was cut short is set aside.
"""

import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from weakspot.core.errors import DataError, UsageError

NAME = "journal.jsonl"


@dataclass(frozen=True, slots=True)
class Answer:
    """One raw answer as it came. `body` may hold surrogate escapes where it was not UTF-8."""

    key: str
    body: str
    time: str
    sent: Mapping[str, Any]
    origin: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the automatic checks said: the pair's id when they passed, else the reasons."""

    key: str
    pair: str | None
    mechanism: str | None
    reasons: tuple[tuple[str, str], ...]  # (rule, text)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What bounds the cost of an attempt; journals of before do not tell, and have 0 and None."""

    prompt_chars: int
    max_tokens: int | None


class Journal:
    """An open journal, locked against a second run; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Open or begin the journal of a folder.

        Raises:
            UsageError: another run writes to it.
            DataError: it cannot be read or written.
        """
        self.path = folder / NAME
        self.answers: dict[str, Answer] = {}
        self.verdicts: dict[str, Verdict] = {}
        self.begun: dict[str, Mapping[str, Any]] = {}
        self._open: dict[str, list[Attempt]] = {}  # sent, and no end known; by key
        self._lock = threading.Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("a+b")
        except OSError as error:
            raise DataError(f"{self.path}: {error}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._read()
        except BlockingIOError as error:
            self._file.close()
            raise UsageError(
                f"another run is writing to {folder}", hint="wait for it, or use another folder"
            ) from error
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    @property
    def in_doubt(self) -> tuple[Attempt, ...]:
        """The attempts that were sent, and neither answered nor refused: each may be paid for."""
        return tuple(one for attempts in self._open.values() for one in attempts)

    def begin(self, run: str, about: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what a run of this id was begun with: as recorded, else `about`, recorded now."""
        if run not in self.begun:
            self._append({"event": "run", "run": run, "about": dict(about)})
        return self.begun[run]

    def sent(self, key: str, time: str, prompt_chars: int, max_tokens: int | None) -> None:
        """Record that a request is about to be sent, and what bounds its cost."""
        size = {"prompt_chars": prompt_chars, "max_tokens": max_tokens}
        self._append({"event": "sent", "key": key, "time": time, **size})

    def unanswered(self, key: str, time: str, why: str) -> None:
        """Record that an attempt came back without an answer."""
        self._append({"event": "unanswered", "key": key, "time": time, "why": why})

    def answered(self, answer: Answer) -> None:
        """Record an answer; it is on the disk when this returns."""
        self._append(
            {
                "event": "answer",
                "key": answer.key,
                "time": answer.time,
                **answer.origin,
                "request": dict(answer.sent),
                "answer": answer.body,
            }
        )

    def judged(self, verdict: Verdict) -> None:
        """Record what the checks said; told again, it is not written twice."""
        if self.verdicts.get(verdict.key) != verdict:
            self._append(
                {
                    "event": "verdict",
                    "key": verdict.key,
                    "pair": verdict.pair,
                    "mechanism": verdict.mechanism,
                    "reasons": [list(reason) for reason in verdict.reasons],
                }
            )

    def _append(self, row: dict[str, Any]) -> None:
        # ASCII, so that surrogate escapes of an odd answer survive the file.
        line = json.dumps(row, ensure_ascii=True).encode("ascii") + b"\n"
        with self._lock:
            try:
                self._file.write(line)
                self._file.flush()
                os.fsync(self._file.fileno())
            except OSError as error:
                raise DataError(f"{self.path}: {error}") from error
            self._take(row)

    def _read(self) -> None:
        self._file.seek(0)
        data = self._file.read()
        for number, line in enumerate(data.split(b"\n"), 1):
            try:
                row = json.loads(line)
            except ValueError:
                continue  # cut short by a crash
            try:
                self._take(row)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise DataError(f"{self.path}:{number}: no event of a journal: {error}") from error
        if data and not data.endswith(b"\n"):
            self._file.write(b"\n")
            self._file.flush()

    def _take(self, row: Mapping[str, Any]) -> None:
        event = row["event"]
        if event == "run":
            self.begun[row["run"]] = row["about"]
        elif event == "sent":
            most = row.get("max_tokens")
            attempt = Attempt(int(row.get("prompt_chars", 0)), None if most is None else int(most))
            self._open.setdefault(row["key"], []).append(attempt)
        elif event == "unanswered":
            self._end(row["key"])
        elif event == "answer":
            self._end(row["key"])
            known = {"event", "key", "time", "request", "answer"}
            self.answers[row["key"]] = Answer(
                key=row["key"],
                body=row["answer"],
                time=row["time"],
                sent=row["request"],
                origin={name: value for name, value in row.items() if name not in known},
            )
        elif event == "verdict":
            reasons = tuple((str(rule), str(text)) for rule, text in row["reasons"])
            self.verdicts[row["key"]] = Verdict(row["key"], row["pair"], row["mechanism"], reasons)

    def _end(self, key: str) -> None:
        """Take the last attempt at a request for ended; those before it stay in doubt."""
        if self._open.get(key):
            self._open[key].pop()


def key_of(*parts: Any) -> str:
    """Return the SHA-256 that names a request: of what is asked, not of how it is sent."""
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def rejected(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """Return how often each rule refused a draft, most frequent first."""
    counts: dict[str, int] = {}
    for verdict in verdicts:
        for rule in {rule for rule, _ in verdict.reasons}:
            counts[rule] = counts.get(rule, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
