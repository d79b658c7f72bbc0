"""Tools that really run, tools that do not, and what is made of their alarms."""

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from weakspot.core.errors import DataError
from weakspot.evaluate.alarms import Alarm, placed, read_sarif
from weakspot.evaluate.compare import judge, mcnemar
from weakspot.evaluate.repository import side_by_side
from weakspot.evaluate.suites import Row, Verdict
from weakspot.evaluate.tools import Run, Tool, tools

WEAK = "import os\n\n\ndef run(name):\n    os.system('ls ' + name)\n"
ROWS = (
    Row("weak", WEAK, True, ("CWE-78",), (5,), "p"),
    Row("sound", "def area(r):\n    return 3 * r * r\n", False, (), (), "p"),
)


@pytest.mark.parametrize("name", ["weakspot", "bandit", "ruff", "dlint"])
def test_the_tools_find_what_is_plain(name: str, tmp_path: Path) -> None:
    (tmp_path / "a b.py").write_text(WEAK)
    run = tools(None)[name].run(tmp_path, 120)
    assert run.reason == ""
    assert run.version
    assert ("a b.py", 5) in {(alarm.path, alarm.line) for alarm in run.alarms}
    assert any("CWE-78" in alarm.cwes for alarm in run.alarms)


@pytest.mark.parametrize("name", ["bandit", "ruff"])
def test_a_tool_judges_a_suite(name: str) -> None:
    verdicts, _ = judge(tools(None)[name], ROWS)
    assert verdicts["weak"].is_weak
    assert not verdicts["sound"].is_weak


def test_semgrep_runs_with_given_rules_and_speaks_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in that answers as Semgrep does, and refuses to run without the offline switches."""
    answer = {
        "results": [
            {
                "check_id": "rules.shell",
                "path": "a.py",
                "start": {"line": 5},
                "extra": {"metadata": {"cwe": ["CWE-78: OS Command Injection"]}},
            }
        ]
    }
    program = tmp_path / "bin" / "semgrep"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport sys\n"
        "if '--version' in sys.argv: print('1.182.0'); sys.exit()\n"
        "assert '--disable-version-check' in sys.argv and 'off' in sys.argv\n"
        f"print({json.dumps(json.dumps(answer))})\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "a.py").write_text(WEAK)
    run = tools(tmp_path)["semgrep"].run(tmp_path, 60)
    assert run == Run((Alarm("a.py", 5, "shell", ("CWE-78",)),), "1.182.0", run.cpu, run.wall)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import time; time.sleep(30)", "no answer within"),
        ("import sys; sys.exit('out of luck')", "out of luck"),
        ("print('no json')", "exit code 0"),
    ],
)
def test_a_tool_that_fails_costs_its_row(tmp_path: Path, code: str, reason: str) -> None:
    def read(text: str, folder: Path) -> list[Alarm]:
        return [Alarm(str(folder), 1, one) for one in json.loads(text)]

    python = sys.executable
    tool = Tool("broken", [python, "-c", code], [python, "--version"], read)
    run = tool.run(tmp_path, 2)
    assert run.alarms == ()
    assert reason in run.reason


def test_a_missing_tool_is_said(tmp_path: Path) -> None:
    tool = Tool("none", ["no-such-program"], ["no-such-program"], lambda *_: [])
    assert "not installed" in tool.run(tmp_path, 2).reason


def test_places_are_compared_whatever_the_rule() -> None:
    runs = {
        "one": Run((Alarm("a.py", 5, "x"), Alarm("a.py", 50, "x")), "", 0, 0),
        "two": Run((Alarm("a.py", 8, "y"), Alarm("b.py", 5, "y")), "", 0, 0),
    }
    found = side_by_side(runs)
    assert [one.line for one in found["one"].alone] == [50]
    assert [one.path for one in found["two"].alone] == ["b.py"]
    assert found["one"].agrees == {"two": 1}


def test_mcnemar_is_the_exact_one() -> None:
    rows = [Row(str(at), "x", True, (), (), str(at)) for at in range(10)]
    mine = {str(at): Verdict(at < 9, 1.0) for at in range(10)}
    theirs = {str(at): Verdict(at >= 8, 1.0) for at in range(10)}
    first, second, p = mcnemar(rows, mine, theirs)
    assert (first, second) == (8, 1)
    assert p == pytest.approx(2 * (1 + 9) / 2**9)
    assert mcnemar(rows, mine, mine)[2] == 1.0


def sarif(rule: dict[str, object], result: dict[str, object]) -> dict[str, object]:
    place = {"artifactLocation": {"uri": "./pkg/a%20b.py"}, "region": {"startLine": 7}}
    whole = {"ruleId": "r", "locations": [{"physicalLocation": place}], **result}
    return {
        "runs": [
            {"tool": {"driver": {"name": "t", "rules": [{"id": "r", **rule}]}}, "results": [whole]}
        ]
    }


@pytest.mark.parametrize(
    ("rule", "result"),
    [
        ({"properties": {"tags": ["external/cwe/cwe-089"]}}, {}),
        ({"properties": {"cwe": "CWE-89"}}, {}),
        ({"relationships": [{"target": {"id": "89", "toolComponent": {}}}]}, {"ruleId": "CWE-89"}),
        ({}, {"taxa": [{"id": "CWE-89"}]}),
    ],
)
def test_sarif_tells_its_cwe_in_many_places(
    tmp_path: Path, rule: dict[str, object], result: dict[str, object]
) -> None:
    path = tmp_path / "r.sarif"
    path.write_text(json.dumps(sarif(rule, result)))
    (alarm,) = read_sarif(path)
    assert (alarm.path, alarm.line, alarm.cwes) == ("pkg/a b.py", 7, ("CWE-89",))


def test_suppressed_results_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "r.sarif"
    path.write_text(json.dumps(sarif({}, {"suppressions": [{"kind": "inSource"}]})))
    assert read_sarif(path) == ()


@pytest.mark.parametrize(
    ("change", "path", "line"),
    [
        ({"locations": []}, "", 0),
        ({"locations": None}, "", 0),
        ({"locations": [{"logicalLocations": []}]}, "", 0),
        ({"region": {"charOffset": 3}}, "a.py", 0),
        ({"region": {"startLine": None}}, "a.py", 0),
        ({"region": None}, "a.py", 0),
        ({"artifactLocation": {"index": 1}}, "by/index.py", 7),
        ({"artifactLocation": {"index": 9}}, "", 7),
        ({"artifactLocation": {"uri": "file:///srv/a%20b.py"}}, "/srv/a b.py", 7),
        ({"artifactLocation": {"uri": "file:/srv/a.py"}}, "/srv/a.py", 7),
    ],
)
def test_a_result_without_a_whole_place_is_kept(
    tmp_path: Path, change: dict[str, object], path: str, line: int
) -> None:
    place = {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": 7}, **change}
    document = sarif({}, {"locations": [{"physicalLocation": place}], **change})
    document["runs"][0]["artifacts"] = [{}, {"location": {"uri": "by/index.py"}}]  # type: ignore[index]
    (tmp_path / "r.sarif").write_text(json.dumps(document))
    (alarm,) = read_sarif(tmp_path / "r.sarif")
    assert (alarm.path, alarm.line) == (path, line)
    assert placed([alarm]) == ((Alarm(path, line or 1, "r"),) if path else ())


@pytest.mark.parametrize(
    ("bases", "base", "path"),
    [
        ({"SRC": {"uri": "file:///srv/"}}, "/srv/", "a.py"),
        (
            {"SRC": {"uri": "src/", "uriBaseId": "TOP"}, "TOP": {"uri": "file:///w/"}},
            "/w/",
            "src/a.py",
        ),
        ({"SRC": {"uri": "src/", "uriBaseId": "TOP"}, "TOP": {}}, "", "src/a.py"),
        ({"SRC": {"uri": "src/", "uriBaseId": "SRC"}}, "", "src/a.py"),
        ({"TOP": {"uri": "file:///srv/"}}, "", "a.py"),
    ],
)
def test_a_base_is_followed(tmp_path: Path, bases: dict[str, object], base: str, path: str) -> None:
    place = {"artifactLocation": {"uri": "a.py", "uriBaseId": "SRC"}, "region": {"startLine": 7}}
    document = sarif({}, {"locations": [{"physicalLocation": place}]})
    document["runs"][0]["originalUriBaseIds"] = bases  # type: ignore[index]
    (tmp_path / "r.sarif").write_text(json.dumps(document))
    (alarm,) = read_sarif(tmp_path / "r.sarif")
    assert (alarm.base, alarm.path) == (base, path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"runs": 3}', '{"runs": [{"results": [3]}]}'])
def test_what_is_no_sarif_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "r.sarif"
    path.write_text(text)
    with pytest.raises(DataError, match="no SARIF"):
        read_sarif(path)
