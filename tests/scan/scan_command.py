"""Runs the real `weakspot` command in a process of its own, from outside."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import weakspot

PACKAGES = Path(weakspot.__file__).parent.parent
WITH_FAKE = """
import sys
import scan_fakes
import weakspot.scan.models
weakspot.scan.models.find_model = lambda folder: scan_fakes.model()
from weakspot.cli.main import main
main()
"""
FAKE = ("-c", WITH_FAKE)
EMBEDDED = ("-m", "weakspot")


@dataclass(frozen=True)
class Ended:
    """How a command ended; `left` says whether processes of it are still there."""

    code: int
    output: bytes
    errors: str
    seconds: float
    left: bool


def run(
    arguments: Sequence[str | bytes],
    folder: Path,
    program: Sequence[str] = FAKE,
    before: Sequence[str] = (),
    patience: float = 60.0,
    paths: Sequence[Path] = (),
) -> Ended:
    """Run a command in `folder`; `paths` are looked through for modules first."""
    search = [*paths, PACKAGES, Path(__file__).parent]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, search)),
        "XDG_CACHE_HOME": str(folder / ".cache"),
        "SOURCE_DATE_EPOCH": "1780000000",
    }
    began = time.monotonic()
    process = subprocess.Popen(
        [*before, sys.executable, *program, *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        output, errors = process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.communicate()
        raise
    return Ended(
        process.returncode,
        output,
        errors.decode("utf-8", "backslashreplace"),
        time.monotonic() - began,
        _is_alive(process.pid),
    )


def _is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
