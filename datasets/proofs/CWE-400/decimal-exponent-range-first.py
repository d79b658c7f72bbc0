"""An amount of nine characters makes the booking of a mail write out a million digits."""

import sys
import time
from email import message_from_string, policy
from types import ModuleType


class Stock:
    """Takes announcements down."""

    def __init__(self):
        self.announced = []

    def announce(self, article, grams):
        """Keep one line."""
        self.announced.append((article, grams))


def prepare(folder):
    """Stand in for the food bank's stock, which is not called here."""
    del folder
    sys.modules["foodbank"] = ModuleType("foodbank")
    sys.modules["foodbank.stock"] = ModuleType("foodbank.stock")
    sys.modules["foodbank.stock"].Stock = Stock


def booked(program, text):
    """Book a mail of this text."""
    stock = Stock()
    message = message_from_string(f"Content-Type: text/plain\n\n{text}\n", policy=policy.SMTP)
    program.book(message, stock)
    return stock.announced


def works(program, folder):
    """Both ways to print a weight are read, what is no weight is left out."""
    del folder
    assert booked(program, "Rice 1.25e4\nBeans 740,5\nTea much") == [
        ("rice", 12500),
        ("beans", 740),
    ]


def holds(program, folder):
    """A weight beyond the usual is refused at once."""
    del folder
    began = time.process_time()
    assert booked(program, "Rice 1e5000000") == []
    assert time.process_time() - began < 0.5, "one line took long"
