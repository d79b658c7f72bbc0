"""Which files git would ignore, and which folders no scan should enter unasked."""

import codecs
import os
import stat
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from weakspot.code.wildmatch import Globs, Rule, parse_rule

# Folders that hold other people's code or no code at all; `--exclude` replaces this list.
DEFAULT_EXCLUDES = (
    ".git",
    ".hg",
    ".svn",
    ".bzr",
    ".direnv",
    ".eggs",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pytest_cache",
    ".ruff_cache",
    ".tox",
    ".venv",
    ".vscode",
    "__pycache__",
    "__pypackages__",
    "_build",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)

MAX_SIZE = 1_000_000  # bytes of an ignore file that are read

Tracked = Callable[[Path], Collection[str]]


def untracked(root: Path) -> Collection[str]:
    """Return no path at all: what is tracked where git is not asked."""
    del root
    return ()


class GitIgnore:
    """The ``.gitignore`` files from a root down to the folder being walked.

    `tracked` gives the whole paths, without links, of the files that the repository at a folder
    tracks. It is asked once for each repository, and only where rules hide something.
    """

    def __init__(self, root: Path, tracked: Tracked = untracked) -> None:
        self.root = root
        self._rules: dict[Path, tuple[Rule, ...]] = {}
        self._ask = tracked
        self._tracked: dict[Path, frozenset[str]] = {}  # by repository, with the folders above
        self._folders: dict[Path, tuple[str, frozenset[str]]] = {}
        self._hidden: set[Path] = set()  # folders that are entered for what is tracked in them

    def ignores(self, path: Path, *, is_folder: bool) -> bool:
        """Say whether git would ignore `path`, which lies below the root.

        A walker asks of a folder before it asks of what is inside: of an ignored one git knows what
        it tracks and nothing else.
        """
        if path.parent not in self._hidden and not self.hides(path, is_folder=is_folder):
            return False
        if is_folder:
            self._hidden.add(path)
        return not self._is_tracked(path)

    def _is_tracked(self, path: Path) -> bool:
        if path.parent not in self._folders:
            root = repository_root(path.parent)
            if root not in self._tracked:
                names = self._ask(root) if os.path.lexists(root / ".git") else ()
                self._tracked[root] = _with_folders(names)
            self._folders[path.parent] = (os.path.realpath(path.parent), self._tracked[root])
        folder, tracked = self._folders[path.parent]
        return f"{folder.rstrip(os.sep)}{os.sep}{path.name}" in tracked

    def hides(self, path: Path, *, is_folder: bool) -> bool:
        """Say whether the rules hide `path`, tracked or not.

        The deepest ``.gitignore`` that has a matching pattern decides, as in git; parents that
        are ignored as a whole are the caller's business.
        """
        for folder in path.parents:
            verdict = self._verdict(folder, ".gitignore", path, is_folder)
            if verdict is not None:
                return verdict
            if folder == self.root:
                break
        return bool(self._verdict(self.root, ".git/info/exclude", path, is_folder))

    def _verdict(self, folder: Path, name: str, path: Path, is_folder: bool) -> bool | None:
        """Return what one ignore file says of `path`: its last matching pattern decides."""
        file = folder / name
        if file not in self._rules:
            self._rules[file] = _read(file)
        rules = self._rules[file]
        names = tuple(os.fsencode(part) for part in path.relative_to(folder).parts) if rules else ()
        for rule in reversed(rules):
            if rule.matches(names, is_folder=is_folder):
                return rule.ignored
        return None


class Exclusions:
    """What exclusion patterns leave out; they start at the folder `base`."""

    def __init__(self, patterns: tuple[str, ...], base: Path) -> None:
        self._globs = Globs(patterns)
        self._base = base

    def hide(self, path: Path, *, is_folder: bool, base: Path | None = None) -> bool:
        """Say whether the patterns, started at `base` where one is given, leave out `path`."""
        start = self._base if base is None else base
        if path == start:
            return False
        name = os.path.relpath(path, start).replace(os.sep, "/") + ("/" if is_folder else "")
        return self._globs.match(name)

    def base_for(self, folder: Path) -> Path:
        """Return where the patterns start below a folder that a user named.

        Who names a folder inside an excluded one wants it read: what hides the folder itself
        then does not hide what is below it.
        """
        return folder if self.hide(folder, is_folder=True) else self._base


def repository_root(folder: Path) -> Path:
    """Return the folder of the enclosing git repository, or `folder` itself."""
    for candidate in (folder, *folder.parents):
        if os.path.exists(candidate / ".git"):  # noqa: PTH110 - Path raises on forbidden folders
            return candidate
    return folder


def _with_folders(names: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for path in names:
        name = path
        while name and name not in found:
            found.add(name)
            name = name.rpartition("/")[0]
    return frozenset(map(os.path.normpath, found))


def _read(file: Path) -> tuple[Rule, ...]:
    """Read an ignore file; one that is special, unreadable or a link hides nothing, as in git.

    Of one that is too long the whole lines count: half a pattern could hide more than all of it.
    """
    try:
        if not stat.S_ISREG(file.lstat().st_mode):
            return ()
        with file.open("rb") as opened:
            data = opened.read(MAX_SIZE + 1)
    except OSError:
        return ()
    if len(data) > MAX_SIZE:
        data = data[:MAX_SIZE].rpartition(b"\n")[0]
    rules = (parse_rule(line) for line in data.removeprefix(codecs.BOM_UTF8).split(b"\n"))
    return tuple(rule for rule in rules if rule is not None)
