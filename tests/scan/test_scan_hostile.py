"""A scan of the hostile corpus: every file is accounted for, and the others do not suffer."""

import os
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import scan_fakes

from hostile_corpus import HostileFile, write_corpus
from weakspot.core.report import FileOutcome, FileStatus, ScanReport
from weakspot.report import formats
from weakspot.report.rendering import RenderContext
from weakspot.scan.pipeline import Circumstances, scan
from weakspot.scan.settings import ScanSettings
from weakspot.scan.sources import read_units
from weakspot.scan.targets import Wanted, find_targets

CONTROLS = ("0_first.py", "m_middle.py", "z_last.py")
WEAK = "import os\n\n\ndef listing(path):\n    os.system('ls ' + path)\n"
PATIENCE = 150  # seconds for the whole corpus on a loaded machine; it takes about ten

STATUS = {
    "finding": FileStatus.ANALYSED,
    "analysed": FileStatus.ANALYSED,
    "partly": FileStatus.PARTLY,
    "not": FileStatus.NOT,
}


@dataclass(frozen=True)
class Scanned:
    """The corpus, what the scan said of it, and how long it took."""

    files: tuple[HostileFile, ...]
    report: ScanReport
    seconds: float

    def outcome(self, name: str) -> FileOutcome:
        return {Path(one.path).name: one for one in self.report.coverage.files}[name]


def scan_folder(folder: Path, jobs: int) -> ScanReport:
    settings = ScanSettings(jobs=jobs, timeout=20.0)
    targets = find_targets(Wanted((str(folder),)), settings)
    told = Circumstances(today=date(2026, 6, 1), reader=read_units, changed=targets.changed)
    return scan(targets.items, settings, scan_fakes.model(), told)


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    folder = tmp_path_factory.mktemp("hostile")
    files = write_corpus(folder)
    for name in CONTROLS:
        (folder / name).write_text(WEAK)
    began = time.monotonic()
    report = scan_folder(folder, jobs=2)
    return Scanned(files, report, time.monotonic() - began)


def shown(name: str) -> str:
    """Return a file name as reports spell it: undecodable bytes escaped."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def test_it_ends_in_time(scanned: Scanned) -> None:
    assert len(scanned.files) >= 50
    assert scanned.seconds < PATIENCE


def test_every_file_is_accounted_for(scanned: Scanned) -> None:
    listed = {Path(one.path).name for one in scanned.report.coverage.files}
    missing = [file.name for file in scanned.files if not {file.name, shown(file.name)} & listed]
    assert missing == []


def test_nothing_unread_is_called_analysed(scanned: Scanned) -> None:
    wrong = []
    for file in scanned.files:
        listed = {Path(one.path).name: one for one in scanned.report.coverage.files}
        outcome = listed.get(file.name) or listed[shown(file.name)]
        if outcome.status is not STATUS[file.expectation]:
            wrong.append((file.name, file.expectation, outcome.status, outcome.reasons))
        elif outcome.status is not FileStatus.ANALYSED and not outcome.reasons:
            wrong.append((file.name, file.expectation, outcome.status, "no reason given"))
    assert wrong == []


def test_each_planted_weakness_is_found(scanned: Scanned) -> None:
    found = {Path(one.path).name for one in scanned.report.findings}
    planted = {file.name for file in scanned.files if file.expectation == "finding"}
    assert planted <= found


def test_the_good_files_are_as_if_alone(scanned: Scanned, tmp_path: Path) -> None:
    for name in CONTROLS:
        (tmp_path / name).write_text(WEAK)
    alone = scan_folder(tmp_path, jobs=1)
    for name in CONTROLS:
        wanted = [one for one in alone.findings if Path(one.path).name == name]
        among = [one for one in scanned.report.findings if Path(one.path).name == name]
        assert [(one.span, one.cwe, one.probability) for one in among] == [
            (one.span, one.cwe, one.probability) for one in wanted
        ]
        assert len(among) == 1


@pytest.mark.parametrize("name", formats.names())
def test_every_format_can_tell_it(scanned: Scanned, name: str) -> None:
    text = formats.load(name).render(scanned.report, RenderContext())
    assert text.encode("utf-8")
    assert "<script>alert" not in text
