"""A poster named like a picture in its middle is served as a page of the piers' site."""

import asyncio
import sys
from types import ModuleType, SimpleNamespace

import aiohttp
from aiohttp import web


def prepare(folder):
    """Stand in for the piers' agents and store."""
    del folder
    for name in ("piers", "piers.auth", "piers.store"):
        sys.modules[name] = ModuleType(name)

    def agent_only(handler):
        async def called(request):
            request["agent"] = SimpleNamespace(pier="north")
            return await handler(request)

        return called

    sys.modules["piers.auth"].agent_only = agent_only
    sys.modules["piers.store"].PosterStore = Store


class Store:
    """Hangs posters."""

    async def hang(self, pier, name):
        """Do nothing more."""


async def sent(program, name):
    """Upload a poster of this name; return the status and the type it is served as."""
    runner = web.AppRunner(program.create_app(Store()))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    base = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    form = aiohttp.FormData()
    form.add_field("poster", b"<script>alert(1)</script>", filename=name)
    kind = None
    async with aiohttp.ClientSession(base) as client:
        async with client.post("/piers/north/poster", data=form) as answer:
            status = answer.status
            told = await answer.json() if status == 201 else None
        if told:
            async with client.get(told["poster"]) as page:
                kind = page.content_type
    await runner.cleanup()
    return status, kind


def works(program, folder):
    """A poster hangs on the pier's page."""
    program.POSTER_FOLDER = folder
    assert asyncio.run(sent(program, "winter.PNG")) == (201, "image/png")
    assert asyncio.run(sent(program, "winter.txt"))[0] == 415


def holds(program, folder):
    """A page is no poster."""
    program.POSTER_FOLDER = folder
    _, kind = asyncio.run(sent(program, "winter.png.html"))
    assert kind != "text/html", "the poster is a page"
