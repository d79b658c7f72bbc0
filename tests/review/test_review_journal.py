"""The journal keeps every decision, whatever happens to the process that wrote it."""

import datetime
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from weakspot.core.errors import DataError
from weakspot.review.journal import Decision, Reader, Review, append, latest, parse, read

ONE = Review(
    pair="CWE-89/like",
    digest="0" * 64,
    reader=Reader.PERSON,
    name="ada",
    date=datetime.date(2026, 11, 23),
    shows_weakness=True,
    fix_is_right=True,
    realistic=True,
    decision=Decision.ACCEPT,
    remark="",
)

WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_review_journal import ONE
from weakspot.review.journal import append
for number in range(100_000):
    append(Path(sys.argv[1]), [replace(ONE, pair=f"CWE-89/p{number}")])
    print(number, flush=True)
"""


def test_decisions_come_back_in_order(tmp_path: Path) -> None:
    made = [replace(ONE, pair=f"CWE-89/p{at}", remark="naïve “quotes”\n") for at in range(5)]
    append(tmp_path / "j.jsonl", made[:2])
    append(tmp_path / "j.jsonl", made[2:])
    assert read(tmp_path / "j.jsonl") == tuple(made)


def test_a_journal_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read(tmp_path / "none.jsonl") == ()


def test_a_kill_loses_no_decision(tmp_path: Path) -> None:
    journal = tmp_path / "j.jsonl"
    command = [sys.executable, "-c", WRITER, str(journal), str(Path(__file__).parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        while not writer.stdout.readline().startswith("20"):
            time.sleep(0)
        os.kill(writer.pid, signal.SIGKILL)
        told = [line for line in writer.stdout.read().splitlines() if line.isdigit()]
    kept = {one.pair for one in read(journal)}
    assert {f"CWE-89/p{number}" for number in [*range(21), *map(int, told)]} <= kept


@pytest.mark.parametrize("keep", [1, 50, -1])
def test_a_line_cut_short_costs_itself_only(tmp_path: Path, keep: int) -> None:
    journal = tmp_path / "j.jsonl"
    append(journal, [ONE, replace(ONE, pair="CWE-89/cut")])
    whole = journal.read_bytes()
    first = whole.index(b"\n") + 1
    journal.write_bytes(whole[:first] + whole[first:-1][:keep])
    assert read(journal) == (ONE,)
    append(journal, [replace(ONE, pair="CWE-89/after")])
    assert [one.pair for one in read(journal)] == ["CWE-89/like", "CWE-89/after"]


def test_a_line_that_is_no_review_is_named(tmp_path: Path) -> None:
    journal = tmp_path / "j.jsonl"
    append(journal, [ONE])
    with journal.open("a") as file:
        file.write('{"pair": "x"}\n')
    with pytest.raises(DataError, match=r"j\.jsonl:2"):
        read(journal)


@pytest.mark.parametrize(
    "change",
    [
        {"decision": "accept", "fix_is_right": False},
        {"decision": "change", "remark": " "},
        {"decision": "reject", "remark": ""},
        {"decision": "maybe"},
        {"reader": "robot"},
        {"realistic": "yes"},
        {"date": "today"},
    ],
)
def test_decisions_that_make_no_sense_are_refused(change: dict[str, object]) -> None:
    row = json.loads(
        json.dumps({name: str(getattr(ONE, name)) for name in ("pair", "digest", "name", "date")})
    )
    row |= {"reader": "person", "decision": "accept", "remark": "ok"}
    row |= dict.fromkeys(("shows_weakness", "fix_is_right", "realistic"), True)
    assert parse(row).decision is Decision.ACCEPT
    with pytest.raises(DataError):
        parse(row | change)


def test_the_last_word_counts() -> None:
    again = replace(ONE, decision=Decision.REJECT, remark="the fix leaks")
    assert latest([ONE, again])["CWE-89/like", "ada"] is again


@pytest.mark.parametrize("name", ["shows_weakness", "fix_is_right", "realistic"])
def test_a_question_is_left_open_in_a_skipped_pair_alone(tmp_path: Path, name: str) -> None:
    open_ = {name: None, "remark": "later"}
    skipped = replace(ONE, decision=Decision.SKIP, **open_)
    append(tmp_path / "j.jsonl", [skipped])
    assert read(tmp_path / "j.jsonl") == (skipped,)
    with pytest.raises(DataError, match="answered"):
        replace(ONE, decision=Decision.REJECT, **open_)


@pytest.mark.parametrize("name", ["pair", "digest", "name", "remark"])
@pytest.mark.parametrize("value", [None, 7, "a\ud800"])
def test_what_is_no_text_is_refused(tmp_path: Path, name: str, value: object) -> None:
    append(tmp_path / "j.jsonl", [ONE])
    row = json.loads((tmp_path / "j.jsonl").read_text())
    assert parse(row) == ONE
    with pytest.raises(DataError, match=f"{name}.* text"):
        parse(row | {name: value})


def test_nothing_is_written_when_one_of_several_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        append(tmp_path / "j.jsonl", [ONE, replace(ONE, remark="\ud800")])
    assert not (tmp_path / "j.jsonl").exists()
