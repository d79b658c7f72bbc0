"""`weakspot evaluate` on small suites: what is checked first, told, and written."""

import json
import sys
from pathlib import Path

import pytest

from weakspot.evaluate.tools import Tool

WEAK = "import os\n\ndef f(x):\n    os.system(x)\n"
SOUND = "def f(x):\n    return x\n"


def suite(project: Path, *more: dict[str, object], name: str = "suite.jsonl") -> str:
    rows = [
        {"id": 1, "code": WEAK, "label": "vulnerable", "cwes": ["CWE-78"], "pair_id": 0},
        {"id": 2, "code": SOUND, "label": "secure", "pair_id": 0},
        *more,
    ]
    (project / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return name


def test_rows_that_cannot_be_judged_are_told(weakspot, project: Path, capsys) -> None:
    crash = {"id": 3, "code": "def f():\n    CRASH\n", "label": "vulnerable"}
    asked = ("evaluate", suite(project, crash), "--detector", "weakspot")
    assert weakspot(*asked, "--verdicts", "v.jsonl") == 0
    said = capsys.readouterr()
    assert "warning: suite: weakspot could not judge 1 of 3 rows" in said.err
    assert "Rows without a verdict, as if not flagged: weakspot 1." in said.out
    assert "Rows behind the shares of CWEs and of lines: weakspot 1 and 0." in said.out
    listed = [json.loads(line) for line in (project / "v.jsonl").read_text().splitlines()]
    assert [one["verdict"] for one in listed] == ["vulnerable", "secure", None]
    assert weakspot(*asked, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["suite"]["weakspot"]["unjudged"] == 1


def test_json_has_null_where_nothing_was_to_be_measured(weakspot, project: Path, capsys) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    asked = ("evaluate", suite(project), "--detector", "majority", "--train", "suite.jsonl")
    assert weakspot(*asked, "--format", "json") == 0
    found = json.loads(capsys.readouterr().out, parse_constant=refuse)["suite"]["majority"]
    assert found["cwe_right"] == {"value": None, "low": None, "high": None}


@pytest.mark.parametrize("option", ["--html", "--verdicts"])
def test_an_output_that_cannot_be_written_is_told_first(
    weakspot, project: Path, capsys, option: str
) -> None:
    assert weakspot("evaluate", suite(project), option, "nodir/x") == 2
    said = capsys.readouterr()
    assert "there is no folder nodir" in said.err
    assert said.out == ""


def test_a_missing_library_for_the_page_is_told_first(
    weakspot, project: Path, capsys, monkeypatch
) -> None:
    monkeypatch.setattr("weakspot.cli.evaluate.find_spec", lambda name: None)
    assert weakspot("evaluate", suite(project), "--html", "x.html") == 2
    said = capsys.readouterr()
    assert "drawing plots needs the optional extra 'evaluate'" in said.err
    assert said.out == ""


def test_the_table_is_told_before_files_are_written(
    weakspot, project: Path, capsys, monkeypatch
) -> None:
    def burst(path: str, text: str) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("weakspot.cli.evaluate.write_output", burst)
    asked = ("evaluate", suite(project), "--detector", "weakspot", "--verdicts", "v.jsonl")
    assert weakspot(*asked) == 2
    said = capsys.readouterr()
    assert "suite: 2 rows, 1 pairs" in said.out
    assert "run `weakspot -v …` for details" in said.err
    assert weakspot("-v", *asked) == 2
    assert "Traceback" in capsys.readouterr().err


@pytest.fixture
def nothing_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    def judged(*arguments: object) -> None:
        raise AssertionError("a detector was asked")

    for name in ("_ours", "_tool"):
        monkeypatch.setattr(f"weakspot.cli.evaluate.{name}", judged)


@pytest.mark.usefixtures("nothing_judges")
def test_a_broken_suite_is_told_before_any_is_judged(weakspot, project: Path, capsys) -> None:
    broken = suite(project, {"id": 3}, name="broken.jsonl")
    assert weakspot("evaluate", suite(project), broken, "--detector", "weakspot") == 2
    assert "broken.jsonl:3: the field 'code' is missing" in capsys.readouterr().err


@pytest.mark.usefixtures("nothing_judges")
@pytest.mark.parametrize(
    ("name", "hint"), [("bandit", "weakspot[evaluate]"), ("semgrep", "environment of its own")]
)
def test_a_missing_tool_is_told_before_any_judges(
    weakspot, project: Path, capsys, monkeypatch, name: str, hint: str
) -> None:
    (project / "rules").mkdir()
    absent = Tool(name, ["no-such-program"], ["no-such-program"], lambda *_: [])
    monkeypatch.setattr("weakspot.evaluate.tools.tools", lambda *_: {name: absent})
    more = ("--semgrep-rules", "rules") if name == "semgrep" else ("--detector", name)
    assert weakspot("evaluate", suite(project), "--detector", "weakspot", *more) == 2
    said = capsys.readouterr().err
    assert f"{name}: no-such-program is not installed" in said
    assert hint in said


def test_a_tool_that_fails_is_not_said_to_be_missing(
    weakspot, project: Path, capsys, monkeypatch
) -> None:
    python = [sys.executable, "-c", "import sys; sys.exit('out of luck')"]
    broken = Tool("bandit", python, [sys.executable, "--version"], lambda text, _: text[0] and [])
    monkeypatch.setattr("weakspot.evaluate.tools.tools", lambda *_: {"bandit": broken})
    assert weakspot("evaluate", suite(project), "--detector", "bandit") == 2
    said = capsys.readouterr().err
    assert "bandit: exit code 1: out of luck" in said
    assert "hint" not in said


@pytest.mark.parametrize("name", ["tfidf", "length", "majority"])
def test_one_label_teaches_nothing(weakspot, project: Path, capsys, name: str) -> None:
    (project / "one.jsonl").write_text('{"id": 1, "code": "x = 1", "label": "secure"}\n')
    asked = ("evaluate", suite(project), "--detector", name, "--train", "one.jsonl")
    assert weakspot(*asked) == 2
    assert f"{name} learns from labelled rows of both kinds" in capsys.readouterr().err


def test_the_floors_name_the_extra_that_has_what_they_need(
    weakspot, project: Path, capsys, monkeypatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.tree", None)
    assert weakspot("evaluate", suite(project), "--detector", "length") == 2
    assert "pip install 'weakspot[evaluate]'" in capsys.readouterr().err


@pytest.mark.usefixtures("nothing_judges")
def test_a_base_without_zero_shot_is_told_before_any_judges(
    weakspot, project: Path, capsys
) -> None:
    (project / "base").mkdir()
    (project / "base" / "config.json").write_text("{}")
    asked = ("evaluate", suite(project), "--model", "base")
    assert weakspot(*asked, "--detector", "bandit", "--detector", "weakspot") == 2
    assert "hint: --zero-shot measures it as it is" in capsys.readouterr().err
