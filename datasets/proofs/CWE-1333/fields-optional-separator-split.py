"""One datagram of a cooling box keeps the collector busy for seconds."""

import io
import json
import time


def received(program, data):
    """Hand one datagram to the collector; return what it wrote."""
    target = io.StringIO()
    program.Collector({"10.20.0.9": "K12"}, target).datagram_received(data, ("10.20.0.9", 5140))
    return target.getvalue()


def works(program, folder):
    """A reading is written down, a frame without readings is not."""
    del folder
    row = json.loads(received(program, b"temp=3.4; door=shut; box=K12;"))
    assert (row["temp"], row["door"], row["box"]) == ("3.4", "shut", "K12")
    assert received(program, b"hello") == ""


def holds(program, folder):
    """A frame that is none is left out at once."""
    del folder
    began = time.process_time()
    assert received(program, b"a=" * 60 + b";" + b"=") == ""
    assert time.process_time() - began < 0.5, "one datagram took long"
