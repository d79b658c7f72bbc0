"""Runs the command line in this process, with the fake detector in place of the model."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "scan"))

import scan_fakes

import weakspot as weakspot_package
from weakspot.cli.main import run
from weakspot.scan import models


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that is the current one, with a cache of its own."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let subprocesses that start in other folders find what this process imports."""
    package = Path(weakspot_package.__file__).parent.parent
    monkeypatch.setenv("PYTHONPATH", str(package))


@pytest.fixture
def weakspot(project: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Return a function that runs a command and returns its exit code."""
    monkeypatch.setattr(models, "find_model", lambda folder: scan_fakes.model())
    return lambda *arguments: run(arguments)
