"""Pairs of real functions in a run folder: gzipped JSON lines that the corpus step writes.

They are grafts (`weakspot.train.grafted`) and mined fixes (`weakspot.generate.history.judged`).
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from weakspot.core.example import UnitPair
from weakspot.train import corpus
from weakspot.train.recipe import Recipe
from weakspot.train.reserved import plain_name
from weakspot.train.run import RunFolder


def write(pairs: Iterable[UnitPair], destination: Path) -> int:
    """Write the pairs to `destination` at once; return how many there are."""
    made = 0
    with corpus.whole(destination) as out:
        for pair in pairs:
            out.write(json.dumps(_to_row(pair)) + "\n")
            made += 1
    return made


def read(path: Path) -> Iterator[UnitPair]:
    """Yield the pairs that `write` wrote."""
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        for row in rows:
            yield _from_row(json.loads(row))


def grafts(recipe: Recipe, run: RunFolder) -> Iterator[UnitPair]:
    """Yield the pairs that grafts made for a recipe's run; none if it uses no grafts."""
    if recipe.embedded.grafts:
        yield from read(run.need(run.grafts, "corpus"))


def fixes(recipe: Recipe, run: RunFolder) -> Iterator[UnitPair]:
    """Yield the pairs that were mined for a recipe's run; none if it uses no fixes."""
    if recipe.embedded.fixes:
        yield from read(run.need(run.fixes, "corpus"))


def every(recipe: Recipe, run: RunFolder) -> Iterator[UnitPair]:
    """Yield the pairs of both kinds."""
    yield from grafts(recipe, run)
    yield from fixes(recipe, run)


def is_held_out(pair: UnitPair, share: float) -> bool:
    """Whether a pair is kept back for validation: all pairs of a project are, or none."""
    return holds_out(project_of(pair), share)


def holds_out(project: str, share: float) -> bool:
    """Whether the pairs of a project, given by its plain name, are kept back for validation."""
    digest = hashlib.sha256(project.encode()).digest()
    return int.from_bytes(digest[:4]) < share * 2**32


def project_of(pair: UnitPair) -> str:
    """Return the project that a pair's function is from, the same for a wheel and for a clone."""
    return plain_name(pair.origin.split("/")[0].rpartition("+")[2])


def _to_row(pair: UnitPair) -> dict[str, Any]:
    return {
        "weak": corpus.to_row(pair.origin, pair.weak),
        "sound": corpus.to_row(pair.origin, pair.sound),
        "lines": list(pair.lines),
        "cwe": pair.cwe,
        "mechanism": pair.mechanism,
    }


def _from_row(row: dict[str, Any]) -> UnitPair:
    origin, weak = corpus.from_row(row["weak"])
    _, sound = corpus.from_row(row["sound"])
    return UnitPair(weak, sound, tuple(row["lines"]), row["cwe"], row["mechanism"], origin)
