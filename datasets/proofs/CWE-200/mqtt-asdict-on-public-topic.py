"""The boards at the stops publish who rides, and the code of their door."""

import json
import sys
import types
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace


class Client:
    """A client that keeps what it publishes."""

    def __init__(self):
        self.retained = {}

    def publish(self, topic, payload, qos, retain):
        """Keep the last message of a topic."""
        self.retained[topic] = payload
        return SimpleNamespace(mid=1)


def prepare(folder):
    """Stand in for the MQTT library."""
    paho, package, client = (types.ModuleType(n) for n in ("paho", "mqtt", "client"))
    paho.mqtt, package.client, client.Client = package, client, Client
    sys.modules |= {"paho": paho, "paho.mqtt": package, "paho.mqtt.client": client}


def announced(program):
    """Announce a trip, and give what guests of the broker can read."""
    client = Client()
    trip = program.Trip(
        bus="12",
        stop="mill",
        due=datetime.now(UTC) + timedelta(minutes=7.5),
        rider="Ada Plum",
        phone="0100-22",
        door_code="4711",
        destination="Lake Clinic",
        fare_cents=250,
    )
    program.BoardFeed(client).announce(trip)
    return client.retained["boards/mill"]


def works(program, folder):
    """The board shows bus, stop and minutes."""
    message = json.loads(announced(program))
    assert (message["bus"], message["stop"], message["minutes"]) == ("12", "mill", 7)


def holds(program, folder):
    """Nothing of the rider is published."""
    payload = announced(program)
    for part in ("Ada Plum", "0100-22", "4711", "Lake Clinic"):
        assert part not in payload, f"the board shows {part}"
