"""The browser sends the pharmacy's cookie along with forms of other sites."""

import sys
from http.cookies import SimpleCookie
from types import ModuleType


class OrderBook:
    """Orders of the customers."""

    def __init__(self):
        self.repeated = []

    def is_prescribed(self, customer_id, item):
        """Say yes."""
        return True

    def repeat(self, customer_id, item):
        """Take an order down."""
        self.repeated.append((customer_id, item))


def prepare(folder):
    """Stand in for the orders."""
    del folder
    sys.modules["pharmacy"] = ModuleType("pharmacy")
    sys.modules["pharmacy.orders"] = ModuleType("pharmacy.orders")
    sys.modules["pharmacy.orders"].OrderBook = OrderBook


def posted(program, *, from_other_site):
    """Post an order as a browser does that follows RFC 6265bis; return what was ordered."""
    sessions, orders = program.Sessions(), OrderBook()
    jar = SimpleCookie(sessions.start(5))
    rule = jar["visit"]["samesite"].lower()
    is_sent = not from_other_site or rule == "none"
    headers = {"Cookie": f"visit={jar['visit'].value}"} if is_sent else {}
    program.handle_post("/repeat", headers, {"item": "pills"}, sessions, orders)
    return orders.repeated


def works(program, folder):
    """A customer orders on the pharmacy's page."""
    del folder
    assert posted(program, from_other_site=False) == [(5, "pills")]


def holds(program, folder):
    """A form of another site orders nothing."""
    del folder
    assert posted(program, from_other_site=True) == [], "another site ordered"
