"""A negative number opens the lid of another tenant."""

import json
import socket
import sys
import threading
import types
from types import SimpleNamespace


class Board:
    """A board that notes the relays which it closes."""

    def __init__(self):
        self.pulsed = []

    def pulse(self, relay, milliseconds):
        """Close a relay for a moment."""
        self.pulsed.append(relay)


def prepare(folder):
    """Stand in for the board and for the tenants, one of whom rents the lids 20 to 27."""
    tenant = SimpleNamespace(first_lid=20, lids=8, number=3)
    sys.modules |= {
        "lockers": types.ModuleType("lockers"),
        "lockers.board": SimpleNamespace(RelayBoard=Board),
        "lockers.tenants": SimpleNamespace(tenant_of_token={"of-tenant-3": tenant}.get),
    }


def open_lid(program, folder, lid):
    """Ask the station for a lid over its socket; give the answer and the relays."""
    path = str(folder / "station")
    with program.Station(path, Board()) as station, socket.socket(socket.AF_UNIX) as app:
        threading.Thread(target=station.serve_forever, args=(0.01,), daemon=True).start()
        app.connect(path)
        app.sendall(json.dumps({"token": "of-tenant-3", "lid": lid}).encode() + b"\n")
        answer = json.loads(app.makefile().readline())
        station.shutdown()
        return answer, station.board.pulsed


def works(program, folder):
    """A lid of the tenant's own block opens."""
    assert open_lid(program, folder, 2) == ({"opened": 2}, [22])


def holds(program, folder):
    """No lid outside of the block opens."""
    _, pulsed = open_lid(program, folder, -5)
    assert pulsed == [], "the lid of another tenant opened"
