"""Whoever finds the bot's name opens the boathouse."""

import asyncio
import os
import sys
import types
from types import SimpleNamespace

OPENED = []


class Field:
    """A path into a message, of which filters are made; the part of aiogram's F that is used."""

    def __init__(self, read=lambda message: message):
        self.read = read

    def __getattr__(self, name):
        return Field(lambda message: getattr(self.read(message), name))

    def __eq__(self, other):
        return lambda message: self.read(message) == other

    __hash__ = None

    def is_(self, other):
        """Compare by identity."""
        return lambda message: self.read(message) is other

    def in_(self, others):
        """Look for the value among others."""
        return lambda message: self.read(message) in others


class Router:
    """Hands a message to the first handler whose filters all pass."""

    def __init__(self):
        self.handlers = []

    def message(self, *filters):
        """Register a handler."""
        return lambda handler: self.handlers.append((filters, handler)) or handler

    async def feed(self, message):
        """Take a message in."""
        for filters, handler in self.handlers:
            if all(passes(message) for passes in filters):
                return await handler(message)
        return None


def command(name):
    """Make the filter of a command."""
    return lambda message: message.text == f"/{name}"


async def pulse_relay(seconds):
    """Open the gate."""
    OPENED.append(seconds)


async def answer(text):
    """Send a reply."""


def prepare(folder):
    """Stand in for aiogram, which is not installed, and for the gate."""
    os.environ["GATE_KEEPERS"] = "501,502"
    kinds = SimpleNamespace(ChatType=SimpleNamespace(PRIVATE="private"))
    sys.modules |= {
        "aiogram": SimpleNamespace(
            Bot=None, Dispatcher=None, F=Field(), Router=Router, enums=kinds
        ),
        "aiogram.filters": SimpleNamespace(Command=command),
        "aiogram.types": SimpleNamespace(Message=SimpleNamespace),
        "boathouse": types.ModuleType("boathouse"),
        "boathouse.gate": SimpleNamespace(pulse_relay=pulse_relay),
        "boathouse.river": SimpleNamespace(current_level=None),
    }


def write(program, account):
    """Write the door command in a private chat."""
    message = SimpleNamespace(
        text="/open",
        chat=SimpleNamespace(type="private"),
        from_user=SimpleNamespace(id=account, is_bot=False),
        forward_origin=None,
        answer=answer,
    )
    asyncio.run(program.router.feed(message))


def works(program, folder):
    """A keeper opens the gate."""
    write(program, 502)
    assert OPENED == [20]


def holds(program, folder):
    """Another account does not."""
    write(program, 9000)
    assert OPENED == [], "the gate opened for a stranger"
