"""Turns what a user names (paths, standard input, git changes) into items to scan."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from weakspot.code.discovery import SUFFIXES, DiscoverySettings, discover, read_bytes
from weakspot.core.errors import NothingToScanError, ReadError, UsageError
from weakspot.scan.changes import (
    ChangedLines,
    Changes,
    staged_changes,
    staged_content,
    working_changes,
)
from weakspot.scan.pipeline import Item
from weakspot.scan.settings import ScanSettings

STANDARD_INPUT = "-"
STDIN_NAME = "stdin.py"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a user asked to scan; `diff` is a git reference, or None."""

    paths: tuple[str, ...] = ()
    stdin: Callable[[], bytes] | None = None
    stdin_name: str = STDIN_NAME
    diff: str | None = None
    staged: bool = False


@dataclass(frozen=True, slots=True)
class Targets:
    """What is to be scanned; `root` is what the items' paths are relative to.

    `beside` are the files of the same folders that are not to be scanned, for they did not change.
    """

    root: Path
    items: tuple[Item, ...]
    changed: Mapping[str, ChangedLines] | None = None
    beside: tuple[Item, ...] = ()


def find_targets(wanted: Wanted, settings: ScanSettings) -> Targets:
    """Find everything to scan.

    Raises:
        UsageError: a target does not exist, or the choice contradicts itself.
        NothingToScanError: there is no Python among the targets.
    """
    if STANDARD_INPUT in wanted.paths:
        return _standard_input(wanted)
    if wanted.staged and wanted.diff is not None:
        raise UsageError("--diff and --staged exclude each other")
    if wanted.staged:
        return _staged(wanted, settings)
    targets = _folders(wanted.paths or (".",), settings)
    if wanted.diff is not None:
        return _changed(targets, working_changes(targets.root, wanted.diff))
    if not targets.items:
        names = ", ".join(wanted.paths or (".",))
        raise NothingToScanError(
            f"no Python files in {names}", hint="files may be excluded: see `weakspot config show`"
        )
    return targets


def _standard_input(wanted: Wanted) -> Targets:
    if len(wanted.paths) > 1 or wanted.staged or wanted.diff is not None or wanted.stdin is None:
        raise UsageError("- (standard input) stands alone")
    name = wanted.stdin_name.replace(os.sep, "/")
    if os.path.isabs(name):  # noqa: PTH117 - a name, not a file
        name = os.path.relpath(name)
    return Targets(Path.cwd(), (Item(name, wanted.stdin),))


def _folders(paths: Sequence[str], settings: ScanSettings) -> Targets:
    defaults = DiscoverySettings()
    found = discover(
        [Path(path) for path in paths],
        DiscoverySettings(
            exclude=defaults.exclude if settings.exclude is None else settings.exclude,
            extend_exclude=settings.extend_exclude,
            force_exclude=settings.force_exclude,
        ),
    )
    limit = settings.max_file_size
    items = [Item(file.report_path, partial(read_bytes, file.path, limit)) for file in found.files]
    items += [Item(file.path, partial(_refuse, file.reasons)) for file in found.unread]
    return Targets(found.root, tuple(items))


def _refuse(reasons: tuple[str, ...]) -> bytes:
    raise ReadError("unread", "; ".join(reasons))


def _changed(targets: Targets, changes: Changes) -> Targets:
    """Keep the items that changed; no change is a clean result, not an error."""
    lines = _by_report_path(changes, targets.root)
    items = tuple(item for item in targets.items if item.path in lines)
    beside = tuple(item for item in targets.items if item.path not in lines)
    return Targets(targets.root, items, lines, beside)


def _staged(wanted: Wanted, settings: ScanSettings) -> Targets:
    root = Path.cwd()
    changes = staged_changes(root)
    lines = _by_report_path(changes, root)
    top = Path(os.path.relpath(changes.top, os.path.realpath(root)))
    inside = [os.path.normpath(path) for path in wanted.paths or (".",)]
    excluded = _excluded(settings)
    items = tuple(
        Item(path, partial(staged_content, changes.top, os.path.relpath(path, top)))
        for path in lines
        if Path(path).suffix.lower() in SUFFIXES
        and any(_is_below(path, each) for each in inside)
        and not excluded(path)
    )
    return Targets(root, items, lines)


def _is_below(path: str, folder: str) -> bool:
    return folder in (".", path) or path.startswith(folder.rstrip("/") + "/")


def _excluded(settings: ScanSettings) -> Callable[[str], bool]:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - for `--staged` alone

    defaults = DiscoverySettings().exclude
    patterns = defaults if settings.exclude is None else settings.exclude
    return GitIgnoreSpec.from_lines([*patterns, *settings.extend_exclude]).match_file


def _by_report_path(changes: Changes, root: Path) -> dict[str, ChangedLines]:
    # git answers with real paths; the root may have been reached through a link.
    real = os.path.realpath(root)
    top = os.path.realpath(changes.top)
    return {
        os.path.relpath(os.path.join(top, name), real): lines  # noqa: PTH118 - text in, text out
        for name, lines in changes.files
    }
