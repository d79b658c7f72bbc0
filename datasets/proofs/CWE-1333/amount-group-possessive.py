"""A long number without a currency on one receipt stops the adding-up."""

import time
from decimal import Decimal


def works(program, folder):
    """The total of a receipt is found."""
    del folder
    assert program.total_of("Tea 3,50 EUR\nTotal 1.234,50 EUR\n") == Decimal("1234.50")
    assert program.total_of("Cake 7 €") == Decimal("7.00")


def holds(program, folder):
    """A number of 26 digits is passed at once."""
    del folder
    began = time.process_time()
    assert program.total_of("Till " + "7" * 26) is None
    assert time.process_time() - began < 0.5, "one line took long"
