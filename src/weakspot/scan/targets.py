"""Turns what a user names (paths, standard input, git changes) into items to scan."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from weakspot.code.discovery import (
    SUFFIXES,
    DiscoverySettings,
    discover,
    has_shebang,
    read_bytes,
    real_place,
    settle,
)
from weakspot.code.ignore import Exclusions, repository_root
from weakspot.core.errors import NothingToScanError, ReadError, UsageError
from weakspot.scan.changes import (
    ChangedLines,
    has_own_lines,
    staged_beginning,
    staged_changes,
    staged_content,
    staged_sizes,
    tracked_files,
)
from weakspot.scan.pipeline import Item
from weakspot.scan.repository import Repository, open_repository
from weakspot.scan.settings import ScanSettings
from weakspot.scan.settings_files import common_folder
from weakspot.scan.since import changes_since

STANDARD_INPUT = "-"
STDIN_NAME = "stdin.py"
STDIN_NOTEBOOK = "stdin.ipynb"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a user asked to scan; `diff` is a git reference, or None.

    `root` is what report paths are relative to, None for the current folder where it holds all.
    """

    paths: tuple[str, ...] = ()
    stdin: Callable[[], bytes] | None = None
    stdin_name: str = STDIN_NAME
    diff: str | None = None
    staged: bool = False
    root: Path | None = None


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
        """Say whether there is a file at a path that an item might have, or outside of the root."""
        whole = os.path.normpath(Path(os.path.realpath(self.root), path))
        return os.path.lexists(whole) if self.index is None else whole in self.index

    def package(self) -> tuple[str, ...]:
        """Return the dotted name, in parts, of the package that the root is the folder of.

        Its own `__init__.py` and those of the packages around it need not be scanned; none is read.
        """
        folder = Path(os.path.realpath(self.root))
        names: list[str] = []
        while folder.name.isidentifier() and self.exists("../" * len(names) + "__init__.py"):
            names.append(folder.name)
            folder = folder.parent
        return tuple(reversed(names))


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
    base = base_of(paths, folder)
    if wanted.staged:
        return _staged(wanted, settings, _discovery(settings, base))
    _, places = settle(paths, wanted.root)
    discovery = _discovery(settings, _as_seen_by(places, base))
    targets = _folders(paths, settings, discovery, wanted.root)
    if wanted.diff is not None:
        return _changed(targets, paths, wanted.diff, settings)
    if not targets.items:
        names = ", ".join(wanted.paths or (".",))
        raise NothingToScanError(
            f"no Python files in {names}", hint="files may be excluded: see `weakspot config show`"
        )
    return targets


def base_of(paths: Iterable[Path], folder: Path | None) -> Path | None:
    """Return where patterns start: at the settings file, without one at the repository.

    `folder` is that of the settings file. None is where report paths start.
    """
    if folder is not None:
        return folder
    top = repository_root(common_folder(tuple(paths)))
    return top if os.path.lexists(top / ".git") else None


def _as_seen_by(places: Iterable[Path], base: Path | None) -> Path | None:
    """Return where patterns start, without links where some of the places are seen without."""
    if base is None or all(base in (place, *place.parents) for place in places):
        return base
    return Path(os.path.realpath(base))


def _discovery(settings: ScanSettings, base: Path | None) -> DiscoverySettings:
    usual = DiscoverySettings().exclude
    return DiscoverySettings(
        exclude=usual if settings.exclude is None else settings.exclude,
        extend_exclude=settings.extend_exclude,
        force_exclude=settings.force_exclude,
        respect_gitignore=settings.respect_gitignore,
        base=base,
        tracked=cache(_tracked),
    )


def _tracked(root: Path) -> frozenset[str]:
    """Return the files that a repository tracks; none where git cannot be asked."""
    try:
        return tracked_files(open_repository(root))
    except UsageError:
        return frozenset()


def _standard_input(wanted: Wanted, settings: ScanSettings, folder: Path | None) -> Targets:
    if len(wanted.paths) > 1 or wanted.staged or wanted.diff is not None or wanted.stdin is None:
        raise UsageError("- (standard input) stands alone")
    named = Path(os.path.abspath(wanted.stdin_name))  # noqa: PTH100 - a name, not a file
    root, (path,) = settle((named,), wanted.root)
    name = path.relative_to(root).as_posix()
    discovery = _discovery(settings, _as_seen_by((path,), base_of((named,), folder)))
    if settings.force_exclude and discovery.exclusions(root).hide(path, is_folder=False):
        raise NothingToScanError(f"{name} is excluded", hint="see `weakspot config show`")
    return Targets(root, (Item(name, wanted.stdin),), base=discovery.base)


def _folders(
    paths: list[Path], settings: ScanSettings, discovery: DiscoverySettings, root: Path | None
) -> Targets:
    found = discover(paths, discovery, root)
    limit = settings.max_file_size
    items = [Item(file.report_path, partial(read_bytes, file.path, limit)) for file in found.files]
    items += [Item(file.path, partial(_refuse, file.reasons)) for file in found.unread]
    return Targets(found.root, tuple(items), base=discovery.base)


def _refuse(reasons: tuple[str, ...]) -> bytes:
    raise ReadError("unread", "; ".join(reasons))


def _changed(targets: Targets, paths: Sequence[Path], ref: str, settings: ScanSettings) -> Targets:
    """Keep the items that changed; no change is a clean result, not an error."""
    places = {item.path: real_place(targets.root / item.path) for item in targets.items}
    inside = [real_place(path) for path in (targets.root, *paths)]
    ends = {place: _end(place, inside) for place in places.values()}
    files = {*ends, *ends.values()}
    explicit = {real_place(path) for path in paths}
    explicit |= {ends[place] for place in explicit & {*ends}}
    if not settings.respect_gitignore:
        explicit = files  # what git ignores is new then, as what it does not know
    limit = settings.max_file_size
    since = changes_since(ref, _repositories(paths), files, limit, explicit)
    lines: dict[str, ChangedLines] = {}
    items: list[Item] = []
    beside: list[Item] = []
    for item in targets.items:
        place = places[item.path]
        end = ends[place]
        reason = since.untold.get(place) or since.untold.get(end)
        if reason is not None:
            items.append(Item(item.path, partial(_refuse, (reason,))))
        elif place in since.changed or end in since.changed:
            led_elsewhere = place != end and place in since.changed
            told = ChangedLines() if led_elsewhere else since.changed[end]
            lines[item.path] = _in_our_lines(item, told)
            items.append(item)
        else:
            beside.append(item)
    return replace(targets, items=tuple(items), changed=lines, beside=tuple(beside))


def _in_our_lines(item: Item, changed: ChangedLines) -> ChangedLines:
    """Return what changed; all of it, where git's lines are not those that findings have."""
    if changed.ranges is None:
        return changed
    try:
        return ChangedLines() if has_own_lines(item.path, item.read()) else changed
    except (ReadError, OSError):  # the scan says so
        return changed


def _end(place: Path, inside: Sequence[Path]) -> Path:
    """Return where a link leads, if that is inside of one of some folders."""
    end = Path(os.path.realpath(place)) if place.is_symlink() else place
    return end if any(folder in end.parents for folder in inside) else place


def _staged(wanted: Wanted, settings: ScanSettings, discovery: DiscoverySettings) -> Targets:
    """Choose among the staged files as `discover` would, but by their staged content."""
    named = [real_place(Path(path)) for path in wanted.paths]
    repository = _only_repository(named or [Path.cwd()])
    root, targets = settle(named or [repository.top], wanted.root)
    base = None if discovery.base is None else Path(os.path.realpath(discovery.base))
    exclusions = replace(discovery, base=base).exclusions(root)
    force = discovery.force_exclude
    sizes = {
        name: size
        for name, size in staged_sizes(repository).items()
        if any(_takes(target, repository.top / name, exclusions, force=force) for target in targets)
        and _is_python(repository, name)
    }
    limit = settings.max_file_size
    paths = {name: os.path.relpath(repository.top / name, root) for name in sizes}
    small = {name for name, size in sizes.items() if size <= limit}
    items = tuple(
        Item(
            paths[name],
            partial(staged_content, repository, name)
            if name in small
            else partial(_refuse, (f"has {size} bytes, the limit is {limit}",)),
        )
        for name, size in sorted(sizes.items())
    )
    notes: tuple[str, ...] = ()
    if wanted.paths and not items:
        notes = (f"no staged Python files in {', '.join(wanted.paths)}",)
    changes = {paths[name]: lines for name, lines in staged_changes(repository, small).items()}
    return Targets(
        root,
        items,
        {
            item.path: _in_our_lines(item, changes[item.path])
            for item in items
            if item.path in changes
        },
        base=base,
        notes=notes,
        index=tracked_files(repository),
    )


def _only_repository(paths: Sequence[Path]) -> Repository:
    found = {one.top: one for one in map(open_repository, _repositories(paths))}
    if len(found) > 1:
        raise UsageError("--staged takes paths of one repository at a time")
    return next(iter(found.values()))


def _repositories(paths: Iterable[Path]) -> set[Path]:
    """Return the folders of the repositories that some paths lie in."""
    real = map(real_place, paths)
    folders = {path if os.path.isdir(path) else path.parent for path in real}  # noqa: PTH112 - as in `real_place`
    return {repository_root(folder) for folder in folders}


def _takes(target: Path, path: Path, exclusions: Exclusions, *, force: bool) -> bool:
    """Say whether who names `target` means the file `path`, and no exclusion hides it."""
    if path == target:
        return not (force and exclusions.hide(path, is_folder=False))
    if target not in path.parents or (force and exclusions.hide(target, is_folder=True)):
        return False
    return not exclusions.hide(path, is_folder=False, base=exclusions.base_for(target))


def _is_python(repository: Repository, name: str) -> bool:
    suffix = Path(name).suffix.lower()
    return suffix in SUFFIXES if suffix else has_shebang(staged_beginning(repository, name))
