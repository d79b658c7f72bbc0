"""A visitor counts through the appointments, reads who comes and cancels them."""

import sqlite3
from wsgiref.util import setup_testing_defaults

TABLES = """
    CREATE TABLE appointments (id INTEGER PRIMARY KEY, name, starts, link,
        cancelled INTEGER DEFAULT 0);
    INSERT INTO appointments (id, name, starts) VALUES (31, 'Ada Plum', '2026-12-01 09:30');
"""


def mail_link(program, folder):
    """Make the appointment and the link of its mail."""
    program.DATABASE = str(folder / "appointments.db")
    db = sqlite3.connect(program.DATABASE)
    db.executescript(TABLES)
    address = program.link(db, 31)
    db.close()
    return address.partition("?")[2]


def visit(program, query, method="GET"):
    """Open the page behind a link."""
    environ = {"QUERY_STRING": query, "REQUEST_METHOD": method}
    setup_testing_defaults(environ)
    return b"".join(program.application(environ, lambda status, headers: None)).decode()


def works(program, folder):
    """Whoever has the mail sees the appointment and cancels it."""
    query = mail_link(program, folder)
    assert "Ada Plum" in visit(program, query)
    assert "is cancelled" in visit(program, query, "POST")
    assert "no such appointment" in visit(program, query)


def holds(program, folder):
    """Numbers that are tried out lead to no appointment."""
    mail_link(program, folder)
    for number in range(1000):
        assert "Ada Plum" not in visit(program, f"a={number}"), f"{number} is an appointment"
