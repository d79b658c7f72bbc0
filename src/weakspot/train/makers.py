"""What the steps of training ask of whoever makes labelled data; they import no generator."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from weakspot.core.example import Example, UnitPair
from weakspot.core.unit import Unit


class Makers(Protocol):
    """What makes labelled data; `weakspot.cli.train` hands in the generator's."""

    def mechanisms(self) -> dict[str, str]:
        """Return the CWE of every composed mechanism, by its id."""
        ...

    def compose(self, names: Sequence[str], each: int, seed: int) -> Iterable[Example]:
        """Compose `each` families of every named mechanism."""
        ...

    def digest(self) -> str:
        """Return a digest of what decides how `compose` and `inject` make what they make."""
        ...

    def rewrites(self) -> dict[str, str]:
        """Return the CWE of every mechanism that `inject` uses, by its id."""
        ...

    def inject(self, units: Iterable[tuple[str, Unit]], seed: int) -> Iterable[UnitPair]:
        """Put weaknesses into real functions, given with where they are from."""
        ...

    def mine(self, fixes: Path, clones: Path) -> Iterable[UnitPair]:
        """Read real functions before and after the fixes of a folder, from clones."""
        ...

    def licences(self, fixes: Path, clones: Path) -> dict[str, str]:
        """Return the licence of every project that the fixes of a folder are from."""
        ...

    def looks_weak(self, unit: Unit) -> bool:
        """Whether real code must not be taken as sound unread."""
        ...
