"""Runs the two checks of a proof on one side, inside limits; started by `weakspot.dataset.proof`.

Prints one JSON line a check. A check that kills the process prints none.
"""

import importlib.util
import json
import os
import resource
import socket
import struct
import sys
import traceback
from pathlib import Path
from types import ModuleType

CPU_SECONDS = 10
MEMORY_BYTES = 4 << 30
FILE_BYTES = 64 << 20
OPEN_FILES = 256


def main(folder: Path) -> None:
    """Set limits, bring loopback up, import the side and run ``works`` and ``holds``."""
    _raise_loopback()
    for kind, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")  # programs may print or close theirs
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for check in ("works", "holds"):
        outcome, remark = _check(folder, check)
        out.write(json.dumps({"check": check, "outcome": outcome, "remark": remark}) + "\n")
        out.flush()


def _check(folder: Path, check: str) -> tuple[str, str]:
    work = folder / "work" / check
    work.mkdir()
    os.chdir(work)
    try:
        proof = _load("proof", folder / "proof.py")
        if hasattr(proof, "prepare"):
            proof.prepare(work)
        getattr(proof, check)(_load("program", folder / "program.py"), work)
    except AssertionError as error:
        return "failed", f"{error or traceback.format_exc().splitlines()[-2].strip()}"
    except BaseException as error:  # what a program raises is its own affair, sys.exit included
        where = traceback.extract_tb(error.__traceback__)[-1]
        name = Path(where.filename).name
        return "broken", f"{type(error).__name__}: {error} ({name}:{where.lineno})"
    return "passed", ""


def _load(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"no module at {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickle look modules up by name
    spec.loader.exec_module(module)
    return module


def _raise_loopback() -> None:
    """Switch ``lo`` on in a fresh network namespace; elsewhere it is on, or we may not."""
    import fcntl  # noqa: PLC0415  Linux alone has what follows

    set_flags, up_and_running = 0x8914, 0x1 | 0x40
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", b"lo", up_and_running)
        try:
            fcntl.ioctl(control, set_flags, request)
        except OSError:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    sys.stdout.flush()
    os._exit(0)  # threads that a program left behind do not keep us
