"""The name that a club chose deletes the standings of all at the end of the season."""


def works(program, folder):
    """A season is closed: results move, points go."""
    book = opened(program, folder)
    book.register("North Wind", "Ada")
    book.db.execute("INSERT INTO result VALUES ('North Wind', '07-44', 1300)")
    book.db.execute("UPDATE standing SET points = 9")
    book.db.commit()
    assert book.close_season(2026) == 1
    assert book.db.execute("SELECT * FROM past_result").fetchall() == [
        (2026, "North Wind", "07-44", 1300)
    ]
    assert book.db.execute("SELECT points FROM standing").fetchall() == [(0,)]


def opened(program, folder):
    """Make the season book anew."""
    (folder / "season.db").unlink(missing_ok=True)
    book = program.SeasonBook(folder / "season.db")
    book.db.executescript("""
        CREATE TABLE club (name TEXT, secretary TEXT);
        CREATE TABLE standing (club TEXT, points INTEGER);
        CREATE TABLE result (club TEXT, ring TEXT, metres_per_minute INTEGER);
        CREATE TABLE past_result (season INTEGER, club TEXT, ring TEXT, metres_per_minute INTEGER);
    """)
    return book


def holds(program, folder):
    """The book of clubs outlives a club's name."""
    book = opened(program, folder)
    book.register("South", "Grace")
    book.register("North'; COMMIT; DROP TABLE club; --", "Eve")
    try:
        book.close_season(2026)
    except program.sqlite3.Error:
        pass
    tables = book.db.execute("SELECT name FROM sqlite_master WHERE name = 'club'").fetchall()
    assert tables == [("club",)], "the clubs are gone"
