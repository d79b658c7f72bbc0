"""The answer to a request that fails shows another guest's row and the inside of the program."""

import asyncio
import os
import sys
import types

import aiohttp.test_utils


class PostgresError(Exception):
    """An error of the database with its fields."""

    def as_dict(self):
        """Give the fields as asyncpg does."""
        return {"message": str(self), "detail": "Key (holder)=(Ada Plum) already exists."}


class Pool:
    """A pool whose table has seat 7 taken."""

    def acquire(self):
        """Lend the connection."""
        return self

    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        return None

    async def fetchval(self, query, sailing, deck, seat, holder):
        """Insert a reservation."""
        if seat == 7:
            raise PostgresError('duplicate key value violates constraint "one_seat"')
        return 31

    async def close(self):
        """Close the pool."""


async def create_pool(dsn):
    """Open the pool."""
    return Pool()


def prepare(folder):
    """Stand in for asyncpg, which is not installed, and its server."""
    os.environ["SEATS_DSN"] = "postgresql:///seats"
    sys.modules["asyncpg"] = types.ModuleType("asyncpg")
    vars(sys.modules["asyncpg"]).update(
        Pool=Pool, PostgresError=PostgresError, create_pool=create_pool
    )


async def reserve(program, seat):
    """Reserve one seat, and give status and text of the answer."""
    server = aiohttp.test_utils.TestServer(program.create_app())
    async with aiohttp.test_utils.TestClient(server) as client:
        form = {"sailing": "N4", "deck": "B", "seat": seat, "holder": "Bo Reed"}
        answer = await client.post("/reservations", json=form)
        return answer.status, await answer.text()


def works(program, folder):
    """A free seat is reserved."""
    status, text = asyncio.run(reserve(program, 8))
    assert (status, text) == (201, '{"reservation": 31}')


def holds(program, folder):
    """A failure tells nothing of rows and source."""
    status, text = asyncio.run(reserve(program, 7))
    assert status == 500
    assert "Ada Plum" not in text, "the row of another guest"
    assert "program.py" not in text, "the traceback"
