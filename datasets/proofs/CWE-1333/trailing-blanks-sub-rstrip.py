"""A mail with one long row of blanks keeps the ticket desk busy for seconds."""

import time


def works(program, folder):
    """Blanks and the signature go."""
    del folder
    assert program.tidy("Dear council, \t\nthe lamp\t\n-- \nAda") == "Dear council,\nthe lamp"


def holds(program, folder):
    """Blanks in the middle of a line cost no more than other signs."""
    del folder
    text = "lamp" + " " * 30_000 + "post"
    assert len(text) < program.LARGEST
    began = time.process_time()
    assert program.tidy(text) == text
    assert time.process_time() - began < 0.5, "one line took long"
