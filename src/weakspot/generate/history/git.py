"""Runs git on a repository that is not trusted, so that nothing the repository brings is run.

A repository's configuration can name programs (hooks, fsmonitor, diff drivers, signature checks,
transports); all that a log, a diff and the reading of blobs could start are switched off. Nothing
is fetched, checked out or written.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from weakspot.core.errors import UsageError

_SAFE = (
    # Whose repository it is matters only because git would run what it names: see above.
    "-c", "safe.directory=*",
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.attributesFile=/dev/null",
    "-c", "core.pager=cat",
    "-c", "core.quotePath=false",
    "-c", "diff.external=",
    "-c", "log.showSignature=false",
    "-c", "i18n.logOutputEncoding=UTF-8",
    "-c", "protocol.allow=never",
    "-c", "submodule.recurse=false",
)  # fmt: skip
_SECONDS = 120
_PIECE = 1 << 16
MAX_RECORD = 1 << 20  # bytes of one record of a stream; a longer one is cut


class Repository:
    """A repository and the git commands that look at it."""

    def __init__(self, folder: Path) -> None:
        """Open a repository, bare or not.

        Raises:
            UsageError: git is missing, or finds no repository there, or one that the folder only
                lies in.
        """
        self.folder = folder.resolve()
        if not self.folder.is_dir():
            raise UsageError(f"{folder} is no folder")
        below = self.output("rev-parse", "--show-prefix").rstrip(b"\n")
        if below:
            top = self.folder.parents[below.count(b"/") - 1]
            raise UsageError(
                f"{folder} is a folder of the repository {top}, not a repository",
                hint=f"give {top} to mine it as a whole",
            )

    def output(self, *arguments: str) -> bytes:
        """Return what a short command prints. Raises UsageError when git fails."""
        try:
            done = subprocess.run(  # noqa: S603 - no shell; revisions are checked, paths follow `--`
                self._command(*arguments),
                env=_environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except FileNotFoundError as error:
            raise UsageError("mining a history needs git, which is not installed") from error
        except subprocess.TimeoutExpired as error:
            raise UsageError(f"git did not answer within {_SECONDS} s") from error
        if done.returncode:
            raise _failure(done.stderr)
        return done.stdout

    def records(self, *arguments: str) -> Iterator[bytes]:
        """Yield the NUL-separated records of a command that may print much, as they come."""
        with (
            tempfile.TemporaryFile() as complaints,
            subprocess.Popen(  # noqa: S603 - as above
                self._command(*arguments),
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
            ) as process,
        ):
            assert process.stdout is not None  # noqa: S101 - it is a pipe
            try:
                yield from _split(process.stdout)
            finally:
                process.stdout.close()
                try:
                    process.wait(_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
            # A reader that has enough closes the pipe, and git ends by that signal.
            if process.returncode > 0:
                complaints.seek(0)
                raise _failure(complaints.read())

    def commit(self, revision: str) -> str | None:
        """Return the hash of the commit that a revision names, or None."""
        try:
            found = self.output(
                "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
            )
        except UsageError:
            return None
        return found.decode("ascii").strip()

    def blobs(self) -> "Blobs":
        """Return a reader of this repository's blobs, to be used in a `with`."""
        return Blobs(
            self._command("cat-file", "--batch"), self._command("cat-file", "--batch-check")
        )

    def _command(self, *arguments: str) -> list[str]:
        return ["git", "-C", str(self.folder), "--no-pager", *_SAFE, *arguments]


class Blobs:
    """Reads many blobs through one pair of git processes."""

    def __init__(self, contents: list[str], sizes: list[str]) -> None:
        self._commands = (contents, sizes)

    def __enter__(self) -> Self:
        self._contents, self._sizes = (
            subprocess.Popen(  # noqa: S603 - as in Repository
                command,
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            for command in self._commands
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in (self._contents, self._sizes):
            process.kill()
            process.communicate()

    def read(self, name: str, most: int) -> bytes | None:
        """Return a blob by its hash or by ``revision:path``.

        None when it is missing, no blob or longer than `most`.
        """
        size = _size(_asked(self._sizes, name))
        if size is None or size > most:
            return None
        if _size(_asked(self._contents, name)) != size:
            return None
        assert self._contents.stdout is not None  # noqa: S101 - it is a pipe
        data = self._contents.stdout.read(size + 1)
        return data[:size]


def _asked(process: subprocess.Popen[bytes], name: str) -> bytes:
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    assert process.stdout is not None  # noqa: S101 - as above
    try:
        process.stdin.write(name.encode("ascii") + b"\n")
        process.stdin.flush()
    except BrokenPipeError as error:
        raise UsageError("git stopped while its objects were read") from error
    return process.stdout.readline()


def _size(header: bytes) -> int | None:
    parts = header.split()
    return int(parts[2]) if len(parts) == 3 and parts[1] == b"blob" else None


def _split(stream: IO[bytes]) -> Iterator[bytes]:
    kept = bytearray()
    while piece := stream.read(_PIECE):
        first, *rest = piece.split(b"\0")
        kept += first
        for part in rest:
            yield bytes(kept[:MAX_RECORD])
            kept = bytearray(part)
        del kept[MAX_RECORD:]
    if kept:
        yield bytes(kept)


def _failure(complaint: bytes) -> UsageError:
    lines = complaint.decode("utf-8", "replace").strip().splitlines()
    return UsageError(f"git failed: {lines[0] if lines else 'it did not say why'}")


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {
        **kept,
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "LC_ALL": "C",
    }
