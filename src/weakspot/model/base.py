"""Tells one base model, a folder that a library loads, from another by what is in it."""

import hashlib
from pathlib import Path

from weakspot.core.errors import DataError

_DECIDING = {".json", ".txt", ".safetensors", ".bin"}  # a base's weights, settings and tokenizer


def digest(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises:
        DataError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error


def base_digests(base: str) -> dict[str, str]:
    """Return the digests of the files that decide a base, by name; none for a name on the hub."""
    folder = Path(base)
    if not folder.is_dir():
        return {}
    paths = sorted(path for path in folder.iterdir() if path.suffix in _DECIDING and path.is_file())
    return {path.name: digest(path) for path in paths}
