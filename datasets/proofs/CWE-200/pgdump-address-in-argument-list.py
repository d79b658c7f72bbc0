"""The database password stands in the process list while the dump runs."""

import os
import sys
import types

ADDRESS = "host=db.internal dbname=herbarium user=dump password=of-the-dump"
TOOL = """#!/bin/sh
tr '\\000' '\\n' < /proc/$$/cmdline > {folder}/arguments
echo "$PGPASSWORD" > {folder}/password
for word; do case "$word" in --file=*) echo dumped > "${{word#--file=}}";; esac; done
"""


def prepare(folder):
    """Stand in for psycopg's connection strings, and for pg_dump by one that looks at itself."""
    info = types.ModuleType("psycopg.conninfo")
    info.conninfo_to_dict = lambda text: dict(word.split("=", 1) for word in text.split())
    info.make_conninfo = lambda **parts: " ".join(f"{k}={v}" for k, v in parts.items())
    sys.modules |= {"psycopg": types.ModuleType("psycopg"), "psycopg.conninfo": info}
    (folder / "pg_dump").write_text(TOOL.format(folder=folder))
    (folder / "pg_dump").chmod(0o755)
    os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"
    os.environ["HERBARIUM_DB"] = ADDRESS


def arguments(program, folder):
    """Make a dump; give what the process list shows of it."""
    program.DUMPS = folder
    assert program.main() == 0
    (dump,) = folder.glob("herbarium-*.dump")
    assert dump.read_text() == "dumped\n"
    return (folder / "arguments").read_text()


def works(program, folder):
    """The tool gets the address, and the password in one of two ways."""
    words = arguments(program, folder)
    assert "host=db.internal" in words
    assert "of-the-dump" in words + (folder / "password").read_text()


def holds(program, folder):
    """Other accounts of the machine see no password."""
    assert "of-the-dump" not in arguments(program, folder), "the arguments hold the password"
