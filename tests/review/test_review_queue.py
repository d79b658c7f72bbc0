from pathlib import Path

import pytest
from desk_cases import review, write_pairs

from weakspot.review.journal import Decision, Review
from weakspot.review.queue import Show, progress, standings, waiting
from weakspot.review.shelf import Entry, Shelf

Case = tuple[dict[str, Entry], list[Review]]


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """Five pairs: ada took 0, skipped 1, rejected 2 (bob took it), took 3 before it changed."""
    folder = write_pairs(write_pairs(tmp_path, 4), 1, "CWE-22")
    entries = dict(Shelf(folder).entries())
    now = {name: entry.digest for name, entry in entries.items()}
    said = [
        review("CWE-89/m-0", "ada", Decision.ACCEPT, now["CWE-89/m-0"]),
        review("CWE-89/m-1", "ada", Decision.SKIP, now["CWE-89/m-1"]),
        review("CWE-89/m-2", "ada", Decision.REJECT, now["CWE-89/m-2"]),
        review("CWE-89/m-2", "bob", Decision.CHANGE, now["CWE-89/m-2"]),
        review("CWE-89/m-3", "ada", Decision.ACCEPT, "an earlier state"),
    ]
    return entries, said


@pytest.mark.parametrize(
    ("name", "show", "cwe", "words", "pairs"),
    [
        # What was skipped comes last; what changed since must be read again.
        ("ada", "undecided", "", "", ["CWE-22/m-0", "CWE-89/m-3", "CWE-89/m-1"]),
        ("ada", "mine", "", "", [f"CWE-89/m-{at}" for at in range(4)]),
        ("ada", "disputed", "", "", ["CWE-89/m-2"]),
        ("ada", "all", "CWE-22", "", ["CWE-22/m-0"]),
        ("ada", "all", "", "M-1 89", ["CWE-89/m-1"]),
        ("bob", "undecided", "CWE-89", "", ["CWE-89/m-0", "CWE-89/m-1", "CWE-89/m-3"]),
        ("eve", "mine", "", "", []),
    ],
)
def test_filters(case: Case, name: str, show: str, cwe: str, words: str, pairs: list[str]) -> None:
    found = standings(*case, name)
    assert [one.pair for one in waiting(found, Show(show), cwe, words)] == pairs


def test_progress_counts_the_reader_s_own_decisions(case: Case) -> None:
    assert progress(standings(*case, "ada")) == {
        "pairs": 5,
        "decided": 2,
        "disputed": 1,
        "accept": 1,
        "change": 0,
        "reject": 1,
        "skip": 1,
    }


def test_readers_of_the_state_of_now_are_counted(case: Case) -> None:
    readers = {one.pair: one.readers for one in standings(*case, "eve")}
    assert readers == {
        "CWE-22/m-0": 0,
        "CWE-89/m-0": 1,
        "CWE-89/m-1": 0,
        "CWE-89/m-2": 2,
        "CWE-89/m-3": 0,
    }
