"""Everything a family of programs shares: where the code stands, what is read, what surrounds it.

A scene is drawn once per seed; the sides of a quadruple are rendered from it, so that they differ
only in what the mechanism and its checks change.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from weakspot.generate import checks, fillers
from weakspot.generate.distractors import Distractors, draw_distractors
from weakspot.generate.imports import ImportStyle
from weakspot.generate.mechanism import Kind, Mechanism
from weakspot.generate.origins import Origin, draw_origin, input_hint
from weakspot.generate.placement import REQUEST, RETURNS, draw_skeleton, web_frameworks
from weakspot.generate.sides import Side
from weakspot.generate.skeleton import TYPES, Skeleton
from weakspot.generate.template import has

PADS = 24
_WRAPS = ("", "", "", "", "", "try", "try", "if", "with", "else")
_HELPER_REJECTS = (
    'raise ValueError("<<unsupported value|unknown option>>")',
    'raise LookupError("<<unknown entry|no such option>>")',
    "return None",
)
_OWN_CLASS = re.compile(r"class \$\w+(?:\([\w.]+\))?:\n    (?:async )?def \$\w+\(self")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around the code that matters: filler, padding, neighbours, sound code."""

    early: tuple[str, ...]  # filler groups at the start of the function
    late: tuple[str, ...]  # between the checks and the use
    inner: tuple[str, ...]  # at the ``#...`` lines
    pads: tuple[str, ...]  # a stock to make a side longer with
    neighbours: tuple[str, ...]  # filler groups that make up a function of their own
    distractors: Distractors
    helpers_first: bool


@dataclass(frozen=True, slots=True)
class Place:
    """The function around the use, and how it gets what the mechanism is given."""

    skeleton: Skeleton
    code: str
    setup: str
    given: str  # inline | module | parameter | self
    extracted: str  # "" | function | class: the use stands in a helper
    wrap: str  # "" | try | if | with | else
    result: str
    done: str
    reject: str
    helper_reject: str
    other: str  # expression of a second value, %OTHER for a parameter, "" for none


@dataclass(frozen=True, slots=True)
class Scene:
    """The drawn choices of one quadruple; `place` is None for PROGRAM mechanisms."""

    mechanism: Mechanism
    place: Place | None
    origin: Origin
    ambient: checks.Check | None
    samples: dict[str, str]
    ambient_samples: dict[str, str]
    around: Surroundings
    hint: str
    key_is_name: bool
    import_style: ImportStyle

    @property
    def imports(self) -> tuple[str, ...]:
        """All import statements that some side may need, and that are not for filler."""
        own = self.place.skeleton.imports if self.place else ()
        distracting = self.around.distractors.imports
        return (*self.mechanism.imports, *own, *self.origin.imports, *distracting)

    @property
    def flows(self) -> bool:
        """Whether the program is about an untrusted value."""
        return self.mechanism.kind is Kind.FLOW

    @property
    def is_bare(self) -> bool:
        """Whether only a parameter says that the value is untrusted."""
        return self.flows and self.place is not None and self.place.skeleton.is_bare

    @property
    def annotation(self) -> str:
        """The type that the untrusted value is annotated with."""
        return TYPES[self.mechanism.takes]


def draw_scene(
    mechanism: Mechanism, sides: Sequence[Side], pool: Sequence[Mechanism], rng: random.Random
) -> Scene:
    """Draw a scene that all `sides` fit into. Raises LookupError when no skeleton does."""
    place: Place | None = None
    origin = Origin("", "$in")
    if mechanism.kind is not Kind.PROGRAM:
        place, origin = _draw_place(mechanism, sides, rng)
    ambient = None
    if place is not None and place.other and rng.random() < 0.6:
        ambient = rng.choice(checks.ambient_checks())
    return Scene(
        mechanism=mechanism,
        place=place,
        origin=origin,
        ambient=ambient,
        samples=checks.samples(mechanism, rng),
        ambient_samples=checks.samples(mechanism, rng),
        around=_draw_surroundings(mechanism, place, pool, rng),
        hint=input_hint(mechanism, rng),
        key_is_name=rng.random() < 0.6,
        import_style=ImportStyle.draw(rng),
    )


def _draw_place(
    mechanism: Mechanism, sides: Sequence[Side], rng: random.Random
) -> tuple[Place, Origin]:
    forms = [side.form for side in sides]
    used = [side.check for side in sides if side.check is not None]
    skeleton, code = draw_skeleton(mechanism, forms, rng)
    other = ""
    if any(check.needs_other for check in used) or rng.random() < 0.3:
        other = rng.choice(skeleton.other) if skeleton.other else ""
        # Its key must not be the one of the value that matters.
        other = other.replace("%KEY2", "%KEY").replace("%KEY", "%KEY2")
        other = other or ("%OTHER" if "%OTHER" in code else "")
        if not other and any(check.needs_other for check in used):
            raise LookupError(f"{skeleton.id} has no second value")
    origin = Origin("", "$in")
    if mechanism.kind is Kind.FLOW:
        origin = draw_origin(skeleton, mechanism.takes, forms, bool(used), rng)
    place = Place(
        skeleton=skeleton,
        code=code,
        setup=rng.choice(skeleton.setup),
        given=_draw_given(mechanism, skeleton, code, rng),
        extracted=_draw_extraction(mechanism, skeleton, origin, forms, rng),
        wrap=rng.choice(_WRAPS),
        result=rng.choice(skeleton.result),
        done=rng.choice(skeleton.done),
        reject=rng.choice(skeleton.reject),
        helper_reject=rng.choice(_HELPER_REJECTS),
        other=other,
    )
    return place, origin


def _draw_surroundings(
    mechanism: Mechanism, place: Place | None, pool: Sequence[Mechanism], rng: random.Random
) -> Surroundings:
    count = fillers.draw_count(rng)
    neighbours = rng.choice((0, 0, 0, 0, 1, 2))
    imports = (*mechanism.imports, *(place.skeleton.imports if place else ()))
    drawn = fillers.draw(rng, count + neighbours + PADS, fillers.displaced(imports))
    parts: tuple[list[str], ...] = ([], [], [])
    for block in drawn[:count]:
        rng.choice(parts).append(block)
    is_async = place is not None and "async def" in place.code
    return Surroundings(
        early=tuple(parts[0]),
        late=tuple(parts[1]),
        inner=tuple(parts[2]),
        pads=tuple(drawn[count + neighbours :]),
        neighbours=tuple(drawn[count : count + neighbours]),
        distractors=draw_distractors(mechanism, pool, imports, is_async, rng),
        helpers_first=rng.random() < 0.6,
    )


def _draw_given(mechanism: Mechanism, skeleton: Skeleton, code: str, rng: random.Random) -> str:
    if any("await" in value for _, value in mechanism.given):
        return "inline"
    places = ["inline", "module", "module"]
    plain = skeleton.framework in ("", "parameter")
    if plain and "def " in code and "@property" not in code and "@cached_property" not in code:
        places += ["parameter"] if "__" not in code else []
        if _OWN_CLASS.match(code):
            places += ["self", "self"]
    return rng.choice(places)


def _draw_extraction(
    mechanism: Mechanism,
    skeleton: Skeleton,
    origin: Origin,
    forms: Sequence[str],
    rng: random.Random,
) -> str:
    """Decide whether the use moves into a helper; the untrusted value is then its parameter."""
    text = "\n".join(forms)
    if skeleton.is_bare or mechanism.kind is not Kind.FLOW or origin.access != "$in":
        return ""
    if web_frameworks(mechanism) or REQUEST.search(text) or re.search(r"\b(?:self|yield)\b", text):
        return ""
    gives = has(text, "out") or RETURNS.search(text) is not None
    if rng.random() > (0.25 if gives else 0.12):
        return ""
    return rng.choice(("function", "function", "class"))
