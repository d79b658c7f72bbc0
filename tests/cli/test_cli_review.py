"""`weakspot review`: the desk as a command, and the measure of agreement."""

import io
import json
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from weakspot.cli import review_desk
from weakspot.core.errors import WeakspotError
from weakspot.review.journal import append, digest, parse, read

PAIRS = Path(__file__).parents[2] / "datasets" / "top25" / "pairs"
NAMES = ("CWE-89", "CWE-78")
PAIR = min((PAIRS / "CWE-89").glob("*.pair")).stem


@pytest.fixture
def folder(project: Path) -> Path:
    """Return a folder of pairs where the command looks for them."""
    place = project / "datasets" / "top25" / "pairs"
    for name in NAMES:
        shutil.copytree(PAIRS / name, place / name)
    return place


@pytest.fixture
def started(project: Path) -> Iterator[Callable[..., list[str]]]:
    """Return what starts the command and reads what it prints until the desk is open."""
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> list[str]:
        command = [sys.executable, "-m", "weakspot", "review", *arguments]
        running.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=project))
        assert running[-1].stdout is not None
        lines = []
        for line in running[-1].stdout:
            lines.append(line.rstrip())
            if "Ctrl+C" in line:
                break
        return lines

    yield start
    for process in running:
        process.kill()
        process.communicate(timeout=30)


def test_the_desk_tells_where_it_is_and_where_decisions_go(
    folder: Path, started: Callable[..., list[str]]
) -> None:
    count = len(list(folder.rglob("*.pair")))
    first, second, _ = started("desk", "--no-open", "--name", "ada")
    assert first == f"{count} pairs, decisions go to {folder.parent / 'reviews.jsonl'}"
    address = second.split()[-1]
    assert address.startswith("http://127.0.0.1:")
    with urllib.request.urlopen(address, timeout=30) as reply:
        assert reply.status == 200
    with pytest.raises(urllib.error.HTTPError) as spent:
        urllib.request.urlopen(address, timeout=30)
    spent.value.close()
    assert spent.value.code == 403


def test_review_alone_is_the_desk_and_opens_a_browser_without_naming_the_token(
    folder: Path,
    project: Path,
    started: Callable[..., list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = project / "opened"
    browser = project / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{seen}.part"; mv "{seen}.part" "{seen}"\n')
    browser.chmod(0o700)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    lines = started()
    while not seen.exists():
        time.sleep(0.01)
    token = lines[1].rpartition("token=")[2]
    page = Path(seen.read_text().strip().removeprefix("file://"))
    assert token not in str(page)
    assert token in page.read_text()
    assert page.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("review", "desk", "--no-open"), "there is no folder"),
        (("review", "desk", "--no-open", "--pairs", "."), "no pair files"),
        (("review", "--pairs", ".", "--no-open"), "no pair files"),
        (("review", "dsek"), "No such command 'dsek'"),
        (("review", "desk", "--no-open", "--pairs", "nowhere"), "does not exist"),
        (("review", "agreement"), "there is no folder"),
    ],
)
def test_mistakes_are_told(
    weakspot: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    told: str,
) -> None:
    assert weakspot(*arguments) == 2
    assert told in capsys.readouterr().err


def test_without_the_extra_it_says_what_to_install(
    folder: Path,
    weakspot: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "datasketch", None)
    assert weakspot("review", "desk", "--no-open", "--pairs", str(folder)) == 2
    assert "weakspot[data]" in capsys.readouterr().err


def test_a_port_that_is_taken_is_told(
    folder: Path,
    started: Callable[..., list[str]],
    weakspot: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    port = started("desk", "--no-open")[1].partition("127.0.0.1:")[2].partition("/")[0]
    assert weakspot("review", "desk", "--no-open", "--port", port) == 2
    assert "cannot be served" in capsys.readouterr().err


def test_the_nearest_journal_is_the_one(folder: Path) -> None:
    assert review_desk.find_journal(folder) == folder.parent / "reviews.jsonl"
    assert review_desk.find_journal(folder / "CWE-89") == folder / "reviews.jsonl"
    (folder.parent / "reviews.jsonl").touch()
    assert review_desk.find_journal(folder / "CWE-89") == folder.parent / "reviews.jsonl"


def test_agreement_in_words_and_as_json(
    folder: Path, weakspot: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    plain = {"reader": "person", "date": "2026-11-23", "remark": "because"}
    yes = dict.fromkeys(("shows_weakness", "fix_is_right", "realistic"), True)
    paths = sorted((folder / "CWE-89").iterdir())[:3]
    for path, decisions in zip(
        paths, ("accept accept", "accept reject", "reject reject"), strict=True
    ):
        for name, decision in zip(("ada", "bob"), decisions.split(), strict=True):
            row = {"pair": f"CWE-89/{path.stem}", "digest": digest(path), "name": name}
            row |= {**plain, **yes, "decision": decision}
            append(folder.parent / "reviews.jsonl", [parse(row)])
    assert weakspot("review", "agreement") == 0
    told = capsys.readouterr().out
    assert "ada and bob: 3 pairs, 1 disputed" in told
    assert "verdict          kappa  0.40   same answer 67%" in told
    assert "realistic        kappa     -   same answer 100%" in told
    assert f"disputed: CWE-89/{paths[1].stem}" in told
    assert weakspot("review", "agreement", "--format", "json") == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["one"], found["disputed"]) == ("ada", [f"CWE-89/{paths[1].stem}"])
    paths[1].write_text("mended\n", "utf-8")
    assert weakspot("review", "agreement") == 0
    told = capsys.readouterr().out
    assert "ada and bob: 3 pairs, 0 disputed" in told
    assert "kappa  0.40" in told


CODES = (
    "import subprocess\n\ndef run(name):\n    subprocess.call('ls ' + name, shell=True)\n",
    "def add(a, b):\n    return a + b\n",
)


def test_bandit_is_asked_about_both_sides() -> None:
    weak, sound = review_desk._bandit(CODES)
    assert (weak.is_weak, weak.lines[-1], "CWE-78" in weak.cwes) == (True, 4, True)
    assert (sound.is_weak, sound.cwes, sound.lines) == (False, (), ())


def test_bandit_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(WeakspotError, match="not installed"):
        review_desk._bandit(CODES)


def test_our_model_is_asked_about_both_sides() -> None:
    found = review_desk._model(CODES)
    assert len(found) == 2
    assert all(one.probability is not None and 0 <= one.probability <= 1 for one in found)
    assert found[0].cwes


def decision(**other: object) -> str:
    """Return a line for `weakspot review record`."""
    yes = dict.fromkeys(("shows_weakness", "fix_is_right", "realistic"), True)
    plain = {"pair": f"CWE-89/{PAIR}", "reader": "person", "name": "ada", "date": "2026-11-23"}
    return json.dumps({**plain, **yes, "decision": "accept", "remark": "", **other}) + "\n"


def test_decisions_from_elsewhere_are_recorded(
    folder: Path, weakspot: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = folder.parent / "reviews.jsonl"
    monkeypatch.setattr(sys, "stdin", io.StringIO(decision() + "\n" + decision(name="bob")))
    assert weakspot("review", "record", "--journal", str(journal), "--pairs", str(folder)) == 0
    state = digest(folder / "CWE-89" / f"{PAIR}.pair")
    assert [(one.name, one.digest) for one in read(journal)] == [("ada", state), ("bob", state)]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (decision(remark="\ud800"), r"remark: '\ud800' is no Unicode text"),
        (decision(remark=None), "remark must be a text"),
        (decision(name=None), "name must be a text"),
        (decision(name=""), "1 to 64 printable"),
        (decision(name="a\nb"), "1 to 64 printable"),
        (decision(name=" ada"), "1 to 64 printable"),
        (decision(name="a" * 65), "1 to 64 printable"),
        (decision(reader="language-model"), "ada is a person in this journal"),
        (decision(pair=f"CWE-78/../CWE-89/{PAIR}"), "there is no pair"),
        (decision(pair=["CWE-89"]), "there is no pair"),
        (decision(decision="reject"), "needs a remark"),
        ("[1]\n", "not a JSON object"),
        ("{\n", "line 2: Expecting"),
    ],
)
def test_one_line_that_is_wrong_leaves_the_journal_as_it_was(
    folder: Path,
    weakspot: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    line: str,
    told: str,
) -> None:
    journal = folder.parent / "reviews.jsonl"
    monkeypatch.setattr(sys, "stdin", io.StringIO(decision() + line))
    assert weakspot("review", "record", "--journal", str(journal), "--pairs", str(folder)) == 2
    error = capsys.readouterr().err
    assert told in error
    assert "error: line 2: " in error
    assert not journal.exists()


def test_agreement_needs_a_journal(
    folder: Path, weakspot: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert weakspot("review", "agreement", "--journal", "typo.jsonl") == 2
    assert "there is no journal typo.jsonl" in capsys.readouterr().err
    assert weakspot("review", "agreement") == 2
    assert "there is no journal" in capsys.readouterr().err
