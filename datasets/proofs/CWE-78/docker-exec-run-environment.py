"""A client's heading runs a command in the reports container."""

import os
import subprocess
import sys
import types

order = types.SimpleNamespace(heading="River, spring")


class Container:
    """Runs commands as exec_run of a container does, with /results in the proof's folder."""

    def __init__(self, folder):
        self.folder = folder

    def exec_run(self, cmd, environment=None, user=""):
        """Run the words of a command."""
        words = [word.replace("/results", str(self.folder / "results")) for word in cmd]
        done = subprocess.run(
            words, env={**os.environ, **(environment or {})}, capture_output=True, check=False
        )
        return types.SimpleNamespace(exit_code=done.returncode, output=done.stderr)


def prepare(folder):
    """Stand in for Celery, Docker, the orders and the two programs in the container."""
    celery, docker = types.ModuleType("celery"), types.ModuleType("docker")
    orders = types.ModuleType("waterlab.orders")
    celery.Celery = lambda *words, **options: types.SimpleNamespace(
        conf=types.SimpleNamespace(), task=lambda **options: lambda function: function
    )
    docker.errors = types.SimpleNamespace(APIError=OSError)
    docker.from_env = lambda timeout: types.SimpleNamespace(
        containers={"reports": Container(folder)}, close=lambda: None
    )
    orders.mark_typeset = lambda number: None
    orders.finished_order = lambda number: types.SimpleNamespace(
        number=number, heading=order.heading, language="en"
    )
    sys.modules.update({"celery": celery, "docker": docker, "waterlab.orders": orders})
    sys.modules["waterlab"] = types.ModuleType("waterlab")
    for name, script in (("typeset-report", 'echo "$1"'), ("latexmk", "exit 0")):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    os.environ.update(PATH=f"{folder}:{os.environ['PATH']}", BROKER_URL="memory://")
    (folder / "results" / "3").mkdir(parents=True)


def works(program, folder):
    """The heading stands in the report."""
    program.typeset(3)
    report = folder / "results" / "3" / "report.tex"
    assert report.read_text() == "--heading=River, spring\n"


def holds(program, folder):
    """A heading is never run."""
    order.heading = f"River'; touch {folder}/reached; echo '"
    program.typeset(3)
    assert not (folder / "reached").exists(), "the heading ran a command"
