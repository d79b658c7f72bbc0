"""The name of a slide runs a command on the display of a ferry terminal."""

import os
import subprocess
import sys
import types
from pathlib import Path
from types import SimpleNamespace


class Client:
    """An SSH client whose display is this machine, its slides in the proof's folder."""

    def __init__(self, slides):
        self.slides = slides

    def __getattr__(self, name):
        return lambda *words, **options: None  # connect and what comes before it

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def exec_command(self, command, timeout):
        """Have a shell run the command, as sshd does."""
        line = command.replace("/media/slides", str(self.slides))
        code = subprocess.run(["/bin/sh", "-c", line], check=False, capture_output=True).returncode
        channel = SimpleNamespace(recv_exit_status=lambda: code)
        return None, SimpleNamespace(channel=channel), None

    def open_sftp(self):
        """Offer remove, which takes a path."""
        return SimpleNamespace(
            get_channel=lambda: SimpleNamespace(settimeout=lambda seconds: None),
            remove=lambda path: Path(path.replace("/media/slides", str(self.slides))).unlink(),
        )


def prepare(folder):
    """Stand in for Paramiko and the models."""
    paramiko, models = types.ModuleType("paramiko"), types.ModuleType("terminals.models")
    paramiko.SSHClient = lambda: Client(folder)
    models.Display = SimpleNamespace
    sys.modules["terminals"] = types.ModuleType("terminals")
    sys.modules.update({"paramiko": paramiko, "terminals.models": models})
    os.environ["DISPLAY_KEY_FILE"] = "key"


def works(program, folder):
    """A slide is removed once."""
    (folder / "spring menu.png").touch()
    display = SimpleNamespace(address="display")
    assert program.remove_slide(display, "spring menu.png") is True
    assert program.remove_slide(display, "spring menu.png") is False


def holds(program, folder):
    """A name with a quote is a name."""
    program.remove_slide(SimpleNamespace(address="display"), "it's $(touch reached).png")
    assert not (folder / "reached").exists(), "the name ran a command"
