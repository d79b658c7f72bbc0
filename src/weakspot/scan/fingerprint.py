"""Names a finding so that it is known again after lines moved, code was reformatted, files renamed.

The name is made of normalised code (no comments, layout or import aliases), never of a path or
a line number. Two findings in identical surroundings of one file get different names by their
order, so that a second identical weakness is not taken for the first.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence

LENGTH = 32  # hex digits


def anchor(cwe: str, unit: str, lines: Sequence[str], index: int, alike: Sequence[str] = ()) -> str:
    """Return the digest of line `index` among the normalised `lines` of one unit.

    `alike` are other lines as weak as this one, so that a second weakness in the same function
    is not taken for the first.

    Only the last part of the unit's dotted name counts: moving a method into another class
    makes no new weakness.
    """
    before = lines[index - 1] if index > 0 else ""
    after = lines[index + 1] if index + 1 < len(lines) else ""
    here = lines[index] if index < len(lines) else ""
    return _digest((cwe, unit.rpartition(".")[2], before, here, after, *alike))


def fingerprints(anchors: Iterable[str]) -> list[str]:
    """Return one fingerprint for each of a file's findings, given their anchors in line order."""
    seen: Counter[str] = Counter()
    names = []
    for name in anchors:
        names.append(_digest((name, str(seen[name]))))
        seen[name] += 1
    return names


def _digest(parts: Iterable[str]) -> str:
    # Lengths keep ("a", "bc") and ("ab", "c") apart; code may hold any separator.
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()[:LENGTH]
