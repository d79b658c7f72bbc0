"""Measures what a scan costs beside Bandit, in one run: the machines are shared and noisy.

Usage: python tools/scan_cost.py FOLDER

Prints CPU seconds (of all processes), wall seconds and peak memory of a cold scan, a re-scan,
a scan without the first stage, Bandit, one file in a cold process, and `--version`.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

_POLL = 0.02  # seconds between two looks at the memory of all processes


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU and wall seconds, and the largest sum of resident memory in MB, of one command."""

    cpu: float
    wall: float
    memory: float
    output: bytes


def run(command: list[str], environment: dict[str, str]) -> Cost:
    """Run a command to its end; its exit code does not matter, what it cost does."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )
    peak = [0.0]
    watcher = threading.Thread(target=_watch, args=(process.pid, peak), daemon=True)
    watcher.start()
    output, _ = process.communicate()
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, wall, peak[0], output)


def _watch(root: int, peak: list[float]) -> None:
    while Path(f"/proc/{root}/statm").exists():
        peak[0] = max(peak[0], sum(_resident(pid) for pid in _family(root)))
        time.sleep(_POLL)


def _family(root: int) -> list[int]:
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        for path in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                waiting += [int(child) for child in path.read_text().split()]
            except OSError:
                continue
    return found


def _resident(pid: int) -> float:
    """Return memory that belongs to this process alone, plus its share of what it shares."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def main(folder: str) -> None:
    """Measure and print."""
    weakspot = [sys.executable, "-m", "weakspot"]
    bandit = [sys.executable, "-m", "bandit", "-r", "-q", "-f", "json", folder]
    largest = max(
        (path for path in Path(folder).rglob("*.py")),
        key=lambda path: -abs(path.read_bytes().count(b"\n") - 300),
    )
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "XDG_CACHE_HOME": cache}
        scan = [*weakspot, "scan", folder, "--format", "json", "--exit-zero"]
        rows = {
            "weakspot, cold": run(scan, environment),
            "weakspot, unchanged": run(scan, environment),
            "weakspot --deep --no-cache": run([*scan, "--deep", "--no-cache"], environment),
            "bandit": run(bandit, environment),
            f"one file ({largest.name}), cold": run(
                [*weakspot, "scan", str(largest), "--no-cache", "--exit-zero"], environment
            ),
            "weakspot --version": run([*weakspot, "--version"], environment),
        }
    base = rows["bandit"].cpu
    heads = ("CPU s", "wall s", "MB", "CPU / Bandit", "findings")
    lines = [f"{'':34}" + "".join(f"{head:>14}" for head in heads)]
    for name, cost in rows.items():
        cells = (f"{cost.cpu:.2f}", f"{cost.wall:.2f}", f"{cost.memory:.0f}")
        ratio = f"{cost.cpu / base:.2f}"
        row = (*cells, ratio, _findings(cost.output))
        lines.append(f"{name:34}" + "".join(f"{cell:>14}" for cell in row))
    sys.stdout.write("\n".join(lines) + "\n")


def _findings(output: bytes) -> str:
    try:
        document = json.loads(output)
    except ValueError:
        return ""
    return str(len(document.get("findings", document.get("results", []))))


if __name__ == "__main__":
    main(sys.argv[1])
