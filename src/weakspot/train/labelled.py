"""Turns labelled examples into encoded units with labels, ready for batches.

Only units that tell something are kept: those on which the sides of a family differ, or that
carry the weakness. The code around them is the same on all sides. A function of a weak side that
differs from the sound one without a mark in it (it prepares what another function does, or calls a
function that is weak) is left out: it is no example of sound code.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from weakspot.code.source import Source
from weakspot.code.units import units_of
from weakspot.core.example import Example, Role, UnitPair
from weakspot.core.unit import Unit
from weakspot.model.tokens import Tokenizer
from weakspot.train.splice import spliced

BARE = "bare-parameter"  # the untrusted value is a plain parameter: the caller decides
UNEQUAL = 1.2  # times as many tokens as the other side: a side is much longer


@dataclass(frozen=True, slots=True)
class LabelledUnit:
    """One encoded unit.

    `lines` holds the indices into `anchors` of the lines that carry the weakness (empty when
    sound). `label` indexes the model's CWE labels, also for the sound sides of a family; -1 for
    clean code. `needs_context` says that the verdict would depend on unseen callers. Units of one
    `kin` say much the same and stay in one fold (`weakspot.train.folds`): it is their mechanism, or
    where a real function is from.
    """

    ids: tuple[int, ...]
    anchors: tuple[int, ...]
    is_weak: bool
    label: int
    lines: tuple[int, ...]
    role: Role
    family: str
    mechanism: str
    needs_context: bool
    kin: str = ""


Family = tuple[LabelledUnit, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Real functions, and the share of families that are moved into one."""

    hosts: Sequence[Unit]
    share: float
    seed: int

    def around(self, sides: Sequence[Unit], key: str) -> Sequence[Unit]:
        """Return the sides in one real function, or as they are; the same for the same key."""
        rng = random.Random(f"{self.seed}|{key}")  # noqa: S311  reproducible data, no secret
        if not self.hosts or rng.random() >= self.share:
            return sides
        return spliced(sides, rng.choice(self.hosts), rng) or sides


def families(
    examples: Iterable[Example],
    tokenizer: Tokenizer,
    labels: Sequence[str],
    limit: int,
    surroundings: Surroundings | None = None,
) -> list[Family]:
    """Group examples by family and label their units; families without a weak unit are left out.

    With `surroundings`, some families are moved into real functions (`weakspot.train.splice`).
    """
    index = {label: position for position, label in enumerate(labels)}
    grouped: dict[str, list[Example]] = {}
    for example in examples:
        grouped.setdefault(example.family, []).append(example)
    found = []
    for sides in grouped.values():
        units = _family(sides, tokenizer, index, limit, surroundings)
        if any(unit.is_weak for unit in units):
            found.append(units)
    return found


def labelled(
    unit: Unit, example: Example, tokenizer: Tokenizer, label: int, limit: int
) -> LabelledUnit:
    """Encode one unit of an example and say which of its lines carry the weakness."""
    encoded = tokenizer.encode(unit, limit)
    marked = unit.lines_at(example.lines) if example.role.is_weak else ()
    lines = tuple(at for at in marked if at < len(encoded.anchors))
    return LabelledUnit(
        ids=encoded.ids,
        anchors=encoded.anchors,
        is_weak=bool(lines),
        label=label,
        lines=lines,
        role=example.role,
        family=example.family,
        mechanism=example.mechanism,
        needs_context=BARE in example.frameworks,
        kin=example.mechanism,
    )


def clean_unit(unit: Unit, tokenizer: Tokenizer, limit: int, origin: str = "") -> LabelledUnit:
    """Encode one unit that carries no label; `origin` is the file that it is from, if known."""
    encoded = tokenizer.encode(unit, limit)
    return LabelledUnit(
        ids=encoded.ids,
        anchors=encoded.anchors,
        is_weak=False,
        label=-1,
        lines=(),
        role=Role.CLEAN,
        family="",
        mechanism="",
        needs_context=False,
        kin=origin,
    )


def is_unequal(family: Family) -> bool:
    """Whether some weak unit differs much in length from all of the fix, whichever is longer."""
    weak = [len(unit.ids) for unit in family if unit.role is Role.VULNERABLE and unit.is_weak]
    fixed = [len(unit.ids) for unit in family if unit.role is Role.FIXED]
    return bool(fixed) and any(
        all(max(one, other) >= UNEQUAL * min(one, other) for other in fixed) for one in weak
    )


def _mechanism(pair: UnitPair) -> str:
    return pair.mechanism


def injected(
    pairs: Iterable[UnitPair],
    tokenizer: Tokenizer,
    labels: Sequence[str],
    limit: int,
    kin_of: Callable[[UnitPair], str] = _mechanism,
) -> list[Family]:
    """Encode pairs of real functions; those about a CWE that is no label are left out."""
    index = {label: position for position, label in enumerate(labels)}
    found: list[Family] = []
    for number, pair in enumerate(pairs):
        if pair.cwe in index:
            name = f"{pair.mechanism}/{pair.origin}/{number}"
            weak = _real(pair.weak, Role.VULNERABLE, pair, name, tokenizer, index[pair.cwe], limit)
            sound = _real(pair.sound, Role.FIXED, pair, name, tokenizer, index[pair.cwe], limit)
            if weak.is_weak and sound.anchors:
                found.append(tuple(replace(side, kin=kin_of(pair)) for side in (weak, sound)))
    return found


def _real(
    unit: Unit,
    role: Role,
    pair: UnitPair,
    family: str,
    tokenizer: Tokenizer,
    label: int,
    limit: int,
) -> LabelledUnit:
    encoded = tokenizer.encode(unit, limit)
    lines = tuple(at for at in pair.lines if role.is_weak and at < len(encoded.anchors))
    return LabelledUnit(
        ids=encoded.ids,
        anchors=encoded.anchors,
        is_weak=bool(lines),
        label=label,
        lines=lines,
        role=role,
        family=family,
        mechanism=pair.mechanism,
        needs_context=False,
    )


def _family(
    sides: Sequence[Example],
    tokenizer: Tokenizer,
    index: dict[str, int],
    limit: int,
    surroundings: Surroundings | None,
) -> Family:
    grouped: dict[str, list[tuple[Example, Unit]]] = {}
    for side in sides:
        for unit in units_of(Source("", side.code)).units:
            grouped.setdefault(f"{unit.name}/{unit.window}", []).append((side, unit))
    kept = []
    for place, members in grouped.items():
        texts = {unit.context_text() + "\0" + unit.text() for _, unit in members}
        units: Sequence[Unit] = [unit for _, unit in members]
        if surroundings is not None and len(texts) > 1:
            units = surroundings.around(units, f"{sides[0].family}/{place}")
        for (side, _), unit in zip(members, units, strict=True):
            one = labelled(unit, side, tokenizer, index[side.cwe], limit)
            # A weak side's change that bears no mark, in it or in what it calls, is not sound.
            is_half = side.role.is_weak and not one.is_weak
            if one.anchors and not is_half and (one.is_weak or len(texts) > 1):
                kept.append(one)
    return tuple(kept)
