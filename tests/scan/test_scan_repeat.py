"""The command writes the same bytes whatever the number of workers and the state of its cache."""

import threading
from pathlib import Path

import pytest
import scan_command

from weakspot.scan.cache import FILE_NAME

SHOP = Path(__file__).parent.parent.parent / "examples" / "shop"
WEAK = "import os\n\n\ndef run(name):\n    os.system('ls ' + name)\n"


def scan(folder: Path, *more: str, target: Path, program=scan_command.FAKE) -> tuple[bytes, bytes]:
    """Scan `target`; return the JSON and the SARIF report."""
    folder.mkdir(exist_ok=True)
    sarif = folder / "report.sarif"
    words = ["scan", str(target), "-f", "json", "--sarif-output", str(sarif), "--no-config", *more]
    ended = scan_command.run(words, folder, program)
    assert (ended.code, ended.errors) == (1, "")
    return ended.output, sarif.read_bytes()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return a folder whose files take unlike times."""
    folder = tmp_path / "target"
    folder.mkdir()
    for index in range(24):
        (folder / f"m{index}.py").write_text(WEAK * (1 + index * 7 % 24) + f"x = {index}\n")
    (folder / "broken.py").write_text(WEAK + "def broken(:\n")
    return folder


def test_the_embedded_model_says_the_same_with_any_jobs(tmp_path: Path) -> None:
    reports = {
        scan(tmp_path / jobs, "--jobs", jobs, "--no-cache", target=SHOP, program=("-m", "weakspot"))
        for jobs in ("1", "3")
    }
    assert len(reports) == 1


def test_jobs_and_cache_change_no_byte(tmp_path: Path, target: Path) -> None:
    plain = scan(tmp_path / "a", "--no-cache", "--jobs", "1", target=target)
    cache = ("--cache-dir", str(tmp_path / "cache"))
    assert scan(tmp_path / "b", "--no-cache", "--jobs", "3", target=target) == plain
    assert scan(tmp_path / "c", *cache, "--jobs", "3", target=target) == plain
    file = tmp_path / "cache" / FILE_NAME
    whole = file.read_bytes()
    assert scan(tmp_path / "d", *cache, "--jobs", "1", target=target) == plain
    for size in (4096, len(whole) // 2):
        file.write_bytes(whole[:size])
        assert scan(tmp_path / "e", *cache, "--jobs", "2", target=target) == plain


def test_commands_that_share_a_cache_do_not_disturb_each_other(
    tmp_path: Path, target: Path
) -> None:
    cache = ("--cache-dir", str(tmp_path / "cache"), "--jobs", "2")
    reports: list[tuple[bytes, bytes]] = []
    threads = [
        threading.Thread(
            target=lambda name=name: reports.append(scan(tmp_path / name, *cache, target=target))
        )
        for name in ("a", "b", "c")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reports == [scan(tmp_path / "d", "--no-cache", target=target)] * 3
