"""Opens and writes model folders ("bundles"); trusts nothing in them that is not checked.

A folder is refused when it holds a file the manifest does not list, a link, a name with a path
in it, a wrong size or hash, or anything that starts like a pickle or an archive of pickles:
weights are data and must never run code.
"""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from weakspot.core.errors import BundleError
from weakspot.core.report import ModelIdentity
from weakspot.model.manifest import (
    MANIFEST,
    MAX_MANIFEST_BYTES,
    FileEntry,
    Manifest,
    parse_manifest,
)

EMBEDDED = Path(__file__).resolve().parent.parent / "bundles" / "default"
MAX_FILE_BYTES = 8 << 30
_PIECE = 4 << 20  # bytes that a large file is read by
_HEAD = 16  # first bytes that tell what kind of file it is
# First bytes of what can carry pickles: protocols 2-5, zip (torch.save), gzip, bzip2, xz, 7z, tar.
_REFUSED: tuple[bytes, ...] = (
    *(b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"(dp", b"ccopy_reg"),
    *(b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"\x93NUMPY"),
)


KEPT = 64 << 20
"""Files above this many bytes are checked in pieces and left on the disk for their engine."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A checked model folder.

    `files` holds the bytes of its files, read once; those above `KEPT` are in `large`, by path:
    hundreds of megabytes must not be in memory twice.
    """

    manifest: Manifest
    digest: str
    files: Mapping[str, bytes]
    large: Mapping[str, Path] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of all files but the manifest."""
        return sum(entry.size for entry in self.manifest.files)

    @property
    def identity(self) -> ModelIdentity:
        """The model's name, version and the SHA-256 of its manifest."""
        return ModelIdentity(self.manifest.name, self.manifest.version, self.digest)


def open_bundle(folder: Path) -> Bundle:
    """Read and check a model folder."""
    if not folder.is_dir():
        raise BundleError(
            f"there is no model folder at {folder}",
            hint="--model takes a folder written by `weakspot export`",
        )
    data = _read(folder, MANIFEST, MAX_MANIFEST_BYTES)
    manifest = parse_manifest(data)
    listed = {entry.name for entry in manifest.files}
    present = {name for name in os.listdir(folder) if name != MANIFEST}  # noqa: PTH208  names only
    if unexpected := sorted(present - listed):
        raise BundleError(f"the model folder holds a file it does not list: {unexpected[0]!r}")
    files = {e.name: _checked(folder, e) for e in manifest.files if e.size <= KEPT}
    large = {e.name: _checked_in_pieces(folder, e) for e in manifest.files if e.size > KEPT}
    return Bundle(manifest, hashlib.sha256(data).hexdigest(), files, large)


def embedded_labels() -> frozenset[str]:
    """Return the CWEs that the embedded model names; reads its manifest alone."""
    return frozenset(parse_manifest(_read(EMBEDDED, MANIFEST, MAX_MANIFEST_BYTES)).labels)


def refuse_existing(folder: Path) -> None:
    """Refuse a folder that a model may not be written into: ask before the work, not after.

    Raises:
        BundleError: it is there, and not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BundleError(f"{folder} exists already", hint="choose another folder or remove it")


def write_bundle(folder: Path, manifest: Manifest, files: Mapping[str, bytes]) -> Bundle:
    """Write a new model folder and read it back; refuses to overwrite.

    A manifest that would be refused leaves nothing behind. It is written last, so a folder whose
    writing was cut short is never taken for a whole one.
    """
    refuse_existing(folder)
    entries = tuple(
        FileEntry(name, len(data), hashlib.sha256(data).hexdigest())
        for name, data in sorted(files.items())
    )
    told = replace(manifest, files=entries).to_json()
    parse_manifest(told)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / MANIFEST).write_bytes(told)
    return open_bundle(folder)


def _checked(folder: Path, entry: FileEntry) -> bytes:
    _check_entry(entry)
    data = _read(folder, entry.name, entry.size)
    _check_content(entry, len(data), hashlib.sha256(data).hexdigest(), data[:_HEAD])
    return data


def _checked_in_pieces(folder: Path, entry: FileEntry) -> Path:
    _check_entry(entry)
    digest, size, head = hashlib.sha256(), 0, b""
    with _opened(folder, entry.name) as file:
        while piece := file.read(_PIECE):
            head = head or piece[:_HEAD]
            size += len(piece)
            if size > entry.size:
                raise BundleError(f"{entry.name} is larger than its manifest allows")
            digest.update(piece)
    _check_content(entry, size, digest.hexdigest(), head)
    return folder / entry.name


def _check_entry(entry: FileEntry) -> None:
    name = entry.name
    if not name or name != Path(name).name or name in (".", "..") or "\\" in name:
        raise BundleError(f"the manifest names a file outside its folder: {name!r}")
    if not 0 <= entry.size <= MAX_FILE_BYTES:
        raise BundleError(f"{name} claims an impossible size: {entry.size}")


def _check_content(entry: FileEntry, size: int, digest: str, head: bytes) -> None:
    name = entry.name
    if size != entry.size:
        raise BundleError(f"{name} has {size} bytes, its manifest says {entry.size}")
    if digest != entry.sha256:
        raise BundleError(
            f"{name} is not the file its manifest describes (wrong SHA-256)",
            hint="the folder was damaged or changed; get it again from where it was made",
        )
    if head.startswith(_REFUSED):
        raise BundleError(f"{name} looks like a pickle or an archive, which could run code")


def _read(folder: Path, name: str, limit: int) -> bytes:
    """Read a regular file of at most `limit` bytes (one more, to notice a longer one)."""
    with _opened(folder, name) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise BundleError(f"{name} is larger than its manifest allows")
    return data


@contextmanager
def _opened(folder: Path, name: str) -> Iterator[IO[bytes]]:
    """Open a regular file of the folder, never through a link."""
    try:
        descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise BundleError(f"cannot open {name} of the model folder: {error.strerror}") from error
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise BundleError(f"{name} of the model folder is no regular file")
        yield file
