"""A guest's name becomes a line of the script that Redis runs and empties the database."""

import asyncio
import re
import sys
import types

import aiohttp.test_utils


class Redis:
    """The part of Redis that runs the calls of a script one after the other."""

    def __init__(self):
        self.values = {}

    async def eval(self, script, count, *words):
        """Run a script with its keys and arguments."""
        given = {"KEYS": words[:count], "ARGV": words[count:]}
        for call in re.findall(r"redis\.call\((.*?)\)", re.sub("--.*", "", script)):
            args = [
                given[name][int(index) - 1] if name else text
                for text, name, index in re.findall(r"'([^']*)'|(KEYS|ARGV)\[(\d)\]", call)
            ]
            if args[0] == "EXISTS" and args[1] in self.values:
                return 0
            if args[0] == "SET":
                self.values[args[1]] = args[2]
            if args[0] == "FLUSHALL":
                self.values.clear()
        return 1

    async def aclose(self):
        """Close the connection."""


def prepare(folder):
    """Stand in for the library and the server."""
    package, module = types.ModuleType("redis"), types.ModuleType("redis.asyncio")
    package.asyncio = module
    module.Redis = lambda **options: SERVER
    sys.modules |= {"redis": package, "redis.asyncio": module}


SERVER = Redis()


async def hold(program, guest, seat):
    """Hold one seat of row C."""
    server = aiohttp.test_utils.TestServer(program.build())
    async with aiohttp.test_utils.TestClient(server) as client:
        form = {"row": "C", "seat": seat, "guest": guest}
        return (await client.post("/shows/5/hold", data=form)).status


def works(program, folder):
    """A seat is held once."""
    assert asyncio.run(hold(program, "Ada Plum", "7")) == 200
    assert asyncio.run(hold(program, "Bo Reed", "7")) == 409
    assert SERVER.values == {"seat:5:C:7": "Ada Plum"}


def holds(program, folder):
    """The seats of others stay held."""
    asyncio.run(hold(program, "Ada Plum", "7"))
    asyncio.run(hold(program, "x', 'EX', 9) redis.call('FLUSHALL') --", "8"))
    assert "seat:5:C:7" in SERVER.values, "the name emptied the database"
