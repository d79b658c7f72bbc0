"""Chooses the sides of a quadruple: which form and which generic check each role gets."""

import random
import re
from dataclasses import dataclass

from weakspot.core.example import Role
from weakspot.generate.checks import Check, sound_checks, weak_checks
from weakspot.generate.mechanism import Kind, Mechanism
from weakspot.generate.template import clean, split_marks

_RETURNS = re.compile(r"^\s*(?:return|yield|raise)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Side:
    """One program of a quadruple: the mechanism's statements and perhaps a generic check."""

    role: Role
    form: str
    check: Check | None = None


def draw_sides(mechanism: Mechanism, rng: random.Random) -> tuple[Side, ...]:
    """Draw two to four sides; generic decoys and wrong fixes stand beside the mechanism's own."""
    index = rng.randrange(len(mechanism.vulnerable))
    weak = clean(mechanism.vulnerable[index])
    sides = [
        Side(Role.VULNERABLE, weak),
        Side(Role.FIXED, clean(mechanism.fixed[index])),
    ]
    flows = mechanism.kind is Kind.FLOW
    own = [clean(form) for form in mechanism.decoy]
    generic = sound_checks(mechanism) if flows else ()
    if own and not (generic and rng.random() < 0.5):
        sides.append(Side(Role.DECOY, rng.choice(own)))
    elif generic:
        sides.append(Side(Role.DECOY, split_marks(weak)[0], rng.choice(generic)))
    own = [clean(form) for form in mechanism.wrong_fix]
    generic = weak_checks(mechanism, not _RETURNS.search(weak)) if flows else ()
    if own and not (generic and rng.random() < 0.5):
        sides.append(Side(Role.WRONG_FIX, rng.choice(own)))
    elif generic:
        sides.append(Side(Role.WRONG_FIX, weak, rng.choice(generic)))
    return tuple(sides)
