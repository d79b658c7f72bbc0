"""A member who follows a link gets somebody else's tracker linked to the own account."""

import sys
from types import ModuleType, SimpleNamespace
from urllib.parse import parse_qs, urlsplit


def prepare(folder):
    """Stand in for requests, in front of a tracker that takes every code."""
    del folder
    requests = ModuleType("requests")
    requests.post = lambda url, data, auth, timeout: SimpleNamespace(
        status_code=200, json=lambda: {"refresh_token": f"of {data['code']}"}
    )
    sys.modules["requests"] = requests


def linker(program):
    """Make a linker, and the list of what it links."""
    linked = []
    members = SimpleNamespace(link_tracker=lambda member, token: linked.append((member, token)))
    return program.TrackerLinker("id", "secret", "https://club.example/back", members), linked


def works(program, folder):
    """A member links a tracker."""
    del folder
    one, linked = linker(program)
    session = {"member_id": 4}
    state = parse_qs(urlsplit(one.begin(session)).query)["state"][0]
    one.finish(session, {"code": "mine", "state": state})
    assert linked == [(4, "of mine")]


def holds(program, folder):
    """The end of another visit is not taken for one's own."""
    del folder
    one, linked = linker(program)
    theirs = parse_qs(urlsplit(one.begin({"member_id": 66})).query)["state"][0]
    for session in ({"member_id": 4}, {"member_id": 4, "tracker_pending": True}):
        try:
            one.finish(session, {"code": "theirs", "state": theirs})
        except program.LinkError:
            pass
    assert linked == [], "another's tracker is linked"
