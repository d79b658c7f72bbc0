"""A small project to scan, and a scan of it with the fake detector."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import scan_fakes

from own_git import git
from weakspot.core.report import ScanReport
from weakspot.scan.pipeline import Circumstances, scan
from weakspot.scan.settings import ScanSettings
from weakspot.scan.sources import read_units
from weakspot.scan.targets import Wanted, find_targets

TODAY = date(2026, 6, 1)
Scan = Callable[..., ScanReport]
WEAK = "def f(x):\n    os.system(x)\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that is the current one."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def repository(project: Path) -> Path:
    """Return the project as a repository with a weak file, `a.py`."""
    return _committed(project, "a.py")


@pytest.fixture
def with_submodule(repository: Path) -> Path:
    """Return the repository with one inside, `sub`, that has a weak file, `b.py`."""
    other = repository.parent / "other"
    other.mkdir()
    _committed(other, "b.py")
    add = ("submodule", "--quiet", "add", str(other), "sub")
    git(repository, "-c", "protocol.file.allow=always", *add)
    git(repository, "commit", "-q", "-m", "two")
    return repository


def _committed(folder: Path, name: str) -> Path:
    git(folder, "init", "-q")
    (folder / name).write_text(WEAK)
    git(folder, "add", name)
    git(folder, "commit", "-q", "-m", "one")
    return folder


@pytest.fixture
def run(project: Path) -> Scan:
    """Return a function that scans the project."""

    def scan_project(*paths: str, wanted: Wanted | None = None, **more: Any) -> ScanReport:
        about = {key: more.pop(key) for key in ("cache", "baseline", "reader") if key in more}
        settings = ScanSettings(**{"jobs": 1, **more})
        targets = find_targets(wanted or Wanted(paths), settings)
        told = Circumstances(
            **{
                "today": TODAY,
                "reader": read_units,
                "changed": targets.changed,
                "beside": targets.beside,
                "exists": targets.exists,
                "package": targets.package(),
                **about,
            }
        )
        return scan(targets.items, settings, scan_fakes.model(), told)

    return scan_project
