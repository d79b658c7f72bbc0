"""Composes mechanisms into families of labelled programs (docs/generate.md)."""

import ast
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from weakspot.core.example import Example
from weakspot.generate import fillers
from weakspot.generate.assemble import START, module_template
from weakspot.generate.imports import compatible, with_imports
from weakspot.generate.mechanism import Mechanism
from weakspot.generate.mechanisms import all_mechanisms
from weakspot.generate.names import Names
from weakspot.generate.padding import draw_padding
from weakspot.generate.scene import Scene, draw_scene
from weakspot.generate.sides import Side, draw_sides
from weakspot.generate.template import Choices, fill, split_marks

_ATTEMPTS = 12
_SHARED_IMPORTS = (
    *fillers.MODULE_IMPORTS,
    "import html",
    "import shlex",
    "import urllib.parse",
    "import re",
    "import unicodedata",
    "import base64",
)


class CompositionError(ValueError):
    """A mechanism cannot be composed: a template slip; names the mechanism and the side."""


@dataclass(frozen=True, slots=True)
class _Rendered:
    code: str
    lines: tuple[int, ...]


def compose(
    mechanism: Mechanism, seed: int, pool: Sequence[Mechanism] | None = None
) -> tuple[Example, ...]:
    """Return a family of two to four programs that share everything but what the roles change.

    Sound code of other mechanisms comes from `pool` (all mechanisms by default; give the training
    mechanisms only when some are held out). The same arguments give the same programs in every
    process. Raises CompositionError when no program that parses comes out.
    """
    others = all_mechanisms() if pool is None else pool
    problem: Exception | None = None
    for attempt in range(_ATTEMPTS):
        rng = random.Random(f"{mechanism.id}|{seed}|{attempt}")  # noqa: S311 - reproducible data, no secret
        try:
            sides = draw_sides(mechanism, rng)
            scene = draw_scene(mechanism, sides, others, rng)
            rendered = _render(scene, sides, f"{mechanism.id}|{seed}|{attempt}", rng)
        except (SyntaxError, LookupError) as error:
            problem = error
            continue
        return _examples(scene, sides, rendered, seed)
    raise CompositionError(f"{mechanism.id}, seed {seed}: {problem}") from problem


def compose_all(
    mechanisms: Sequence[Mechanism], per_mechanism: int, seed: int
) -> Iterator[Example]:
    """Yield the programs of `per_mechanism` families of each mechanism, family by family."""
    for number in range(per_mechanism):
        for mechanism in mechanisms:
            yield from compose(mechanism, seed * 1_000_003 + number, mechanisms)


def _render(scene: Scene, sides: Sequence[Side], seed: str, rng: random.Random) -> list[_Rendered]:
    choices = Choices(seed)
    pads = scene.around.pads
    plain = [choices.settle(module_template(scene, side, {})) for side in sides]
    # Names are settled with all padding in place, so that padding one side renames nothing.
    full = choices.settle(module_template(scene, sides[0], {START: tuple(range(len(pads)))}))
    # A name that the mechanism's own imports bind must not be bound again for filler.
    imports = (*scene.imports, *compatible(scene.imports, _SHARED_IMPORTS))
    names = Names.settle([*plain, full], imports, rng)
    finished = [
        _finished(template, names, imports, scene, side)
        for template, side in zip(plain, sides, strict=True)
    ]
    sizes = [len(choices.settle(text)) for text in pads]
    padding = draw_padding(
        [len(one.code) for one in finished], sizes, has_function=scene.place is not None, rng=rng
    )
    for index, added in enumerate(padding):
        if added:
            template = choices.settle(module_template(scene, sides[index], added))
            finished[index] = _finished(template, names, imports, scene, sides[index])
    if len({one.code for one in finished}) < len(finished):
        raise LookupError("two sides came out the same")
    return finished


def _finished(
    template: str, names: Names, imports: Sequence[str], scene: Scene, side: Side
) -> _Rendered:
    text = fill(template, names)
    if "$logger" in template and names.logger != "logging" and not names.defines_logger:
        text = f"{names.logger} = logging.getLogger(__name__)\n\n\n{text}"
    try:
        whole = with_imports(text, imports, scene.import_style)
        code, lines = split_marks(whole.rstrip() + "\n")
        ast.parse(code)
    except SyntaxError as error:
        raise SyntaxError(f"{side.role}: {error}") from error
    if side.role.is_weak != bool(lines):
        raise LookupError(f"{side.role}: weak-line markers do not fit the role")
    return _Rendered(code, lines)


def _examples(
    scene: Scene, sides: Sequence[Side], rendered: Sequence[_Rendered], seed: int
) -> tuple[Example, ...]:
    mechanism = scene.mechanism
    found = list(mechanism.frameworks)
    if scene.place is not None and scene.place.skeleton.framework:
        found.append(scene.place.skeleton.framework)
    if scene.is_bare:
        found.append("bare-parameter")
    frameworks = tuple(dict.fromkeys(found))
    return tuple(
        Example(
            id=f"{mechanism.id}/{seed}/{side.role}",
            code=one.code,
            role=side.role,
            cwe=mechanism.cwe,
            lines=one.lines,
            family=f"{mechanism.id}/{seed}",
            mechanism=mechanism.id,
            frameworks=frameworks,
        )
        for side, one in zip(sides, rendered, strict=True)
    )
