"""`kill -9` of the desk loses no decision that it said was made."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from http.client import HTTPException
from itertools import count
from pathlib import Path

import pytest
from desk_cases import Client, pair_text, review, serving, write_pairs

from weakspot.review import journal as journals
from weakspot.review.desk import Desk
from weakspot.review.journal import Decision, append, digest, read

DECISIONS = 200
NURSERY = Path(__file__).with_name("desk_nursery.py")


@pytest.fixture
def started() -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Return what starts a process; it and all that it forked end with the test."""
    all_: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> "subprocess.Popen[str]":
        all_.append(
            subprocess.Popen(
                [sys.executable, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        )
        return all_[-1]

    yield start
    for process in all_:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=30)


def line_of(process: "subprocess.Popen[str]", words: str = "http://") -> list[str]:
    """Return the words of the first line that holds `words`."""
    assert process.stdout is not None
    return next(line for line in process.stdout if words in line).split()


def test_a_kill_after_any_of_200_decisions_loses_none(
    tmp_path: Path, started: Callable[..., "subprocess.Popen[str]"]
) -> None:
    pairs, journal = write_pairs(tmp_path / "pairs", 10), tmp_path / "reviews.jsonl"
    nursery = started(str(NURSERY), str(pairs), str(journal))
    assert nursery.stdin is not None
    for number in range(DECISIONS):
        nursery.stdin.write("one more\n")
        nursery.stdin.flush()
        process, address = line_of(nursery)
        client = Client(address).opened()
        pair = f"CWE-89/m-{number % 10}"
        state = digest(pairs / f"{pair}.pair")
        status, said = client.decide(pair, digest=state, remark=f"decision {number}")
        os.kill(int(process), signal.SIGKILL)
        assert status == 200, said
        kept = [one.remark for one in read(journal)]
        assert kept == [f"decision {earlier}" for earlier in range(number + 1)]


@pytest.mark.parametrize("cwe", ["CWE-89", "CWE-943"])  # in place, and moved
def test_a_kill_amid_a_change_leaves_the_old_pair_or_the_new_one(
    tmp_path: Path, started: Callable[..., "subprocess.Popen[str]"], cwe: str
) -> None:
    pairs, journal = write_pairs(tmp_path / "pairs", 2), tmp_path / "reviews.jsonl"
    append(journal, [review("CWE-89/m-1", "eve", Decision.SKIP, "0")])
    nursery = started(str(NURSERY), str(pairs), str(journal))
    assert nursery.stdin is not None
    new = pair_text(0, cwe, why="Mended.").encode()
    seen = set()
    for at in count(1):
        shutil.rmtree(pairs)
        write_pairs(pairs, 2)
        old = (pairs / "CWE-89" / "m-0.pair").read_bytes()
        nursery.stdin.write(f"{at}\n")
        nursery.stdin.flush()
        process, address = line_of(nursery)
        client = Client(address).opened()
        order = {"decision": "change", "remark": f"kill {at}", "text": new.decode()}
        with suppress(OSError, HTTPException):
            status, said = client.decide("CWE-89/m-0", digest=sha256(old).hexdigest(), **order)
            assert status == 200, said
            os.kill(int(process), signal.SIGKILL)
            break
        assert len(list(pairs.rglob("*.pair"))) == 2
        desk = Desk(pairs, journal, {})
        (left,) = (one for one in desk.shelf.entries().values() if one.id != "CWE-89/m-1")
        assert left.problem == ""
        is_new = left.text.encode() == new
        assert left.id == (f"{cwe}/m-0" if is_new else "CWE-89/m-0")
        assert is_new or left.text.encode() == old
        if is_new:  # no pair changes without a decision that names its new state
            last = read(journal)[-1]
            assert (last.pair, last.digest, last.remark) == (left.id, left.digest, f"kill {at}")
        seen.add(is_new)
    assert seen == {False, True}
    assert [path.name for path in pairs.rglob("*.pair") if path.read_bytes() == new] == ["m-0.pair"]


def test_a_kill_amid_decisions_loses_none_that_was_confirmed(
    tmp_path: Path, started: Callable[..., "subprocess.Popen[str]"]
) -> None:
    pairs, journal = write_pairs(tmp_path / "pairs", 4), tmp_path / "reviews.jsonl"
    command = ["-m", "weakspot", "review", "desk", "--no-open"]
    command += ["--pairs", str(pairs), "--journal", str(journal)]
    confirmed: list[str] = []
    chance = random.Random(7)
    state = digest(pairs / "CWE-89" / "m-1.pair")
    for life in range(3):
        desk = started(*command)
        client = Client(line_of(desk)[-1]).opened()
        threading.Timer(chance.uniform(0.05, 0.3), desk.kill).start()
        with suppress(OSError, HTTPException, json.JSONDecodeError):  # the kill
            for number in range(100_000):
                remark = f"{life}.{number}"
                status, said = client.decide("CWE-89/m-1", digest=state, remark=remark)
                assert status == 200, said
                confirmed.append(remark)
        desk.wait(30)
        kept = [one.remark for one in read(journal)]
        # What was on its way may be there or not; what was confirmed is, in order, and once.
        assert [one for one in kept if one in set(confirmed)] == confirmed
        assert len(kept) <= len(confirmed) + life + 1
    assert len(confirmed) > 10


def test_a_decision_is_on_the_disk_before_it_is_confirmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A kill leaves what the system has in memory; a power cut does not. So: fsync, then answer.
    flushed: list[int] = []

    def fsync(handle: int) -> None:
        if Path(f"/proc/self/fd/{handle}").readlink() == journal:
            flushed.append(os.fstat(handle).st_size)

    pairs, journal = write_pairs(tmp_path / "pairs", 3), tmp_path / "reviews.jsonl"
    monkeypatch.setattr(journals.os, "fsync", fsync)
    with serving(pairs, journal) as server:
        client = Client(server.address).opened()
        for number in range(3):
            assert client.decide(f"CWE-89/m-{number}")[0] == 200
            assert len(flushed) == number + 1
            assert flushed[-1] == journal.stat().st_size
