"""Which files git would ignore, and which folders no scan should enter unasked."""

import codecs
import os
import stat
from pathlib import Path

from pathspec import GitIgnoreSpec

from weakspot.code.wildmatch import Rule, parse_rule
from weakspot.core.errors import UsageError

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


class GitIgnore:
    """The ``.gitignore`` files from a root down to the folder being walked."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._rules: dict[Path, tuple[Rule, ...]] = {}

    def ignores(self, path: Path, *, is_folder: bool) -> bool:
        """Say whether git would ignore `path`, which lies below the root.

        The deepest ``.gitignore`` that has a matching pattern decides, as in git; parents that
        are ignored as a whole are the caller's business (it does not enter them).
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
        self._globs = globs(patterns)
        self._base = base

    def hide(self, path: Path, *, is_folder: bool, base: Path | None = None) -> bool:
        """Say whether the patterns, started at `base` where one is given, leave out `path`."""
        start = self._base if base is None else base
        if path == start:
            return False
        name = os.path.relpath(path, start).replace(os.sep, "/") + ("/" if is_folder else "")
        return bool(self._globs.check_file(name).include)

    def base_for(self, folder: Path) -> Path:
        """Return where the patterns start below a folder that a user named.

        Who names a folder inside an excluded one wants it read: what hides the folder itself
        then does not hide what is below it.
        """
        return folder if self.hide(folder, is_folder=True) else self._base


def globs(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    """Compile exclusion patterns, which are written as in a ``.gitignore``.

    Raises:
        UsageError: a pattern is malformed.
    """
    for pattern in patterns:
        try:
            GitIgnoreSpec.from_lines([pattern])
        except ValueError as error:
            raise UsageError(
                f"{pattern!r} is no pattern", hint="exclusions are written as in a .gitignore"
            ) from error
    return GitIgnoreSpec.from_lines(patterns)


def repository_root(folder: Path) -> Path:
    """Return the folder of the enclosing git repository, or `folder` itself."""
    for candidate in (folder, *folder.parents):
        if os.path.exists(candidate / ".git"):  # noqa: PTH110 - Path raises on forbidden folders
            return candidate
    return folder


def _read(file: Path) -> tuple[Rule, ...]:
    """Read an ignore file; one that is special, unreadable or a link hides nothing, as in git."""
    try:
        if not stat.S_ISREG(file.lstat().st_mode):
            return ()
        data = file.read_bytes()[:MAX_SIZE]
    except OSError:
        return ()
    rules = (parse_rule(line) for line in data.removeprefix(codecs.BOM_UTF8).split(b"\n"))
    return tuple(rule for rule in rules if rule is not None)
