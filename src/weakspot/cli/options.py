"""The options that `scan`, `baseline` and `config show` share, and what they say together."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import click

from weakspot.core.errors import UsageError
from weakspot.core.finding import Severity
from weakspot.scan.settings import ScanSettings, Settled, parse_or_raise
from weakspot.scan.settings_files import Project, find_project

Command = Callable[..., Any]

# (option, field's key, kind, help): kind "list" may be repeated, "flag" takes no value, "switch"
# neither, and has an opposite.
_OPTIONS = (
    ("--select", "select", "list", "Report only these CWEs or groups (CWE-78, 78, injection)."),
    ("--ignore", "ignore", "list", "Do not report these CWEs or groups."),
    ("--exclude", "exclude", "list", "Leave out these files; replaces the default patterns."),
    ("--extend-exclude", "extend-exclude", "list", "Leave out these files as well."),
    ("--force-exclude", "force-exclude", "flag", "Leave excluded files out even when named."),
    (
        "--respect-gitignore",
        "respect-gitignore",
        "switch",
        "Whether to leave out what git ignores, unless it is named (default: yes).",
    ),
    ("--min-severity", "min-severity", "text", "low, medium, high or critical."),
    ("--min-confidence", "min-confidence", "text", "low, medium or high."),
    ("--fail-on", "fail-on", "text", "Exit with 1 from this severity on, or 'never'."),
    ("--threshold", "threshold", "number", "Report from this probability on."),
    ("--tests-threshold", "tests-threshold", "number", "The same for test files."),
    ("--test-patterns", "test-patterns", "list", "Which files are tests."),
    ("--cache-dir", "cache-dir", "text", "Where to remember scores."),
    ("--jobs", "jobs", "count", "Worker processes; 0 is one for each processor."),
    ("--timeout", "timeout", "number", "Seconds a file may take."),
    ("--memory-limit", "memory-limit", "count", "Megabytes a file may take."),
    ("--max-file-size", "max-file-size", "count", "Bytes a file may have."),
    ("--deep", "deep", "flag", "Score every unit, without the first stage."),
    ("--allow-incomplete", "allow-incomplete", "flag", "Exit with 0 though files were unread."),
    ("--model", "model", "text", "A model folder in place of the embedded model."),
)
_SHOWN = ("fail-on", "jobs", "timeout", "memory-limit", "max-file-size")  # with their defaults
_PATTERNS = ("exclude", "extend-exclude", "test-patterns")
_TYPES: Mapping[str, Any] = {"list": str, "text": str, "number": float, "count": int}


def scan_options(function: Command) -> Command:
    """Add the options that correspond to settings."""
    for name, key, kind, text in reversed(_OPTIONS):
        if key in _SHOWN:
            text = f"{text.removesuffix('.')} (default: {_default(key)})."  # noqa: PLW2901 - the same text, and more
        if kind == "flag":
            add = click.option(name, is_flag=True, default=None, help=text)
        elif kind == "switch":
            both = f"{name}/--no-{name.removeprefix('--')}"
            add = click.option(both, default=None, help=text)
        else:
            add = click.option(name, type=_TYPES[kind], multiple=kind == "list", help=text)
        function = add(function)
    function = click.option("--no-cache", is_flag=True, help="Remember nothing.")(function)
    function = click.option(
        "--no-config", is_flag=True, help="Read no settings file (for code you do not trust)."
    )(function)
    return click.option("--today", hidden=True, help="The date to judge suppressions by.")(function)


def _default(key: str) -> str:
    value = getattr(ScanSettings(), key.replace("-", "_"))
    return value.label if isinstance(value, Severity) else str(int(value))


@dataclass(frozen=True, slots=True)
class Told:
    """What files and options say together."""

    project: Project
    settled: Settled
    today: date

    @property
    def settings(self) -> ScanSettings:
        """The settings in force."""
        return self.settled.settings

    def cache_folder(self) -> Path | None:
        """Return where scores are remembered, None for nowhere."""
        if not self.settings.cache:
            return None
        if self.settings.cache_dir is not None:
            return Path(self.settings.cache_dir)
        from platformdirs import user_cache_path  # noqa: PLC0415 - not needed with --no-cache

        return user_cache_path("weakspot", appauthor=False)


def cache_trouble(folder: Path) -> str:
    """Say what keeps scans from remembering in a folder, "" for nothing; it need not be there."""
    place = str(folder)
    while place and not os.path.lexists(place):
        place = os.path.dirname(place)  # noqa: PTH120 - walks up a text
    if place and not os.path.isdir(place):  # noqa: PTH112 - as above
        return "no folder"
    return "" if not place or os.access(place, os.W_OK) else "not writable"


def told(options: Mapping[str, Any], paths: tuple[str, ...]) -> Told:
    """Read the settings file of the targets and lay the command line's options over it.

    Standard input is looked for where `stdin_filename` says that it stands.

    Raises:
        SettingsError: with all mistakes of the file, or all of the command line.
    """
    targets = [Path(path) for path in paths if path != "-"] or [Path()]
    missing = [path for path in targets if not os.path.lexists(path)]
    if missing:
        raise UsageError(f"there is no file or folder at {str(missing[0])!r}")
    if "-" in paths:
        targets = [Path(options.get("stdin_filename") or "stdin.py")]
    project = Project(Settled()) if options.get("no_config") else find_project(targets)
    table = {
        key: _words(key, value) if isinstance(value, tuple) else value
        for _, key, _, _ in _OPTIONS
        if (value := options.get(key.replace("-", "_"))) not in (None, ())
    }
    for extra in ("baseline", "format"):
        if options.get(extra) is not None:
            table[extra] = options[extra]
    if options.get("no_cache"):
        table["cache"] = False
    root = None if options.get("root") is None else Path(options["root"])
    base = _base(targets, root, project) if any(key in table for key in _PATTERNS) else None
    values = parse_or_raise(table, "command line", base)
    return Told(project, project.settled.merge(values, "command line"), _today(options))


def _base(targets: Sequence[Path], root: Path | None, project: Project) -> Path:
    """Return where patterns of the command line start."""
    from weakspot.code.discovery import settle  # noqa: PLC0415 - not needed without patterns
    from weakspot.scan.targets import base_of  # noqa: PLC0415 - as above

    return base_of(targets, project.folder) or settle(targets, root)[0]


def _words(key: str, values: tuple[str, ...]) -> list[str]:
    """Return what a repeated option names; patterns, too, may be listed with commas."""
    if key not in _PATTERNS:
        return list(values)
    words = [word.strip() for value in values for word in value.split(",")]
    return [word for word in words if word] or [""]  # nothing but commas is a mistake


def _today(options: Mapping[str, Any]) -> date:
    text = options.get("today")
    if text:
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise UsageError(f"--today: {error}") from error
    # https://reproducible-builds.org/specs/source-date-epoch/
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isascii() and epoch.isdigit() and len(epoch) < 12:
        return datetime.fromtimestamp(int(epoch), UTC).date()
    return datetime.now(UTC).date()


def standard_input() -> BinaryIO:
    """Return standard input, to be read as bytes.

    Raises:
        UsageError: it is closed.
    """
    if sys.stdin is None:
        raise UsageError("cannot read standard input: it is closed")
    return sys.stdin.buffer


def is_terminal() -> bool:
    """Say whether progress may be drawn: standard error is a terminal."""
    return sys.stderr is not None and sys.stderr.isatty()
