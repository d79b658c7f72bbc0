"""A laboratory fetches the alignment of another by counting, and has it deleted."""

import asyncio
import sys
import types
from types import SimpleNamespace


def prepare(folder):
    """Stand in for the alignment itself."""
    sys.modules |= {
        "aligner": types.ModuleType("aligner"),
        "aligner.engine": SimpleNamespace(align=lambda sequence: f"aligned {sequence}"),
    }


async def talk(program, *lines):
    """Send commands of laboratories over loopback; give the answers.

    The account comes from the client's certificate; here from the order of connections.
    """
    aligner, answers, streams = program.Aligner(), [], {}
    accounts = []
    program.account_of = lambda writer: accounts[-1]
    server = await asyncio.start_server(aligner.serve, "127.0.0.1", 0)
    async with server:
        for account, line in lines:
            if account not in streams:
                accounts.append(account)
                streams[account] = await asyncio.open_connection(*server.sockets[0].getsockname())
            reader, writer = streams[account]
            writer.write(f"{line}\n".encode())
            answers.append((await asyncio.wait_for(reader.readline(), 5)).decode().strip())
            await asyncio.gather(*aligner.jobs.values())
        for _, writer in streams.values():
            writer.close()
        await asyncio.sleep(0.05)
    return answers


def works(program, folder):
    """A laboratory submits, fetches and forgets its own job."""
    lines = [("north", "SUBMIT ACGT"), ("north", "RESULT 1"), ("north", "FORGET 1")]
    assert asyncio.run(talk(program, *lines)) == ["JOB 1", "DONE aligned ACGT", "GONE"]


def holds(program, folder):
    """The job of another laboratory is out of reach."""
    lines = [("north", "SUBMIT ACGT"), ("south", "RESULT 1"), ("south", "FORGET 1")]
    _, result, forgotten = asyncio.run(talk(program, *lines))
    assert "ACGT" not in result, "the alignment of another was read"
    assert forgotten != "GONE", "the alignment of another was deleted"
