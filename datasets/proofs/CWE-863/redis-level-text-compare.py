"""An operator of level 9 bans a call sign, for which level 20 is needed."""

import asyncio
import sys
import types
from types import SimpleNamespace

LEVELS = {"DB5XYZ": "9", "DL1ABC": "20"}


class Store:
    """The part of Redis that is used, with decoded answers."""

    async def hget(self, name, key):
        """Give the value of a key as text."""
        return LEVELS.get(key)


class Station:
    """A repeater that notes whom it bans."""

    def __init__(self):
        self.banned = []

    async def ban(self, callsign, by):
        """Ban a call sign."""
        self.banned.append(callsign)


def prepare(folder):
    """Stand in for the library of Redis and for the repeater."""
    package = types.ModuleType("redis")
    package.asyncio = SimpleNamespace(Redis=Store)
    sys.modules |= {
        "redis": package,
        "redis.asyncio": package.asyncio,
        "repeater": types.ModuleType("repeater"),
        "repeater.link": SimpleNamespace(Link=None),
        "repeater.station": SimpleNamespace(Station=Station),
    }


def banned_by(program, operator):
    """Ban a call sign as an operator; give the banned ones."""
    station = Station()
    asyncio.run(program.CommandDesk(Store(), station).execute(operator, "ban OE3XX"))
    return station.banned


def works(program, folder):
    """Level 20 bans, an operator without a level does not."""
    assert banned_by(program, "DL1ABC") == ["OE3XX"]
    assert banned_by(program, "HB9NEW") == []


def holds(program, folder):
    """Level 9 does not ban."""
    assert banned_by(program, "DB5XYZ") == [], "level 9 counted as more than 20"
