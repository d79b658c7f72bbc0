"""The mechanism families; every module of this package with a `MECHANISMS` tuple is one."""

import importlib
import pkgutil
from functools import cache

from weakspot.generate.mechanism import Mechanism


@cache
def all_mechanisms() -> tuple[Mechanism, ...]:
    """Return the mechanisms of all family modules, sorted by id.

    Raises ValueError when two modules use one id.
    """
    found: dict[str, Mechanism] = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(__path__)):
        family = importlib.import_module(f"{__name__}.{module}")
        for mechanism in family.MECHANISMS:
            if mechanism.id in found:
                raise ValueError(f"two mechanisms have the id {mechanism.id!r}")
            found[mechanism.id] = mechanism
    return tuple(found[key] for key in sorted(found))
