"""The title of a print job runs a command under root."""

import json
import os
import subprocess
from types import SimpleNamespace


def prepare(folder):
    """Stand in for su, which runs its command with sh, and for lp, which notes its title."""
    scripts = {"su": 'exec "$2" -c "$5"', "lp": f'printf "%s" "$5" > {folder}/printed'}
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"


def run_as_self(words, **options):
    """Run as subprocess.run does, but without the change of account, which needs root."""
    for name in ("user", "group", "extra_groups"):
        options.pop(name, None)
    return subprocess.run(words, **options)  # noqa: PLW1510  the program says what it checks


def send(program, folder, title):
    """Print one job of a student."""
    account = SimpleNamespace(pw_name="pupil", pw_uid=10_001, pw_gid=10_001)
    program.pwd = SimpleNamespace(getpwnam=lambda name: account)
    program.subprocess = SimpleNamespace(run=run_as_self)
    if "os" in vars(program):
        program.os = SimpleNamespace(getgrouplist=lambda name, group: [group])
    job = {"account": "pupil", "printer": "library", "title": title}
    (folder / "7.json").write_text(json.dumps(job))
    (folder / "7.pdf").touch()
    program.print_job(folder / "7.json")


def works(program, folder):
    """A job is printed under its title."""
    send(program, folder, "thesis")
    assert (folder / "printed").read_text() == "thesis"


def holds(program, folder):
    """A title is never run."""
    try:
        send(program, folder, f"thesis; touch {folder}/reached;")
    except subprocess.CalledProcessError:
        pass
    assert not (folder / "reached").exists(), "the title ran a command"
