"""Moves composed code into real functions, so that real style does not come to mean sound.

A model that sees weak code only in composed programs and real code only as sound learns to tell
the two apart, and then finds nothing in real code. Here every side of a family gets the same real
function around its statements: its name, parameters and body stay, and only what the sides differ
in can tell the label (inverse fixes in real code: arXiv 2204.10049 has the evidence).
"""

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from weakspot.core.unit import Line, Unit, UnitKind

MOST_LINES = 45  # of the real function; longer ones would push the composed lines out of the window
FEWEST_LINES = 4
_HEAD = re.compile(r"(async def|def) (\w+)\((.*)\)( -> .+)?:")
_GOES_ON = ("else", "elif ", "except", "finally", "case ")  # belongs to the statement above
_ENDS = ("return", "raise ")
_PLAIN_RETURN = re.compile(r"return( [A-Za-z_]\w*)?")


def is_host(unit: Unit) -> bool:
    """Whether composed code can be moved into this real function."""
    if not FEWEST_LINES <= len(unit.lines) <= MOST_LINES:
        return False
    part = _parts(unit)
    return part is not None and bool(part[2]) and "yield" not in unit.text()


def spliced(sides: Sequence[Unit], host: Unit, rng: random.Random) -> list[Unit] | None:
    """Move the function that each of `sides` is into `host`, at the same place in all of them.

    A last line that only hands a name back, the same in all sides, is left out, so that the real
    code below goes on. Lines of the host get the source line 0, which no label points at. Returns
    None when the function cannot be moved: a method, a module, clashing parameters.
    """
    parts = [part for unit in sides if (part := _parts(unit)) is not None and part[2]]
    at_host = _parts(host)
    if at_host is None or len(parts) < len(sides):
        return None
    places = _places(at_host[2])
    endings = {part[2][-1].text for part in parts if _leaves(part[2][-1])}
    plain = len(endings) == 1 and _PLAIN_RETURN.fullmatch(min(endings))
    if plain and all(_leaves(part[2][-1]) and len(part[2]) > 1 for part in parts):
        parts = [(above, head, body[:-1], line) for above, head, body, line in parts]
        place = rng.choice(places)
    else:
        place = max(places) if endings else rng.choice(places)
    made = []
    for unit, part in zip(sides, parts, strict=True):
        lines = _joined(part, at_host, place)
        if lines is None:
            return None
        context = (*host.context, *unit.context)
        made.append(replace(unit, name=host.name, lines=lines, context=context))
    return made


_Parts = tuple[tuple[Line, ...], re.Match[str], tuple[Line, ...], Line]


def _parts(unit: Unit) -> _Parts | None:
    """Split a function into decorators, the match of its head, its body, and the head's line."""
    if unit.kind is not UnitKind.FUNCTION or unit.windows != 1:
        return None
    for index, line in enumerate(unit.lines):
        if line.indent == 0 and (head := _HEAD.fullmatch(line.text)):
            return unit.lines[:index], head, unit.lines[index + 1 :], line
    return None


def _places(body: Sequence[Line]) -> list[int]:
    """Return where statements may be put in: between whole statements of the outermost level.

    Never below a statement that leaves the function: nothing there would run.
    """
    found = [0]
    for index, line in enumerate(body):
        if line.indent == 1 and not line.text.startswith(_GOES_ON):
            found.append(index)
            if line.text.startswith(_ENDS):
                break
    else:
        found.append(len(body))
    return found


def _leaves(line: Line) -> bool:
    return line.indent == 1 and line.text.startswith(_ENDS)


def _joined(part: _Parts, host: _Parts, place: int) -> tuple[Line, ...] | None:
    decorators, head, body, line = part
    _, real, real_body, _ = host
    parameters = _merged(head[3], real[3])
    if parameters is None:
        return None
    word = "async def" if "async" in head[1] else real[1]
    text = f"{word} {real[2]}({parameters}){real[4] or ''}:"
    quiet = tuple(replace(one, source_line=0, source_end_line=0) for one in real_body)
    return (*decorators, replace(line, text=text), *quiet[:place], *body, *quiet[place:])


def _merged(ours: str, real: str) -> str | None:
    """Put our parameters before the real ones; None when names clash or defaults forbid it."""
    names = [re.findall(r"(?:^|,)\s*\*{0,2}(\w+)", text) for text in (ours, real)]
    if set(names[0]) & set(names[1]) or "=" in ours or "*" in ours or "/" in real:
        return None
    return ", ".join(text for text in (ours, real) if text)
