"""The wording of a club's certificate runs code in the print job."""

import sqlite3

TABLES = """
    CREATE TABLE club (id INTEGER PRIMARY KEY, name, wording);
    CREATE TABLE athlete (id INTEGER PRIMARY KEY, club_id, name);
    CREATE TABLE result (event_id, athlete_id, discipline, points);
    INSERT INTO athlete VALUES (1, 4, 'Ada');
    INSERT INTO result VALUES (9, 1, 'long jump', 512);
"""


def certificate(program, folder, wording):
    """Print the certificates of one club with this wording."""
    db = sqlite3.connect(folder / "club.db")
    db.executescript(TABLES)
    db.execute("INSERT INTO club VALUES (4, 'Plum Runners', ?)", (wording,))
    db.commit()
    db.close()
    program.main(folder / "club.db", "9", folder)
    page = folder / "club-4.txt"
    return page.read_text("utf-8") if page.exists() else ""


def works(program, folder):
    """Names and points are filled in."""
    page = certificate(program, folder, "${athlete} of ${club}: ${points} points")
    assert page == "Ada of Plum Runners: 512 points"


def holds(program, folder):
    """A wording only names values."""
    certificate(program, folder, "${open('reached', 'w')} ${athlete}")
    assert not (folder / "reached").exists(), "the wording was run"
