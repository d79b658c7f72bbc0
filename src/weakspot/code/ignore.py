"""Which files git would ignore, and which folders no scan should enter unasked."""

from pathlib import Path

from pathspec import GitIgnoreSpec

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


class GitIgnore:
    """The ``.gitignore`` files from a root down to the folder being walked."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._specs: dict[Path, GitIgnoreSpec | None] = {}

    def ignores(self, path: Path, *, is_folder: bool) -> bool:
        """Say whether git would ignore `path`, which lies below the root.

        The deepest ``.gitignore`` that has a matching pattern decides, as in git; parents that
        are ignored as a whole are the caller's business (it does not enter them).
        """
        for folder in path.parents:
            spec = self._spec(folder)
            if spec is not None:
                relative = path.relative_to(folder).as_posix() + ("/" if is_folder else "")
                result = spec.check_file(relative).include
                if result is not None:
                    return result
            if folder == self._root:
                break
        return self._excluded(path, is_folder)

    def _excluded(self, path: Path, is_folder: bool) -> bool:
        spec = self._spec(self._root, ".git/info/exclude")
        if spec is None:
            return False
        relative = path.relative_to(self._root).as_posix() + ("/" if is_folder else "")
        return bool(spec.check_file(relative).include)

    def _spec(self, folder: Path, name: str = ".gitignore") -> GitIgnoreSpec | None:
        file = folder / name
        if file not in self._specs:
            self._specs[file] = _read(file)
        return self._specs[file]


def globs(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    """Compile exclusion patterns, which are written as in a ``.gitignore``."""
    return GitIgnoreSpec.from_lines(patterns)


def repository_root(folder: Path) -> Path:
    """Return the folder of the enclosing git repository, or `folder` itself."""
    for candidate in (folder, *folder.parents):
        if (candidate / ".git").exists():
            return candidate
    return folder


def _read(file: Path) -> GitIgnoreSpec | None:
    if file.is_symlink() or not file.is_file():
        return None
    try:
        text = file.read_bytes()[:1_000_000].decode("utf-8", "replace")
        return GitIgnoreSpec.from_lines(text.splitlines())
    except (OSError, ValueError):
        return None  # an unreadable or broken ignore file hides nothing
