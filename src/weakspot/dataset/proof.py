"""Shows by running that a pair's vulnerable side can be abused and its fixed side cannot.

A proof is a Python file ``proofs/CWE-N/MECHANISM.py`` with two functions; each gets the module
that one side of the pair makes, and an empty folder::

    def works(program, folder): ...   # asserts what the program is for; both sides must pass
    def holds(program, folder): ...   # asserts what must not be possible; only the fixed side may

A third, ``prepare(folder)``, is called before the module is imported: to set environment variables
or to put small stand-ins for services and libraries into ``sys.modules``.

Each side runs in a process of its own (`weakspot.dataset.proof_child`) with limits on processor
time, memory, file size, open files and wall-clock time, in a new session, in a temporary folder,
with an environment that holds nothing of the caller's. Where the system allows it, the process
has a network namespace of its own, with loopback alone, and a process namespace, which ends with it
and with all that it started; elsewhere a process that a proof detaches is not waited for, but lives
on. What this does not do: it does not confine which files can be read, nor system calls. Run proofs
of pairs that you have read.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import IO

from weakspot.core.errors import DataError
from weakspot.dataset.pairs import SUFFIX, Pair, Side, read_pair

SECONDS = 20.0  # of wall-clock time for one side
_CHILD = "weakspot.dataset.proof_child"
_FIRST = '"$@"; exit $?'  # two commands, so that no shell runs the first one in its own place


class Outcome(StrEnum):
    """How one check of one side ended."""

    PASSED = "passed"
    FAILED = "failed"  # an assertion did not hold, or the process was killed by what it did
    BROKEN = "broken"  # any other exception: the check says nothing


@dataclass(frozen=True, slots=True)
class SideResult:
    """The outcomes of both checks on one side, and what was said of the last that did not pass."""

    works: Outcome
    holds: Outcome
    remark: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The result of one proof."""

    pair: str
    vulnerable: SideResult
    fixed: SideResult

    @property
    def is_shown(self) -> bool:
        """Whether both sides work, and only the fixed one holds."""
        works = self.vulnerable.works is Outcome.PASSED and self.fixed.works is Outcome.PASSED
        return (
            works and self.vulnerable.holds is Outcome.FAILED and self.fixed.holds is Outcome.PASSED
        )


def proof_files(proofs: Path) -> Iterator[Path]:
    """Yield the proof files below a folder in the order of their paths."""
    yield from sorted(path for path in proofs.glob("CWE-*/*.py"))


def prove(proof: Path, pairs: Path) -> Proof:
    """Run one proof against its pair below `pairs`. Raises DataError when the pair is missing."""
    path = pairs / proof.parent.name / f"{proof.stem}{SUFFIX}"
    if not path.exists():
        raise DataError(f"{proof}: there is no pair {path}")
    pair: Pair = read_pair(path)
    return Proof(pair.id, _run(pair.vulnerable, proof), _run(pair.fixed, proof))


def _run(side: Side, proof: Path) -> SideResult:
    with tempfile.TemporaryDirectory(
        prefix="weakspot-proof-",
        ignore_cleanup_errors=True,  # it may be written to until now
    ) as name:
        folder = Path(name)
        (folder / "program.py").write_text(side.code, "utf-8")
        shutil.copyfile(proof, folder / "proof.py")
        (folder / "work").mkdir()
        # Files, not pipes: what a program leaves behind may hold a pipe open for ever.
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            ended = _ended(folder, out, err)
            out.seek(0)
            err.seek(0)
            return _result(out.read(), ended, err.read())


def _ended(folder: Path, out: IO[bytes], err: IO[bytes]) -> str:
    """Run both checks of a side, and return how the process ended."""
    process = subprocess.Popen(  # noqa: S603  our own interpreter on files made above
        [*_alone(), sys.executable, "-X", "utf8", "-m", _CHILD, str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=err,
        cwd=folder / "work",
        env=_environment(folder),
        start_new_session=True,
    )
    try:
        return f"exit {process.wait(SECONDS)}"
    except subprocess.TimeoutExpired:
        return f"ended after {SECONDS:.0f} s"
    finally:
        _kill(process)


def _result(out: bytes, ended: str, err: bytes) -> SideResult:
    """Read the child's lines: one a finished check; a check without a line killed the process."""
    found: dict[str, tuple[Outcome, str]] = {}
    for line in out.decode("utf-8", "replace").splitlines():
        try:
            row = json.loads(line)
            found[row["check"]] = (Outcome(row["outcome"]), row["remark"])
        except (ValueError, KeyError, TypeError):
            continue  # the program's own output
    tail = err.decode("utf-8", "replace").strip().splitlines()[-1:]
    died = " ".join([ended, *tail])
    works = found.get("works", (Outcome.BROKEN, died))
    after = (Outcome.FAILED, died) if "works" in found else (Outcome.BROKEN, died)
    holds = found.get("holds", after)
    return SideResult(works[0], holds[0], holds[1] or works[1])


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End a side, its process group, and with them the process namespace that it may have."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()  # it may have left its group
    process.wait()


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.defpath,
        "HOME": str(folder / "work"),
        "TMPDIR": str(folder / "work"),
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }


@cache
def _alone() -> tuple[str, ...]:
    """Return the words before a command that set it apart, as far as they work here.

    They give it a network of its own and, where that works, a process namespace with its /proc,
    whose processes all end with the shell that stands first in it. The command itself is not the
    first: that one would not die of signals that it sends itself.
    """
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    network = (unshare, "--user", "--map-root-user", "--net")
    apart = ("--pid", "--fork", "--kill-child", "--mount-proc")
    processes = (*network, *apart, "--", "sh", "-c", _FIRST, "sh")
    for words in (processes, network):
        made = subprocess.run([*words, "true"], capture_output=True, check=False)  # noqa: S603  constant
        if made.returncode == 0:
            return words
    return ()
