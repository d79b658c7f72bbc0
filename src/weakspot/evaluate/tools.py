"""Runs the static tools that users have, as users run them: each in its own process, offline.

A tool that is missing, fails or hangs is a `Run` with a reason; it never ends a comparison.
"""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weakspot.core.rules import cwes_of
from weakspot.evaluate.alarms import Alarm

_CWE = re.compile(r"CWE-([1-9]\d*)")
# Which weakness each rule of Dlint is about, by its documentation.
_DLINT: Mapping[str, str] = {
    **dict.fromkeys(("DUO104", "DUO105", "DUO110"), "CWE-95"),
    **dict.fromkeys(("DUO103", "DUO109", "DUO119", "DUO120"), "CWE-502"),
    **dict.fromkeys(("DUO106", "DUO116", "DUO117"), "CWE-78"),
    **dict.fromkeys(("DUO107", "DUO135"), "CWE-611"),
    **dict.fromkeys(("DUO122", "DUO123", "DUO131", "DUO132"), "CWE-295"),
    **dict.fromkeys(("DUO130", "DUO133", "DUO134"), "CWE-327"),
    "DUO102": "CWE-330",
    "DUO115": "CWE-22",
    "DUO121": "CWE-377",
    "DUO138": "CWE-1333",
}


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one run: alarms, or the reason why there are none. Seconds of all processes."""

    alarms: tuple[Alarm, ...]
    version: str
    cpu: float
    wall: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """How a tool is called and read.

    `command` ends before the target; it runs in the folder above it. `mark` finds the version in
    what the command `version` prints; where it finds none, the tool is not installed.
    """

    name: str
    command: Sequence[str]
    version: Sequence[str]
    read: Callable[[str, Path], Sequence[Alarm]]
    mark: str = r"(\d+\.\d+(?:\.\d+)?)"

    def run(self, target: Path, limit: float) -> Run:
        """Scan a folder or file in at most `limit` seconds; paths are relative to the folder."""
        folder = target if target.is_dir() else target.parent
        version, problem = self._version()
        if problem:
            return Run((), version, 0.0, 0.0, problem)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.monotonic()
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program and the folder, no shell
                [*self.command, "." if target.is_dir() else target.name],
                cwd=folder,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=limit,
                check=False,
                env=_quiet(),
            )
        except subprocess.TimeoutExpired:
            return Run((), version, 0.0, limit, f"no answer within {limit:.0f} s")
        wall = time.monotonic() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        try:
            alarms = tuple(sorted(self.read(done.stdout, folder)))
        except (ValueError, KeyError, TypeError, IndexError) as error:
            told = (done.stderr.strip() or str(error)).splitlines()[-1][:200]
            return Run((), version, cpu, wall, f"exit code {done.returncode}: {told}")
        return Run(alarms, version, cpu, wall)

    def _version(self) -> tuple[str, str]:
        if shutil.which(self.version[0]) is None:
            return "", f"{self.version[0]} is not installed"
        try:
            done = subprocess.run(  # noqa: S603 - as above
                list(self.version),
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
                env=_quiet(),
            )
        except subprocess.TimeoutExpired:
            return "", "does not even tell its version"
        found = re.search(self.mark, done.stdout)
        return (found[1], "") if found else ("", f"{self.name} is not installed")


def _quiet() -> dict[str, str]:
    """Return an environment in which nothing calls out, not even to tell its version."""
    off = {"SEMGREP_SEND_METRICS": "off", "SEMGREP_ENABLE_VERSION_CHECK": "0", "NO_COLOR": "1"}
    return {**os.environ, **off}


def tools(semgrep_rules: Path | None) -> dict[str, Tool]:
    """Return the tools by name; Semgrep needs a folder of rules, for it has none of its own."""
    python = [sys.executable, "-m"]
    bandit = [*python, "bandit", "-r", "-q", "-f", "json"]
    semgrep = ["semgrep", "scan", "--json", "--quiet", "--metrics", "off"]
    semgrep += ["--disable-version-check", "--no-git-ignore", "--config", str(semgrep_rules)]
    ruff = [*python, "ruff", "check", "--isolated", "--select", "S", "--exit-zero"]
    flake8 = [*python, "flake8", "--isolated", "--select", "DUO", "--exit-zero"]
    flake8 += ["--format", "%(path)s\t%(row)d\t%(code)s"]
    ours = [*python, "weakspot", "scan", "--exit-zero", "--no-cache", "--format", "json"]
    every = [
        Tool("weakspot", ours, [*python, "weakspot", "--version"], _ours),
        Tool("bandit", bandit, [*python, "bandit", "--version"], _bandit),
        Tool("bandit-ll", [*bandit, "-ll"], [*python, "bandit", "--version"], _bandit),
        Tool("ruff", [*ruff, "--output-format", "json"], [*python, "ruff", "--version"], _ruff),
        Tool("dlint", flake8, [*python, "flake8", "--version"], _dlint, r"dlint: (\d[\d.]*)"),
    ]
    if semgrep_rules is not None:
        every.append(Tool("semgrep", semgrep, ["semgrep", "--version"], _semgrep))
    return {tool.name: tool for tool in every}


def _relative(name: str, folder: Path) -> str:
    path = Path(name)
    try:
        return (folder / path).resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def _ours(text: str, folder: Path) -> list[Alarm]:
    del folder  # our report is relative already
    return [
        Alarm(
            one["path"],
            int(one["span"]["start_line"]),
            one["cwe"],
            tuple(dict.fromkeys([one["cwe"], *(cwe["id"] for cwe in one.get("cwes", ()))])),
            float(one["probability"]),
        )
        for one in json.loads(text)["findings"]
    ]


def _bandit(text: str, folder: Path) -> list[Alarm]:
    return [
        Alarm(
            _relative(one["filename"], folder),
            int(one["line_number"]),
            one["test_id"],
            (f"CWE-{one['issue_cwe']['id']}",) if one.get("issue_cwe") else (),
        )
        for one in json.loads(text)["results"]
    ]


def _ruff(text: str, folder: Path) -> list[Alarm]:
    return [
        Alarm(
            _relative(one["filename"], folder),
            int(one["location"]["row"]),
            str(one["code"]),
            tuple(sorted(cwes_of(str(one["code"])))),
        )
        for one in json.loads(text)
        if one["code"]  # a file that does not parse is told without a code
    ]


def _dlint(text: str, folder: Path) -> list[Alarm]:
    found = []
    for line in text.splitlines():
        name, row, code = line.split("\t")
        cwe = _DLINT.get(code)
        found.append(Alarm(_relative(name, folder), int(row), code, (cwe,) if cwe else ()))
    return found


def _semgrep(text: str, folder: Path) -> list[Alarm]:
    def cwes(extra: Mapping[str, Any]) -> tuple[str, ...]:
        told = extra.get("metadata", {}).get("cwe", ())
        listed = [told] if isinstance(told, str) else list(told)
        return tuple(f"CWE-{one[1]}" for one in map(_CWE.search, map(str, listed)) if one)

    return [
        Alarm(
            _relative(one["path"], folder),
            int(one["start"]["line"]),
            str(one["check_id"]).rpartition(".")[2],
            cwes(one["extra"]),
        )
        for one in json.loads(text)["results"]
    ]
