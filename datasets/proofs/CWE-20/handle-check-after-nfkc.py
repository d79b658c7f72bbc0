"""A newcomer speaks under a reserved handle, or under another member's, by full-width letters."""

import asyncio
import contextlib


async def session(program, net, *lines):
    """Send lines to the chat over loopback and give what comes back."""
    server = await asyncio.start_server(lambda r, w: program.serve(net, r, w), "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write("".join(f"{line}\n" for line in lines).encode())
        writer.write_eof()
        text = (await reader.read()).decode()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        return text


def works(program, folder):
    """Members speak under their handles, reserved ones are refused."""
    assert "<db5xyz> hello" in asyncio.run(session(program, program.Net(), "DB5XYZ", "hello"))
    assert "bye" in asyncio.run(session(program, program.Net(), "netcontrol", "hello"))


def holds(program, folder):
    """No spelling gives a handle that is taken."""
    text = asyncio.run(session(program, program.Net(), "\uff4eetcontrol", "all leave"))
    assert "<netcontrol>" not in text, "the net's own handle was given away"
