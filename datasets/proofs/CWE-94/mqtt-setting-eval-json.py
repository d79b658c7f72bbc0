"""A tenant's setting runs code on the controller of all greenhouses."""

import sys
import types
from types import SimpleNamespace


class House:
    """A greenhouse that keeps what it is told."""

    def __init__(self):
        self.hours = {}

    def program(self, kind, hours):
        """Take over the hours of a day."""
        self.hours[kind] = hours


def prepare(folder):
    """Stand in for the MQTT library, whose client is not started."""
    paho, package, client = (types.ModuleType(n) for n in ("paho", "mqtt", "client"))
    paho.mqtt, package.client = package, client
    sys.modules |= {"paho": paho, "paho.mqtt": package, "paho.mqtt.client": client}


def receive(program, payload):
    """Deliver one message for house 4."""
    house = House()
    client = SimpleNamespace(publish=lambda topic, text, qos: None)
    message = SimpleNamespace(topic="house/4/set/shade", payload=payload.encode())
    program.on_message(client, {"4": house}, message)
    return house.hours


def works(program, folder):
    """A number, or one for each hour, is taken over."""
    assert receive(program, "40") == {"shade": [40.0] * 24}
    assert receive(program, str(list(range(24)))) == {"shade": [float(n) for n in range(24)]}


def holds(program, folder):
    """A setting is never run."""
    receive(program, "open('reached', 'w')")
    assert not (folder / "reached").exists(), "the setting was run"
