"""Asks git what changed, for `--diff` and `--staged`, without running anything a repository brings.

A repository can name programs in its configuration that git runs while it looks at files
(fsmonitor, external diff, text conversion, pagers, hooks). All of those are switched off here.
"""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from weakspot.core.errors import ReadError, UsageError
from weakspot.core.finding import Finding

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
_HUNK = re.compile(rb"^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)")
_ELSEWHERE = re.compile(rb"\s*(?:@|(?:(?:async\s+)?def|class|import|from)\s)")
_MODULE = "<module>"  # the name of the unit for what stands outside functions


@dataclass(frozen=True, slots=True)
class Lost:
    """A place that lost lines: what touches it overlaps `first` to `last`.

    Behind line N that is N and N + 1, each only where no blank line went between: the function
    beside one that was deleted is not touched (`last` is then before `first`). `code` says that
    not only comments are lost, `module` that some of it stood outside functions and classes.
    """

    first: int
    last: int
    code: bool
    module: bool


@dataclass(frozen=True, slots=True)
class ChangedLines:
    """The changed lines of a file as (first, last) pairs; None means all of them."""

    ranges: tuple[tuple[int, int], ...] | None = None
    lost: tuple[Lost, ...] = ()

    def touch(self, first: int, last: int) -> bool:
        """Say whether any of the 1-based lines was changed or added, or lost its neighbour."""
        if self.ranges is None:
            return True
        places = (*self.ranges, *((lost.first, lost.last) for lost in self.lost))
        return any(start <= last and first <= end for start, end in places)

    def lost_by(self, unit: str, first: int, last: int) -> bool:
        """Say whether the unit of these lines lost code."""
        if unit == _MODULE:
            return any(lost.module for lost in self.lost)
        return any(lost.code and lost.first <= last and first <= lost.last for lost in self.lost)


@dataclass(frozen=True, slots=True)
class Changes:
    """Changed files below the repository's `top` folder, by path relative to it."""

    top: Path
    files: tuple[tuple[str, ChangedLines], ...]


def is_changed(finding: Finding, changed: Mapping[str, ChangedLines]) -> bool:
    """Say whether a change may have brought a finding.

    It may where it touches the statement, a flagged line or the way to it, and where it took lines
    away from the unit: one of them may have been the guard.
    """
    lines = changed.get(finding.path)
    if lines is None:
        return False
    places = [finding.statement, *((flagged.line, flagged.line) for flagged in finding.lines)]
    if any(lines.touch(first, last) for first, last in places):
        return True
    unit = finding.unit_span
    if lines.lost_by(finding.unit, unit.start_line, unit.end_line):
        return True
    steps = ((changed.get(step.path or finding.path), step.line) for step in finding.trace)
    return any(other is not None and other.touch(line, line) for other, line in steps)


def working_changes(folder: Path, ref: str = "HEAD") -> Changes:
    """Return what differs between `ref` and the files on disk, untracked files included.

    `main...` is the commit at which the current branch left `main`.

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
    """Return what a commit would change now, without links and submodules.

    Raises:
        UsageError: no git or no repository.
    """
    top = _top(folder)
    regular = _staged_regular(top)
    staged = (one for one in _diff(top, ("--cached",)) if one[0] in regular)
    return Changes(top, tuple(sorted(staged)))


def staged_content(top: Path, path: str) -> bytes:
    """Return a file's content in the index.

    Raises:
        ReadError: the index has none.
    """
    try:
        return _git(top, "cat-file", "blob", f":0:{path}")
    except UsageError as error:
        raise ReadError("not-staged", "its staged content cannot be read") from error


def staged_names(top: Path) -> frozenset[str]:
    """Return the paths of all files in the index."""
    return frozenset(_names(_git(top, "ls-files", "-z", "--full-name")))


def _diff(top: Path, which: Sequence[str]) -> list[tuple[str, ChangedLines]]:
    options = ("--no-ext-diff", "--no-textconv", "-M", "--diff-filter=AMRT", "--no-color")
    words = iter(_names(_git(top, "diff", *options, "--name-status", "-z", *which, "--")))
    found = []
    for status in words:  # a status, then the name, where it was renamed the old one first
        names = [next(words) for _ in range(2 if status.startswith("R") else 1)]
        found.append((names[-1], _lines(top, options, which, names)))
    return found


def _staged_regular(top: Path) -> frozenset[str]:
    # each is `:<old mode> <new mode> <old digest> <new digest> <status>`, NUL, the name, NUL
    rows = _git(top, "diff", "--cached", "--raw", "-z", "--no-renames", "--").split(b"\0")
    return frozenset(
        os.fsdecode(name)
        for row, name in zip(rows[::2], rows[1::2], strict=False)
        if row.split(b" ")[1].startswith(b"100")
    )


def _lines(
    top: Path, options: Sequence[str], which: Sequence[str], names: Sequence[str]
) -> ChangedLines:
    patch = _git(top, "diff", *options, "--unified=0", "--text", *which, "--", *names)
    ranges = []
    lost = []
    for hunk, removed in _hunks(patch):
        before, after = (1 if hunk[at] is None else int(hunk[at]) for at in (1, 3))
        first = int(hunk[2])
        if after:
            ranges.append((first, first + after - 1))
        if before > after and any(row.strip() for row in removed):
            code = [row for row in removed if row.strip() and not row.lstrip().startswith(b"#")]
            module = _is_of_module(code, hunk[4])
            lost.append(Lost(*_around(first, after, removed), bool(code), module))
    return ChangedLines(tuple(ranges), tuple(lost))


def _hunks(patch: bytes) -> Iterator[tuple[re.Match[bytes], list[bytes]]]:
    """Yield each hunk's head and the lines that it removes."""
    head: re.Match[bytes] | None = None
    removed: list[bytes] = []
    for row in patch.split(b"\n"):
        if match := _HUNK.match(row):
            if head is not None:
                yield head, removed
            head, removed = match, []
        elif row.startswith(b"-"):
            removed.append(row[1:])
    if head is not None:
        yield head, removed


def _is_of_module(code: Sequence[bytes], above: bytes) -> bool:
    """Say whether any line is neither of a function or class nor an import.

    `above` is what git shows of the last line before them that stands at the margin.
    """
    elsewhere = _ELSEWHERE.match(above) is not None
    for row in code:
        if not row[:1].isspace() and row[:1] not in b")]}":
            elsewhere = _ELSEWHERE.match(row) is not None
        if not elsewhere:
            return True
    return False


def _around(line: int, count: int, removed: Sequence[bytes]) -> tuple[int, int]:
    """Return what touches `removed` lines, in whose place `count` lines stand from `line` on."""
    if count:
        return line, line + count - 1
    return line + int(not removed[0].strip()), line + int(bool(removed[-1].strip()))


def _top(folder: Path) -> Path:
    data = _git(folder, "rev-parse", "--show-toplevel")
    return Path(os.fsdecode(data.rstrip(b"\n")))


def _commit(top: Path, ref: str) -> str:
    if ref.endswith("..."):
        return _fork(top, ref.removesuffix("..."))
    try:
        data = _git(
            top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"
        )
    except UsageError as error:
        hint = "--diff takes a branch, a tag or a commit"
        if ref and os.path.exists(ref):  # noqa: PTH110 - Path.exists may fail for odd words
            hint = f"{ref!r} is a path: write `--diff HEAD {ref}`"
        raise UsageError(f"git knows no commit {ref!r}", hint=hint) from error
    return data.decode("ascii").strip()


def _fork(top: Path, ref: str) -> str:
    ours, theirs = _commit(top, "HEAD"), _commit(top, ref)
    try:
        data = _git(top, "merge-base", ours, theirs)
    except UsageError as error:
        raise UsageError(
            f"git knows no commit that {ref!r} and HEAD have in common",
            hint="a shallow clone lacks it: fetch the whole history",
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
