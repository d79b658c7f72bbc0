"""A visitor's note runs a command when the reminder is due."""

import os
import sqlite3

from click.testing import CliRunner

TABLES = """
    CREATE TABLE show (id INTEGER PRIMARY KEY, starts_at TEXT);
    CREATE TABLE reminder (id INTEGER PRIMARY KEY, show_id, hours_before, address, note,
        scheduled DEFAULT 0);
    INSERT INTO show VALUES (1, '2099-05-01 19:30');
"""


def prepare(folder):
    """Stand in for at, which runs the job at once, and for the mailer, which notes its call."""
    for name, script in (("at", "exec /bin/sh"), ("mailer", f'echo "$@" >> {folder}/mailed')):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"


def schedule(program, folder, note):
    """Schedule one reminder with this note."""
    program.MAILER = str(folder / "mailer")
    with sqlite3.connect(folder / "tickets.db") as db:
        db.executescript(TABLES)
        db.execute("INSERT INTO reminder VALUES (7, 1, 3, 'ada@plum.example', ?, 0)", (note,))
    db.close()
    done = CliRunner().invoke(program.main, [str(folder / "tickets.db")])
    assert done.exit_code == 0, done.output


def works(program, folder):
    """The mailer is called for the reminder."""
    schedule(program, folder, "bring the opera glasses")
    assert "--number 7" in (folder / "mailed").read_text()


def holds(program, folder):
    """A note is never run."""
    schedule(program, folder, f"see you $(touch {folder}/reached)")
    assert not (folder / "reached").exists(), "the note ran a command"
