"""A lifeguard closes a pool for the public."""

import sys
import types
from types import SimpleNamespace

from flask import Flask
from flask_login import LoginManager, UserMixin, login_user

ROLES = {"ada": {"manager", "lifeguard"}, "bo": {"lifeguard"}}
POOLS = {}


class User(UserMixin):
    """A user with roles."""

    def __init__(self, name):
        self.id = name
        self.roles = ROLES[name]


def prepare(folder):
    """Stand in for the tables of the pools."""
    database = SimpleNamespace(
        get_or_404=lambda model, number: POOLS[number],
        session=SimpleNamespace(commit=lambda: None),
    )
    sys.modules |= {
        "pools": types.ModuleType("pools"),
        "pools.models": SimpleNamespace(Pool=None, db=database),
    }


def is_closed_by(program, name):
    """Close a pool as a user; tell whether it is closed then."""
    POOLS[3] = SimpleNamespace(name="Lake", closed=False)
    app = Flask("pools")
    app.secret_key = "of this run"
    LoginManager(app).user_loader(User)
    app.register_blueprint(program.hours)
    app.add_url_rule("/login", "login", lambda: str(login_user(User(name))))
    client = app.test_client()
    client.get("/login")
    client.post("/hours/3/close")
    return POOLS[3].closed


def works(program, folder):
    """A manager closes a pool."""
    assert is_closed_by(program, "ada")


def holds(program, folder):
    """A lifeguard does not."""
    assert not is_closed_by(program, "bo"), "a lifeguard closed the pool"
