"""A reader's order names the program that the worker starts."""

import os
import subprocess
import sys
import types


def prepare(folder):
    """Stand in for Redis, which is not used here, and for GDAL by a program that copies."""
    sys.modules["redis"] = types.ModuleType("redis")
    tool = folder / "gdal_translate"
    tool.write_text('#!/bin/sh\nshift 3\nexec cp "$1" "$2"\n')
    tool.chmod(0o755)
    os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"


def order(program, folder, *command):
    """Fill an order that says both a format and a command, as either form would send it."""
    program.SHEETS = program.READY = folder
    (folder / "000012.tif").write_text("sheet")
    return program.convert({"sheet": 12, "number": 5, "format": "png", "command": command})


def works(program, folder):
    """A sheet is converted."""
    path = order(program, folder, "gdal_translate", "-q", "-of", "PNG")
    assert path.read_text() == "sheet"


def holds(program, folder):
    """No other program is started."""
    try:
        order(program, folder, "sh", "-c", "touch reached")
    except (ValueError, KeyError, OSError, subprocess.SubprocessError):
        pass
    assert not (folder / "reached").exists(), "the order ran a command"
