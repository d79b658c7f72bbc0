"""What `weakspot bench` is asked for, and what it says when an engine fails."""

import json
import os
from pathlib import Path

import pytest

from weakspot.cli.main import run as weakspot
from weakspot.core.errors import WeakspotError
from weakspot.evaluate import bench


@pytest.fixture
def functions(tmp_path: Path) -> Path:
    body = "\n".join(f"    total_{at} = first + second * {at}" for at in range(3))
    text = "\n\n".join(f"def add_{at}(first, second):\n{body}\n" for at in range(3))
    (tmp_path / "a.py").write_text(text)
    return tmp_path


@pytest.mark.parametrize("option", ["--tokens", "--count", "--repeat", "--batch", "--threads"])
def test_nothing_cannot_be_timed(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert weakspot(["bench", option, "0"]) == 2
    assert option in capsys.readouterr().err


def test_an_unknown_engine_lists_the_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert weakspot(["bench", "--engine", "onnx-encodr"]) == 2
    assert "choose from onnx-encoder" in capsys.readouterr().err


def test_the_encoder_has_one_thread_and_says_so(
    functions: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    words = ["bench", "--inputs", str(functions), "--tokens", "40", "--count", "2"]
    words += ["--repeat", "1", "--threads", "2", "--format"]
    assert weakspot([*words, "json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["engine"], one["threads"]) == ("onnx-encoder", 1)
    assert "OMP_NUM_THREADS" not in os.environ


def test_a_child_loads_numpy_with_the_threads_of_its_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    with bench._at_most(1):
        assert os.environ["OMP_NUM_THREADS"] == os.environ["OPENBLAS_NUM_THREADS"] == "1"
    assert os.environ["OMP_NUM_THREADS"] == "7"


def test_why_an_engine_failed_is_told(functions: Path) -> None:
    units = bench.inputs(functions, 40, 1)
    with pytest.raises(WeakspotError, match="onnx-encoder: ValueError: range"):
        bench.bench("", "onnx-encoder", units, 0, 0, 1)
