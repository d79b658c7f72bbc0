"""Says in one word where what a call is given comes from, what it went through, what was asked.

``flow sql<param+request|put|asked ~check``: a query is made from a parameter and a part of a
request, put into a text, and a check of it stands before. All is told in roles
(`weakspot.code.roles`): a linear model learns nothing of two facts together unless they are one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from weakspot.code.roles import role_of

FLOW = "flow "
_NONE = "none"
_PUT = frozenset(("f", "Add", "Mod"))  # ways to put a value into a text
# What else facts tell as an origin that is no name of a call.
_NO_CALLS = frozenset((*_PUT, "sql", "html", "path", "words", "text", "blank", "bytes", "Div"))


@dataclass(slots=True)
class _Given:
    """What facts tell of the calls of one name: origins of arguments, roles that tests ask by."""

    origins: set[str] = field(default_factory=set)
    is_asked: bool = False
    checks: set[str] = field(default_factory=set)


def flows_of(facts: Iterable[str]) -> frozenset[str]:
    """Return what the facts of a statement (`weakspot.code.facts`) say of calls with a role."""
    calls = _calls(facts)
    return frozenset(one for name, given in calls.items() for one in _told(role_of(name), given))


def _calls(facts: Iterable[str]) -> dict[str, _Given]:
    found: dict[str, _Given] = {}
    for fact in facts:
        kind, _, rest = fact.partition(" ")
        if kind not in ("call", "asked") or rest.startswith("."):  # its whole name is told, too
            continue
        if kind == "asked":
            name, _, what = rest.partition("|")
            given = found.setdefault(name, _Given())
            given.is_asked = True
            given.checks.add(_role_asked(what))
            continue
        name = min((rest.split(end)[0] for end in (" ", "/", "(")), key=len)
        given = found.setdefault(name, _Given())
        told = rest[len(name) :]
        if told.startswith(" ") and "<" in told and not told.startswith(" on"):
            given.origins.add(told.rpartition("<")[2])
    return found


def _role_asked(what: str) -> str:
    word = what.removesuffix("()").lstrip(".")
    return role_of(f".{word}") if what[:1].isalpha() or what[:1] == "." else ""


def _told(role: str, given: _Given) -> Iterator[str]:
    if not role:
        return
    sources, through = _parted(given.origins)
    how = "asked" if given.is_asked else "unasked"
    start = f"{FLOW}{role}<{'+'.join(sorted(sources)) or _NONE}"
    yield f"{start}|{how}"
    yield f"{start}|{'+'.join(sorted(through)) or _NONE}|{how}"
    for each in through or (_NONE,):
        yield f"{start}|{each}"
        yield f"{start}|{each}|{how}"
    for check in given.checks - {""}:
        yield f"{start}|asked {check}"
        for each in through:
            yield f"{start}|{each}|asked {check}"


def _parted(origins: Iterable[str]) -> tuple[set[str], set[str]]:
    """Return where a value comes from, and what it went through."""
    sources: set[str] = set()
    through: set[str] = set()
    for origin in origins:
        if origin == "param":
            sources.add(origin)
        elif origin.startswith("@"):
            sources.add("request")
        elif origin in _PUT:
            through.add("put")
        elif origin == "sql":
            through.add(origin)
        elif origin[:1].isalpha() and ":" not in origin and origin not in _NO_CALLS:
            through.add(role_of(f".{origin}"))
    return sources, through - {""}
