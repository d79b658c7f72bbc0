"""The account of an instrument has a sample thrown away."""

import sys
import types
from enum import Enum
from types import SimpleNamespace

ACCOUNTS = {
    "scale-4": SimpleNamespace(id=4, roles={"instrument"}),
    "ada": SimpleNamespace(id=9, roles={"curator"}),
}


class AbortedError(Exception):
    """Ends a call, as abort of grpc does by an exception of its own."""


class Context:
    """The context of a call with a client's certificate."""

    def __init__(self, name):
        self.name = name

    def auth_context(self):
        """Give what is known of the client."""
        return {"x509_common_name": [self.name.encode()]}

    def abort(self, code, details):
        """End the call."""
        raise AbortedError(details)


class Inventory:
    """A freezer with one sample."""

    def __init__(self):
        self.samples = {17: SimpleNamespace(freezer=1, rack=2, position=3)}

    def slot_of(self, sample):
        """Tell where a sample lies."""
        return self.samples.get(sample)

    def discard(self, sample, reason):
        """Throw a sample away."""
        del self.samples[sample]


def prepare(folder):
    """Stand in for grpc, its generated code, and the accounts of the freezer."""
    codes = Enum("StatusCode", "UNAUTHENTICATED PERMISSION_DENIED NOT_FOUND")
    messages = SimpleNamespace(Slot=SimpleNamespace, DiscardReply=SimpleNamespace)
    freezer = types.ModuleType("freezer")
    freezer.store_pb2, freezer.store_pb2_grpc = messages, SimpleNamespace(StoreServicer=object)
    accounts = SimpleNamespace(Account=SimpleNamespace, account_by_common_name=ACCOUNTS.get)
    sys.modules |= {
        "grpc": SimpleNamespace(StatusCode=codes, ServicerContext=Context, Server=None),
        "freezer": freezer,
        "freezer.accounts": accounts,
        "freezer.inventory": SimpleNamespace(Inventory=Inventory),
    }


def samples_after(program, name):
    """Call Discard as the holder of a certificate; give what is left."""
    inventory = Inventory()
    servicer = program.StoreServicer(inventory)
    request = SimpleNamespace(sample_id=17, reason="thawed")
    assert servicer.Locate(request, Context(name)).rack == 2
    try:
        servicer.Discard(request, Context(name))
    except AbortedError:
        pass
    return list(inventory.samples)


def works(program, folder):
    """A curator throws a sample away."""
    assert samples_after(program, "ada") == []


def holds(program, folder):
    """An instrument does not."""
    assert samples_after(program, "scale-4") == [17], "an instrument discarded the sample"
