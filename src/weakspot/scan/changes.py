"""Asks git which lines changed, for `--diff` and `--staged`."""

import codecs
import io
import os
import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from weakspot.core.errors import ReadError, UsageError
from weakspot.core.finding import Finding
from weakspot.scan.repository import Repository

# What is said here holds whatever a configuration says. Submodules are not looked at: git would
# start itself in them, with their own filters.
_DIFF = ("diff", "--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=all")
_CHANGED = ("-M", "--diff-filter=AMRT")
_PATCH = (
    "--unified=0", "--inter-hunk-context=0", "--text", "--full-index",
    "--src-prefix=a/", "--dst-prefix=b/",
)  # fmt: skip
_AT_ONCE = 100  # files that one patch is about
_SHEBANG_BYTES = 256
# What `git diff` takes, too; no name of a commit holds two dots.
_SPAN = re.compile(r"(?P<since>[^.]+(?:\.[^.]+)*)(?P<dots>\.{2,3})(?!\.).*")
_OLD = re.compile(rb"^index ([0-9a-f]+)\.\.")
_HUNK = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
# Where the statement of a line may begin: neither a comment nor what ends a bracket or a text.
_MARGIN = re.compile(rb"[^\s#)\]}\"']")
_ELSEWHERE = re.compile(rb"\s*(?:@|(?:(?:async\s+)?def|class|import|from)\s)")
_MODULE = "<module>"  # the name of the unit for what stands outside functions
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # UTF-32 begins with one of these, too
_LONE_RETURN = re.compile(rb"\r(?!\n)")
# A codec that may read line ends in other bytes: none of those that nearly all files are in.
_ODD_CODEC = re.compile(
    rb"(?i)\A(?:[^\n]*\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*"
    rb"(?!utf-?8|latin|iso-(?:8859|latin)|iso8859|(?:us-)?ascii|(?:cp|windows-)125|koi8)[-\w]"
)


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
class Hunk:
    """`after` lines from line `first` on in the place of `before` lines, those `removed`.

    They began at line `place` of the content whose digest is `old`.
    """

    old: str
    place: int
    before: int
    first: int
    after: int
    removed: list[bytes]


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


def has_own_lines(path: str, data: bytes) -> bool:
    """Say whether the lines of findings in a file may be others than those that git counts.

    Git counts line feeds. We count lines as Python does, in notebooks those of the joined cells.
    """
    if path.lower().endswith(".ipynb") or data.startswith(_WIDE):
        return True
    return _LONE_RETURN.search(data) is not None or _ODD_CODEC.match(data) is not None


def is_changed(finding: Finding, changed: Mapping[str, ChangedLines]) -> bool:
    """Say whether a change may have brought a finding.

    It may where it touches the statement, a flagged line or the way to it, and where it took lines
    away from the unit: one of them may have been the guard. The way may lead through other files
    than the finding's own, which then need not be changed.
    """
    lines = changed.get(finding.path, ChangedLines(ranges=()))
    places = [finding.statement, *((flagged.line, flagged.line) for flagged in finding.lines)]
    if any(lines.touch(first, last) for first, last in places):
        return True
    unit = finding.unit_span
    if lines.lost_by(finding.unit, unit.start_line, unit.end_line):
        return True
    steps = ((changed.get(step.path or finding.path), step.line) for step in finding.trace)
    return any(other is not None and other.touch(line, line) for other, line in steps)


def working_changes(
    repository: Repository,
    commit: str,
    names: Collection[str],
    limit: int,
    explicit: Sequence[str] = (),
) -> dict[str, ChangedLines]:
    """Return what differs between `commit` and the files on disk, untracked files included.

    Only of the `names` given; files above `limit` bytes are not looked into. Untracked files that
    git ignores are left out, unless they are among the `explicit` ones.
    """
    small = {name for name in names if _size(repository, name) <= limit}
    changed = _diff(repository, (commit,), names, small)
    untracked = ("ls-files", "--others", "-z", "--full-name")
    listing = repository.names(*untracked, "--exclude-standard")
    for at in range(0, len(explicit), _AT_ONCE):
        listing += repository.names(*untracked, "--", *explicit[at : at + _AT_ONCE])
    return changed | {name: ChangedLines() for name in listing if name in names}


def staged_sizes(repository: Repository) -> dict[str, int]:
    """Return the files that a commit would change now, without links and submodules.

    Each with the size in bytes of its staged content.
    """
    # each is `:<old mode> <new mode> <old digest> <new digest> <status>`, NUL, the name, NUL
    raw = repository.ask(*_DIFF, "--cached", "--raw", "--no-abbrev", "-z", "--no-renames", "--")
    rows = raw.split(b"\0")
    digests = {
        os.fsdecode(name): row.split(b" ")[3]
        for row, name in zip(rows[::2], rows[1::2], strict=False)
        if row.split(b" ")[1].startswith(b"100")
    }
    asked = b"".join(digest + b"\n" for digest in digests.values())
    told = repository.ask("cat-file", "--batch-check=%(objectsize)", data=asked).splitlines()
    sizes = (int(size) if size.isdigit() else 0 for size in told)  # where it is missing a word
    return dict(zip(digests, sizes, strict=True))


def staged_changes(repository: Repository, names: Collection[str]) -> dict[str, ChangedLines]:
    """Return what a commit would change now in the files of these names."""
    return _diff(repository, ("--cached",), names, names)


def staged_content(repository: Repository, name: str) -> bytes:
    """Return a file's content in the index.

    Raises:
        ReadError: the index has none.
    """
    try:
        return repository.ask("cat-file", "blob", f":0:{name}")
    except UsageError as error:
        raise ReadError("not-staged", "its staged content cannot be read") from error


def staged_beginning(repository: Repository, name: str) -> bytes:
    """Return what a file's content in the index begins with."""
    return repository.first(_SHEBANG_BYTES, "cat-file", "blob", f":0:{name}")


def tracked_files(repository: Repository) -> frozenset[str]:
    """Return the whole paths of all files in the index."""
    names = repository.names("ls-files", "-z", "--full-name")
    return frozenset(f"{repository.top}/{name}" for name in names)


def find_commit(repository: Repository, ref: str) -> str:
    """Return the commit that `ref` names; `main...` is the one at which HEAD left `main`.

    Raises:
        UsageError: there is none.
    """
    if ref.endswith("..."):
        return _fork(repository, ref.removesuffix("..."))
    words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    try:
        data = repository.ask(*words)
    except UsageError as error:
        hint = "--diff takes a branch, a tag or a commit"
        if ref and os.path.exists(ref):  # noqa: PTH110 - Path.exists may fail for odd words
            hint = f"{ref!r} is a path: write `--diff HEAD {ref}`"
        elif span := _SPAN.fullmatch(ref):
            since = span["since"] + ("..." if span["dots"] == "..." else "")
            hint = f"files are scanned as they are now: write `--diff {since}`"
        raise UsageError(f"git knows no commit {ref!r}", hint=hint) from error
    return data.decode("ascii").strip()


def find_submodule(repository: Repository, commit: str, name: str) -> str | None:
    """Return the commit of a submodule that `commit` names; None where it is none."""
    rows = repository.names("ls-tree", "-z", commit, "--", name)
    # each is `<mode> <type> <digest>`, a tab, the name
    words = rows[0].partition("\t")[0].split(" ") if rows else [""]
    return words[2] if words[0] == "160000" else None


def _fork(repository: Repository, ref: str) -> str:
    ours, theirs = find_commit(repository, "HEAD"), find_commit(repository, ref)
    try:
        data = repository.ask("merge-base", ours, theirs)
    except UsageError as error:
        raise UsageError(
            f"git knows no commit that {ref!r} and HEAD have in common",
            hint="a shallow clone lacks it: fetch the whole history",
        ) from error
    return data.decode("ascii").strip()


def _size(repository: Repository, name: str) -> int:
    try:
        return os.lstat(repository.top / name).st_size
    except OSError:
        return 0


def _diff(
    repository: Repository, which: Sequence[str], names: Collection[str], small: Collection[str]
) -> dict[str, ChangedLines]:
    """Return what changed in files of these names; all of those that are not `small`."""
    words = iter(repository.names(*_DIFF, *_CHANGED, "--name-status", "-z", *which, "--"))
    found = {}
    patched = []
    for status in words:  # a status, then the name, where it was renamed the old one first
        pair = [next(words) for _ in range(2 if status.startswith("R") else 1)]
        if pair[-1] in small:
            patched.append(pair)
        elif pair[-1] in names:
            found[pair[-1]] = ChangedLines()
    for at in range(0, len(patched), _AT_ONCE):
        some = patched[at : at + _AT_ONCE]
        paths = (path for pair in some for path in pair)
        hunks = _hunks(repository.ask(*_DIFF, *_CHANGED, *_PATCH, *which, "--", *paths))
        of: dict[str, list[Hunk]] = {pair[-1]: [] for pair in some}
        for name, hunk in hunks:
            of.get(name, []).append(hunk)
        margins = _margins(repository, (hunk for each in of.values() for hunk in each))
        found |= {name: _lines(of[name], margins) for name in of}
    return found


def _margins(repository: Repository, hunks: Iterable[Hunk]) -> dict[str, list[tuple[int, bytes]]]:
    """Return the lines at the margin of what hunks shortened, by its digest, with their numbers.

    git's own word for the last one above a hunk depends on the attributes of a repository.
    """
    digests = sorted({hunk.old for hunk in hunks if hunk.before > hunk.after})
    if not digests:
        return {}
    asked = "".join(f"{digest}\n" for digest in digests)
    said = io.BytesIO(repository.ask("cat-file", "--batch", data=asked.encode("ascii")))
    margins = {}
    for digest in digests:  # each is `<digest> <type> <size>`, the content, a line end
        size = said.readline().split()[-1]
        is_there = size.isdigit()  # of what is missing git says so here
        content = said.read(int(size) + 1) if is_there else b""
        rows = enumerate(content.split(b"\n"), start=1)
        margins[digest] = [(number, row) for number, row in rows if _MARGIN.match(row)]
    return margins


def _hunks(patch: bytes) -> Iterator[tuple[str, Hunk]]:
    """Yield each hunk with the name of its file."""
    name = ""
    hunk = Hunk("", 0, 0, 0, 0, [])
    old = ""
    left = 0  # lines of the hunk that are still to come
    for row in patch.split(b"\n"):
        if left:
            if row.startswith(b"-"):
                hunk.removed.append(row[1:])
            left -= row[:1] in (b"-", b"+")  # there are rows about missing line ends, too
            if not left:
                yield name, hunk
        elif row.startswith(b"+++ "):
            name = _unquoted(row.removeprefix(b"+++ ")).removeprefix("b/")
        elif match := _OLD.match(row):
            old = match[1].decode("ascii")
        elif match := _HUNK.match(row):
            before, after = (1 if match[at] is None else int(match[at]) for at in (2, 4))
            hunk = Hunk(old, int(match[1]), before, int(match[3]), after, [])
            left = before + after


def _unquoted(name: bytes) -> str:
    """Return a name as it is, of one that git writes in quotes or with a tab behind it."""
    name = name.removesuffix(b"\t")
    if not name.startswith(b'"'):
        return os.fsdecode(name)
    return os.fsdecode(name[1:-1].decode("unicode_escape").encode("latin-1"))


def _lines(
    hunks: Sequence[Hunk], margins: Mapping[str, Sequence[tuple[int, bytes]]]
) -> ChangedLines:
    ranges = []
    lost = []
    for hunk in hunks:
        if hunk.after:
            ranges.append((hunk.first, hunk.first + hunk.after - 1))
        removed = hunk.removed
        if any(row.strip() for row in removed):
            code = [row for row in removed if row.strip() and not row.lstrip().startswith(b"#")]
            # What other lines replaced counts for a function; module code would never be quiet.
            module = hunk.before > hunk.after and _is_of_module(code, _above(hunk, margins))
            lost.append(Lost(*_around(hunk.first, hunk.after, removed), bool(code), module))
    return ChangedLines(tuple(ranges), tuple(lost))


def _above(hunk: Hunk, margins: Mapping[str, Sequence[tuple[int, bytes]]]) -> bytes:
    """Return the last line at the margin above a hunk, none where there is none."""
    rows = margins.get(hunk.old, ())
    at = bisect_left(rows, (hunk.place,))
    return rows[at - 1][1] if at else b""


def _is_of_module(code: Sequence[bytes], above: bytes) -> bool:
    """Say whether any line is neither of a function or class nor an import.

    `above` is the last line before them that stands at the margin.
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
