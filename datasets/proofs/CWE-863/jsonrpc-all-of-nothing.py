"""A receptionist purges an animal by a method that the rights table forgot."""

import json
import sys
import types
from types import SimpleNamespace


class Records:
    """Records of two animals."""

    def __init__(self):
        self.animals = {7: "Rex", 8: "Mia"}

    def find_animal(self, number):
        """Give an animal's name."""
        return self.animals[number]

    def purge_animal(self, number):
        """Remove an animal for good."""
        return self.animals.pop(number)

    def merge_animals(self, number, other):
        """Put two records together."""
        return self.animals.pop(other)

    add_visit = set_dosage = None


def prepare(folder):
    """Stand in for the records."""
    sys.modules |= {
        "vetclinic": types.ModuleType("vetclinic"),
        "vetclinic.records": SimpleNamespace(Records=Records),
    }


def call(program, rights, method, **params):
    """Call a method with rights; give the reply and the animals left."""
    records = Records()
    request = json.dumps({"method": method, "id": 1, "params": params}).encode()
    reply = json.loads(program.Dispatcher(records).handle(request, frozenset(rights)))
    return reply, sorted(records.animals)


def works(program, folder):
    """Methods are called by those who hold the rights."""
    reply, _ = call(program, ["animals.read"], "find_animal", number=7)
    assert reply["result"] == "Rex"
    reply, _ = call(program, [], "find_animal", number=7)
    assert "error" in reply
    _, animals = call(program, ["animals.read", "animals.purge"], "purge_animal", number=7)
    assert animals == [8]


def holds(program, folder):
    """A receptionist removes nothing."""
    _, animals = call(program, ["animals.read"], "purge_animal", number=7)
    assert animals == [7, 8], "an animal was purged"
    _, animals = call(program, ["animals.read"], "merge_animals", number=7, other=8)
    assert animals == [7, 8], "two animals were merged"
