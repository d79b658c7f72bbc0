"""Writes src/weakspot/dataset/reserved.txt: digests of test suites that are never learnt from.

Usage: python tools/reserved_hashes.py SUITE...

A suite is a folder of Python files or JSON lines with a field `code`. Only digests are written.
"""

import sys
from pathlib import Path

from weakspot.dataset.overlap import KEPT, digests, programs

TARGET = Path(__file__).resolve().parent.parent / "src" / "weakspot" / "dataset" / "reserved.txt"


def main(suites: list[str]) -> None:
    """Write the digests of every program and function of the suites, sorted."""
    found: set[str] = set()
    for suite in suites:
        for code in programs(Path(suite)):
            found.update(digest[:KEPT] for digest in digests(code))
    names = ", ".join(sorted(Path(suite).stem for suite in suites))
    head = f"# {len(found)} digests of: {names} (tools/reserved_hashes.py)\n"
    TARGET.write_text(head + "".join(f"{digest}\n" for digest in sorted(found)), "ascii")
    sys.stdout.write(head[2:])


if __name__ == "__main__":
    main(sys.argv[1:])
