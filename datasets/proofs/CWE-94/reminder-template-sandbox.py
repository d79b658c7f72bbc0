"""The reminder text of a practice runs a command on the mailing host."""

import sqlite3

TABLES = """
    CREATE TABLE practice (id INTEGER PRIMARY KEY, name, reminder_text);
    CREATE TABLE patient (id INTEGER PRIMARY KEY, first_name, email);
    CREATE TABLE appointment (id INTEGER PRIMARY KEY, patient_id, practice_id, starts_at);
    INSERT INTO patient VALUES (1, 'Ada', 'ada@plum.example');
    INSERT INTO appointment VALUES (1, 1, 3, date('now', '+1 day') || ' 09:30');
"""
SENT = []


class Mailer:
    """The part of smtplib.SMTP that is used; keeps what is sent."""

    def __init__(self, host, timeout):
        SENT.clear()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def send_message(self, message):
        """Keep the text of a message."""
        SENT.append(message.get_content().strip())


def remind(program, folder, text):
    """Send the reminders of one practice with this text."""
    with sqlite3.connect(folder / "practice.db") as db:
        db.executescript(TABLES)
        db.execute("INSERT INTO practice VALUES (3, 'Mill Street', ?)", (text,))
    db.close()
    program.smtplib.SMTP = Mailer
    program.main(folder / "practice.db")
    return SENT


def works(program, folder):
    """The text is filled in and sent."""
    assert remind(program, folder, "{{ first_name|upper }}, {{ practice }}") == ["ADA, Mill Street"]


def holds(program, folder):
    """A text only shows its values."""
    name = '"_" ~ "_globals_" ~ "_"'
    remind(program, folder, f'{{{{ (lipsum|attr({name})).os.system("touch reached") }}}}')
    assert not (folder / "reached").exists(), "the text ran a command"
