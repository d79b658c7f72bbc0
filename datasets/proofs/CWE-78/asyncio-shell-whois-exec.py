"""A name without blanks still runs a command on the registry's desk."""

import asyncio
import os

import aiohttp.test_utils


def prepare(folder):
    """Stand in for whois by a program that answers about its last argument."""
    tool = folder / "whois"
    tool.write_text(
        '#!/bin/sh\nfor name; do :; done\necho "Domain: $name"\necho "Status: active"\n'
    )
    tool.chmod(0o755)
    os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"


async def ask(program, name):
    """Open the lookup page for a name."""
    server = aiohttp.test_utils.TestServer(program.make_app())
    async with aiohttp.test_utils.TestClient(server) as client:
        answer = await client.get("/lookup", params={"name": name})
        return await answer.json() if answer.status == 200 else {}


def works(program, folder):
    """The record of a name is shown."""
    answer = asyncio.run(ask(program, "plum.example"))
    assert answer["record"] == {"domain": ["plum.example"], "status": ["active"]}


def holds(program, folder):
    """A name stays a name."""
    asyncio.run(ask(program, "plum.example;echo>reached"))
    assert not (folder / "reached").exists(), "the name ran a command"
