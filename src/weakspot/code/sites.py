"""Reads a unit statement by statement: what each says, and what stands around it.

A *site* is one statement of a unit with its facts (`weakspot.code.facts`), the same facts with
roles in place of names (`weakspot.code.roles`), and what its calls meet in the rest of the
function: other calls, before or after, tests that stop, decorators. A function is as weak as its
weakest statement (`weakspot.model.sites`). What is told decides what a model folder means: any
change here changes `SITES_VERSION`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from weakspot.code.facts import Told, told_of
from weakspot.code.fragments import Fragment, parse_fragment
from weakspot.code.roles import abstracted, digest, role_of

SITES_VERSION = "2"
_AROUND = ("under ", "base ", "stops ", "if ", "except ", "assert ", "raise ", "type ")
_CALL = "call "
_MORE = frozenset(" /(")  # a fact with one of these tells more of a call than its name


@dataclass(frozen=True, slots=True)
class Site:
    """One statement: the 0-based lines of the unit that it stands on, and what is told of it."""

    lines: tuple[int, ...]
    features: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Calls:
    """What a statement calls: last words of names, and roles."""

    words: frozenset[str]
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Account:
    """A unit's normalised text, parsed once, and what each of its statements tells."""

    fragment: Fragment
    told: Sequence[Told]
    lines: int

    @classmethod
    def of(cls, text: str) -> "Account":
        """Read a text, context included; a part that does not parse tells nothing."""
        fragment = parse_fragment(text)
        return cls(fragment, told_of(fragment.statements), text.count("\n") + 1)

    @property
    def facts(self) -> frozenset[str]:
        """The facts of all statements together (`weakspot.code.facts.facts_of`)."""
        return frozenset[str]().union(*(one.facts for one in self.told))

    def sites(self, own: int) -> Sequence[Site]:
        """Return the sites of the last `own` lines, which are the unit itself.

        Lines before those are context: it counts as what stands around, and has no sites.
        """
        first = self.lines - own
        told = sorted(self.told, key=lambda one: one.statement.lineno)
        calls = [_calls(one.facts) for one in told]
        features = _features(told, calls)
        found = []
        for one, said in zip(told, features, strict=True):
            lines = _lines(one, self.fragment.origins, first)
            if lines and said:
                found.append(Site(lines, said))
        return found


def reading() -> str:
    """Return what tells how sites are read, the table of roles with it, from any other way."""
    return f"{SITES_VERSION}-{digest()}"


def sites_of(text: str, own: int) -> Sequence[Site]:
    """Return the sites of a unit's normalised text whose last `own` lines are the unit itself.

    None are told of a text that does not parse.
    """
    return Account.of(text).sites(own)


def _features(told: Sequence[Told], calls: Sequence[_Calls]) -> Iterator[frozenset[str]]:
    words = frozenset[str]().union(*(one.words for one in calls))
    roles = frozenset[str]().union(*(one.roles for one in calls))
    around = {fact for one in told for fact in one.facts if fact.startswith(_AROUND)}
    by_role = {fact: abstracted(fact) for one in told for fact in one.facts}
    known = {by_role[fact] for fact in around} - {""}
    seen_words: set[str] = set()
    seen_roles: set[str] = set()
    for one, mine in zip(told, calls, strict=True):
        said = {*one.facts, *(by_role[fact] for fact in one.facts)} - {""}
        said.update(_met(mine.words, words, seen_words, around))
        said.update(f"as {each}" for each in _met(mine.roles, roles, seen_roles, known))
        said.update(f"as again {role}" for role in mine.roles & seen_roles)
        if hasattr(one.statement, "decorator_list"):  # a definition stands for the whole text
            said.update(f"holds {word}" for word in words)
            said.update(f"as holds {role}" for role in roles)
            said.update(f"within {fact}" for fact in (*around, *known))
        seen_words |= mine.words
        seen_roles |= mine.roles
        yield frozenset(said)


def _met(
    mine: frozenset[str], every: frozenset[str], before: set[str], around: Iterable[str]
) -> Iterator[str]:
    """Say what a statement's calls meet: other calls, and what stands around.

    Calls are before it or not: those of the same statement count as later ones.
    """
    for one in mine:
        for other in every - {one}:
            yield f"with {one}&{other}" if other in before else f"with {one}&{other} later"
        for fact in around:
            yield f"within {one}|{fact}"


def _calls(facts: Iterable[str]) -> _Calls:
    names = [fact.removeprefix(_CALL) for fact in facts if fact.startswith(_CALL)]
    plain = [name for name in names if _MORE.isdisjoint(name)]
    words = frozenset(name[1:] for name in plain if name.startswith("."))
    full = (name for name in plain if not name.startswith("."))  # each call is told by both
    return _Calls(words, frozenset(map(role_of, full)) - {""})


def _lines(told: Told, origins: Sequence[tuple[int, ...]], first: int) -> tuple[int, ...]:
    statement = told.statement
    decorators = getattr(statement, "decorator_list", ())
    numbers = [statement.lineno, *(one.lineno for one in decorators)]
    found = {line - first for number in numbers for line in origins[number - 1]}
    return tuple(sorted(line for line in found if line >= 0))
