"""Makes a window of the lines of a unit that did not fit the model.

Windows are cut by an estimate of what fits (`weakspot.code.windows`). Code that takes more tokens
than that, numbers mostly, is only told by the model's own count.
"""

from dataclasses import replace

from weakspot.code.callers import signature
from weakspot.code.windows import CONTEXT_CHARS, Bindings, cost
from weakspot.core.unit import Line, Unit, UnitKind


def remainder(unit: Unit, start: int) -> Unit:
    """Return the lines of `unit` from index `start` on as the next of its windows.

    Its context is what later windows are shown: the signature, the lines before that bind names it
    reads, and of the unit's own context what the budget leaves.
    """
    before, own = unit.lines[:start], unit.lines[start:]
    head: tuple[Line, ...] = ()
    if unit.kind in (UnitKind.FUNCTION, UnitKind.METHOD) and unit.window == 0:
        head = signature(before)  # later windows have it in their context
    bindings = Bindings()
    bindings.add(before[len(head) :])
    left = CONTEXT_CHARS - sum(map(cost, head))
    shown = [*head, *bindings.carried(own, left)]
    left -= sum(map(cost, shown[len(head) :]))
    for line in unit.context:
        left -= cost(line)
        if left < 0:
            break
        shown.append(line)
    return replace(
        unit, lines=own, context=tuple(shown), window=unit.window + 1, windows=unit.windows + 1
    )
