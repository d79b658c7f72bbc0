import subprocess
import sys

import pytest

from weakspot.scan import models

HEAVY = {
    "numpy", "onnxruntime", "jinja2", "rich", "tree_sitter", "tiktoken", "pathspec", "sqlite3",
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


def test_python_dash_m_imports_nothing_from_here(project) -> None:
    (project / "difflib.py").write_text("raise SystemExit('ran')\n")
    done = subprocess.run(
        [sys.executable, "-m", "weakspot", "--version"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_escape_sequences_in_names_stay_text(weakspot, capsys) -> None:
    assert weakspot("scan", "a\x1b[2Jb") == 2
    assert "\x1b" not in capsys.readouterr().err
