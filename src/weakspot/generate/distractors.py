"""Sound code of other mechanisms, put beside the one a program is about.

With it a "good" token (a parametrised query, `yaml.safe_load`) stands in weak programs too, and a
dangerous-looking sound call in sound ones, so that no single token tells the label.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from weakspot.generate.fillers import MODULE_IMPORTS
from weakspot.generate.imports import conflicts
from weakspot.generate.mechanism import Kind, Mechanism
from weakspot.generate.origins import input_hint
from weakspot.generate.skeleton import WEB
from weakspot.generate.template import clean, has, indent, lines_in, put, tagged

_AWAITS = re.compile(r"\b(?:await|async (?:with|for))\b")


@dataclass(frozen=True, slots=True)
class Distractors:
    """Functions of their own, statements for the main function, and the imports of both."""

    functions: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()


def draw_distractors(
    mechanism: Mechanism,
    pool: Sequence[Mechanism],
    imports: Sequence[str],
    is_async: bool,
    rng: random.Random,
) -> Distractors:
    """Draw none (half of the time), one or two sound bodies of other mechanisms."""
    functions: list[str] = []
    statements: list[str] = []
    known = [*imports, *MODULE_IMPORTS]
    if not pool or rng.random() < 0.5:
        return Distractors()
    for number in range(rng.choice((1, 1, 2))):
        other = _suitable(mechanism, pool, known, rng)
        if other is None:
            continue
        form = clean(rng.choice(other.fixed + other.decoy))
        form = "\n".join(line for line in form.split("\n") if line.strip() != "#...")
        waits = _AWAITS.search(form) is not None
        plain = other.kind is Kind.LOCAL and not re.search(r"\b(?:return|yield|self)\b", form)
        if plain and (is_async or not waits) and rng.random() < 0.5:
            statements.append(_body(other, form, f"e{number}"))
        else:
            functions.append(_function(other, form, f"d{number}", waits, rng))
        known += other.imports
    return Distractors(
        tuple(functions), tuple(statements), tuple(known[len(imports) + len(MODULE_IMPORTS) :])
    )


def _suitable(
    mechanism: Mechanism, pool: Sequence[Mechanism], imports: Sequence[str], rng: random.Random
) -> Mechanism | None:
    for _ in range(6):
        other = rng.choice(pool)
        if (
            other.id != mechanism.id
            and other.kind is not Kind.PROGRAM
            and not other.setup
            and not WEB.intersection(other.frameworks)
            and not re.search(r"\b(?:request|self|yield)\b", "".join(other.fixed + other.decoy))
            and not conflicts([*imports, *other.imports])
        ):
            return other
    return None


def _body(other: Mechanism, form: str, tag: str) -> str:
    given = "\n".join(f"${name} = {clean(value)}" for name, value in other.given if has(form, name))
    return tagged(lines_in(given, form), tag)


def _function(other: Mechanism, form: str, tag: str, waits: bool, rng: random.Random) -> str:
    body = _body(other, form, tag)
    flows = other.kind is Kind.FLOW
    parameter = f"${tag}__{input_hint(other, rng)}" if flows else ""
    if has(body, f"{tag}__out") and not re.search(r"^return\b", body.split("\n")[-1]):
        body = lines_in(body, f"return ${tag}__out")
    if flows:
        body = put(body, f"{tag}__in", parameter)
    body = put(body, f"{tag}__out", f"${tag}__result")
    return f"{'async ' if waits else ''}def ${tag}__run({parameter}):\n{indent(body)}"
