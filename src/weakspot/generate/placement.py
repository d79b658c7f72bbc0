"""Finds the skeletons that a mechanism's statements fit into, and draws one."""

import random
import re
from collections.abc import Iterator, Sequence

from weakspot.generate.imports import conflicts
from weakspot.generate.mechanism import Kind, Mechanism
from weakspot.generate.skeleton import WEB, Skeleton
from weakspot.generate.skeletons import flow_skeletons, local_skeletons

BARE_SHARE = 0.3  # of FLOW programs read a mere parameter, as snippets in benchmarks do
AWAITS = re.compile(r"\b(?:await|async (?:with|for))\b")
RETURNS = re.compile(r"^\s*(?:return|yield)\b[^\n]*\S", re.MULTILINE)
REQUEST = re.compile(r"(?<![.\w$])(?:request|req|websocket)\b")
_EITHER = re.compile(r"<<def\|async def>>")
_SAME_FRAMEWORK = {
    "drf": "django",
    "django-rest-framework": "django",
    "djangorestframework": "django",
}


def web_frameworks(mechanism: Mechanism) -> frozenset[str]:
    """Return the web frameworks that a mechanism's code belongs to."""
    found = {_SAME_FRAMEWORK.get(one, one) for one in WEB.intersection(mechanism.frameworks)}
    return frozenset(found - {"starlette"} if "fastapi" in found else found)


def draw_skeleton(
    mechanism: Mechanism, forms: Sequence[str], rng: random.Random
) -> tuple[Skeleton, str]:
    """Draw a skeleton that fits all `forms`, and one variant of its code.

    Raises LookupError when none fits.
    """
    flows = mechanism.kind is Kind.FLOW
    web = web_frameworks(mechanism)
    skeletons = flow_skeletons()
    if not flows:
        skeletons = local_skeletons() + (skeletons if web or rng.random() < 0.4 else ())
    text = "\n".join((*forms, *(value for _, value in mechanism.given)))
    pool = [
        (skeleton, code)
        for skeleton in skeletons
        if _hosts(skeleton, mechanism, web, text)
        for code in _variants(skeleton, text, rng)
    ]
    if not pool:
        raise LookupError(f"{mechanism.id}: no skeleton fits")
    bare = [one for one in pool if one[0].is_bare]
    rest = [one for one in pool if not one[0].is_bare]
    if flows and bare and rest:
        pool = bare if rng.random() < BARE_SHARE else rest
    variants = {skeleton.id: sum(one is skeleton for one, _ in pool) for skeleton, _ in pool}
    weights = [skeleton.weight / variants[skeleton.id] for skeleton, _ in pool]
    return rng.choices(pool, weights)[0]


def _hosts(skeleton: Skeleton, mechanism: Mechanism, web: frozenset[str], text: str) -> bool:
    """Say whether the value, the framework and the returns of a mechanism suit a skeleton."""
    if mechanism.kind is Kind.FLOW:
        reads = skeleton.is_parameter or bool(skeleton.reads(mechanism.takes))
        if not reads or mechanism.takes not in skeleton.takes:
            return False
    elif skeleton.is_parameter:
        return False
    wants_request = REQUEST.search(text) is not None
    if web and skeleton.framework not in web and (wants_request or skeleton.framework):
        return False
    if RETURNS.search(text) and not skeleton.returns:
        return False
    return not conflicts([*mechanism.imports, *skeleton.imports])


def _variants(skeleton: Skeleton, text: str, rng: random.Random) -> Iterator[str]:
    """Yield the variants of a skeleton that can hold the statements, `async` where they wait."""
    waits = AWAITS.search(text) is not None
    wants_self = re.search(r"(?<!\w)self\.", text) is not None
    wants_request = REQUEST.search(text) is not None
    for code in skeleton.code:
        settled = _EITHER.sub("async def" if waits else rng.choice(("def", "async def")), code)
        if waits and "async def" not in settled:
            continue
        if wants_self and not re.search(r"def \S+\(self", settled):
            continue
        named = REQUEST.search("\n".join((settled, *skeleton.imports)))
        if wants_request and skeleton.framework and not named:
            continue
        yield settled
