import time
from pathlib import Path

import pytest

from weakspot.core.errors import DataError
from weakspot.dataset import proof
from weakspot.dataset.proof import Outcome, prove

HEADER = """+++
cwe = "CWE-78"
mechanism = "m"
accepted = []
domain = "d"
frameworks = []
origin = "by-hand"
prompt = "none"
date = 2026-11-23
vulnerable = "v"
fixed = "f"
+++
"""
PAIR = " def answer(x):\n!    return x\n+    return abs(x)\n"
WORKS = "def works(program, folder):\n    assert program.answer(2) == 2\n"


def proved(folder: Path, checks: str, pair: str = PAIR):  # type: ignore[no-untyped-def]
    pairs = folder / "pairs" / "CWE-78"
    proofs = folder / "proofs" / "CWE-78"
    pairs.mkdir(parents=True)
    proofs.mkdir(parents=True)
    (pairs / "m.pair").write_text(HEADER + pair)
    (proofs / "m.py").write_text(checks)
    return prove(proofs / "m.py", folder / "pairs")


def test_a_proof_shows_what_only_the_vulnerable_side_allows(tmp_path: Path) -> None:
    made = proved(
        tmp_path, WORKS + "def holds(program, folder):\n    assert program.answer(-1) > 0\n"
    )
    assert made.is_shown
    assert made.pair == "CWE-78/m"


def test_a_check_that_both_sides_pass_shows_nothing(tmp_path: Path) -> None:
    made = proved(tmp_path, WORKS + "def holds(program, folder):\n    assert True\n")
    assert made.vulnerable.holds is Outcome.PASSED
    assert not made.is_shown


def test_an_error_in_a_check_is_no_proof(tmp_path: Path) -> None:
    made = proved(tmp_path, WORKS + "def holds(program, folder):\n    program.missing()\n")
    assert made.vulnerable.holds is Outcome.BROKEN
    assert "AttributeError" in made.vulnerable.remark
    assert not made.is_shown


def test_a_crash_counts_as_a_check_that_does_not_hold(tmp_path: Path) -> None:
    crash = (
        "    import os, signal\n    if program.answer(-1) < 0:\n"
        "        os.kill(os.getpid(), signal.SIGSEGV)\n"
    )
    made = proved(tmp_path, WORKS + "def holds(program, folder):\n" + crash)
    assert made.vulnerable.holds is Outcome.FAILED
    assert made.is_shown


def test_a_program_that_cannot_be_imported_works_not(tmp_path: Path) -> None:
    pair = " import no_such_module\n def answer(x):\n!    return x\n+    return abs(x)\n"
    made = proved(tmp_path, WORKS + "def holds(program, folder):\n    assert False\n", pair)
    assert made.fixed.works is Outcome.BROKEN
    assert not made.is_shown


def test_a_program_gets_nothing_of_our_environment_and_no_endless_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUR_SECRET", "1")
    check = "    import os, resource\n    assert 'OUR_SECRET' not in os.environ\n"
    check += "    assert resource.getrlimit(resource.RLIMIT_CPU)[0] <= 10\n"
    made = proved(tmp_path, WORKS + "def holds(program, folder):\n" + check)
    assert made.vulnerable.holds is Outcome.PASSED


def test_a_proof_without_its_pair_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "proofs" / "CWE-1").mkdir(parents=True)
    path = tmp_path / "proofs" / "CWE-1" / "x.py"
    path.write_text("")
    with pytest.raises(DataError, match="there is no pair"):
        prove(path, tmp_path)


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_process_that_a_proof_leaves_behind_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_alone: bool
) -> None:
    if not is_alone:
        monkeypatch.setattr(proof, "_alone", tuple)
    left = (
        "    import subprocess\n"
        "    left = subprocess.Popen(['sleep', '30'], start_new_session=True)\n"
        "    assert program.answer(-1) > 0\n"
    )
    began = time.monotonic()
    made = proved(tmp_path, WORKS + "def holds(program, folder):\n" + left)
    assert made.is_shown
    assert time.monotonic() - began < 25


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_proof_without_an_end_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_alone: bool
) -> None:
    monkeypatch.setattr(proof, "SECONDS", 8.0)
    if not is_alone:
        monkeypatch.setattr(proof, "_alone", tuple)
    sleeps = (
        "    import contextlib, os, time\n"
        "    with contextlib.suppress(PermissionError):\n"
        "        os.setpgid(0, 0)  # out of the group that is ended\n"
        "    time.sleep(90)\n"
    )
    began = time.monotonic()
    made = proved(tmp_path, WORKS + "def holds(program, folder):\n" + sleeps)
    assert made.fixed.works is Outcome.PASSED
    assert made.fixed.holds is Outcome.FAILED
    assert "ended after 8 s" in made.fixed.remark
    assert time.monotonic() - began < 60
