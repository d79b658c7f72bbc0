"""The title of a broadcast runs a command while the broadcast is exported."""

import os
import subprocess
import sys
import types


def prepare(folder):
    """Stand in for the archive's own modules, and for ffmpeg by a program that shows its words."""
    editors, store = types.ModuleType("archive.editors"), types.ModuleType("archive.store")
    editors.editor_required = lambda view: view
    store.broadcast_path = lambda number: None
    sys.modules["archive"] = types.ModuleType("archive")
    sys.modules.update({"archive.editors": editors, "archive.store": store})
    (folder / "ffmpeg").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    (folder / "ffmpeg").chmod(0o755)
    os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"


def works(program, folder):
    """A broadcast is exported with title and speaker."""
    program.EXCHANGE = folder
    assert program.export(folder / "8.wav", 8, "Evening news", "Ada Moor") == ["part.00"]
    words = (folder / "8" / "part.00").read_text().splitlines()
    assert {"title=Evening news", "artist=Ada Moor"} <= set(words)


def holds(program, folder):
    """A title is never run."""
    program.EXCHANGE = folder
    for title in ("$(touch reached)", "news;touch reached"):
        try:
            program.export(folder / "8.wav", 8, title, "Ada Moor")
        except subprocess.CalledProcessError:
            pass
        assert not (folder / "8" / "reached").exists(), f"{title} ran a command"
