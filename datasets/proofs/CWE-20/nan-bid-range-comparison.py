"""A household's NaN spoils the clearing of the whole round."""

import json
import math
import sys
import types
from types import SimpleNamespace


def prepare(folder):
    """Stand in for the MQTT library and for the market's book, which are not used."""
    paho, package, client = (types.ModuleType(n) for n in ("paho", "mqtt", "client"))
    paho.mqtt, package.client = package, client
    sys.modules |= {"paho": paho, "paho.mqtt": package, "paho.mqtt.client": client}
    sys.modules["energymarket"] = types.ModuleType("energymarket")
    sys.modules["energymarket.book"] = SimpleNamespace(publish_clearing=print)


def clear(program, *bids):
    """Let households bid, and clear the round."""
    current = program.Round()
    for number, (kwh, price) in enumerate(bids):
        payload = json.dumps({"kwh": kwh, "price": price}).encode()
        message = SimpleNamespace(topic=f"household/{number}/bid", payload=payload)
        current.on_message(None, None, message)
    return current.clear()


def works(program, folder):
    """Bids in the range give volume and price, others are refused."""
    assert clear(program, (10, 0.2), (30, 0.4), (900, 0.1)) == (40.0, 0.35)


def holds(program, folder):
    """Whatever one household sends, the round has a price."""
    volume, price = clear(program, (10, 0.2), (30, 0.4), (math.nan, 0.3), (5, math.nan))
    assert math.isfinite(volume), "the volume is lost"
    assert math.isfinite(price), "the price is lost"
