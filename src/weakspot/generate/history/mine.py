"""Mines a repository's history for security fixes: functions before and after, with their lines."""

import datetime
import difflib
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from weakspot.code.decode import decode
from weakspot.core.errors import UsageError
from weakspot.dataset.overlap import Overlap
from weakspot.generate.history.advisories import advisory_commits
from weakspot.generate.history.functions import Piece, functions
from weakspot.generate.history.git import Blobs, Repository
from weakspot.generate.history.signs import Sign, Signs, of_message

_MOST_BYTES = 1_000_000  # of a file
_FORMAT = "--format=%H%n%P%n%cI%n%B"
_TESTS = frozenset({"test", "tests", "testing", "conftest"})
_FILES = frozenset({"100644", "100755"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What is mined; `most_functions` bounds what one fix may change to be told from a rewrite."""

    revision: str = "HEAD"
    since: str | None = None
    most_commits: int | None = None
    words: bool = True
    tests: bool = False
    most_functions: int = 8


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit that is looked at, compared with its first parent.

    `date` is when it was committed, as git prints it; `day` is its day.
    """

    name: str
    parent: str
    date: str
    day: datetime.date
    subject: str
    signs: Signs


@dataclass(frozen=True, slots=True)
class Draft:
    """A function before and after a fix; lines are 1-based in the text of their side."""

    commit: Commit
    path_before: str
    path_after: str
    function: str
    source_line: int
    vulnerable: str
    fixed: str
    lines: tuple[int, ...]
    fixed_lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    before: str
    after: str
    old_blob: str
    new_blob: str


class Miner:
    """Goes through a history once; `seen` and `skipped` tell afterwards what was looked at."""

    def __init__(
        self,
        repository: Repository,
        wish: Wish,
        overlap: Overlap,
    ) -> None:
        """Prepare to mine. Raises UsageError when the repository lacks the revision."""
        self._repository = repository
        self._wish = wish
        self._overlap = overlap
        self._known: set[str] = set()
        self.seen = 0
        self.skipped: Counter[str] = Counter()
        head = repository.commit(wish.revision)
        if head is None:
            raise UsageError(
                f"the repository has no commit {wish.revision!r}",
                hint="--rev takes a branch, a tag or a commit",
            )
        self._head = head

    def drafts(self) -> Iterator[Draft]:
        """Yield the drafts, those of the newest commits first."""
        with self._repository.blobs() as blobs:
            for commit in self.commits():
                found = list(self._of_commit(commit, blobs))
                if len(found) > self._wish.most_functions:
                    self.skipped["the commit changes too many functions"] += 1
                    continue
                for draft in found:
                    if self._is_new(draft):
                        yield draft

    def commits(self) -> Iterator[Commit]:
        """Yield the commits that have signs of a security fix, newest first."""
        advised = advisory_commits(self._repository, self._head)
        arguments = ["log", "-z", _FORMAT]
        if self._wish.since:
            arguments.append(f"--since={self._wish.since}")
        if self._wish.most_commits:
            arguments.append(f"--max-count={self._wish.most_commits}")
        for record in self._repository.records(*arguments, self._head, "--"):
            self.seen += 1
            name, parents, date, message = _fields(record)
            signs = of_message(message)
            if name in advised:
                signs = advised[name].also(signs) if signs else advised[name]
            if signs is None or (signs.why is Sign.WORDS and not self._wish.words):
                continue
            if not parents:
                self.skipped["the commit has no parent here"] += 1
                continue
            day = _day(date)
            if day is None:
                self.skipped["the commit's date cannot be read"] += 1
                continue
            subject = message.strip().split("\n", 1)[0][:200]
            yield Commit(name, parents[0], date, day, subject, signs)

    def _of_commit(self, commit: Commit, blobs: Blobs) -> Iterator[Draft]:
        changes = [one for one in self._changes(commit) if self._is_wanted(one)]
        if not changes:
            self.skipped["no Python file of the program changed"] += 1
        for change in changes:
            before = self._text(blobs, change.old_blob, change)
            after = self._text(blobs, change.new_blob, change) if before is not None else None
            if before is None or after is None:
                continue
            old, new = functions(before), functions(after)
            if old is None or new is None:
                self.skipped["a file does not parse"] += 1
                continue
            for name in old:
                if name not in new:
                    self.skipped["a function went or was renamed"] += 1
                    continue
                draft = self._draft(commit, change, old[name], new[name])
                if draft is not None:
                    yield draft

    def _changes(self, commit: Commit) -> Iterator[_Change]:
        """Yield the Python files that a commit changed or moved and changed."""
        fields = self._repository.output(
            "diff-tree", "-r", "-z", "--raw", "--no-abbrev", "-M", "-l400", "--no-ext-diff",
            "--no-textconv", "--no-commit-id", "--diff-filter=MR", commit.parent, commit.name,
            "--", ":(top,icase,glob)**/*.py",
        ).split(b"\0")  # fmt: skip
        at = 0
        while at < len(fields) and fields[at]:
            modes, moved = fields[at].decode("ascii").lstrip(":").split(), 0
            before = after = fields[at + 1].decode("utf-8", "replace")
            if modes[4].startswith("R"):
                after, moved = fields[at + 2].decode("utf-8", "replace"), 1
            at += 2 + moved
            if {modes[0], modes[1]} <= _FILES:  # no links, no submodules
                yield _Change(before, after, modes[2], modes[3])

    def _is_wanted(self, change: _Change) -> bool:
        if self._wish.tests:
            return True
        path = PurePosixPath(change.after.lower())
        return not (
            _TESTS & {*path.parts[:-1], path.stem}
            or path.stem.startswith("test_")
            or path.stem.endswith("_test")
        )

    def _text(self, blobs: Blobs, blob: str, change: _Change) -> str | None:
        data = blobs.read(blob, _MOST_BYTES)
        if data is None:
            self.skipped["a file is too long or missing"] += 1
            return None
        source = decode(data, change.after)
        if source.notes:
            self.skipped["a file is binary or not in its own encoding"] += 1
            return None
        return source.text

    def _draft(self, commit: Commit, change: _Change, old: Piece, new: Piece) -> Draft | None:
        if old.code == new.code:
            return None
        if old.same_program(new):
            self.skipped["only comments or layout changed"] += 1
            return None
        lines, fixed_lines = changed_lines(old, new)
        if not lines:
            self.skipped["no line of the function itself changed"] += 1
            return None
        suite = self._overlap(old.code) or self._overlap(new.code)
        if suite is not None:
            self.skipped[f"repeats test data of {suite}"] += 1
            return None
        return Draft(
            commit=commit,
            path_before=change.before,
            path_after=change.after,
            function=old.name,
            source_line=old.first,
            vulnerable=old.code,
            fixed=new.code,
            lines=lines,
            fixed_lines=fixed_lines,
        )

    def _is_new(self, draft: Draft) -> bool:
        """Say whether neither this change nor its reverse was met: backports and reverts repeat."""
        both = (draft.vulnerable, draft.fixed)
        names = [
            hashlib.sha256("\0".join(pair).encode("utf-8", "surrogatepass")).hexdigest()
            for pair in (both, both[::-1])
        ]
        if self._known.intersection(names):
            self.skipped["the same change was met before, or its reverse"] += 1
            return False
        self._known.add(names[0])
        return True


def changed_lines(old: Piece, new: Piece) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the lines of the old side that the fix changed or left unguarded, and the new lines.

    Where a fix only adds lines, the first line below them in the old side counts: what a missing
    check lets through.
    """
    left, right = old.code.split("\n"), new.code.split("\n")
    telling, ours = old.telling(), new.telling()
    weak: set[int] = set()
    unguarded: set[int] = set()
    added: set[int] = set()
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    for tag, start, end, other, until in matcher.get_opcodes():
        if tag == "equal":
            continue
        fresh = ours.intersection(range(other + 1, until + 1))
        added |= fresh
        weak |= telling.intersection(range(start + 1, end + 1))
        if tag == "insert" and fresh:
            below = [line for line in telling if line > start]
            unguarded.add(min(below) if below else max(telling))
    return tuple(sorted(weak or unguarded)), tuple(sorted(added))


def _fields(record: bytes) -> tuple[str, list[str], str, str]:
    name, parents, date, message = record.decode("utf-8", "replace").lstrip("\n").split("\n", 3)
    return name, parents.split(), date, message


def _day(date: str) -> datetime.date | None:
    """Return the day of a date; None for what git makes of odd commits: year 11476, or `%cI`."""
    try:
        return datetime.date.fromisoformat(date[:10])
    except ValueError:
        return None
