"""A pupil's account points the traffic of the classroom to another host."""

import sys
import types
from types import SimpleNamespace

UPSTREAM = ["proxy.school:3128"]
USERS = {":1.1": 0, ":1.7": 1400}


class Object:
    """An object on the bus."""

    def __init__(self, name, path):
        self.path = path


class Authority:
    """The part of polkit that is asked; it allows root."""

    def CheckAuthorization(self, subject, action, details, flags, cancel, timeout):  # noqa: N802
        """Tell whether a connection may do something."""
        return USERS[subject[1]["name"]] == 0, False, {}


def prepare(folder):
    """Stand in for D-Bus, which is not installed, and for the stored address."""
    dbus = types.ModuleType("dbus")
    dbus.DBusException = Exception
    dbus.service = types.ModuleType("dbus.service")
    dbus.service.Object = Object
    dbus.service.BusName = lambda name, bus: name
    dbus.service.method = lambda interface, **signatures: lambda method: method
    dbus.Interface = lambda remote, interface: remote
    dbus.Dictionary = lambda values, signature: values
    dbus.UInt32 = int
    stored = SimpleNamespace(read_upstream=lambda: UPSTREAM[-1], write_upstream=UPSTREAM.append)
    sys.modules |= {
        "dbus": dbus,
        "dbus.service": dbus.service,
        "dbus.mainloop": types.ModuleType("dbus.mainloop"),
        "dbus.mainloop.glib": SimpleNamespace(DBusGMainLoop=None),
        "gi": types.ModuleType("gi"),
        "gi.repository": SimpleNamespace(GLib=None),
        "classroom": types.ModuleType("classroom"),
        "classroom.proxyconf": stored,
    }


def upstream_after(program, sender):
    """Set another address as a caller, and give the one that is used then."""
    bus = SimpleNamespace(get_unix_user=USERS.get, get_object=lambda name, path: Authority())
    service = program.ProxyService(bus)
    try:
        service.SetUpstream("other.example:8080", sender=sender)
    except program.dbus.DBusException:
        pass
    return service.GetUpstream()


def works(program, folder):
    """Root sets the address."""
    assert upstream_after(program, ":1.1") == "other.example:8080"


def holds(program, folder):
    """A pupil does not."""
    assert upstream_after(program, ":1.7") == "proxy.school:3128", "a pupil set the address"
