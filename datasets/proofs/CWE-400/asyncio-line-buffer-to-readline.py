"""A modem that never ends its line makes the receiver keep all that it sends."""

import asyncio
import io
import tracemalloc


async def talk(program, *chunks):
    """Send chunks to a station as its main does; return what it printed and its peak of memory."""
    out = io.StringIO()
    station = program.Station(out)
    options = {"limit": program.MAX_REPORT} if not hasattr(program, "LineReader") else {}
    server = await asyncio.start_server(station.serve, "127.0.0.1", 0, **options)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    tracemalloc.start()
    try:
        for chunk in chunks:
            writer.write(chunk)
            await writer.drain()
            if chunk.endswith(b"\n"):
                await asyncio.wait_for(reader.readline(), 2)
        await asyncio.sleep(0.3)
    except ConnectionError:
        pass  # the station has hung up
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    writer.close()
    server.close()
    return out.getvalue(), peak


def works(program, folder):
    """Reports are written down."""
    del folder
    printed, _ = asyncio.run(talk(program, b"12,140,83\n", b"13,90,81\n"))
    assert printed == "12\t140\t8.3\n13\t90\t8.1\n"


def holds(program, folder):
    """Twelve megabytes without an end of line are not kept."""
    del folder
    _, peak = asyncio.run(talk(program, *[b"7" * 65536] * 192))
    assert peak < 8_000_000, f"{peak} bytes were kept for one line"
