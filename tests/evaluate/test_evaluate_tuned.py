"""The fine-tuned rivals: which command trains them, and on which base."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from weakspot.core.errors import UsageError, WeakspotError
from weakspot.evaluate.detector import Settings
from weakspot.evaluate.suites import Row
from weakspot.evaluate.systems import tuned

ROWS = [
    Row(f"r{at}", f"x = {at}\n", bool(at % 2), ("CWE-95",) if at % 2 else (), (), f"p{at // 2}")
    for at in range(40)
]


def settings(folder: Path, base: Path | str) -> Settings:
    recipe = folder / "recipe.toml"
    recipe.write_text('[data]\ntrain = ""\nvalidation = ""\n[tuning]\nmethod = "full"\n')
    return Settings(folder / "work", base=str(base), recipe=recipe)


def test_training_takes_nothing_from_the_folder_it_is_started_in_and_nothing_from_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "base").mkdir()
    asked: list[list[str]] = []

    def refuse(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 2, "", "no")

    monkeypatch.setattr(tuned.subprocess, "run", refuse)
    with pytest.raises(WeakspotError, match="training failed: no"):
        tuned.Tuned("lm-full", settings(tmp_path, tmp_path / "base")).judge(ROWS, ROWS)
    (command,) = asked
    assert command[:4] == [sys.executable, "-P", "-m", "weakspot"]
    assert "--offline" in command


@pytest.mark.parametrize("name", ["lm-full", "lm-untuned"])
def test_a_base_that_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    kind = tuned.Untuned if name == "lm-untuned" else tuned.Tuned
    with pytest.raises(UsageError, match=f"{name}: there is no model folder 'some/model'"):
        kind(name, settings(tmp_path, "some/model")).judge(ROWS, ROWS)
