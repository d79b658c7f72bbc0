"""A labelled piece of code: what data sets hold and training reads."""

from dataclasses import dataclass
from enum import StrEnum

from weakspot.core.unit import Unit


class Role(StrEnum):
    """The place of an example within its family (see docs/generate.md)."""

    VULNERABLE = "vulnerable"
    FIXED = "fixed"  # the minimal fix
    DECOY = "decoy"  # same sink, but sound
    WRONG_FIX = "wrong-fix"  # looks mended, still weak
    CLEAN = "clean"  # real code, taken as sound

    @property
    def is_weak(self) -> bool:
        """Whether code of this role carries the weakness."""
        return self in (Role.VULNERABLE, Role.WRONG_FIX)


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled source text.

    `cwe` names the weakness the family is about, also on sound sides. `lines` are the 1-based
    lines of `code` that carry it (empty when sound). `family` groups what must stay on one side
    of a split: a pair, its mechanism, its source project.
    """

    id: str
    code: str
    role: Role
    cwe: str
    lines: tuple[int, ...]
    family: str
    mechanism: str
    frameworks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitPair:
    """A real function in a weak and a sound form.

    `lines` are the indices of the weak form's lines that carry the weakness; `origin` says where
    the function comes from (its first part is the project).
    """

    weak: Unit
    sound: Unit
    lines: tuple[int, ...]
    cwe: str
    mechanism: str
    origin: str
