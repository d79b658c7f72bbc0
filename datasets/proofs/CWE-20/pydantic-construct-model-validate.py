"""A datagram sets a temperature beyond the declared bounds."""

import hashlib
import hmac
import json
import socket
import sys
import types
from types import SimpleNamespace

KEY = b"of compartment 12"


def prepare(folder):
    """Stand in for the greenhouse's keys; the bus is handed to the server."""
    place = SimpleNamespace(number=12, key=KEY, advance_counter=lambda counter: None)
    sys.modules |= {
        "greenhouse": types.ModuleType("greenhouse"),
        "greenhouse.bus": SimpleNamespace(Bus=None),
        "greenhouse.keys": SimpleNamespace(compartment_by_address=lambda address: place),
    }


def send(program, **point):
    """Send a set point over loopback; give the answer and what went over the bus."""
    told = []
    with (
        program.socketserver.UDPServer(("127.0.0.1", 0), program.SetPointHandler) as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as panel,
    ):
        server.bus = SimpleNamespace(
            heating=lambda number, value: told.append(("heating", value)),
            fogging=lambda number, value: told.append(("fogging", value)),
            open_valve=lambda number, seconds: told.append(("valve", seconds)),
        )
        panel.settimeout(5)
        body = json.dumps(point).encode()
        tag = hmac.new(KEY, body, hashlib.sha256).digest()
        panel.sendto(tag + body, server.server_address)
        server.handle_request()
        return panel.recv(100), told


def works(program, folder):
    """A set point within the bounds goes over the bus."""
    answer, told = send(program, counter=1, temperature=21.5, humidity=60.0, valve_minutes=2)
    assert (answer, told) == (b"set", [("heating", 21.5), ("fogging", 60.0), ("valve", 120)])


def holds(program, folder):
    """Nothing beyond the bounds does."""
    _, told = send(program, counter=2, temperature=90.0, humidity=60.0, valve_minutes=1440)
    assert told == [], "the bounds were not looked at"
