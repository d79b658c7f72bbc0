"""Writes reports: to standard output, or to files that are whole or not there at all."""

import contextlib
import json
import math
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from weakspot.core.errors import UsageError

STANDARD_OUTPUT = "-"


def check_writable(path: str) -> None:
    """Find out before a long scan that its report could not be written.

    Raises:
        UsageError: the folder is missing or not writable, or `path` is a folder, or a device or
            pipe that is not writable, or standard output is closed.
    """
    if path == STANDARD_OUTPUT:
        if sys.stdout is None:
            raise UsageError("cannot write the report: standard output is closed")
        return
    target = Path(path)
    if target.is_dir():
        raise UsageError(f"cannot write the report to {path}: it is a folder")
    if target.exists() and not target.is_file():  # what is no file is not replaced
        if not os.access(target, os.W_OK):
            raise UsageError(f"cannot write the report to {path}: no write permission")
        return
    folder = Path(os.path.realpath(target)).parent if target.is_symlink() else target.parent
    if not folder.is_dir():
        raise UsageError(f"cannot write the report to {path}: there is no folder {folder}")
    if not os.access(folder, os.W_OK):
        raise UsageError(f"cannot write the report to {path}: no write permission in {folder}")


def check_apart(path: str, read: Iterable[str]) -> None:
    """Find out before a long scan that its report would take the place of code, or of its input.

    `read` are the files that the report is made from, and folders, which do not matter.

    Raises:
        UsageError: there is a Python file at `path`, or one of those.
    """
    from weakspot.code.discovery import SUFFIXES  # noqa: PLC0415 - not needed for --help

    target = Path(path)
    if path == STANDARD_OUTPUT or not target.is_file():
        return
    if target.suffix.lower() in SUFFIXES:
        raise UsageError(f"will not write the report over {path}: it is a Python file")
    if os.path.realpath(path) in map(os.path.realpath, read):
        raise UsageError(f"will not write the report over {path}: it is made from that file")


def check_folder(folder: Path) -> None:
    """Find out before work that no files could be written into a folder, which may be a new one.

    Raises:
        UsageError: it could not be made, or is not writable.
    """
    nearest = next(one for one in (folder, *folder.parents) if os.path.lexists(one))
    if not nearest.is_dir():
        raise UsageError(f"cannot write to {folder}: {nearest} is no folder")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise UsageError(f"cannot write to {folder}: no write permission in {nearest}")


def write_output(path: str, text: str) -> None:
    """Write a report; a file appears at once and whole, or the old one stays.

    Raises:
        UsageError: it cannot be written.
        BrokenPipeError: whoever reads standard output has gone.
    """
    data = text.encode("utf-8", "backslashreplace")
    if path == STANDARD_OUTPUT:
        _print(data)
        return
    with replacing(Path(path)) as temporary:
        temporary.write_bytes(data)


def _print(data: bytes) -> None:
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        sys.stdout = None  # Python would try again while it exits
        told = f"cannot write the report to standard output: {error.strerror}"
        raise UsageError(told) from error


def json_text(value: Any) -> str:
    """Return plain values as JSON; NaN and the infinities, which JSON has not, become null."""
    return json.dumps(_finite(value), indent=1, allow_nan=False) + "\n"


def _finite(value: Any) -> Any:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case dict():
            return {name: _finite(one) for name, one in value.items()}
        case list() | tuple():
            return [_finite(one) for one in value]
        case _:
            return value


def write_together(files: Mapping[Path, Callable[[Path], object]]) -> None:
    """Write files that belong together, each by what writes to a path; folders are made.

    They appear when all of them are whole, or the old ones stay. Old ones go before the first new
    one comes: what breaks off in between leaves files out, and never old ones beside new ones.

    Raises:
        UsageError: one cannot be written.
    """
    with contextlib.ExitStack() as stack:
        for target, write in files.items():
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise UsageError(f"cannot write {target}: {error.strerror}") from error
            write(stack.enter_context(replacing(target)))
        for target in files:
            if target.is_file():
                Path(os.path.realpath(target)).unlink()


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield a temporary path beside `target` that takes its place when all went well.

    What was written is on the disk before: no power cut leaves a part of it in that place.
    """
    if target.exists() and not target.is_file():  # /dev/stdout, a pipe: write straight into it
        try:
            yield target
        except BrokenPipeError:
            raise
        except OSError as error:
            raise UsageError(f"cannot write {target}: {error.strerror}") from error
        return
    real = Path(os.path.realpath(target))  # a link keeps pointing where it points
    try:
        handle, name = tempfile.mkstemp(prefix=f".{real.name[:80]}.", dir=real.parent)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}") from error
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("r+b") as file:
            os.fsync(file.fileno())
        mode = real.stat().st_mode & 0o777 if real.exists() else 0o666 & ~_umask()
        temporary.chmod(mode)
        temporary.replace(real)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
