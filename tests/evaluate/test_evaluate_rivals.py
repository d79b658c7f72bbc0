"""The detectors beside ours really run: Bandit, a bag of words, mere length."""

import json
from pathlib import Path

import pytest

from weakspot.core.example import Example, Role
from weakspot.evaluate import linear
from weakspot.evaluate.compare import judge
from weakspot.evaluate.suites import Row
from weakspot.evaluate.tools import tools

WEAK = "import subprocess\n\n\ndef run(name):\n    subprocess.call('ls ' + name, shell=True)\n"
SOUND = "import math\n\n\ndef area(r):\n    return math.pi * r * r\n"
ROWS = [
    Row("weak", WEAK, True, ("CWE-78",), (5,), "p"),
    Row("sound", SOUND, False, (), (), "p"),
    Row("broken", "def f(:\n", False, (), (), "q"),
]


def examples() -> list[Example]:
    made = []
    for at in range(40):
        for code, role in ((WEAK, Role.VULNERABLE), (SOUND * 2, Role.FIXED)):
            text = code.replace("name", f"name{at}")
            made.append(Example(f"{at}/{role}", text, role, "CWE-78", (), str(at), "m"))
    return made


def test_bandit_judges_each_row() -> None:
    found, _ = judge(tools(None)["bandit"], ROWS)
    assert found["weak"].is_weak
    assert "CWE-78" in found["weak"].cwes
    assert 5 in found["weak"].lines
    assert not found["sound"].is_weak


@pytest.mark.parametrize("name", ["bandit", "bandit-ll", "ruff", "dlint"])
def test_what_a_tool_cannot_parse_has_no_verdict(name: str) -> None:
    found, run = judge(tools(None)[name], ROWS)
    assert not run.reason
    assert set(found) == {"weak", "sound"}
    assert run.unread == ("row_2.py",)


def test_semgrep_tells_what_it_cannot_parse(tmp_path: Path) -> None:
    report = {
        "results": [],
        "errors": [
            {"type": "Syntax error", "path": "a.py"},
            {"type": ["PartialParsing", []], "path": "b.py"},
            {"type": "Timeout"},
        ],
    }
    unread = tools(tmp_path)["semgrep"].unread
    assert unread(json.dumps(report), tmp_path) == ["a.py"]


def test_weakspot_tells_what_it_did_not_analyse(tmp_path: Path) -> None:
    states = {"a.py": "not analysed", "b.py": "partly", "c.py": "analysed"}
    files = [{"path": path, "status": status} for path, status in states.items()]
    unread = tools(None)["weakspot"].unread
    assert unread(json.dumps({"coverage": {"files": files}}), tmp_path) == ["a.py"]


def test_the_bag_of_words_learns_words() -> None:
    found = linear.bag_of_words(examples(), ROWS)
    assert found["weak"].is_weak
    assert not found["sound"].is_weak


def test_length_only_sees_nothing_but_length() -> None:
    long = Row("long", SOUND * 2, False, (), (), "r")
    disguised = Row("disguised", "#" * len(WEAK.rstrip()) + "\n" * 5, False, (), (), "s")
    found = linear.length_only(examples(), [*ROWS, long, disguised])
    assert not found["long"].is_weak
    assert found["disguised"].is_weak == found["weak"].is_weak
