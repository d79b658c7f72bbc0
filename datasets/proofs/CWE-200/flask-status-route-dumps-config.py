"""The open status route shows the database password and the mail token."""

import os
import sys
import types
from types import SimpleNamespace

from flask import Blueprint

SETTINGS = {
    "MEALS_RELEASE": "4.2",
    "MEALS_KEY": "signs the sessions",
    "MEALS_DATABASE_URL": "postgresql://meals:bread-and-milk@db/meals",
    "MEALS_MAIL_TOKEN": "of the mail service",
    "MEALS_LINK_SALT": "of the links",
}


def prepare(folder):
    """Stand in for the database and the orders of the application."""
    os.environ.update(SETTINGS)
    session = SimpleNamespace(execute=lambda query: None)
    meals = types.ModuleType("meals")
    meals.orders = SimpleNamespace(bp=Blueprint("orders", "orders"))
    db = SimpleNamespace(session=session, init_app=lambda app: None)
    sys.modules |= {"meals": meals, "meals.db": SimpleNamespace(db=db)}


def works(program, folder):
    """The load balancer learns the release and whether the database answers."""
    body = program.create_app().test_client().get("/status").json
    assert (body["release"], body["database"]) == ("4.2", "up")


def holds(program, folder):
    """A visitor learns no credentials."""
    text = program.create_app().test_client().get("/status").text
    for name, value in SETTINGS.items():
        assert name == "MEALS_RELEASE" or value not in text, f"{name} is shown"
