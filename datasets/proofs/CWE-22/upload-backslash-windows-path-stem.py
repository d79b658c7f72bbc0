"""Backslashes in the name of a label lead out of the printer's spool on a Windows machine."""

import asyncio
import ntpath
import os
import sys
import types
from pathlib import PureWindowsPath

import tornado.httpclient
import tornado.web

SPOOL = r"C:\depot\spool"
written = {}


class Folder(PureWindowsPath):
    """A path of Windows; notes under which name Windows would write, dots taken out as it does."""

    def write_bytes(self, data):
        """Note what is written where."""
        written[ntpath.normpath(str(self))] = data


def prepare(folder):
    """Stand in for the register of terminals."""
    terminals = types.ModuleType("depot.terminals")
    terminals.terminal_of_token = lambda token: types.SimpleNamespace(printer=4)
    sys.modules["depot"] = types.ModuleType("depot")
    sys.modules["depot.terminals"] = terminals
    os.environ["DEPOT_SPOOL"] = SPOOL


async def send(program, name):
    """Post one label to a real server."""
    program.SPOOL = Folder(SPOOL)
    app = tornado.web.Application([(r"/parcels/([0-9]{8,14})/labels", program.LabelHandler)])
    server = app.listen(0, address="127.0.0.1")
    port = next(iter(server._sockets.values())).getsockname()[1]
    body = (
        f'--b\r\nContent-Disposition: form-data; name="label"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n^XA^XZ\r\n--b--\r\n"
    )
    kind = {"Content-Type": "multipart/form-data; boundary=b", "Authorization": "Bearer t"}
    url = f"http://127.0.0.1:{port}/parcels/12345678/labels"
    client = tornado.httpclient.AsyncHTTPClient()
    answer = await client.fetch(url, method="POST", headers=kind, body=body, raise_error=False)
    server.stop()
    return answer.code


def works(program, folder):
    """A label is laid into the spool of the terminal's printer."""
    assert asyncio.run(send(program, "front.zpl")) == 201
    (path,) = written
    assert ntpath.dirname(path) == SPOOL + r"\printer-04"
    assert written[path] == b"^XA^XZ"


def holds(program, folder):
    """Nothing is written in another folder."""
    asyncio.run(send(program, r"..\\..\\..\\startup\\run.bat"))
    outside = [path for path in written if ntpath.dirname(path) != SPOOL + r"\printer-04"]
    assert not outside, f"written: {outside}"
