"""A reporter changes the headline of another desk's article."""

import contextlib
import sys
import types
from types import SimpleNamespace

from fastapi import FastAPI
from fastapi.testclient import TestClient


class Connection:
    """A database in which reporter 4 edits article 1 and not article 2."""

    def __init__(self):
        self.headlines = {1: "Old one", 2: "Old two"}

    async def fetchval(self, query, article, reporter):
        """Tell whether the reporter edits the article's desk."""
        return (article, reporter) == (1, 4)

    @contextlib.asynccontextmanager
    async def transaction(self):
        """Open a transaction."""
        yield

    async def execute(self, query, article, value):
        """Run a statement."""
        if query.startswith("UPDATE"):
            self.headlines[article] = value


def prepare(folder):
    """Stand in for asyncpg, which is not installed, and for the desk's dependencies."""
    database = Connection()
    who = SimpleNamespace(id=4, is_chief=False)
    deps = SimpleNamespace(
        Reporter=SimpleNamespace, connection=lambda: database, reporter=lambda: who
    )
    sys.modules |= {
        "asyncpg": SimpleNamespace(Connection=Connection),
        "newsdesk": types.ModuleType("newsdesk"),
        "newsdesk.deps": deps,
    }


def headline_after(program, article):
    """Set a headline as reporter 4; give the one that is stored then."""
    app = FastAPI()
    app.include_router(program.router)
    TestClient(app).put(f"/articles/{article}/headline", json={"text": "A new one"})
    return sys.modules["newsdesk.deps"].connection().headlines[article]


def works(program, folder):
    """An article of the own desk gets its headline."""
    assert headline_after(program, 1) == "A new one"


def holds(program, folder):
    """The article of another desk keeps the old one."""
    assert headline_after(program, 2) == "Old two", "the headline of another desk was changed"
