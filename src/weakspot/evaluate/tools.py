"""Runs the static tools that users have, as users run them: each in its own process, offline.

A tool that is missing, fails or hangs is a `Run` with a reason; it never ends a comparison. Tools
run in the folder that they examine, so nothing of that folder may be taken for a module of theirs
(`_environment`, and `-P` for Python).
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weakspot.core.report import FileStatus
from weakspot.core.rules import cwes_of
from weakspot.evaluate.alarms import Alarm, below
from weakspot.evaluate.costs import CHILDREN, now

_CWE = re.compile(r"CWE-([1-9]\d*)")
_NO_PYTHON = "E999"  # what Flake8 says of a file that does not parse
_SECURITY = re.compile(r"S\d+")  # Ruff's rules on security; "invalid-syntax" is none
# Words of Bandit and of Semgrep for severity and confidence.
_LEVELS: Mapping[str, int] = {
    **dict.fromkeys(("INFO", "LOW"), 1),
    **dict.fromkeys(("WARNING", "MEDIUM"), 2),
    **dict.fromkeys(("ERROR", "HIGH"), 3),
    "CRITICAL": 4,
}
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
    """What came of one run: alarms, or the reason why there are none. Seconds of all processes.

    `memory` is the peak in bytes of the largest process that this one has started so far;
    `elsewhere` counts alarms of a report that lie in no file of what is compared, and are left out.
    `unread` are the files that the tool says it could not parse. Without `has_cost` the alarms are
    those of a report, and nobody knows what it took to make it.
    """

    alarms: tuple[Alarm, ...]
    version: str
    cpu: float
    wall: float
    reason: str = ""
    memory: int = 0
    elsewhere: int = 0
    unread: tuple[str, ...] = ()
    has_cost: bool = True


def _all_read(text: str, folder: Path) -> Sequence[str]:
    del text, folder
    return ()


@dataclass(frozen=True, slots=True)
class Tool:
    """How a tool is called and read.

    `command` ends before the target; it runs in the folder above it. `mark` finds the version in
    what the command `version` prints; where it finds none, the tool is not installed. `unread`
    finds in a report the files that the tool could not parse.
    """

    name: str
    command: Sequence[str]
    version: Sequence[str]
    read: Callable[[str, Path], Sequence[Alarm]]
    mark: str = r"(\d+\.\d+(?:\.\d+)?)"
    unread: Callable[[str, Path], Sequence[str]] = _all_read

    def run(self, target: Path, limit: float) -> Run:
        """Scan a folder or file in at most `limit` seconds; paths are relative to the folder."""
        folder = target if target.is_dir() else target.parent
        version, problem = self._version()
        if problem:
            return Run((), version, 0.0, 0.0, problem)
        before = now(CHILDREN)
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program and the folder, no shell
                [*self.command, "." if target.is_dir() else target.name],
                cwd=folder,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=limit,
                check=False,
                env=_environment(),
            )
        except subprocess.TimeoutExpired:
            return Run((), version, 0.0, limit, f"no answer within {limit:.0f} s")
        cost = now(CHILDREN).since(before)
        try:
            alarms = tuple(sorted(self.read(done.stdout, folder)))
            unread = tuple(sorted(set(self.unread(done.stdout, folder))))
        except (ValueError, KeyError, TypeError, IndexError) as error:
            told = (done.stderr.strip() or str(error)).splitlines()[-1][:200]
            reason = f"exit code {done.returncode}: {told}"
            return Run((), version, cost.cpu, cost.wall, reason, cost.memory)
        return Run(alarms, version, cost.cpu, cost.wall, memory=cost.memory, unread=unread)

    def missing(self) -> str:
        """Return why the tool cannot run at all; empty where it can."""
        return self._version()[1]

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
                env=_environment(),
            )
        except subprocess.TimeoutExpired:
            return "", "does not even tell its version"
        found = re.search(self.mark, done.stdout)
        return (found[1], "") if found else ("", f"{self.name} is not installed")


def _environment() -> dict[str, str]:
    """Return an environment in which nothing calls out, or imports from the current folder."""
    off = {"SEMGREP_SEND_METRICS": "off", "SEMGREP_ENABLE_VERSION_CHECK": "0", "NO_COLOR": "1"}
    # Read in the tool's folder, a relative entry (or an empty one) would name the examined code.
    kept = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    paths = os.pathsep.join(str(Path(entry).absolute()) for entry in kept)
    return {**os.environ, **off, "PYTHONSAFEPATH": "1", "PYTHONPATH": paths}


def tools(semgrep_rules: Path | None, model: str | None = None) -> dict[str, Tool]:
    """Return the tools by name; Semgrep needs a folder of rules, for it has none of its own.

    `model` is the folder of the model that weakspot scans with, None for the embedded one.
    """
    python = [sys.executable, "-P", "-m"]
    bandit = [*python, "bandit", "-r", "-q", "-f", "json"]
    semgrep = ["semgrep", "scan", "--json", "--quiet", "--metrics", "off"]
    semgrep += ["--disable-version-check", "--no-git-ignore"]
    if semgrep_rules is not None:
        semgrep += ["--config", str(semgrep_rules.absolute())]  # it runs in another folder
    ruff = [*python, "ruff", "check", "--isolated", "--select", "S", "--exit-zero"]
    flake8 = [*python, "flake8", "--isolated", "--select", f"DUO,{_NO_PYTHON}", "--exit-zero"]
    flake8 += ["--format", "%(path)s\t%(row)d\t%(code)s"]
    ours = [*python, "weakspot", "scan", "--exit-zero", "--no-cache", "--format", "json"]
    if model is not None:
        ours += ["--model", str(Path(model).expanduser().absolute())]
    every = [
        Tool("weakspot", ours, [*python, "weakspot", "--version"], _ours, unread=_ours_unread),
        _with_bandit("bandit", bandit),
        _with_bandit("bandit-ll", [*bandit, "-ll"]),
        Tool(
            "ruff",
            [*ruff, "--output-format", "json"],
            [*python, "ruff", "--version"],
            _ruff,
            unread=_ruff_unread,
        ),
        Tool(
            "dlint",
            flake8,
            [*python, "flake8", "--version"],
            _dlint,
            r"dlint: (\d[\d.]*)",
            _dlint_unread,
        ),
    ]
    if semgrep_rules is not None:
        version = ["semgrep", "--version"]
        every.append(Tool("semgrep", semgrep, version, _semgrep, unread=_semgrep_unread))
    return {tool.name: tool for tool in every}


def _with_bandit(name: str, command: Sequence[str]) -> Tool:
    version = [sys.executable, "-P", "-m", "bandit", "--version"]
    return Tool(name, command, version, _bandit, unread=_bandit_unread)


def _relative(name: str, folder: Path) -> str:
    return below(folder / name, folder) or Path(name).as_posix()


def _level(word: Any) -> int:
    return _LEVELS.get(str(word).upper(), 0)


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


def _ours_unread(text: str, folder: Path) -> list[str]:
    """A file that was analysed in part is read."""
    del folder  # as above
    files = json.loads(text)["coverage"]["files"]
    return [one["path"] for one in files if one["status"] == FileStatus.NOT]


def _bandit(text: str, folder: Path) -> list[Alarm]:
    return [
        Alarm(
            _relative(one["filename"], folder),
            int(one["line_number"]),
            one["test_id"],
            (f"CWE-{one['issue_cwe']['id']}",) if one.get("issue_cwe") else (),
            rank=(_level(one.get("issue_severity")), _level(one.get("issue_confidence"))),
            span=_span(int(one["line_number"]), *one.get("line_range", ())),
        )
        for one in json.loads(text)["results"]
    ]


def _bandit_unread(text: str, folder: Path) -> list[str]:
    return [_relative(one["filename"], folder) for one in json.loads(text)["errors"]]


def _span(*lines: int) -> tuple[int, int]:
    return min(lines), max(lines)


def _ruff(text: str, folder: Path) -> list[Alarm]:
    return [
        Alarm(
            _relative(one["filename"], folder),
            int(one["location"]["row"]),
            str(one["code"]),
            tuple(sorted(cwes_of(str(one["code"])))),
            span=(int(one["location"]["row"]), int(one["end_location"]["row"])),
        )
        for one in json.loads(text)
        if _SECURITY.fullmatch(str(one["code"]))
    ]


def _ruff_unread(text: str, folder: Path) -> list[str]:
    """A file that does not parse is told without a code, by later versions as a rule."""
    told = ((str(one["code"]), one["filename"]) for one in json.loads(text))
    return [_relative(name, folder) for code, name in told if not _SECURITY.fullmatch(code)]


def _dlint(text: str, folder: Path) -> list[Alarm]:
    found = []
    for line in text.splitlines():
        name, row, code = line.split("\t")
        if code == _NO_PYTHON:
            continue
        cwe = _DLINT.get(code)
        found.append(Alarm(_relative(name, folder), int(row), code, (cwe,) if cwe else ()))
    return found


def _dlint_unread(text: str, folder: Path) -> list[str]:
    lines = (line.split("\t") for line in text.splitlines())
    return [_relative(name, folder) for name, _, code in lines if code == _NO_PYTHON]


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
            rank=(
                _level(one["extra"].get("severity")),
                _level(one["extra"].get("metadata", {}).get("confidence")),
            ),
            span=(int(one["start"]["line"]), int(one["end"]["line"])),
        )
        for one in json.loads(text)["results"]
    ]


def _semgrep_unread(text: str, folder: Path) -> list[str]:
    """A file that was parsed in part is read."""
    errors = json.loads(text).get("errors", ())
    return [
        _relative(one["path"], folder)
        for one in errors
        if one.get("path") and one.get("type") == "Syntax error"
    ]
