"""A page of another site opens a valve with the grower's cookie."""

import re
import sys
import threading
from http.client import HTTPConnection
from http.server import HTTPServer
from types import ModuleType
from urllib.parse import urlencode

MOVED = []


def prepare(folder):
    """Stand in for the valves."""
    del folder
    MOVED.clear()
    sys.modules["greenhouse"] = ModuleType("greenhouse")
    valves = ModuleType("greenhouse.valves")
    valves.VALVES = {"north"}
    valves.set_valve = lambda valve, state, by: MOVED.append((valve, state, by))
    sys.modules["greenhouse.valves"] = valves


def asked(program, form, *, reads_page):
    """Send a form with a grower's cookie, after looking at the panel or without."""
    program.PanelHandler.log_message = lambda *_: None
    server = HTTPServer(("127.0.0.1", 0), program.PanelHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    cookie = {"Cookie": f"panel_session={program.open_session('ada')}"}
    client = HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    if reads_page:
        client.request("GET", "/", headers=cookie)
        hidden = re.findall(r"name='(\w+)' value='([^']+)'>", client.getresponse().read().decode())
        form = form | {name: value for name, value in hidden if name != "state"}
        client.close()
    client.request("POST", "/valve", urlencode(form), cookie)
    status = client.getresponse().status
    server.shutdown()
    server.server_close()
    return status


def works(program, folder):
    """The panel's own form moves a valve."""
    del folder
    assert asked(program, {"valve": "north", "state": "open"}, reads_page=True) == 303
    assert MOVED == [("north", "open", "ada")]


def holds(program, folder):
    """A form that did not come from the panel does not: another site cannot read the panel."""
    del folder
    MOVED.clear()
    asked(program, {"valve": "north", "state": "open"}, reads_page=False)
    assert MOVED == [], "a valve was moved"
