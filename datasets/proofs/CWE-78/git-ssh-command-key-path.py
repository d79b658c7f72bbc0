"""The name of a deploy key runs a command on the mirror host when git starts ssh."""

import asyncio
import os
import subprocess
import sys
import types
from types import SimpleNamespace

import fastapi


def git(*words):
    """Run git quietly."""
    subprocess.run(["git", *map(str, words)], check=True, capture_output=True)


def prepare(folder):
    """Lay out a mirror and stand in for ssh by a program that runs the far command here."""
    people = types.ModuleType("foundry.people")
    people.Project, people.project_of_designer = SimpleNamespace, lambda: None
    sys.modules["foundry"] = types.ModuleType("foundry")
    sys.modules["foundry.people"] = people
    (folder / "bin").mkdir()
    (folder / "bin" / "ssh").write_text('#!/bin/sh\nfor last; do :; done\neval "$last"\n')
    (folder / "bin" / "ssh").chmod(0o755)
    os.defpath = f"{folder / 'bin'}:/bin:/usr/bin"
    git("init", "-q", "--bare", folder / "source.git")
    git("init", "-q", "--bare", folder / "mirrors" / "4.git")
    url = f"ssh://localhost{folder}/source.git"
    git("-C", folder / "mirrors" / "4.git", "remote", "add", "origin", url)


def fetch(program, folder, key):
    """Fetch the project's sources with the key of this name."""
    program.MIRRORS, program.KEYS = folder / "mirrors", folder / "keys"
    order = program.FetchOrder(key=key)
    return asyncio.run(program.fetch(order, SimpleNamespace(id=4)))


def works(program, folder):
    """The mirror is fetched."""
    assert fetch(program, folder, "deploy") == {"project": 4, "fetched": True}


def holds(program, folder):
    """The name of a key is never run."""
    try:
        fetch(program, folder, "deploy; touch reached; false")
    except fastapi.HTTPException:
        pass
    assert not list(folder.rglob("reached")), "the name ran a command"
