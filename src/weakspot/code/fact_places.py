"""Where the reader of facts stands: the names of a scope, and the tests that hold there."""

from dataclasses import dataclass, field

from weakspot.code.fact_shapes import Scope


@dataclass(frozen=True, slots=True)
class Test:
    """What a condition asks, and the names that it asks about."""

    kinds: frozenset[str]
    names: frozenset[str]


@dataclass(slots=True)
class Place:
    """The names' scope, and the tests in force."""

    scope: Scope
    tests: list[Test] = field(default_factory=list)
