"""Tools that really run, tools that do not, and what is made of their alarms."""

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from weakspot.cli.main import run as weakspot
from weakspot.core.catalogue import related
from weakspot.core.errors import DataError
from weakspot.evaluate import league
from weakspot.evaluate.alarms import Alarm, located, placed, read_sarif, surest
from weakspot.evaluate.compare import judge, mcnemar, unit_of
from weakspot.evaluate.detector import Answers
from weakspot.evaluate.isolate import Outcome
from weakspot.evaluate.measures import measure
from weakspot.evaluate.repository import plain, side_by_side, size_of
from weakspot.evaluate.repository_page import repository_page
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
                "end": {"line": 6},
                "extra": {
                    "severity": "ERROR",
                    "metadata": {"cwe": ["CWE-78: OS Command Injection"], "confidence": "LOW"},
                },
            }
        ]
    }
    program = tmp_path / "bin" / "semgrep"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport sys\n"
        "if '--version' in sys.argv: print('1.182.0'); sys.exit()\n"
        "assert '--disable-version-check' in sys.argv and 'off' in sys.argv\n"
        f"assert sys.argv[sys.argv.index('--config') + 1] == {str(tmp_path / 'rules')!r}\n"
        f"print({json.dumps(json.dumps(answer))})\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "a.py").write_text(WEAK)
    monkeypatch.chdir(tmp_path)
    run = tools(Path("rules"))["semgrep"].run(tmp_path, 60)
    alarm = Alarm("a.py", 5, "shell", ("CWE-78",), rank=(3, 1), span=(5, 6))
    assert run == Run((alarm,), "1.182.0", run.cpu, run.wall, memory=run.memory)


@pytest.mark.parametrize("name", ["weakspot", "bandit", "ruff", "dlint"])
def test_no_code_of_the_examined_folder_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in the examined folder, nor where the version is asked for: here both are one."""
    target, mark = tmp_path / "target", tmp_path / "it-ran"
    (target / "src").mkdir(parents=True)
    trap = f"open({str(mark)!r}, 'w').close()\nraise SystemExit(1)\n"
    for module in ("yaml", "ruff", "flake8", "bandit", "weakspot", "click", "src/yaml", "src/ruff"):
        (target / f"{module}.py").write_text(trap)
    (target / "a.py").write_text(WEAK)
    monkeypatch.chdir(target)
    monkeypatch.setenv("PYTHONPATH", os.pathsep + os.environ.get("PYTHONPATH", ""))
    run = tools(None)[name].run(target, 120)
    assert run.reason == ""
    assert any(alarm.path == "a.py" for alarm in run.alarms)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", "src")  # tmp_path/src, and not target/src
    assert tools(None)[name].run(target, 120).reason == ""
    assert not mark.exists()


def test_a_file_that_does_not_parse_is_no_finding_of_ruff(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("import os\ndef f(:\n")
    (tmp_path / "a.py").write_text(WEAK)
    run = tools(None)["ruff"].run(tmp_path, 120)
    assert {alarm.path for alarm in run.alarms} == {"a.py"}
    assert all(alarm.rule.startswith("S") for alarm in run.alarms)


def test_what_a_tool_takes_for_grave_speaks_first() -> None:
    """Bandit tells of `import subprocess` (low) above the call with a shell (high)."""
    code = "import subprocess\n\n\ndef run(name):\n    subprocess.run('ls ' + name, shell=True)\n"
    row = Row("weak", code, True, ("CWE-78",), (5,), "p")
    verdicts, run = judge(tools(None)["bandit"], [row])
    assert [alarm.line for alarm in run.alarms] == [1, 5]
    assert verdicts["weak"].lines == (5, 1)


def test_severity_goes_before_confidence_and_both_before_place() -> None:
    ranks = [(1, 3), (3, 1), (0, 0), (3, 2), (1, 3)]
    alarms = [Alarm("a.py", line, "r", rank=rank) for line, rank in enumerate(ranks, 1)]
    assert [one.line for one in surest(alarms)] == [4, 2, 1, 5, 3]
    sure = Alarm("a.py", 9, "r", probability=0.5)
    assert surest([*alarms, sure])[0] == sure


@pytest.mark.parametrize("name", ["bandit", "ruff"])
def test_a_line_within_what_a_tool_marks_is_found(name: str) -> None:
    code = "import os\n\n\ndef run(name):\n    os.system(\n        'ls '\n        + name\n    )\n"
    weak = Row("weak", code, True, ("CWE-78",), (7,), "p")
    verdicts, _ = judge(tools(None)[name], [weak])
    found = measure([weak], verdicts, related)
    marked = next(span for span in verdicts["weak"].spans if span[0] == 5)
    assert (found.line_right.value == 1.0) == (marked[1] >= 7)
    assert name != "bandit" or marked[1] >= 7


def test_alarms_of_one_line_are_one_line_named() -> None:
    def read(text: str, folder: Path) -> list[Alarm]:
        return [
            Alarm("row_0.py", 2, "x", rank=(2, 2), span=(2, 3)),
            Alarm("row_0.py", 2, "y", rank=(1, 1), span=(1, 2)),
            Alarm("row_0.py", 9, "z"),
        ]

    tool = Tool("t", [sys.executable, "-c", ""], [sys.executable, "--version"], read)
    verdicts, _ = judge(tool, ROWS[:1])
    assert (verdicts["weak"].lines, verdicts["weak"].spans) == ((2, 9), ((1, 3), (9, 9)))


def test_a_suite_is_judged_within_the_given_seconds() -> None:
    python = sys.executable
    sleeper = [python, "-c", "import time; time.sleep(30)"]
    tool = Tool("slow", sleeper, [python, "--version"], lambda *_: [])
    assert judge(tool, ROWS, 1.0)[1].reason == "no answer within 1 s"


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


def test_a_detector_that_did_not_answer_has_no_findings_and_not_none(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(WEAK)
    runs = {
        "missing": Run((), "", 0.0, 0.0, "not installed"),
        "one": Run((Alarm("a.py", 5, "x"),), "1", 1.0, 2.0),
    }
    row, own = plain(side_by_side(runs), size_of(tmp_path))
    assert {key for key, value in row.items() if value is None} == set(row) - {
        *("detector", "version", "reason")
    }
    assert list(row) == list(own)
    assert (own["findings"], own["cpu_seconds"]) == (1, 1.0)
    assert (own["alone"], "also missing" in own) == (None, False)
    assert "1.0" in repository_page("x", side_by_side(runs), size_of(tmp_path))
    runs["report"] = Run((Alarm("a.py", 50, "y"),), "", 0.0, 0.0, has_cost=False)
    found = side_by_side(runs)
    rows = {str(one["detector"]): one for one in plain(found, size_of(tmp_path))}
    assert {tuple(one) for one in rows.values()} == {tuple(rows["one"])}
    assert list(rows["one"])[-6:] == [
        *("alone", "also one", "also report", "cpu_seconds", "wall_seconds", "reason")
    ]
    assert (rows["one"]["alone"], rows["one"]["also one"], rows["one"]["also report"]) == (
        1,
        None,
        0,
    )
    assert (rows["report"]["cpu_seconds"], rows["report"]["also one"]) == (None, 0)
    assert rows["missing"]["alone"] is None
    page = repository_page("x", found, size_of(tmp_path))
    assert "<td>missing</td><td></td><td>-</td>" in page
    assert "<th>missing</th>" not in page


def test_mcnemar_is_the_exact_one() -> None:
    rows = [Row(str(at), "x", True, (), (), str(at)) for at in range(10)]
    mine = {str(at): Verdict(at < 9, 1.0) for at in range(10)}
    theirs = {str(at): Verdict(at >= 8, 1.0) for at in range(10)}
    first, second, p = mcnemar(rows, mine, theirs)
    assert (first, second) == (8, 1)
    assert p == pytest.approx(2 * (1 + 9) / 2**9)
    assert mcnemar(rows, mine, mine)[2] == 1.0
    assert unit_of(rows) == "rows"


def test_mcnemar_counts_pairs_where_there_are_any() -> None:
    """Ten pairs that one detector has right, the other all weak sides of: twins are one trial."""
    rows = [
        Row(f"{at}-{side}", "x", side, (), (), str(at))
        for at in range(10)
        for side in (True, False)
    ]
    rows.append(Row("lone", "x", True, (), (), "lone"))
    mine = {row.id: Verdict(row.is_weak, 1.0) for row in rows}
    theirs = {row.id: Verdict(True, 1.0) for row in rows}
    assert unit_of(rows) == "pairs"
    first, second, p = mcnemar(rows, mine, theirs)
    assert (first, second) == (10, 0)
    assert p == pytest.approx(2 / 2**10)
    # All wrong on one side each: by rows even, by pairs none is right.
    assert mcnemar(rows, {}, theirs) == (0, 0, 1.0)


def test_mcnemar_turns_all_pairs_of_a_project_at_once() -> None:
    rows = [
        Row(f"{at}-{side}", "x", side, (), (), str(at), f"project {at % 3}")
        for at in range(12)
        for side in (True, False)
    ]
    mine = {row.id: Verdict(row.is_weak, 1.0) for row in rows}
    theirs = {row.id: Verdict(True, 1.0) for row in rows}
    assert unit_of(rows) == "pairs by project"
    first, second, p = mcnemar(rows, mine, theirs)
    assert (first, second) == (12, 0)
    assert p == pytest.approx(2 / 2**3)
    # Leads of 4, 4 and -2: 3 of 4 ways to turn the signs bring the sum as far as 6.
    some = {row.id: Verdict(row.is_weak, 1.0) for row in rows if int(row.pair) in (2, 5)}
    turned = {**theirs, **some}
    others = {**mine, **{row.id: Verdict(True, 1.0) for row in rows if int(row.pair) % 3 == 2}}
    assert mcnemar(rows, others, turned)[:2] == (8, 2)
    assert mcnemar(rows, others, turned)[2] == pytest.approx(4 / 8)


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
        ({"properties": {"cwe": "CWE-89"}}, {"ruleId": None, "ruleIndex": 0}),
        ({"properties": {"cwe": "CWE-89"}}, {"ruleId": None, "rule": {"index": 0}}),
        ({"properties": {"cwe": "CWE-89"}}, {"ruleId": "r/1"}),
    ],
)
def test_sarif_tells_its_cwe_in_many_places(
    tmp_path: Path, rule: dict[str, object], result: dict[str, object]
) -> None:
    path = tmp_path / "r.sarif"
    path.write_text(json.dumps(sarif(rule, result)))
    (alarm,) = read_sarif(path)
    assert (alarm.path, alarm.line, alarm.cwes) == ("pkg/a b.py", 7, ("CWE-89",))


@pytest.mark.parametrize(
    ("result", "rule", "cwes"),
    [
        ({"ruleIndex": 0}, "r", ("CWE-89",)),
        ({"rule": {"index": 0}}, "r", ("CWE-89",)),
        ({"rule": {"id": "r"}, "ruleIndex": 7}, "r", ("CWE-89",)),
        ({"rule": {"index": 0, "toolComponent": {"index": 0}}}, "", ()),
        ({"ruleIndex": -1}, "", ()),
        ({"ruleIndex": 1}, "", ()),
        ({"rule": None}, "", ()),
    ],
)
def test_a_rule_may_be_named_by_its_place_alone(
    tmp_path: Path, result: dict[str, object], rule: str, cwes: tuple[str, ...]
) -> None:
    path = tmp_path / "r.sarif"
    told = {"properties": {"tags": ["external/cwe/cwe-089"]}}
    path.write_text(json.dumps(sarif(told, {"ruleId": None, **result})))
    (alarm,) = read_sarif(path)
    assert (alarm.rule, alarm.cwes) == (rule, cwes)


def test_suppressed_results_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "r.sarif"
    path.write_text(json.dumps(sarif({}, {"suppressions": [{"kind": "inSource"}]})))
    assert read_sarif(path) == ()


@pytest.mark.parametrize(
    ("result", "count"),
    [
        ({}, 1),
        ({"kind": "fail"}, 1),
        ({"kind": "open"}, 1),
        ({"kind": "review"}, 1),
        ({"kind": "pass"}, 0),
        ({"kind": "notApplicable"}, 0),
        ({"kind": "informational"}, 0),
        ({"baselineState": "unchanged"}, 1),
        ({"baselineState": "absent"}, 0),
    ],
)
def test_what_passed_or_is_gone_is_no_finding(
    tmp_path: Path, result: dict[str, object], count: int
) -> None:
    path = tmp_path / "r.sarif"
    path.write_text(json.dumps(sarif({}, result)))
    assert len(read_sarif(path)) == count


def test_a_report_names_files_from_where_its_tool_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "proj" / "pkg" / "a.py"
    file.parent.mkdir(parents=True)
    file.write_text(WEAK)
    monkeypatch.chdir(tmp_path)
    named = [
        Alarm("pkg/a.py", 1, "r"),
        Alarm("proj/pkg/a.py", 2, "r"),
        Alarm(str(file), 3, "r"),
        Alarm("a.py", 4, "r", base=f"{file.parent}/"),
        Alarm("pkg/a.py", 5, "r", base="/on/another/machine/"),
        Alarm("pkg/none.py", 6, "r"),
        Alarm("/etc/passwd", 7, "r"),
        Alarm("../proj/../beside.py", 8, "r"),
    ]
    for path in (Path("proj"), file.parents[1]):
        found = located(named, path)
        assert [(one.path, one.line) for one in found] == [("pkg/a.py", at) for at in range(1, 6)]
    (tmp_path / "proj" / "pkg" / "b.py").write_text(WEAK)
    in_one = located([*named, Alarm("b.py", 9, "r")], Path("proj/pkg/a.py"))
    assert {(one.path, one.line) for one in in_one} == {("a.py", at) for at in (2, 3, 4)}


def test_another_tool_agrees_whatever_its_paths_look_like(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "proj").mkdir()
    (tmp_path / "proj" / "a.py").write_text(WEAK)
    document = sarif({}, {})
    (result,) = document["runs"][0]["results"]  # type: ignore[index]
    (place,) = result["locations"]
    place["physicalLocation"]["artifactLocation"] = {"uri": (tmp_path / "proj/a.py").as_uri()}
    document["runs"][0]["results"] += sarif({}, {})["runs"][0]["results"]  # type: ignore[index]
    (tmp_path / "r.sarif").write_text(json.dumps(document))
    monkeypatch.chdir(tmp_path)
    words = ["compare", "proj", "--detector", "bandit", "--sarif", "other=r.sarif"]
    assert weakspot([*words, "--format", "json"]) == 0
    by_name = {row["detector"]: row for row in json.loads(capsys.readouterr().out)}
    assert by_name["other"]["also bandit"] == 1
    assert by_name["other"]["wall_seconds"] is None
    assert (by_name["other"]["findings"], by_name["other"]["elsewhere"]) == (1, 1)
    assert weakspot([*words, "--format", "html"]) == 0
    assert "1 more findings of its report lie in no file of proj" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["PATH", "--train", "SUITE"], "--train: only with --suite"),
        (["PATH", "--epochs", "12", "--first-stage"], "only with --suite"),
        (["--suite", "SUITE", "--sarif", "x=SUITE"], "--sarif: only with PATH"),
        (["PATH", "--sarif", "bandit=SUITE"], "a detector bandit already"),
        (["PATH", "--sarif", "x=SUITE"], "no SARIF"),
        (["PATH", "--sarif", "x=EMPTY", "--sarif", "x=EMPTY"], "a detector x already"),
        (["PATH", "--sarif", "x=none.sarif"], "no SARIF"),
        (["PATH", "--sarif", "none.sarif"], "NAME=FILE"),
        (["PATH", "--sarif", "=none.sarif"], "NAME=FILE"),
        (["PATH", "--limit", "0"], "--limit"),
    ],
)
def test_what_says_nothing_is_refused_before_any_tool_runs(
    words: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    suite = tmp_path / "suite.jsonl"
    suite.write_text('{"id": "1", "code": "x = 1", "label": "secure"}\n')
    (tmp_path / "empty.sarif").write_text('{"runs": []}')
    places = {"PATH": str(tmp_path), "SUITE": str(suite), "x=SUITE": f"x={suite}"}
    places["x=EMPTY"] = f"x={tmp_path / 'empty.sarif'}"
    monkeypatch.setattr(Tool, "run", lambda *_: pytest.fail("a tool ran"))
    assert weakspot(["compare", *(places.get(word, word) for word in words)]) == 2
    assert told in capsys.readouterr().err


def test_the_given_model_scans_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "a.py").write_text(WEAK)
    (tmp_path / "no-model").mkdir()
    monkeypatch.chdir(tmp_path)
    words = ["compare", "code", "--detector", "weakspot", "--model", "no-model"]
    assert weakspot([*words, "--detector", "bandit", "--format", "json"]) == 0
    row, other = json.loads(capsys.readouterr().out)
    assert row["findings"] is None
    assert "exit code" in row["reason"]
    assert other["reason"] == ""


def test_a_comparison_that_nobody_answered_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.py").write_text(WEAK)
    monkeypatch.setattr(
        Tool, "run", lambda tool, *_: Run((), "", 0.0, 0.0, f"{tool.name} is not installed")
    )
    words = ["compare", str(tmp_path), "--detector", "bandit", "--detector", "ruff"]
    assert weakspot([*words, "-o", str(tmp_path / "told.txt")]) == 2
    assert "error: no detector answered" in capsys.readouterr().err
    assert "ruff is not installed" in (tmp_path / "told.txt").read_text()


@pytest.mark.parametrize(
    "outcome",
    [Outcome(None, 0.0, 0.0, 0, "bandit is not installed"), Outcome(Answers({}), 0.0, 0.0, 0)],
    ids=["missing", "without a verdict"],
)
def test_suites_of_which_nobody_judged_a_row_are_an_error(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    outcome: Outcome,
) -> None:
    suite = tmp_path / "suite.jsonl"
    suite.write_text(json.dumps({"id": "a", "code": "def f(:\n", "label": "secure"}) + "\n")
    monkeypatch.setattr(league, "run", lambda *_: outcome)
    words = ["compare", "--suite", str(suite), "--detector", "bandit", "--format", "json"]
    assert weakspot(words) == 2
    told = capsys.readouterr()
    assert "error: no detector answered" in told.err
    (row,) = json.loads(told.out)
    assert row["reason"] == outcome.reason


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
