"""An analyser stores a Python module that the hub loads at its next start."""

import asyncio
import hashlib
import hmac
import json
import os

KEY = b"k" * 32


def prepare(folder):
    """Give the hub its key."""
    del folder
    os.environ["LABHUB_KEY"] = KEY.decode()


async def store(program, name, body):
    """Send one profile, as an analyser that knows the key."""
    server = await asyncio.start_server(program.receive, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    line = json.dumps({"name": name, "size": len(body)}).encode() + b"\n"
    writer.write(line + body + hmac.digest(KEY, line + body, hashlib.sha256))
    answer = await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    server.close()
    return answer


def works(program, folder):
    """A profile is stored."""
    program.PROFILE_FOLDER = folder
    assert asyncio.run(store(program, "cobas-6000.json", b"{}")) == b"stored\n"
    assert (folder / "cobas-6000.json").read_bytes() == b"{}"


def holds(program, folder):
    """A module is not, and nothing of it runs when the readers are loaded."""
    program.PROFILE_FOLDER = folder
    mark = folder / "ran"
    body = f"open({str(mark)!r}, 'w').close()\n\ndef read(data):\n    return data\n".encode()
    asyncio.run(store(program, "reader.py", body))
    program.load_readers()
    assert not mark.exists(), "the hub ran what an analyser sent"
