"""The pair files of a folder as the desk shows and mends them; one is read again when it changed.

A file that is no pair is kept with what is wrong with it, so that it can be mended as well.
"""

import hashlib
import os
import re
import shutil
import stat
import sys
import tempfile
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from weakspot.core.errors import DataError
from weakspot.dataset.pairs import SUFFIX, Pair, decoded, parse_pair
from weakspot.review.journal import digest, flush_folder

if sys.platform != "win32":
    import fcntl

LONGEST = 128 << 10  # bytes of a pair file; a pair is a page or two of code
# The header names the file: what a page sends is looked at before it becomes a path.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,150}", re.ASCII)


class StaleError(DataError):
    """The pair is no longer in the state that the reader was shown."""

    def __init__(self) -> None:
        super().__init__("the pair changed since it was shown; look at it again")


@dataclass(frozen=True, slots=True)
class Entry:
    """One pair file in one state; `pair` is None where `problem` says why it is none.

    `id` is how folder and file are called; where several are called the same, the first has it.
    """

    id: str
    path: Path
    text: str
    digest: str
    pair: Pair | None
    problem: str

    @property
    def cwe(self) -> str:
        """The CWE of the pair; of its folder, where the file is no pair."""
        return self.pair.cwe if self.pair else self.path.parent.name

    @property
    def is_second(self) -> bool:
        """Whether another file has this one's name: it can be renamed, and not be decided on."""
        return self.id != _name(self.path)


class Shelf:
    """The pair files below a folder, by id (``CWE-89/name``, as folder and file are called)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._known: dict[Path, tuple[tuple[int, int, int], Entry]] = {}

    def entries(self) -> Mapping[str, Entry]:
        """Return all pairs in the order of their ids, as they are on the disk now."""
        with self._lock:
            found: dict[Path, tuple[tuple[int, int, int], Entry]] = {}
            for path in sorted(self.folder.rglob(f"*{SUFFIX}")):
                seen = _stamp(path)
                if seen is None:
                    continue
                known = self._known.get(path)
                found[path] = known if known and known[0] == seen else (seen, _read(path))
            self._known = found
        listed: dict[str, Entry] = {}
        for path, (_, entry) in found.items():
            first = listed.setdefault(entry.id, entry)
            if first is not entry:
                name = f"{entry.id} ({path.relative_to(self.folder).as_posix()})"
                problem = f"{first.path.relative_to(self.folder).as_posix()} has this name, too"
                listed[name] = replace(entry, id=name, pair=None, problem=problem)
        return dict(sorted(listed.items()))

    def entry(self, name: str) -> Entry:
        """Return one pair. Raises DataError when there is none of that id."""
        try:
            return self.entries()[name]
        except KeyError:
            raise DataError("there is no such pair any more") from None

    def digests(self) -> Mapping[str, str]:
        """Return the state of each pair file, by id."""
        return {name: entry.digest for name, entry in self.entries().items()}

    @contextmanager
    def replacing(self, entry: Entry, text: str) -> Iterator[Entry]:
        """Yield a pair with its new text; when the block ends well, it takes the old one's place.

        The new text is on the disk, whole, before the block begins, so that a block that records
        it does not record what no disk could take; when the block fails, the old file stands.
        Where the header has a new name, the file then moves. It is never there in part, nor twice:
        a kill before the move leaves it in its old place, and `finish_moves` moves it. From the
        look at the old state to the end no other desk changes a pair of the folder (`_alone`).

        Raises:
            StaleError: the file is not in the state of `entry` any more.
            DataError: the text is no pair, its name fits no file or is another pair's, or the
                file cannot be written.
        """
        pair = parse_pair(text)
        path = _place(entry, pair)
        if len(text.encode("utf-8", "replace")) > LONGEST:
            raise DataError(f"a pair file has at most {LONGEST >> 10} KiB")
        with _alone(path.parent.parent):
            _check_state(entry)
            moves = path != entry.path
            other = self.entries().get(pair.id)
            if (moves and os.path.lexists(path)) or (other and other.path != entry.path):
                raise DataError(f"there is another pair {pair.id}")
            try:
                data = (text if text.endswith("\n") else text + "\n").encode("utf-8")
                path.parent.mkdir(exist_ok=True)
                part = _part(entry.path, data)
            except (OSError, UnicodeEncodeError) as error:
                raise DataError(f"the pair could not be written: {error}") from error
            try:
                yield _entry(path, data)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
            try:
                part.replace(entry.path)
                flush_folder(entry.path.parent)
                if moves:
                    _move(entry.path, path)
            except OSError as error:
                part.unlink(missing_ok=True)
                raise DataError(f"the pair could not be written: {error}") from error

    def finish_moves(self, recorded: Collection[tuple[str, str]]) -> None:
        """Move files whose new name (id) and state (digest) are `recorded`, as a killed desk would.

        One that cannot be moved stays where it is, and is told as no pair.
        """
        for entry in self.entries().values():
            with suppress(OSError, DataError):
                pair = parse_pair(entry.text)
                path = _place(entry, pair)
                if path == entry.path or (pair.id, entry.digest) not in recorded:
                    continue
                with _alone(path.parent.parent):
                    _check_state(entry)
                    if not os.path.lexists(path):
                        path.parent.mkdir(exist_ok=True)
                        _move(entry.path, path)


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Return what changes with the file; None for what is no regular file (a pipe would hang)."""
    try:
        found = path.stat()
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _read(path: Path) -> Entry:
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST + 1)
    except OSError as error:
        return Entry(_name(path), path, "", "", None, f"cannot be read: {error.strerror}")
    return _entry(path, data)


def _entry(path: Path, data: bytes) -> Entry:
    """Return the pair of a file that holds `data`, of which one byte may be too many."""
    name = _name(path)
    state = hashlib.sha256(data).hexdigest()
    if len(data) > LONGEST:
        return Entry(name, path, "", state, None, f"longer than {LONGEST >> 10} KiB")
    try:
        text = decoded(data)
        pair = parse_pair(text)
    except UnicodeDecodeError as error:
        return Entry(name, path, "", state, None, f"not UTF-8: {error.reason}")
    except DataError as error:
        return Entry(name, path, text, state, None, error.message)
    problem = "" if pair.id == name else f"the header names {pair.id}"
    return Entry(name, path, text, state, None if problem else pair, problem)


def _place(entry: Entry, pair: Pair) -> Path:
    """Return where a pair belongs by its header. Raises DataError when that names no file."""
    if not _NAME.fullmatch(pair.cwe) or not _NAME.fullmatch(pair.mechanism):
        raise DataError("cwe and mechanism of the header cannot name a file")
    return entry.path.parent.parent / pair.cwe / f"{pair.mechanism}{SUFFIX}"


def _check_state(entry: Entry) -> None:
    try:
        is_same = digest(entry.path) == entry.digest
    except OSError:  # gone, or moved
        is_same = False
    if not is_same:
        raise StaleError


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other desks, which are other processes, from changing pairs of a folder meanwhile.

    The system lets go of the lock when a desk is killed. Windows has no such locks, nor has every
    network disk: there two desks may write one pair in the same moment, and the later file wins.
    """
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a disk without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _move(path: Path, to: Path) -> None:
    path.rename(to)
    flush_folder(to.parent)
    flush_folder(path.parent)


def _part(path: Path, data: bytes) -> Path:
    """Write what is to become a pair file beside it, and return where it is.

    Its name is its own: no other desk, of a system without locks, writes into it.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, part)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return part
