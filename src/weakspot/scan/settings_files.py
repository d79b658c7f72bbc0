"""Finds and reads the settings file of a project: `weakspot.toml` or `pyproject.toml`."""

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from weakspot.core.errors import SettingsError
from weakspot.scan.settings import KEYS, Settled, parse

OWN_FILE = "weakspot.toml"
PROJECT_FILE = "pyproject.toml"
MOST_BYTES = 4 << 20
# Tables of `[tool.weakspot]` that belong to other stages.
OTHER_TABLES = ("train", "generate", "review", "evaluate", "export", "report", "lsp")
_PATHS = ("baseline", "cache_dir", "model")


@dataclass(frozen=True, slots=True)
class Project:
    """The settings found for some targets; `folder` is where their file stands, if any."""

    settled: Settled
    file: Path | None = None

    @property
    def folder(self) -> Path | None:
        """The folder that patterns in the settings are relative to."""
        return None if self.file is None else self.file.parent


def find_project(targets: Sequence[Path]) -> Project:
    """Return the settings of the nearest file upwards from what the targets have in common.

    Raises:
        SettingsError: with every mistake in the file.
    """
    start = common_folder(targets)
    for folder in (start, *start.parents):
        own = folder / OWN_FILE
        if own.is_file():
            return _project(own, _toml(own), str(own.name))
        project = folder / PROJECT_FILE
        if project.is_file():
            table = _tool_table(project)
            if table is not None:
                return _project(project, table, f"{project.name} [tool.weakspot]")
    return Project(Settled())


def common_folder(targets: Sequence[Path]) -> Path:
    """Return the deepest folder that all targets are in; the current one for no targets."""
    folders = [str(path if path.is_dir() else path.parent) for path in map(_absolute, targets)]
    return Path(os.path.commonpath(folders)) if folders else Path.cwd()


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - must not follow links


def _tool_table(path: Path) -> Mapping[str, Any] | None:
    tool = _toml(path).get("tool")
    if not isinstance(tool, Mapping) or "weakspot" not in tool:
        return None
    table = tool["weakspot"]
    if not isinstance(table, Mapping):
        raise SettingsError((f"{path}: 'tool.weakspot' must be a table",))
    return table


def _toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise SettingsError((f"{path}: larger than {MOST_BYTES} bytes",))
        return tomllib.loads(data.decode("utf-8-sig"))  # editors on Windows write a mark
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError((f"{path}: {error}",)) from error


def _project(file: Path, table: Mapping[str, Any], where: str) -> Project:
    values: dict[str, Any] = {}
    problems: list[str] = []
    plain = {key: value for key, value in table.items() if not _is_stage(key, value)}
    for part, place in ((plain, where), (table.get("scan", {}), _scan_place(where))):
        if not isinstance(part, Mapping):
            problems.append(f"{where}: 'scan' must be a table")
            continue
        found, mistakes = parse(part, place, file.parent)
        values |= found
        problems += mistakes
    for key, value in table.items():
        if isinstance(value, Mapping) and not _is_stage(key, value) and key not in KEYS:
            near = get_close_matches(key, ("scan", *OTHER_TABLES), n=1)
            problems = [problem for problem in problems if f"unknown key '{key}'" not in problem]
            problems.append(
                f"{where}: unknown table '{key}'" + (f"; did you mean '{near[0]}'?" if near else "")
            )
    if problems:
        raise SettingsError(tuple(problems), hint=f"in {file}")
    for name in _PATHS:
        if values.get(name) is not None:
            values[name] = str(file.parent / Path(values[name]).expanduser())
    return Project(Settled().merge(values, str(file)), file)


def _is_stage(key: str, value: Any) -> bool:
    return key == "scan" or (key in OTHER_TABLES and isinstance(value, Mapping))


def _scan_place(where: str) -> str:
    return where.replace("weakspot]", "weakspot.scan]") if "[" in where else f"{where} [scan]"
