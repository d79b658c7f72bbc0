"""Statements built from untrusted text (CWE-89)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="sql-executescript",
        cwe="CWE-89",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $db.executescript(f"UPDATE prefs SET value = '{$in}' WHERE key = 'theme';")  #!
                $db.commit()
                """,
        ),
        fixed=(
            """
                $db.execute("UPDATE prefs SET value = ? WHERE key = 'theme'", ($in,))
                $db.commit()
                """,
        ),
        decoy=(
            """
                $db.executescript("CREATE TABLE IF NOT EXISTS prefs (key TEXT, value TEXT);")
                $db.execute("INSERT INTO prefs VALUES ('theme', ?)", ($in,))
                $db.commit()
                """,
        ),
        wrong_fix=(
            """
                $db.execute(f"UPDATE prefs SET value = '{$in}' WHERE key = 'theme'")  #!
                $db.commit()
                """,
        ),
        imports=("import sqlite3",),
        given=(("db", 'sqlite3.connect("<<settings|prefs>>.db")'),),
        frameworks=("stdlib",),
    ),
)
