"""A small project to scan, and a scan of it with the fake detector."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import scan_fakes

from weakspot.core.report import ScanReport
from weakspot.scan.pipeline import Circumstances, scan
from weakspot.scan.settings import ScanSettings
from weakspot.scan.sources import read_units
from weakspot.scan.targets import Wanted, find_targets

TODAY = date(2026, 6, 1)
Scan = Callable[..., ScanReport]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that is the current one."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
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
                "exists": targets.exists,
                **about,
            }
        )
        return scan(targets.items, settings, scan_fakes.model(), told)

    return scan_project
