"""A mechanism: one idea of a weak call, its fix, its sound look-alike and its hurried repair.

Mechanisms are written in a small template language (docs/generate.md); `compose` turns each into
programs.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What surrounds a mechanism's code."""

    FLOW = "flow"  # statements that use an untrusted value, `$in`
    LOCAL = "local"  # statements that are wrong by themselves
    PROGRAM = "program"  # a whole module


TAKES = frozenset({"text", "bytes", "number", "mapping", "url", "filename"})
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CWE = re.compile(r"CWE-[1-9][0-9]{0,4}")


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One distinct (sink, fix) idea; the template language is described in docs/generate.md.

    Raises ValueError when a field breaks the contract: an id that is not kebab-case, a `cwe` that
    is no CWE id, forms that do not pair up, or an unknown `takes`.
    """

    id: str
    cwe: str
    kind: Kind
    vulnerable: tuple[str, ...]
    fixed: tuple[str, ...]
    decoy: tuple[str, ...] = ()
    wrong_fix: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    given: tuple[tuple[str, str], ...] = ()
    setup: str = ""
    frameworks: tuple[str, ...] = ()
    takes: str = "text"
    int_is_safe: bool = True
    # False where no check of `$in` makes the weak form sound: it only names the data that does
    # harm, or the weak line is a setting for other values as well.
    checks_help: bool = True
    # False where no attack begins with a letter: a pattern for the beginning keeps them all out.
    begins_plain: bool = True

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"mechanism id {self.id!r} is not kebab-case")
        if not _CWE.fullmatch(self.cwe):
            raise ValueError(f"{self.id}: {self.cwe!r} is not a CWE id")
        if not self.vulnerable or len(self.vulnerable) != len(self.fixed):
            raise ValueError(f"{self.id}: each vulnerable form needs its own fixed form")
        if self.takes not in TAKES:
            raise ValueError(f"{self.id}: takes {self.takes!r}, which is none of {sorted(TAKES)}")
        for name in ("vulnerable", "fixed", "decoy", "wrong_fix", "imports", "frameworks"):
            if isinstance(getattr(self, name), str):
                raise TypeError(f"{self.id}: {name} is a string, not a tuple of strings")
