"""Turns what a user names (paths, standard input, git changes) into items to scan."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from weakspot.code.discovery import (
    SUFFIXES,
    DiscoverySettings,
    discover,
    has_shebang,
    read_bytes,
)
from weakspot.code.ignore import Exclusions, repository_root
from weakspot.core.errors import NothingToScanError, ReadError, UsageError
from weakspot.scan.changes import (
    ChangedLines,
    Changes,
    staged_changes,
    staged_content,
    staged_names,
    working_changes,
)
from weakspot.scan.pipeline import Item
from weakspot.scan.settings import ScanSettings
from weakspot.scan.settings_files import common_folder

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
    The settings' patterns start at `base`, None for the root. `notes` are for the user's eyes.
    `index` are the files of git's index, by their whole paths, where that is what is scanned.
    """

    root: Path
    items: tuple[Item, ...]
    changed: Mapping[str, ChangedLines] | None = None
    beside: tuple[Item, ...] = ()
    base: Path | None = None
    notes: tuple[str, ...] = ()
    index: frozenset[str] | None = None

    def place(self, path: str) -> str:
        """Return what the settings' patterns see of a path of an item."""
        if self.base is None:
            return path
        whole = os.path.normpath(self.root / path)
        return os.path.relpath(whole, self.base).replace(os.sep, "/")

    def exists(self, path: str) -> bool:
        """Say whether there is a file at a path that an item might have."""
        whole = os.path.normpath(self.root / path)
        return os.path.lexists(whole) if self.index is None else whole in self.index


def find_targets(wanted: Wanted, settings: ScanSettings, folder: Path | None = None) -> Targets:
    """Find everything to scan; `folder` is that of the settings file, None where there is none.

    Raises:
        UsageError: a target does not exist, or the choice contradicts itself.
        NothingToScanError: there is no Python among the targets.
    """
    if STANDARD_INPUT in wanted.paths:
        return _standard_input(wanted, settings, folder)
    if wanted.staged and wanted.diff is not None:
        raise UsageError("--diff and --staged exclude each other")
    paths = [Path(path) for path in wanted.paths or (".",)]
    discovery = _discovery(settings, _base(paths, folder))
    if wanted.staged:
        return _staged(wanted, discovery)
    targets = _folders(paths, settings, discovery)
    if wanted.diff is not None:
        return _changed(targets, working_changes(targets.root, wanted.diff))
    if not targets.items:
        names = ", ".join(wanted.paths or (".",))
        raise NothingToScanError(
            f"no Python files in {names}", hint="files may be excluded: see `weakspot config show`"
        )
    return targets


def _base(paths: Iterable[Path], folder: Path | None) -> Path | None:
    """Return where patterns start: at the settings file, without one at the repository."""
    if folder is not None:
        return folder
    top = repository_root(common_folder(tuple(paths)))
    return top if os.path.lexists(top / ".git") else None


def _discovery(settings: ScanSettings, base: Path | None) -> DiscoverySettings:
    usual = DiscoverySettings().exclude
    return DiscoverySettings(
        exclude=usual if settings.exclude is None else settings.exclude,
        extend_exclude=settings.extend_exclude,
        force_exclude=settings.force_exclude,
        base=base,
    )


def _standard_input(wanted: Wanted, settings: ScanSettings, folder: Path | None) -> Targets:
    if len(wanted.paths) > 1 or wanted.staged or wanted.diff is not None or wanted.stdin is None:
        raise UsageError("- (standard input) stands alone")
    name = wanted.stdin_name.replace(os.sep, "/")
    path = Path(os.path.abspath(name))  # noqa: PTH100 - a name, not a file
    if os.path.isabs(name):  # noqa: PTH117 - as above
        name = os.path.relpath(name)
    root = Path.cwd()
    discovery = _discovery(settings, _base((path,), folder))
    if settings.force_exclude and discovery.exclusions(root).hide(path, is_folder=False):
        raise NothingToScanError(f"{name} is excluded", hint="see `weakspot config show`")
    return Targets(root, (Item(name, wanted.stdin),), base=discovery.base)


def _folders(paths: list[Path], settings: ScanSettings, discovery: DiscoverySettings) -> Targets:
    found = discover(paths, discovery)
    limit = settings.max_file_size
    items = [Item(file.report_path, partial(read_bytes, file.path, limit)) for file in found.files]
    items += [Item(file.path, partial(_refuse, file.reasons)) for file in found.unread]
    return Targets(found.root, tuple(items), base=discovery.base)


def _refuse(reasons: tuple[str, ...]) -> bytes:
    raise ReadError("unread", "; ".join(reasons))


def _changed(targets: Targets, changes: Changes) -> Targets:
    """Keep the items that changed; no change is a clean result, not an error."""
    lines = _by_report_path(changes, targets.root)
    items = tuple(item for item in targets.items if item.path in lines)
    beside = tuple(item for item in targets.items if item.path not in lines)
    return replace(targets, items=items, changed=lines, beside=beside)


def _staged(wanted: Wanted, discovery: DiscoverySettings) -> Targets:
    """Choose among the staged files as `discover` would, but by their staged content."""
    root = Path.cwd()
    changes = staged_changes(root)
    top = Path(os.path.realpath(changes.top))
    base = None if discovery.base is None else Path(os.path.realpath(discovery.base))
    exclusions = replace(discovery, base=base).exclusions(root)
    named = [_real(path) for path in wanted.paths] or [top]
    force = discovery.force_exclude
    items = tuple(
        Item(os.path.relpath(top / name, root), partial(staged_content, changes.top, name))
        for name, _ in changes.files
        if any(_takes(target, top / name, exclusions, force=force) for target in named)
        and _is_python(changes.top, name)
    )
    notes: tuple[str, ...] = ()
    if wanted.paths and not items:
        notes = (f"no staged Python files in {', '.join(wanted.paths)}",)
    return Targets(
        root,
        items,
        _by_report_path(changes, root),
        base=base,
        notes=notes,
        index=frozenset(f"{top}/{name}" for name in staged_names(changes.top)),
    )


def _real(path: str) -> Path:
    """Return a path as git tells it: with no links on the way."""
    if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises on forbidden folders
        return Path(os.path.realpath(path))
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - the file itself may be a link
    return Path(os.path.realpath(whole.parent), whole.name)


def _takes(target: Path, path: Path, exclusions: Exclusions, *, force: bool) -> bool:
    """Say whether who names `target` means the file `path`, and no exclusion hides it."""
    if path == target:
        return not (force and exclusions.hide(path, is_folder=False))
    if target not in path.parents or (force and exclusions.hide(target, is_folder=True)):
        return False
    return not exclusions.hide(path, is_folder=False, base=exclusions.base_for(target))


def _is_python(top: Path, name: str) -> bool:
    suffix = Path(name).suffix.lower()
    return suffix in SUFFIXES if suffix else has_shebang(staged_content(top, name))


def _by_report_path(changes: Changes, root: Path) -> dict[str, ChangedLines]:
    # git answers with real paths; the root may have been reached through a link.
    real = os.path.realpath(root)
    top = os.path.realpath(changes.top)
    return {
        os.path.relpath(os.path.join(top, name), real): lines  # noqa: PTH118 - text in, text out
        for name, lines in changes.files
    }
