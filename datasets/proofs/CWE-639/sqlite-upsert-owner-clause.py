"""A beekeeper overwrites an entry in another's diary by sending its id."""

import asyncio
import sqlite3
import sys
import types
from types import SimpleNamespace

import aiohttp.test_utils

ID = "6f1c2b1e-0d6c-4f57-9a55-0c5f8a1d9b11"


async def keeper_of(request):
    """Tell the keeper of a request."""
    return SimpleNamespace(id=int(request.headers["X-Keeper"]))


def prepare(folder):
    """Make the diary, and stand in for the identity of the keepers."""
    with sqlite3.connect(folder / "hives.db") as db:
        db.execute("CREATE TABLE entries (id PRIMARY KEY, keeper_id, hive, day, note)")
    db.close()
    sys.modules |= {
        "hives": types.ModuleType("hives"),
        "hives.identity": SimpleNamespace(require_keeper=keeper_of),
    }


async def diary(program, folder, *sent):
    """Send notes of keepers under the same id; give the diary of keeper 1."""
    server = aiohttp.test_utils.TestServer(program.make_app(str(folder / "hives.db")))
    async with aiohttp.test_utils.TestClient(server) as client:
        for keeper, note in sent:
            entry = {"id": ID, "hive": 3, "day": "2026-06-01", "note": note}
            await client.post("/entries", json=[entry], headers={"X-Keeper": keeper})
        answer = await client.get("/entries", headers={"X-Keeper": "1"})
        return [entry["note"] for entry in await answer.json()]


def works(program, folder):
    """A keeper writes and corrects an entry."""
    sent = [("1", "brood"), ("1", "no brood")]
    assert asyncio.run(diary(program, folder, *sent)) == ["no brood"]


def holds(program, folder):
    """Another keeper does not change it."""
    sent = [("1", "healthy"), ("2", "foul brood")]
    assert asyncio.run(diary(program, folder, *sent)) == ["healthy"], "the entry was overwritten"
