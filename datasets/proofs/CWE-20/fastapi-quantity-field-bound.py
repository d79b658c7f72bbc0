"""Negative crates lower the sum of an order."""

import contextlib
import sys
import types
from decimal import Decimal
from types import SimpleNamespace

from fastapi import FastAPI
from fastapi.testclient import TestClient


class Store:
    """A shop with two articles and one account."""

    def __init__(self):
        self.charged = []

    def prices(self, articles):
        """Give the prices of articles."""
        known = {"egg-010": Decimal("3.20"), "oil-001": Decimal("14.00")}
        return {article: known[article] for article in articles if article in known}

    def transaction(self):
        """Open a transaction."""
        return contextlib.nullcontext()

    def charge(self, customer, total):
        """Take an order's sum off the credit."""
        self.charged.append(total)
        return total <= 100

    def add_order(self, customer, total, remark):
        """Give the new order its number."""
        return 1

    def add_line(self, number, article, quantity, price):
        """Write down a line."""


def prepare(folder):
    """Stand in for the shop's accounts and store."""
    customers, store = types.ModuleType("customers"), types.ModuleType("store")
    customers.Customer = SimpleNamespace
    customers.current_customer = lambda: SimpleNamespace(id=8)
    store.Store, store.get_store = Store, lambda: STORE
    sys.modules |= {
        "farmshop": types.ModuleType("farmshop"),
        "farmshop.customers": customers,
        "farmshop.store": store,
    }


STORE = Store()


def order(program, *quantities):
    """Order eggs and oil."""
    app = FastAPI()
    app.include_router(program.router)
    lines = [
        {"article": article, "quantity": quantity}
        for article, quantity in zip(("oil-001", "egg-010"), quantities, strict=False)
    ]
    return TestClient(app).post("/orders", json={"lines": lines}).status_code


def works(program, folder):
    """An order is charged with its sum."""
    assert order(program, 2, 5) == 201
    assert STORE.charged == [Decimal("44.00")]


def holds(program, folder):
    """No line takes anything off the sum."""
    order(program, 2, -8)
    assert STORE.charged == [], "negative crates paid for the oil"
