"""Asks git what changed, for `--diff` and `--staged`, without running anything a repository brings.

A repository can name programs in its configuration that git runs while it looks at files
(fsmonitor, external diff, text conversion, pagers, hooks). All of those are switched off here.
"""

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from weakspot.core.errors import ReadError, UsageError

_SAFE = (
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.pager=cat",
    "-c", "diff.external=",
    "-c", "core.quotePath=false",
    "-c", "protocol.allow=never",
    "-c", "submodule.recurse=false",
)  # fmt: skip
_SECONDS = 60
_HUNK = re.compile(rb"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")


@dataclass(frozen=True, slots=True)
class ChangedLines:
    """The changed lines of a file as (first, last) pairs; None means all of them."""

    ranges: tuple[tuple[int, int], ...] | None = None

    def has(self, line: int) -> bool:
        """Say whether the 1-based `line` was changed or added."""
        if self.ranges is None:
            return True
        return any(first <= line <= last for first, last in self.ranges)


@dataclass(frozen=True, slots=True)
class Changes:
    """Changed files below the repository's `top` folder, by path relative to it."""

    top: Path
    files: tuple[tuple[str, ChangedLines], ...]


def working_changes(folder: Path, ref: str = "HEAD") -> Changes:
    """Return what differs between `ref` and the files on disk, untracked files included.

    Raises:
        UsageError: no git, no repository, or no such `ref`.
    """
    top = _top(folder)
    commit = _commit(top, ref)
    files = dict(_diff(top, (commit,)))
    listing = _git(top, "ls-files", "--others", "--exclude-standard", "-z", "--full-name")
    for name in _names(listing):
        files[name] = ChangedLines()
    return Changes(top, tuple(sorted(files.items())))


def staged_changes(folder: Path) -> Changes:
    """Return what a commit would change now.

    Raises:
        UsageError: no git or no repository.
    """
    top = _top(folder)
    return Changes(top, tuple(sorted(_diff(top, ("--cached",)))))


def staged_content(top: Path, path: str) -> bytes:
    """Return a file's content in the index.

    Raises:
        ReadError: the index has none.
    """
    try:
        return _git(top, "cat-file", "blob", f":0:{path}")
    except UsageError as error:
        raise ReadError("not-staged", "its staged content cannot be read") from error


def _diff(top: Path, which: Sequence[str]) -> list[tuple[str, ChangedLines]]:
    options = ("--no-ext-diff", "--no-textconv", "--no-renames", "--diff-filter=AMT", "--no-color")
    names = _names(_git(top, "diff", *options, "--name-only", "-z", *which, "--"))
    return [(name, _lines(top, options, which, name)) for name in names]


def _lines(top: Path, options: Sequence[str], which: Sequence[str], name: str) -> ChangedLines:
    patch = _git(top, "diff", *options, "--unified=0", "--text", *which, "--", name)
    ranges = []
    for row in patch.split(b"\n"):
        if match := _HUNK.match(row):
            first = int(match[1])
            count = 1 if match[2] is None else int(match[2])
            if count:
                ranges.append((first, first + count - 1))
    return ChangedLines(tuple(ranges))


def _top(folder: Path) -> Path:
    data = _git(folder, "rev-parse", "--show-toplevel")
    return Path(os.fsdecode(data.rstrip(b"\n")))


def _commit(top: Path, ref: str) -> str:
    try:
        data = _git(
            top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"
        )
    except UsageError as error:
        raise UsageError(
            f"git knows no commit {ref!r}", hint="--diff takes a branch, a tag or a commit"
        ) from error
    return data.decode("ascii").strip()


def _names(data: bytes) -> list[str]:
    return [os.fsdecode(name) for name in data.split(b"\0") if name]


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - no shell; what comes from users stands behind `--`
            ["git", "--no-pager", "--literal-pathspecs", *_SAFE, *arguments],  # noqa: S607 - the user's git
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise UsageError("--diff and --staged need git, which is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise UsageError(f"git did not answer within {_SECONDS} s") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UsageError(f"git failed: {said[0] if said else f'exit status {done.returncode}'}")
    return done.stdout


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
