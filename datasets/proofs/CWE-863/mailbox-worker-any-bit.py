"""A singer who may read deletes a score."""

import queue
import sys
import types
from types import SimpleNamespace

RIGHTS = {"ada": 1 | 2 | 4 | 8, "bo": 1}


class Library:
    """A library that notes what is done with its scores."""

    def __init__(self):
        self.done = []

    def send(self, score, member):
        """Send a score to a member."""
        self.done.append("send")

    def annotate(self, score, member, payload):
        """Write into a score."""
        self.done.append("annotate")

    def replace(self, score, payload):
        """Put another score in the place of one."""
        self.done.append("replace")

    def delete(self, score):
        """Remove a score."""
        self.done.append("delete")


def prepare(folder):
    """Stand in for members and scores."""
    sys.modules |= {
        "choir": types.ModuleType("choir"),
        "choir.members": SimpleNamespace(rights_of=RIGHTS.get),
        "choir.scores": SimpleNamespace(ScoreLibrary=Library),
    }


def done(program, member):
    """Queue every request of a member; give what is carried out."""
    requests, library = queue.Queue(), Library()
    for verb in ("fetch", "annotate", "replace", "delete"):
        requests.put(program.Request(member, verb, 4))
    requests.put(None)
    program.work(requests, library)
    return library.done


def works(program, folder):
    """The librarian does everything, and a singer reads."""
    assert done(program, "ada") == ["send", "annotate", "replace", "delete"]
    assert "send" in done(program, "bo")


def holds(program, folder):
    """A singer does nothing else."""
    assert done(program, "bo") == ["send"], "a singer changed the library"
