"""Runs git for tests: as somebody, in a folder, whatever the settings of the machine are."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

WHO = ("-c", "user.name=a", "-c", "user.email=a@example.org")
PLAIN = ("-c", "commit.gpgsign=false", "-c", "core.autocrlf=false")
NOWHERE = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(
    folder: Path, *arguments: str, data: bytes | None = None, env: Mapping[str, str] | None = None
) -> str:
    """Return what git prints in `folder`, without the line ends around it; `data` is its input."""
    command = ["git", *WHO, *PLAIN, *arguments]
    around = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment = {**around, **NOWHERE, **(env or {})}
    done = subprocess.run(
        command, cwd=folder, input=data, env=environment, stdout=subprocess.PIPE, check=True
    )
    return os.fsdecode(done.stdout).strip("\n")
