import io
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from own_git import git
from weakspot.cli.main import run
from weakspot.scan.settings_files import find_project

WEAK = "import os\n\n\ndef run(name):\n    os.system(name)\n"
CLEAN = "x = 1\n"


def found(text: str) -> list[tuple[str, str]]:
    return [(row["uri"], row["cwe"]) for row in json.loads(text)["findings"]]


@pytest.mark.parametrize(
    ("files", "arguments", "code"),
    [
        ({"a.py": CLEAN}, [], 0),
        ({"a.py": WEAK}, [], 1),
        ({"a.py": WEAK}, ["--exit-zero"], 0),
        ({"a.py": WEAK}, ["--fail-on", "never"], 0),
        ({"a.py": "h = md5(x)\n"}, ["--fail-on", "critical"], 0),
        ({"a.py": WEAK}, ["--select", "CWE-89"], 0),
        ({"a.py": WEAK}, ["nowhere"], 2),
        ({"a.py": WEAK}, ["--threshold", "7"], 2),
        ({"a.py": WEAK}, ["--format", "pdf"], 2),
        ({"a.py": WEAK}, ["-o", "missing/report.txt"], 2),
        ({"a.py": WEAK}, ["-o", "r", "--json-output", "r"], 2),
        ({"a.py": WEAK}, ["-o", "r", "--json-output", "./r"], 2),
        ({"a.py": WEAK}, ["--json-output", "-"], 2),
        ({"a.py": WEAK}, ["--stdin-filename", "a.py"], 2),
        ({"a.py": WEAK}, ["--select", "CWE-89", "--ignore", "injection"], 2),
        ({"a.py": WEAK}, ["--ignore", "all"], 2),
        ({"a.py": WEAK}, ["--test-patterns", "!"], 2),
        ({"a.py": WEAK}, ["--max-file-size", "99999999999999999999"], 2),
        ({"a.py": WEAK}, ["--diff", "--staged"], 2),
        ({"a.py": WEAK}, ["--baseline", "nowhere.json"], 2),
        ({"notes.txt": "hi"}, [], 3),
        ({"a.py": "def broken(:\n"}, [], 4),
        ({"a.py": "def broken(:\n"}, ["--allow-incomplete"], 0),
        ({"a.py": "def broken(:\n", "b.py": WEAK}, [], 1),
        ({"a.py": "def f():\n    CRASH\n"}, [], 4),
    ],
)
def test_exit_codes(weakspot, project: Path, capsys, files, arguments, code: int) -> None:
    for name, text in files.items():
        (project / name).write_text(text)
    assert weakspot("scan", *arguments) == code


@pytest.mark.parametrize(
    ("setting", "arguments", "paths"),
    [
        ("", (), ["a.py"]),
        ("", ("--no-respect-gitignore",), ["a.py", "out/b.py"]),
        ("respect-gitignore = false", (), ["a.py", "out/b.py"]),
        ("respect-gitignore = false", ("--respect-gitignore",), ["a.py"]),
        ("", ("--diff",), ["a.py"]),
        ("", ("--diff", "--no-respect-gitignore"), ["a.py", "out/b.py"]),
    ],
)
def test_what_git_ignores_is_scanned_where_that_is_asked_for(
    weakspot, project: Path, capsys, setting: str, arguments: tuple[str, ...], paths: list[str]
) -> None:
    git(project, "init", "-q")
    git(project, "commit", "-q", "--allow-empty", "-m", "x")
    (project / ".gitignore").write_text("out/\n")
    (project / "weakspot.toml").write_text(f"{setting}\n")
    for name in ("a.py", "out/b.py", ".venv/c.py"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(WEAK)
    assert weakspot("scan", *arguments, "-f", "json") == 1
    assert [path for path, _ in found(capsys.readouterr().out)] == paths


def test_several_reports_at_once(weakspot, project: Path, capsys) -> None:
    (project / "a.py").write_text(WEAK)
    assert weakspot("scan", "-s", "--json-output", "r.json", "--sarif-output", "r.sarif") == 1
    assert capsys.readouterr().out == ""
    assert found((project / "r.json").read_text()) == [("a.py", "CWE-78")]
    assert json.loads((project / "r.sarif").read_text())["version"] == "2.1.0"
    assert sorted(path.name for path in project.iterdir()) == ["a.py", "r.json", "r.sarif"]


def test_a_device_or_pipe_needs_no_folder_to_write_in(
    weakspot, project: Path, capsys, monkeypatch
) -> None:
    """Only root may write in /dev, but anyone to /dev/null."""
    (project / "a.py").write_text(CLEAN)
    locked = {"/dev", "locked"}
    monkeypatch.setattr(os, "access", lambda path, mode: str(path) not in locked)
    assert weakspot("scan", "-o", "/dev/null") == 0
    os.mkfifo(project / "locked")
    assert weakspot("scan", "-o", "locked") == 2
    assert "cannot write the report to locked" in capsys.readouterr().err


def test_a_link_needs_the_folder_that_it_points_into(
    weakspot, project: Path, tmp_path: Path, capsys, monkeypatch
) -> None:
    (project / "a.py").write_text(CLEAN)
    (tmp_path / "there").mkdir()
    (project / "r").symlink_to(tmp_path / "there" / "r")
    locked = {str(tmp_path / "there")}
    monkeypatch.setattr(os, "access", lambda path, mode: str(path) not in locked)
    assert weakspot("scan", "-o", "r") == 2
    locked = {str(project), "."}
    assert weakspot("scan", "-o", "r") == 0
    assert (tmp_path / "there" / "r").is_file()


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("scan -o a.py", "a.py"),
        ("scan a.py --json-output b.py", "b.py"),
        ("scan tool -o ./tool", "tool"),
        ("scan tool -o link", "tool"),
        ("scan --baseline known.json -f json -o known.json", "known.json"),
        ("baseline -o b.py", "b.py"),
        ("baseline tool -o tool", "tool"),
        ("predict rows.jsonl -o rows.jsonl", "rows.jsonl"),
        ("triage r.sarif -o r.sarif", "r.sarif"),
    ],
)
def test_no_report_takes_the_place_of_what_it_is_made_from(
    weakspot, project: Path, capsys, words: str, kept: str
) -> None:
    for name in ("a.py", "b.py", "tool"):
        (project / name).write_text(WEAK)
    (project / "link").symlink_to("tool")
    (project / "rows.jsonl").write_text('{"id": 1, "code": "x = 1"}\n')
    (project / "r.sarif").write_text('{"version": "2.1.0", "runs": []}')
    assert weakspot("baseline", "-q", "-o", "known.json") == 0
    before = (project / kept).read_text()
    assert weakspot(*words.split()) == 2
    assert "will not write the report over" in capsys.readouterr().err
    assert (project / kept).read_text() == before


def test_a_report_takes_the_place_of_the_last_one(weakspot, project: Path) -> None:
    (project / "a.py").write_text(WEAK)
    for words in (["scan", ".", "-f", "json"], ["scan", "a.py", "-f", "text"], ["baseline"]):
        for code in (int(words[0] == "scan"),) * 2:
            assert weakspot(*words, "-o", "r") == code


def test_the_verdict_says_what_was_not_looked_for(weakspot, project: Path, capsys) -> None:
    (project / "a.py").write_text(HASHED)
    narrow = ["--select", "crypto", "--ignore", "CWE-78", "--min-confidence", "high"]
    assert weakspot("scan", "-f", "json", *narrow) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["summary"]["text"] == (
        "No finding at or above the threshold of 0.5 (looked for: only crypto, not CWE-78); "
        "1 below the chosen severity or confidence is not shown."
    )
    per_file = '[per-file-ignores]\n"a.py" = ["CWE-327"]\n"b.py" = ["all"]\n'
    (project / "weakspot.toml").write_text(per_file)
    assert weakspot("scan", "-f", "concise") == 0
    assert "(looked for: less in files with per-file-ignores)." in capsys.readouterr().out
    (project / "weakspot.toml").write_text('[per-file-ignores]\n"b.py" = ["all"]\n')
    assert weakspot("scan", "-f", "concise") == 1
    assert "looked for" not in capsys.readouterr().out


def test_what_the_model_never_names_is_told(weakspot, project: Path, capsys) -> None:
    (project / "a.py").write_text(WEAK)
    assert weakspot("scan", "--select", "CWE-88,91,78", "-f", "concise") == 1
    said = capsys.readouterr()
    assert said.err == "note: the model never names any of CWE-88, 91\n"
    assert "(looked for: only 78)" in said.out
    assert weakspot("scan", "--select", "CWE-88") == 2
    assert capsys.readouterr().err.startswith(
        "error: nothing to look for: the model never names any of CWE-88\nhint: "
    )


def test_a_cache_folder_that_cannot_be_used_is_told_where_it_was_asked_for(
    weakspot, project: Path, capsys, monkeypatch
) -> None:
    (project / "a.py").write_text("x = 1\n")
    (project / "taken").write_text("x")
    assert weakspot("scan", "a.py", "--cache-dir", "taken", "-f", "concise") == 0
    told = "note: taken remembers nothing for the next scan: no folder\n"
    assert capsys.readouterr().err == told
    assert weakspot("scan", "a.py", "--cache-dir", "new", "-f", "concise") == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("XDG_CACHE_HOME", str(project / "taken"))  # nobody's choice: no news
    assert weakspot("scan", "a.py", "-f", "concise") == 0
    assert capsys.readouterr().err == ""


def test_what_is_silenced_is_not_below_the_chosen_confidence(
    weakspot, project: Path, capsys
) -> None:
    (project / "a.py").write_text("h = md5(x)  # weakspot: ignore\n")
    assert weakspot("scan", "-f", "concise", "--min-confidence", "high") == 0
    assert "not shown" not in capsys.readouterr().out


def test_quiet_leaves_findings_and_unread_files(weakspot, project: Path, capsys) -> None:
    (project / "a.py").write_text(WEAK + "# weakspot: ignore[CWE-89]\n")
    (project / "b.py").write_text("def broken(:\n")
    assert weakspot("scan", "-q", "-f", "concise") == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("a.py:5:5: CWE-78 ")
    assert second.startswith("b.py:1:1: partly analysed: ")
    (project / "a.py").write_text(CLEAN)
    (project / "b.py").unlink()
    assert weakspot("scan", "-q") == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("form", ["json", "sarif", "github", "csv"])
def test_quiet_cuts_no_data(weakspot, project: Path, capsys, form: str) -> None:
    (project / "a.py").write_text(WEAK)
    weakspot("scan", "-f", form)
    whole = capsys.readouterr().out
    assert weakspot("scan", "-q", "-f", form) == 1
    assert capsys.readouterr().out == whole
    assert whole


def test_a_notebook_without_a_name_is_told_from_python(
    weakspot, project, capsys, monkeypatch
) -> None:
    cells = [{"cell_type": "code", "source": WEAK, "metadata": {}, "outputs": []}]
    told = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(told.encode())))
    assert weakspot("scan", "-", "-f", "json") == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["path"], finding["cell"]["number"]) == ("stdin.ipynb", 1)
    table = "{'cells': 1, 'nbformat': 2}\n"  # Python that only looks a little like one
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(table.encode())))
    assert weakspot("scan", "-") == 0


def test_standard_input(weakspot, project: Path, capsys, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(WEAK.encode())))
    assert weakspot("scan", "-", "--stdin-filename", "pkg/b.py", "-f", "json") == 1
    assert found(capsys.readouterr().out) == [("pkg/b.py", "CWE-78")]


HASHED = "import hashlib\nh = hashlib.md5(b'')\n"  # reported in code, not in tests


@pytest.fixture
def patterns(project: Path) -> Path:
    """Return a project whose settings hide, by patterns, all its findings."""
    files = {
        "pyproject.toml": '[tool.weakspot]\nextend-exclude = ["src/generated/"]\n'
        '[tool.weakspot.per-file-ignores]\n"docs/**" = ["CWE-78"]\n',
        "src/generated/g.py": WEAK,
        "src/a.py": CLEAN,
        "docs/conf.py": WEAK,
        "tests/helper.py": HASHED,
    }
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    return project


@pytest.mark.parametrize(
    ("here", "target"),
    [
        (".", "."),
        ("..", "project"),
        ("/", "."),
        ("src", "."),
        ("docs", "."),
        ("tests", "."),
        ("tests", "helper.py"),
        ("docs", "../tests"),
    ],
)
def test_patterns_start_at_the_settings(
    weakspot, patterns: Path, capsys, monkeypatch, here: str, target: str
) -> None:
    monkeypatch.chdir(patterns / here)
    assert weakspot("scan", str(patterns) if here == "/" else target) == 0


@pytest.mark.parametrize("here", ["project", "project/src", "."])
@pytest.mark.parametrize("target", ["", "docs", "src/generated", "tests/helper.py"])
@pytest.mark.parametrize("more", [(), ("--root", "way")])
def test_patterns_work_through_a_link(
    weakspot, patterns: Path, capsys, monkeypatch, here: str, target: str, more: tuple[str, ...]
) -> None:
    (patterns.parent / "way").symlink_to(patterns)
    monkeypatch.chdir(patterns.parent / here)
    options = [str(patterns.parent / word) if word == "way" else word for word in more]
    code = 0 if target != "src/generated" else 1  # who names what is excluded wants it read
    assert weakspot("scan", str(patterns.parent / "way" / target), *options) == code


def test_standard_input_through_a_link_stands_under_the_root(
    weakspot, patterns: Path, capsys, monkeypatch
) -> None:
    (patterns.parent / "way").symlink_to(patterns)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(WEAK.encode())))
    name = str(patterns.parent / "way" / "docs" / "new.py")
    assert weakspot("scan", "-", "--stdin-filename", name, "--root", ".") == 0


@pytest.mark.parametrize("name", ["./a.py", "src/../a.py", "a.py"])
def test_standard_input_is_known_by_the_path_of_its_file(
    weakspot, project: Path, capsys, monkeypatch, name: str
) -> None:
    (project / "a.py").write_text(WEAK)
    assert weakspot("baseline", "-q") == 0
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(WEAK.encode())))
    known = ("--baseline", "weakspot-baseline.json")
    assert weakspot("scan", "-", "--stdin-filename", name, "--show-suppressed", *known) == 0
    assert " a.py:5:5" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [(), ("--no-config",)])
def test_without_settings_patterns_start_at_the_repository(
    weakspot, patterns: Path, capsys, monkeypatch, arguments: tuple[str, ...]
) -> None:
    (patterns / "pyproject.toml").write_text("")
    monkeypatch.chdir(patterns / "tests")
    assert weakspot("scan", *arguments) == 1
    (patterns / ".git").mkdir()
    assert weakspot("scan", *arguments) == 0


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("project/src/generated/g.py", 3),
        ("project/src/new.py", 1),
        ("project/docs/new.py", 0),
        ("project/tests/no-such-folder/new.py", 1),  # os.system is bad in tests as well
    ],
)
def test_standard_input_stands_where_its_name_says(
    weakspot, patterns: Path, capsys, monkeypatch, name: str, code: int
) -> None:
    monkeypatch.chdir(patterns.parent)
    for spelled in (name, str(patterns.parent / name)):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(WEAK.encode())))
        assert weakspot("scan", "-", "--stdin-filename", spelled, "--force-exclude") == code


def test_standard_input_that_is_excluded_is_read_when_named(
    weakspot, patterns: Path, capsys, monkeypatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(WEAK.encode())))
    assert weakspot("scan", "-", "--stdin-filename", "src/generated/g.py") == 1


@pytest.mark.parametrize("form", ["text", "concise"])
def test_places_can_be_opened_from_the_current_folder(
    weakspot, patterns: Path, capsys, monkeypatch, form: str
) -> None:
    (patterns / "src" / "a.py").write_text(WEAK)
    monkeypatch.chdir(patterns / "docs")
    assert weakspot("scan", "../src/a.py", "-f", form) == 1
    assert "../src/a.py:5:5" in capsys.readouterr().out
    assert weakspot("scan", "../src/a.py", "-f", "json") == 1
    assert found(capsys.readouterr().out) == [("a.py", "CWE-78")]


def test_absolute_patterns_are_told_by_where_patterns_start(
    weakspot, patterns: Path, capsys, monkeypatch
) -> None:
    monkeypatch.chdir(patterns / "docs")
    words = ("scan", "../src", "--extend-exclude", "/usr/lib/", "-f", "json")
    assert weakspot(*words) == 2
    assert "'extend-exclude': '/usr/lib/' is an absolute path" in capsys.readouterr().err
    (patterns / "usr").mkdir()
    assert weakspot(*words) != 2


def test_absolute_patterns_are_told_by_the_root_where_that_is_where_they_start(
    weakspot, project: Path, monkeypatch
) -> None:
    (project / "usr").mkdir()
    (project / "sub").mkdir()
    (project / "sub" / "a.py").write_text("x = 1\n")
    monkeypatch.chdir(project / "sub")
    words = ("scan", ".", "--exclude", "/usr/lib/", "-f", "json")
    assert weakspot(*words) == 2
    assert weakspot(*words, "--root", "..") == 0


@pytest.mark.parametrize("option", ["--exclude", "--extend-exclude"])
def test_patterns_may_be_listed_with_commas(weakspot, project: Path, capsys, option: str) -> None:
    for name in ("src", "lib", "a,b"):
        (project / name).mkdir()
        (project / name / "a.py").write_text(WEAK)
    assert weakspot("scan", option, "src, lib", "-f", "json") == 1
    assert found(capsys.readouterr().out) == [("a%2Cb/a.py", "CWE-78")]
    (project / "weakspot.toml").write_text(f'{option.strip("-")} = ["a,b"]\n')
    assert weakspot("scan", "-f", "json") == 1
    assert [uri for uri, _ in found(capsys.readouterr().out)] == ["lib/a.py", "src/a.py"]


@pytest.mark.parametrize("words", ["", " ", ",", "/$PWD"])
def test_patterns_that_match_nothing_are_refused(weakspot, project: Path, words: str) -> None:
    (project / "a.py").write_text(WEAK)
    assert weakspot("scan", "--exclude", words.replace("/$PWD", str(project / "tests"))) == 2


def test_patterns_may_begin_at_the_folder_itself(weakspot, project: Path, capsys) -> None:
    (project / "a.py").write_text(WEAK)
    (project / "weakspot.toml").write_text('[per-file-ignores]\n"./a.py" = ["CWE-78"]\n')
    assert weakspot("scan") == 0


def test_patterns_made_to_backtrack_cost_no_time(weakspot, project: Path, capsys) -> None:
    (project / ("a" * 120 + ".py")).write_text(CLEAN)
    slow = "*a" * 30 + "b"
    (project / "weakspot.toml").write_text(
        f'[scan]\ntest-patterns = ["{slow}"]\nextend-exclude = ["{slow}"]\n'
        f'[scan.per-file-ignores]\n"{slow}" = ["CWE-78"]\n'
    )
    assert weakspot("scan", "--exclude", slow, "--no-cache") == 0


def test_test_patterns_may_be_listed_with_commas(weakspot, project: Path, capsys) -> None:
    (project / "check.py").write_text(HASHED)
    assert weakspot("scan") == 1
    assert weakspot("scan", "--test-patterns", "spec.py,check.py") == 0


def test_named_paths_without_staged_files_are_told(weakspot, project: Path, capsys) -> None:
    git(project, "init", "-q")
    (project / "a.py").write_text(WEAK)
    (project / "src").mkdir()
    git(project, "add", "a.py")
    assert weakspot("scan", "--staged", "src") == 0
    assert capsys.readouterr().err == "note: no staged Python files in src\n"
    assert weakspot("scan", "--staged", str(project)) == 1
    assert capsys.readouterr().err == ""


def test_paths_are_relative_to_the_root_that_is_asked_for(
    weakspot, project: Path, capsys, monkeypatch
) -> None:
    (project / "src").mkdir()
    (project / "src" / "a.py").write_text(WEAK)
    monkeypatch.chdir(project / "src")

    def report_paths(*arguments: str) -> list[str]:
        weakspot("scan", "-f", "gitlab", "--root", "..", *arguments)
        rows = json.loads(capsys.readouterr().out)
        return [row["location"]["path"] for row in rows if row["severity"] != "info"]

    assert report_paths() == ["src/a.py"]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(WEAK.encode())))
    assert report_paths("-", "--stdin-filename", "b.py") == ["src/b.py"]
    git(project, "init", "-q")
    git(project, "add", ".")
    assert report_paths("--staged", "a.py") == ["src/a.py"]
    assert weakspot("scan", "--root", str(project / "src"), "--staged", str(project)) == 2
    assert weakspot("baseline", "--root", "..", "-o", "known.json", "-q") == 0
    assert [entry["path"] for entry in json.loads(Path("known.json").read_text())["findings"]] == [
        "src/a.py"
    ]


def test_baseline_round_trip(weakspot, project: Path, capsys) -> None:
    (project / "a.py").write_text(WEAK)
    assert weakspot("baseline") == 0
    assert weakspot("scan", "--baseline", "weakspot-baseline.json") == 0
    (project / "a.py").write_text(WEAK + WEAK.replace("run", "other"))
    assert weakspot("scan", "--baseline", "weakspot-baseline.json") == 1


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("here", [".", "src", "docs", "/"])
def test_a_copy_is_new_wherever_the_scan_runs(
    weakspot, project: Path, capsys, monkeypatch, here: str, old: bool
) -> None:
    for folder in ("src", "docs", "ci"):
        (project / folder).mkdir()
    (project / "src" / "a.py").write_text(WEAK)
    (project / "weakspot.toml").write_text('[scan]\nbaseline = "ci/known.json"\n')
    assert weakspot("baseline", "-o", "ci/known.json", "-q") == 0
    kept = json.loads((project / "ci" / "known.json").read_text())
    assert kept["root"] == ".."
    if old:  # as earlier versions wrote it
        (project / "ci" / "known.json").write_text(json.dumps({**kept, "root": None}))
    (project / "src" / "copy.py").write_text(WEAK)
    monkeypatch.chdir(project / here)
    assert weakspot("scan", str(project / "src" / "a.py")) == 0
    assert weakspot("scan", str(project / "src" / "copy.py")) == 1
    for name, code in (("a.py", 0), ("other.py", 1)):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(WEAK.encode())))
        named = str(project / "src" / name)
        assert weakspot("scan", "-", "--stdin-filename", named) == code
    (project / "src" / "a.py").unlink()
    assert weakspot("scan", str(project / "src" / "copy.py")) == 0


@pytest.mark.parametrize("form", ["sarif", "github"])
def test_standard_input_elsewhere_has_no_way_up_in_its_path(
    weakspot, project: Path, capsys, monkeypatch, form: str
) -> None:
    (project.parent / "other").mkdir()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(WEAK.encode())))
    assert weakspot("scan", "-", "--stdin-filename", "../other/b.py", "-f", form) == 1
    told = capsys.readouterr().out
    assert "b.py" in told
    assert "../" not in told


def test_settings_come_from_the_project(weakspot, project: Path, capsys) -> None:
    (project / "pyproject.toml").write_text(
        '[tool.weakspot.scan]\nignore = ["CWE-78"]\n[tool.weakspot.scan.per-file-ignores]\n'
        '"sub/*.py" = ["CWE-95"]\n'
    )
    (project / "sub").mkdir()
    (project / "sub" / "a.py").write_text(WEAK + "eval(x)\n")
    assert weakspot("scan", "sub") == 0
    assert weakspot("scan", "sub", "--no-config", "-f", "json") == 1
    assert weakspot("config", "show", "sub") == 0
    shown = capsys.readouterr().out
    line = next(row for row in shown.splitlines() if row.startswith("ignore ="))
    assert "CWE-78" in line
    assert line.endswith(f"# {project / 'pyproject.toml'}")
    assert weakspot("config", "show", "--jobs", "3") == 0
    assert "# command line" in capsys.readouterr().out


def test_values_that_are_not_set_are_shown_as_they_are_in_force(
    weakspot, project: Path, capsys
) -> None:
    assert weakspot("config", "show", "--threshold", "0.9") == 0
    rows = [row.split("  #")[0].rstrip() for row in capsys.readouterr().out.splitlines()]
    assert "threshold = 0.9" in rows
    assert "# tests-threshold = 0.9 (the model's)" in rows  # never below that of code
    assert any(row.startswith('exclude = [".git", ') for row in rows)
    assert weakspot("config", "show") == 0
    assert "# threshold = 0.5 (the model's)" in capsys.readouterr().out


def test_settings_are_shown_without_a_model(project: Path, capsys) -> None:
    assert run(["config", "show", "--model", "gone"]) == 0
    assert "# threshold is not set" in capsys.readouterr().out


def test_reports_are_utf_8_on_any_terminal(project: Path) -> None:
    (project / "a.py").write_text(WEAK)
    done = with_the_fake(project, "-f text", PYTHONIOENCODING="latin-1")
    assert "│" in done.stdout


@pytest.mark.parametrize("fail_on", ["low", "never"])
def test_shown_settings_can_be_pasted_back(weakspot, project: Path, capsys, fail_on: str) -> None:
    assert weakspot("config", "show", "--fail-on", fail_on) == 0
    shown = capsys.readouterr().out
    assert "# baseline is not set" in shown
    (project / "weakspot.toml").write_text(shown)
    assert weakspot("config", "show") == 0
    again = capsys.readouterr().out
    assert [row.split("  #")[0] for row in again.splitlines()] == [
        row.split("  #")[0] for row in shown.splitlines()
    ]


def test_shown_patterns_of_any_characters_can_be_pasted_back(
    weakspot, project: Path, capsys
) -> None:
    pattern = '\U0001f40d/ü\x7f"\\a'
    assert weakspot("config", "show", "--extend-exclude", pattern) == 0
    (project / "weakspot.toml").write_text(capsys.readouterr().out)
    assert find_project([project]).settled.settings.extend_exclude == (pattern,)


@pytest.mark.parametrize("command", ["scan", "baseline"])
def test_help_tells_defaults(weakspot, capsys, command: str) -> None:
    assert weakspot(command, "--help") == 0
    text = " ".join(capsys.readouterr().out.split())
    for told in (
        "or 'never' (default: low).",
        "one for each processor (default: 0).",
        "Seconds a file may take (default: 30).",
        "Megabytes a file may take (default: 1024).",
        "Bytes a file may have (default: 4000000).",
    ):
        assert told in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (CLEAN, "0 findings are known"),
        (WEAK, "1 finding is known"),
        (WEAK + WEAK.replace("run", "other"), "2 findings are known"),
    ],
)
def test_a_baseline_counts_in_words(weakspot, project: Path, capsys, text: str, told: str) -> None:
    (project / "a.py").write_text(text)
    assert weakspot("baseline") == 0
    assert told in capsys.readouterr().err


def test_groups_are_listed_for_one_that_is_not_known(weakspot, project: Path, capsys) -> None:
    assert weakspot("scan", "--select", "injektion") == 2
    assert "(the nearest is injection; groups are auth, concurrency, " in capsys.readouterr().err
    assert weakspot("scan", "--select", "CWE-99999") == 2
    assert "groups" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("triage",),
        ("compare",),
        ("evaluate",),
        ("bench",),
        ("review", "agreement"),
        ("dataset", "stats"),
        ("dataset", "split"),
        ("dataset", "build"),
    ],
)
def test_formats_have_a_short_option(weakspot, capsys, words: tuple[str, ...]) -> None:
    assert weakspot(*words, "--help") == 0
    assert "-f, --format" in capsys.readouterr().out


def test_all_mistakes_are_told_at_once(weakspot, project: Path, capsys) -> None:
    (project / "a.py").write_text(CLEAN)
    (project / "weakspot.toml").write_text(
        'slect = ["78"]\n[scan]\njobs = -1\ntimeout = "x"\nexclude = ["a", "!"]\n'
    )
    (project / "pyproject.toml").write_text("[tool.weakspot]\nnot-read = true\n")
    assert weakspot("scan") == 2
    said = capsys.readouterr().err
    assert "unknown key 'slect'; did you mean 'select'?" in said
    assert "'jobs'" in said
    assert "'timeout'" in said
    assert "'exclude': '!' is no pattern" in said
    assert "not-read" not in said


def test_a_format_that_is_not_known_is_told_with_its_place(weakspot, project: Path, capsys) -> None:
    (project / "a.py").write_text(CLEAN)
    (project / "weakspot.toml").write_text('format = "JSON"\n')
    assert weakspot("scan") == 2
    said = capsys.readouterr().err
    assert said.startswith(f"error: {project / 'weakspot.toml'}: 'format': unknown report format ")
    assert said.endswith("hint: did you mean 'json'?\n")
    assert weakspot("scan", "-f", "xml") == 2
    assert capsys.readouterr().err.startswith("error: command line: 'format': unknown ")


def in_terminal(project: Path, *arguments: str, **variables: str) -> bytes:
    """Run a scan with a terminal as its output; return what the terminal got."""
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent.parent / 'scan')!r})\n"
        "import scan_fakes, weakspot.scan.models as m\n"
        "m.find_model = lambda folder: scan_fakes.model()\n"
        "from weakspot.cli.main import main\nmain(sys.argv[1:])"
    )
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", **variables}
    process = subprocess.Popen(
        [sys.executable, "-c", code, "scan", *arguments],
        stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL, cwd=project, env=environment,
    )  # fmt: skip
    os.close(theirs)
    data = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux: the other side is closed
            break
        if not piece:
            break
        data += piece
    os.close(ours)
    process.wait()
    return data


def test_a_terminal_gets_colours_and_progress(project: Path) -> None:
    (project / "a.py").write_text(WEAK)
    plain = {"NO_COLOR": "1"}
    assert b"scanning" in in_terminal(project)
    quiet = in_terminal(project, "-q")
    assert b"scanning" not in quiet
    assert re.search(rb"\x1b\[[\d;]*m", quiet)
    assert b"\x1b" not in in_terminal(project, "-q", "-o", "-", **plain)


def test_no_terminal_no_escapes(weakspot, project: Path, capsys) -> None:
    (project / "a.py").write_text(WEAK)
    weakspot("scan")
    captured = capsys.readouterr()
    assert "\x1b" not in captured.out + captured.err
    assert captured.err == ""


@pytest.mark.parametrize(
    ("redirected", "reason"),
    [
        (">&-", "cannot write the report: standard output is closed"),
        (">/dev/full", "cannot write the report to standard output: No space left on device"),
        ("-o /dev/full", "cannot write /dev/full: No space left on device"),
    ],
)
def test_a_report_that_cannot_be_written_is_told(
    project: Path, redirected: str, reason: str
) -> None:
    (project / "a.py").write_text(WEAK)
    done = with_the_fake(project, redirected)
    assert (done.returncode, done.stderr) == (2, f"error: {reason}\n")


def test_standard_error_may_be_closed(project: Path) -> None:
    (project / "a.py").write_text(WEAK)
    done = with_the_fake(project, "-f json 2>&-")
    assert (done.returncode, found(done.stdout)) == (1, [("a.py", "CWE-78")])


def with_the_fake(project: Path, words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `weakspot scan` with the fake detector in a shell, which reads `words`."""
    fakes = Path(__file__).parent.parent / "scan"
    code = (
        "import sys, scan_fakes, weakspot.scan.models as m; "
        "m.find_model = lambda folder: scan_fakes.model(); "
        "from weakspot.cli.main import main; main(['scan', *sys.argv[1:]])"
    )
    search = os.pathsep.join([str(fakes), *filter(None, sys.path)])
    variables = {**os.environ, "PYTHONPATH": search, **more}
    command = ["sh", "-c", f'"$0" -c "$1" {words}', sys.executable, code]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=project, env=variables, check=False
    )


_NO_SOCKETS = """
import sys
def forbid(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"):
        raise RuntimeError("the network was used: " + event)
sys.addaudithook(forbid)
"""


def test_the_network_is_never_used(project: Path, tmp_path: Path) -> None:
    (project / "a.py").write_text(WEAK)
    (tmp_path / "sitecustomize.py").write_text(_NO_SOCKETS)
    fakes = Path(__file__).parent.parent / "scan"
    code = (
        "import sys, scan_fakes, weakspot.scan.models as m\n"
        "m.find_model = lambda folder: scan_fakes.model()\n"
        "from weakspot.cli.main import main\nmain(['scan', '-f', 'json'])"
    )
    path = os.pathsep.join([str(tmp_path), str(fakes), *filter(None, sys.path)])
    command = [sys.executable, "-c", code]
    isolated = ["unshare", "-rn", "--"]
    try:
        if subprocess.run([*isolated, "true"], capture_output=True, check=False).returncode == 0:
            command = [*isolated, *command]
    except FileNotFoundError:
        pass  # the audit hook alone then forbids sockets
    variables = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=project, env=variables, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert found(done.stdout) == [("a.py", "CWE-78")]
