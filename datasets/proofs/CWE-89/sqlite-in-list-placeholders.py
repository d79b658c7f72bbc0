"""An accession number on a mailed list shows what other houses own."""

import sqlite3


def registrar(folder):
    """Make a register with objects of two houses."""
    db = sqlite3.connect(":memory:")
    db.execute(
        "CREATE TABLE object (owner_id INTEGER, accession TEXT, title TEXT, shelf TEXT,"
        " insured_for INTEGER)"
    )
    rows = [(1, "1901.7", "Loom", "A2", 900), (2, "77", "Crown", "Z9", 9_000_000)]
    db.executemany("INSERT INTO object VALUES (?, ?, ?, ?, ?)", rows)
    return db


def asked(program, folder, *lines):
    """Look a list of house 1 up."""
    (folder / "list.txt").write_text("\n".join(lines), "utf-8")
    numbers = list(program.read_numbers(folder / "list.txt"))
    return program.look_up(registrar(folder), 1, numbers)


def works(program, folder):
    """A house finds its own objects."""
    assert asked(program, folder, "1901.7", "77", "none") == [("1901.7", "Loom", "A2", 900)]


def holds(program, folder):
    """No line of a list finds another house's."""
    found = asked(program, folder, "x') OR 1=1 --")
    assert ("77", "Crown", "Z9", 9_000_000) not in found, "another house's object"
