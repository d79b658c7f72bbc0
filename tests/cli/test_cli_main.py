import json
import subprocess
import sys
from dataclasses import replace

import pytest
import scan_fakes

from weakspot.cli.main import main
from weakspot.core.errors import BundleError
from weakspot.core.report import ModelIdentity
from weakspot.scan import models
from weakspot.scan.pipeline import Model

HEAVY = {
    "numpy", "onnxruntime", "jinja2", "rich", "tree_sitter", "tiktoken", "sqlite3",
    "subprocess", "multiprocessing", "tomllib",
}  # fmt: skip


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_nothing_heavy_is_imported(argument: str) -> None:
    code = (
        "import sys\nfrom weakspot.cli.main import run\n"
        f"assert run([{argument!r}]) == 0\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "weakspot" in done.stdout


def test_a_wrong_command_names_the_nearest(weakspot, capsys) -> None:
    assert weakspot("scna") == 2
    assert "Did you mean 'scan'?" in capsys.readouterr().err


def test_an_unexpected_error_is_short_unless_verbose(
    weakspot, project, capsys, monkeypatch
) -> None:
    def burst(folder):
        raise ZeroDivisionError("boom")

    monkeypatch.setattr(models, "find_model", burst)
    (project / "a.py").write_text("x = 1\n")
    assert weakspot("scan") == 2
    said = capsys.readouterr().err
    assert "error: internal error: ZeroDivisionError: boom" in said
    assert "Traceback" not in said
    assert weakspot("scan", "-v") == 2
    assert "Traceback" in capsys.readouterr().err


def test_explain(weakspot, capsys) -> None:
    assert weakspot("explain", "78") == 0
    assert "CWE-78" in capsys.readouterr().out
    assert weakspot("explain", "CWE-7777") == 2
    assert "hint: the nearest is CWE-" in capsys.readouterr().err


def test_explain_says_what_the_embedded_model_never_names(weakspot, capsys) -> None:
    assert weakspot("explain", "CWE-88", "89") == 0
    assert capsys.readouterr().out.count("Model: the embedded one never names this weakness") == 1
    assert weakspot("explain", "injection") == 0
    told = capsys.readouterr().out
    assert "\nCWE-88    Argument Injection *\n" in told
    assert told.endswith("\n* The embedded model never names these.\n")


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("injection", "\nCWE-89    SQL Injection\n"),
        ("top25-2024", "top25-2024: 25 weaknesses\n"),
        ("B602", "B602: 3 weaknesses\n\nCWE-77 "),
        ("S602", "S602: 3 weaknesses\n\nCWE-77 "),
        ("B110", "B110: 2 weaknesses\n\nCWE-617 "),
        ("B611", "CWE-89: Improper Neutralization"),
        ("pickle", "CWE-502: "),
    ],
)
def test_explain_knows_groups_and_rules_of_other_tools(
    weakspot, capsys, word: str, told: str
) -> None:
    assert weakspot("explain", word) == 0
    assert told in capsys.readouterr().out


def test_explain_keeps_to_the_terminal(weakspot, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    assert weakspot("explain", "20") == 0
    text = capsys.readouterr().out
    assert "\x1b" not in text
    prose = text.partition("Before")[0].splitlines()
    assert max(len(line) for line in prose if "`" not in line) <= 50
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert weakspot("explain", "20") == 0
    assert "\x1b[" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    assert weakspot("explain", "20") == 0
    assert "\x1b[" not in capsys.readouterr().out


def test_triage_lists_every_result(weakspot, project, capsys) -> None:
    (project / "a.py").write_text("import os\n\n\nos.system(input())\n")
    place = {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": 4}}
    nowhere = {"artifactLocation": {"uri": "a%00%1bb.py"}, "region": {"charOffset": 3}}
    places = [[], [{"physicalLocation": nowhere}], [{"physicalLocation": place}]]
    results = [{"ruleId": "B605", "locations": each} for each in places]
    (project / "r.sarif").write_text(json.dumps({"runs": [{"results": results}]}))
    assert weakspot("triage", "r.sarif") == 0
    heads = [line for line in capsys.readouterr().out.splitlines() if "  B605  " in line]
    assert [line.split()[0] for line in heads] == ["0.90", "-", "-"]
    assert "(no file)" in heads[1]
    assert "a\\x00\\x1bb.py" in heads[2]
    assert weakspot("triage", "r.sarif", "--format", "json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["path"], row["line"]) for row in rows[:2]] == [("a.py", 4), (None, None)]


HOSTILE = "\x1b]0;pwned\x07\x1b[2J R"


def test_triage_shows_reasons_harmlessly(weakspot, project, capsys) -> None:
    notebook = {"cells": [], "metadata": {"language_info": {"name": HOSTILE}}, "nbformat": 4}
    (project / "n.ipynb").write_text(json.dumps(notebook))
    place = {"artifactLocation": {"uri": "n.ipynb"}, "region": {"startLine": 1}}
    results = [{"ruleId": "B605", "locations": [{"physicalLocation": place}]}]
    (project / "r.sarif").write_text(json.dumps({"runs": [{"results": results}]}))
    assert weakspot("triage", "r.sarif") == 0
    told = capsys.readouterr().out
    assert "pwned" in told
    assert "\x1b" not in told


def test_doctor_shows_the_manifest_and_errors_harmlessly(
    weakspot, project, capsys, monkeypatch
) -> None:
    named = replace(scan_fakes.model(), identity=ModelIdentity(HOSTILE, HOSTILE, "f" * 64))
    monkeypatch.setattr(models, "find_model", lambda folder: named)
    assert weakspot("doctor") == 0
    told = capsys.readouterr().out
    assert "pwned" in told
    assert "\x1b" not in told

    def fail(folder: str | None) -> Model:
        raise BundleError(HOSTILE)

    monkeypatch.setattr(models, "find_model", fail)
    assert weakspot("doctor") == 2
    told = capsys.readouterr().out
    assert "pwned" in told
    assert "\x1b" not in told


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("explain 89 >&-", 2, "error: cannot write the report: standard output is closed\n"),
        ("config show >&-", 2, "error: cannot write the report: standard output is closed\n"),
        ("explain 89 >/dev/full", 2, "error: cannot read or write: No space left"),
        ("config show >/dev/full", 2, "error: cannot read or write: No space left"),
        ("scan - <&-", 2, "error: cannot read standard input: it is closed\n"),
        ("scan gone.py <&-", 2, "error: there is no file or folder at 'gone.py'\n"),
        ("predict - <&-", 2, "error: cannot read standard input: it is closed\n"),
        ("scan", 2, "error: the current folder is gone or cannot be entered\n"),
        ("explain 89 | false", 141, ""),
        ("config show | false", 141, ""),
    ],
)
def test_closed_and_full_streams_are_told_in_plain_words(
    project, words: str, code: int, told: str
) -> None:
    command, _, reader = words.partition("|")
    script = f"$W {command}"
    if reader:  # it is gone before anything is written to it
        script = f"( sleep 0.2; $W {command}; echo $? >code ) | {reader}; exit $(cat code)"
    if words == "scan":
        script = f"rmdir {project}; $W scan"
    script = f"W='{sys.executable} -m weakspot'; {script}"
    done = subprocess.run(
        ["sh", "-c", script], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == code
    assert done.stderr.startswith(told)
    assert "internal error" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_other_systems_are_refused_in_one_line(capsys, monkeypatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(SystemExit, match=r"^2$"):
        main(["scan"])
    assert capsys.readouterr().err.startswith("error: weakspot runs on Linux and macOS alone\n")


def test_python_dash_m_imports_nothing_from_here(project) -> None:
    (project / "difflib.py").write_text("raise SystemExit('ran')\n")
    done = subprocess.run(
        [sys.executable, "-m", "weakspot", "--version"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_escape_sequences_in_names_stay_text(weakspot, capsys) -> None:
    assert weakspot("scan", "a\x1b[2Jb") == 2
    assert "\x1b" not in capsys.readouterr().err
