"""A volunteer redirects the alarm phone of another."""

import dataclasses
import inspect
import sys
import types
from types import SimpleNamespace


class Schema:
    """Runs a mutation with the arguments that its resolver declares, as GraphQL does."""

    def __init__(self, query, mutation):
        self.mutation = mutation

    def run(self, name, info, **arguments):
        """Ask the permissions, then call the resolver."""
        resolver, permissions = getattr(self.mutation, name)
        assert all(kind().has_permission(None, info) for kind in permissions)
        declared = inspect.signature(resolver).parameters
        known = {key: value for key, value in arguments.items() if key in declared}
        return resolver(self.mutation(), info, **known)


def field(permission_classes):
    """Keep a resolver with its permissions."""
    return lambda resolver: (resolver, permission_classes)


class Roster:
    """Two volunteers and the phones that the alarm computer rings."""

    def __init__(self):
        self.people = {
            number: SimpleNamespace(id=number, name=name, is_active=True, on_call=True)
            for number, name in ((1, "Ada"), (2, "Bo"))
        }
        self.phones = {1: "+491", 2: "+492"}

    def find(self, number):
        """Give the volunteer with a number."""
        return self.people.get(number)

    def set_alarm_phone(self, number, phone):
        """Change a phone."""
        self.phones[number] = phone


def prepare(folder):
    """Stand in for strawberry, which is not installed, and for the roster."""
    package, permission = types.ModuleType("strawberry"), types.ModuleType("permission")
    package.type, package.Schema = dataclasses.dataclass, Schema
    package.field = package.mutation = field
    permission.BasePermission = object
    sys.modules |= {
        "strawberry": package,
        "strawberry.permission": permission,
        "strawberry.types": SimpleNamespace(Info=SimpleNamespace),
        "rescue": types.ModuleType("rescue"),
        "rescue.roster": SimpleNamespace(Roster=Roster),
    }


def phones_after(program, volunteer_id):
    """Set a phone as volunteer 1, and give all phones."""
    roster = Roster()
    user = SimpleNamespace(volunteer=roster.people[1])
    info = SimpleNamespace(context={"user": user, "roster": roster})
    program.schema.run("set_alarm_phone", info, volunteer_id=volunteer_id, phone="+49 170 555 0100")
    return roster.phones


def works(program, folder):
    """A volunteer sets the own phone."""
    assert phones_after(program, 1) == {1: "+491705550100", 2: "+492"}


def holds(program, folder):
    """The phone of another stays."""
    assert phones_after(program, 2)[2] == "+492", "the alarms of another were redirected"
