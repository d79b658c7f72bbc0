"""The bounds of a bonus are gone under the -O of the program's first line."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

TABLES = """
    CREATE TABLE contract (person INTEGER, lead INTEGER, monthly_pay TEXT);
    CREATE TABLE bonus (person INTEGER, lead INTEGER, amount TEXT);
    INSERT INTO contract VALUES (21, 5, '3000'), (40, 6, '2800');
"""


def take_over(program, folder, line):
    """Take one list of lead 5 over, by the interpreter's options of the first line."""
    (folder / "payroll.db").unlink(missing_ok=True)
    db = sqlite3.connect(folder / "payroll.db")
    db.executescript(TABLES)
    (folder / "5.csv").write_text(f"person,amount\n{line}\n", "utf-8")
    options = Path(program.__file__).read_text("utf-8").splitlines()[0].split("python3")[1].split()
    subprocess.run(
        [sys.executable, *options, program.__file__, str(folder)],
        env=os.environ | {"PAYROLL_DATABASE": str(folder / "payroll.db")},
        check=False,
    )
    booked = db.execute("SELECT * FROM bonus").fetchall()
    db.close()
    return booked


def works(program, folder):
    """A bonus within the bounds is booked."""
    assert take_over(program, folder, "21,450.5") == [(21, 5, "450.50")]


def holds(program, folder):
    """A bonus beyond the bounds, or for another lead's people, is not."""
    assert take_over(program, folder, "21,90000") == [], "any height was booked"
    assert take_over(program, folder, "40,100") == [], "another team was paid"
