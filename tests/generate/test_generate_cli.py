"""`weakspot generate compose`, and how the group understands its spellings."""

import ast
import json
from pathlib import Path

import pytest

from weakspot.cli.generate import _as_subcommand
from weakspot.cli.main import run

COMMANDS = ("llm", "from-git", "compose")


def rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_families_are_written_whole(tmp_path: Path, capsys) -> None:
    path = tmp_path / "out.jsonl"
    words = ["generate", "compose", "--cwe", "CWE-502", "--per-mechanism", "2", "--seed", "4"]
    assert run([*words, "-o", str(path)]) == 0
    families: dict[str, list[dict]] = {}
    for row in rows(path):
        families.setdefault(row["family"], []).append(row)
        assert row["cwe"] == "CWE-502"
        assert row["label"] == (row["role"] in ("vulnerable", "wrong-fix")) == bool(row["lines"])
        ast.parse(row["code"])
    for family in families.values():
        roles = [row["role"] for row in family]
        assert {"vulnerable", "fixed"} <= set(roles)
        assert len(set(roles)) == len(roles)
    assert {"decoy", "wrong-fix"} <= {row["role"] for row in rows(path)}
    assert f"{len(rows(path))} programs in {len(families)} families" in capsys.readouterr().err
    again = tmp_path / "again.jsonl"
    assert run([*words, "-o", str(again)]) == 0
    assert again.read_bytes() == path.read_bytes()


def test_single_mechanisms_go_to_standard_output(capfdbinary) -> None:
    from weakspot.generate.mechanisms import all_mechanisms  # noqa: PLC0415 - many modules

    name = all_mechanisms()[0].id
    assert run(["generate", "compose", "--mechanism", name, "-o", "-"]) == 0
    out = capfdbinary.readouterr().out.decode()
    assert {json.loads(line)["mechanism"] for line in out.splitlines()} == {name}


@pytest.mark.parametrize(
    "words", [["--mechanism", "no-such"], ["--cwe", "CWE-99999"], ["--cwe", "nonsense"]]
)
def test_what_is_not_there_is_told(words: list[str], tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    assert run(["generate", "compose", *words, "-o", str(path)]) == 2
    assert not path.exists()


@pytest.mark.parametrize(
    ("words", "means"),
    [
        (["--from-git", "r", "-o", "d"], ["from-git", "r", "-o", "d"]),
        (["-o", "d", "--from-git=r"], ["from-git", "r", "-o", "d"]),
        (["--llm", "u", "--model", "m"], ["llm", "--endpoint", "u", "--model", "m"]),
        (["--from-git"], ["from-git"]),
        (["llm", "--endpoint", "--from-git"], ["llm", "--endpoint", "--from-git"]),
        (["--help"], ["--help"]),
        ([], []),
    ],
)
def test_options_may_stand_for_subcommands(words: list[str], means: list[str]) -> None:
    assert _as_subcommand(words, COMMANDS) == means
