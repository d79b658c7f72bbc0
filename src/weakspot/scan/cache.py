"""Remembers scores and analyses, so that what did not change is not computed again.

One SQLite file, keyed by the SHA-256 of everything an entry depends on. It may vanish, be cut
short, be filled with garbage, or be used by several scans at once: the worst that ever happens is
that something is computed again. Each value carries its own checksum, as SQLite does not check
the content of its pages.

Values quote source lines. They are sealed with the digest of what they were made from, which the
file does not hold: only who has the code, and so can compute its key, reads what is said of it.
"""

import contextlib
import functools
import hashlib
import json
import os
import sqlite3
import stat
import struct
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path

from weakspot import __version__
from weakspot.core.report import ModelIdentity
from weakspot.core.score import CweEvidence, UnitScore
from weakspot.core.unit import Unit

FILE_NAME = "scan-2.sqlite"
_OPEN_FILE_NAME = "scan-1.sqlite"  # of earlier versions, with readable source lines: removed
MOST_BYTES = 256 << 20
_KEPT_SHARE = 2  # when full, one half of the entries stays: those written last
_WAIT_SECONDS = 2.0
_SCHEMA = "CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, value BLOB NOT NULL)"
# Any change of what a scan says of the same code and model, between versions, changes this.
_EDITION = 10
# What computes a score or reads code, beside our code and the parser of the running Python.
_PACKAGES = (
    "ctranslate2", "numpy", "onnxruntime", "tiktoken", "tokenizers", "tree_sitter",
    "tree_sitter_python",
)  # fmt: skip


class Cache:
    """A key-value store that never fails; without a file it is empty and forgets everything."""

    def __init__(self, connection: sqlite3.Connection | None, path: Path | None) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, folder: Path | None, create: bool = False) -> "Cache":
        """Open the cache in `folder`; `create` allows writing and replaces a broken file."""
        if folder is None:
            return cls(None, None)
        path = folder / FILE_NAME
        if _is_special(path):
            return cls(None, None)
        if not create:
            return cls(_connect(path, "ro"), path)
        connection = None
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            (folder / _OPEN_FILE_NAME).unlink(missing_ok=True)
            connection = _connect(path, "rwc")
            if connection is None and path.exists() and _is_broken(path):
                path.unlink()
                connection = _connect(path, "rwc")
        return cls(connection, path)

    @property
    def works(self) -> bool:
        """Whether anything can be remembered."""
        return self._connection is not None

    def get(self, key: str) -> bytes | None:
        """Return the value of `key`, or None where it is unknown or damaged."""
        if self._connection is None:
            return None
        try:
            row = self._connection.execute("SELECT value FROM entry WHERE key = ?", (_name(key),))
            found = row.fetchone()
        except sqlite3.Error as error:
            self._give_up(error)
            return None
        if found is None or not isinstance(found[0], bytes):
            return None
        value = _sealed(key, found[0])
        return value[8:] if _checksum(value[8:]) == value[:8] else None

    def put(self, entries: Iterable[tuple[str, bytes]]) -> None:
        """Remember values, all or none of them."""
        if self._connection is None:
            return
        rows = [(_name(key), _sealed(key, _checksum(value) + value)) for key, value in entries]
        try:
            with self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO entry VALUES (?, ?)", rows)
            self._prune()
        except sqlite3.Error as error:
            self._give_up(error)

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _prune(self) -> None:
        assert self._connection is not None  # noqa: S101 - tells the type checker what `put` knows
        (pages,) = self._connection.execute("PRAGMA page_count").fetchone()
        (size,) = self._connection.execute("PRAGMA page_size").fetchone()
        if pages * size <= MOST_BYTES:
            return
        with self._connection:
            (count,) = self._connection.execute("SELECT count(*) FROM entry").fetchone()
            self._connection.execute(
                "DELETE FROM entry WHERE rowid IN (SELECT rowid FROM entry ORDER BY rowid LIMIT ?)",
                (count - count // _KEPT_SHARE,),
            )
        self._connection.execute("VACUUM")

    def _give_up(self, error: sqlite3.Error) -> None:
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            return  # another scan is writing; what this one knows is not lost to it
        self.close()
        # A damaged file would cost every later scan its cache: remove it, the next one starts anew.
        if self._path is not None and _is_broken(self._path):
            with contextlib.suppress(OSError):
                self._path.unlink()


def _is_special(path: Path) -> bool:
    """Say whether there is something that is no file: SQLite would wait for a FIFO."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _connect(path: Path, mode: str) -> sqlite3.Connection | None:
    connection = None
    try:
        uri = f"{path.absolute().as_uri()}?mode={mode}"
        connection = sqlite3.connect(uri, uri=True, timeout=_WAIT_SECONDS)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA synchronous = OFF")  # losing entries in a power cut is harmless
        if mode == "rwc":
            connection.execute(_SCHEMA)
            os.chmod(path, 0o600)  # noqa: PTH101 - it is the user's alone
        connection.execute("SELECT value FROM entry LIMIT 1").fetchone()
    except (sqlite3.Error, OSError, ValueError):
        if connection is not None:
            connection.close()
        return None
    return connection


def _is_broken(path: Path) -> bool:
    """Say whether a file is there that is no usable database (rather than locked, say)."""
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_WAIT_SECONDS
        )
    except sqlite3.Error:
        return False
    try:
        connection.execute("SELECT value FROM entry LIMIT 1").fetchone()
        return bool(connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",))
    except sqlite3.OperationalError as error:
        return "no such" in str(error) or "malformed" in str(error)
    except sqlite3.DatabaseError:
        return True
    finally:
        connection.close()


def file_key(model: ModelIdentity, kind: str, deep: bool, data: bytes, around: str = "") -> str:
    """Return the key of a file's analysis; `kind` is how its content is read (its suffix).

    `around` is a digest of the files that are context to it.
    """
    head = f"file\0{_made_by()}\0{model.digest}\0{kind}\0{deep}\0{around}\0"
    digest = hashlib.sha256(head.encode("utf-8", "surrogatepass"))
    digest.update(data)
    return digest.hexdigest()


def score_key(model_digest: str, unit: Unit) -> str:
    """Return the key of a unit's score; where the unit stands does not matter."""
    content = [
        _made_by(),
        model_digest,
        unit.kind,
        unit.name,
        [unit.window, unit.windows],
        [[line.indent, line.text] for line in unit.context],
        [[line.indent, line.text] for line in unit.lines],
    ]
    return hashlib.sha256(json.dumps(content).encode("ascii")).hexdigest()


def pack_score(score: UnitScore) -> bytes:
    """Return a score as compressed bytes; floats keep every bit."""
    head = [
        score.probability,
        score.needs_context,
        score.abstained,
        score.unread,
        [[each.cwe, each.probability, len(each.lines), each.mechanism] for each in score.cwes],
    ]
    numbers = [number for each in score.cwes for number in each.lines]
    body = struct.pack(f"<{len(numbers)}d", *numbers)
    return zlib.compress(json.dumps(head).encode("ascii") + b"\n" + body, 6)


def unpack_score(data: bytes, lines: int) -> UnitScore | None:
    """Read what `pack_score` wrote for a unit of `lines` lines; None for anything else."""
    try:
        head, _, body = zlib.decompress(data).partition(b"\n")
        probability, needs_context, abstained, unread, rows = json.loads(head)
        numbers = struct.unpack(f"<{len(body) // 8}d", body)
        cwes = []
        at = 0
        for cwe, share, count, mechanism in rows:
            if count > lines:
                return None
            scores = numbers[at : at + count]
            cwes.append(CweEvidence(str(cwe), float(share), scores, str(mechanism)))
            at += count
        if not 0 <= unread <= lines:
            return None
        return UnitScore(
            float(probability), tuple(cwes), float(needs_context), bool(abstained), int(unread)
        )
    except (zlib.error, ValueError, TypeError, struct.error):
        return None


def _checksum(value: bytes) -> bytes:
    return hashlib.blake2b(value, digest_size=8).digest()


def _name(key: str) -> str:
    """Return what an entry is stored under; it tells neither the key nor the seal."""
    return hashlib.sha256(f"name\0{key}".encode()).hexdigest()


def _sealed(key: str, value: bytes) -> bytes:
    """Seal a value with its key, or open what was sealed: the same exclusive or does both."""
    stream = hashlib.shake_256(f"seal\0{key}".encode()).digest(len(value))
    mixed = int.from_bytes(value, "little") ^ int.from_bytes(stream, "little")
    return mixed.to_bytes(len(value), "little")


@functools.cache
def _made_by() -> str:
    """Name what decides, beside the model, what is said of code."""
    from weakspot.code.normalise import NORMALISER_VERSION  # noqa: PLC0415 - pulls in `ast`

    # The parser is mended in patch releases, too, and reasons quote it.
    python = ".".join(map(str, sys.version_info[:3]))
    return "/".join(
        [__version__, str(_EDITION), NORMALISER_VERSION, f"python {python}", *_engines()]
    )


def _engines() -> list[str]:
    """Return the installed versions of `_PACKAGES`, by their folders: ``onnxruntime-1.20.1``.

    `importlib.metadata` would load modules that can reach a network, which a scan does not.
    """
    found: set[str] = set()
    for folder in sys.path:
        with contextlib.suppress(OSError):
            found.update(os.listdir(folder or "."))  # noqa: PTH208 - names only
    kept = (name.removesuffix(".dist-info") for name in found if name.endswith(".dist-info"))
    return sorted(name for name in kept if name.rpartition("-")[0] in _PACKAGES)
