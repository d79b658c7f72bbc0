"""Finds the Python files below some targets; opens nothing that is not a regular file.

What looks like Python and cannot be read (a FIFO called ``p.py``, a link that leaves the root) is
listed, never passed over in silence: an unread file is not a clean one.
"""

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from weakspot.code.ignore import (
    DEFAULT_EXCLUDES,
    Exclusions,
    GitIgnore,
    Tracked,
    repository_root,
    untracked,
)
from weakspot.core.errors import ReadError, UsageError
from weakspot.core.report import FileOutcome, FileStatus

SUFFIXES = frozenset({".py", ".pyi", ".pyw", ".ipynb"})
_SHEBANG_BYTES = 256  # that are looked at
_SHEBANG = re.compile(rb"^#!.*\b(?:python[\d.]*|pypy[\d.]*|uv\s+run)\b")


@dataclass(frozen=True, slots=True)
class DiscoverySettings:
    """What to leave out; patterns are written as in a ``.gitignore``.

    `force_exclude` applies exclusions to files that were named, too. Patterns start at `base`,
    without one at the folder that report paths are relative to. What `tracked` gives for a
    repository is not ignored, as in `GitIgnore`.
    """

    exclude: tuple[str, ...] = DEFAULT_EXCLUDES
    extend_exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    respect_gitignore: bool = True
    base: Path | None = None
    tracked: Tracked = untracked

    def exclusions(self, root: Path) -> Exclusions:
        """Return the patterns, which start at `root` where there is no other base."""
        base = root if self.base is None else self.base
        return Exclusions(self.exclude + self.extend_exclude, base)


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read: its path, its path in reports, and whether the user named it."""

    path: Path
    report_path: str
    explicit: bool


@dataclass(frozen=True, slots=True)
class Discovery:
    """Files to read and files that cannot be, both ordered by report path.

    `root` is the folder that report paths are relative to.
    """

    root: Path
    files: tuple[Found, ...]
    unread: tuple[FileOutcome, ...]


def discover(
    targets: Sequence[Path], settings: DiscoverySettings, root: Path | None = None
) -> Discovery:
    """Find the Python files of the targets; report paths are relative to `root`, as in `settle`.

    Raises:
        UsageError: a target does not exist, or lies outside of `root`.
    """
    for target in targets:
        if not os.path.lexists(target):
            raise UsageError(f"there is no file or folder at {os.fspath(target)!r}")
    base, paths = settle(targets, root)
    walk = _Walk(base, paths, settings)
    for path in paths:
        walk.target(path)
    files = sorted(walk.files.values(), key=lambda found: found.report_path)
    unread = sorted(walk.unread.values(), key=lambda outcome: outcome.path)
    return Discovery(walk.root, tuple(files), tuple(unread))


def read_bytes(path: Path, limit: int) -> bytes:
    """Read a regular file of at most `limit` bytes without ever blocking.

    Raises:
        ReadError: it is no regular file, is too large, or cannot be read.
    """
    try:
        # Asked before and after opening: opening a device can have effects of its own, and what
        # was a file may have been replaced in between.
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116 - the same call as fstat below
            raise ReadError("special-file", "is no regular file")
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise ReadError("unreadable", f"cannot be opened: {error.strerror}") from error
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ReadError("special-file", "is no regular file")
        if status.st_size > limit:
            raise ReadError("too-large", f"has {status.st_size} bytes, the limit is {limit}")
        try:
            data = file.read(limit + 1)
        except OSError as error:
            raise ReadError("unreadable", f"cannot be read: {error.strerror}") from error
    if len(data) > limit:
        raise ReadError("too-large", f"grew past the limit of {limit} bytes")
    return data


def has_shebang(data: bytes) -> bool:
    """Say whether a file that begins with `data` is a Python script."""
    return bool(_SHEBANG.match(data[:_SHEBANG_BYTES]))


def settle(targets: Sequence[Path], root: Path | None) -> tuple[Path, list[Path]]:
    """Return what report paths are relative to, and where the targets are as seen from there.

    That is `root`, without one the current folder, and where that does not hold all targets the
    folder that they have in common. Links on the way to a target stay, unless they hide that it
    lies there.

    Raises:
        UsageError: `root` is no folder, or a target lies outside of it.
    """
    if root is not None and not _is_folder(root):
        raise UsageError(f"there is no folder at {os.fspath(root)!r}")
    base = Path.cwd() if root is None else Path(os.path.realpath(root))
    absolute = [Path(os.path.abspath(target)) for target in targets]  # noqa: PTH100  keeps links
    paths = [path if _holds(base, path) else real_place(path) for path in absolute]
    outside = [at for at, path in zip(targets, paths, strict=True) if not _holds(base, path)]
    if not outside:
        return base, paths
    if root is not None:
        raise UsageError(f"{os.fspath(outside[0])!r} lies outside of {os.fspath(root)!r}")
    folders = [path if path.is_dir() else path.parent for path in absolute]
    return Path(os.path.commonpath(folders)), absolute


def real_place(path: Path) -> Path:
    """Return where a file is with no links on the way to it, a folder with none at all."""
    if _is_folder(path):
        return Path(os.path.realpath(path))
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - the file itself may be a link
    return Path(os.path.realpath(whole.parent), whole.name)


def _holds(folder: Path, path: Path) -> bool:
    return path == folder or folder in path.parents


class _Walk:
    def __init__(self, root: Path, targets: Sequence[Path], settings: DiscoverySettings) -> None:
        self.root = root
        self.files: dict[str, Found] = {}  # by real path, so that links add nothing twice
        self.unread: dict[str, FileOutcome] = {}
        self._settings = settings
        self._excluded = settings.exclusions(root)
        self._real_root = Path(os.path.realpath(root))
        self._real_targets = frozenset(Path(os.path.realpath(path)) for path in targets)
        self._real_folders: dict[Path, str] = {}

    def target(self, path: Path) -> None:
        """Add a file, or all Python files below a folder."""
        is_folder = _is_folder(path)
        if self._settings.force_exclude and self._excluded.hide(path, is_folder=is_folder):
            return
        if is_folder:
            self._folder(path)
        else:
            self._file(path, explicit=True)

    def _folder(self, top: Path) -> None:
        base = self._excluded.base_for(top)
        ignore = self._ignore(top) if self._settings.respect_gitignore else None
        stack = [top]
        seen: set[tuple[int, int]] = set()
        while stack:
            folder = stack.pop()
            try:
                status = folder.stat()
                entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
            except OSError as error:
                self._note(folder, f"the folder cannot be read: {error.strerror}")
                continue
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            if folder != top and any(entry.name == "pyvenv.cfg" for entry in entries):
                continue  # a virtual environment under another name
            stack += reversed(list(self._entries(entries, base, ignore)))

    def _entries(
        self, entries: Sequence[os.DirEntry[str]], base: Path, ignore: GitIgnore | None
    ) -> Iterator[Path]:
        """Add the files among some entries; yield the folders to enter."""
        for entry in entries:
            path = Path(entry.path)
            is_folder = entry.is_dir(follow_symlinks=False)
            if self._excluded.hide(path, is_folder=is_folder, base=base):
                continue
            if ignore is not None and ignore.ignores(path, is_folder=is_folder):
                continue
            if is_folder:
                yield path
            elif entry.is_symlink() and _is_folder(path):
                if self._is_elsewhere(path):
                    self._note(path, "is a link to a folder outside the scanned ones")
            else:
                self._file(path, explicit=False)

    def _file(self, path: Path, *, explicit: bool) -> None:
        python = path.suffix.lower() in SUFFIXES
        try:
            status = path.lstat()
            is_link = stat.S_ISLNK(status.st_mode)
            if is_link:
                if not python and not explicit:
                    return
                if self._leaves(path) and not explicit:
                    self._note(path, "is a link to a place outside the scanned folder")
                    return
                status = path.stat()
        except OSError as error:
            if python or explicit:
                self._note(path, f"cannot be reached: {error.strerror}")
            return
        if not stat.S_ISREG(status.st_mode):
            if python or explicit:
                self._note(path, "is no regular file and was not opened")
            return
        if python or explicit or (not path.suffix and _has_shebang(path)):
            found = Found(path, self._report_path(path), explicit)
            key = self._real_path(path)
            known = self.files.get(key)
            if known is None or (not known.explicit and self._is_better(found, known, is_link)):
                self.files[key] = found

    def _is_better(self, found: Found, known: Found, is_link: bool) -> bool:
        """Say whether a file is to be read at this of two places: its own one, else the first."""
        ours, theirs = (is_link, found.report_path), (known.path.is_symlink(), known.report_path)
        return ours < theirs

    def _ignore(self, top: Path) -> GitIgnore:
        ignore = GitIgnore(repository_root(top), self._settings.tracked)
        hidden = any(
            ignore.hides(folder, is_folder=True)
            for folder in (top, *top.parents)
            if ignore.root in folder.parents
        )
        return GitIgnore(top, self._settings.tracked) if hidden else ignore

    def _leaves(self, path: Path) -> bool:
        real = Path(os.path.realpath(path))
        return not _holds(self._real_root, real) and self._is_elsewhere(path)

    def _is_elsewhere(self, path: Path) -> bool:
        """Say whether what is linked lies where no target leads."""
        real = Path(os.path.realpath(path))
        return self._real_targets.isdisjoint((real, *real.parents))

    def _real_path(self, path: Path) -> str:
        if path.is_symlink():
            return os.path.realpath(path)
        folder = path.parent
        if folder not in self._real_folders:
            self._real_folders[folder] = os.path.realpath(folder)
        return os.path.join(self._real_folders[folder], path.name)  # noqa: PTH118 - a key

    def _report_path(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _note(self, path: Path, reason: str) -> None:
        name = self._report_path(path)
        self.unread[name] = FileOutcome(name, FileStatus.NOT, reasons=(reason,))


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises on forbidden folders


def _has_shebang(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return False
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return False
        return has_shebang(file.read(_SHEBANG_BYTES))
