"""A planner of one farm overwrites the sowing plan of another."""

import asyncio
import sys
import types
from types import SimpleNamespace

import aiohttp.test_utils


class Store:
    """Two farms with a field each; the user plans for farm 1."""

    def __init__(self):
        self.farms = {11: 1, 22: 2}
        self.sown = {}

    async def role_on_farm(self, user, farm):
        """Give the user's role."""
        return "planner" if farm == 1 else None

    async def field(self, number):
        """Give a field."""
        return SimpleNamespace(id=number) if number in self.farms else None

    async def field_of_farm(self, farm, number):
        """Give a field of a farm."""
        return SimpleNamespace(id=number) if self.farms.get(number) == farm else None

    async def replace_sowing(self, field, crop, week):
        """Plan a field."""
        self.sown[field] = crop


async def user_of(request):
    """Give the signed-in user."""
    return SimpleNamespace(id=6)


def prepare(folder):
    """Stand in for identity and store."""
    sys.modules |= {
        "cropplan": types.ModuleType("cropplan"),
        "cropplan.identity": SimpleNamespace(require_user=user_of),
        "cropplan.store": SimpleNamespace(PlanStore=Store),
    }


async def sow(program, farm, field):
    """Plan rye for a field by the address of a farm; give what is planned then."""
    store = Store()
    server = aiohttp.test_utils.TestServer(program.make_app(store))
    async with aiohttp.test_utils.TestClient(server) as client:
        body = {"field": field, "crop": "rye", "week": 38}
        await client.post(f"/farms/{farm}/sowings", json=body)
    return store.sown


def works(program, folder):
    """A field of the own farm is planned, by the address of another farm nothing is."""
    assert asyncio.run(sow(program, 1, 11)) == {11: "rye"}
    assert asyncio.run(sow(program, 2, 22)) == {}


def holds(program, folder):
    """A field of another farm is not planned by the address of the own."""
    assert asyncio.run(sow(program, 1, 22)) == {}, "the field of another farm was planned"
