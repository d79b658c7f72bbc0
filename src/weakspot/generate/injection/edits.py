"""All changes that fit a real function, beyond those that are one call's form."""

import ast
import random
from collections.abc import Iterator

from weakspot.generate.injection.arguments import (
    credential,
    logged_secret,
    slow_pattern,
    verification,
)
from weakspot.generate.injection.edit import Edit, Function
from weakspot.generate.injection.guards import DECORATORS, GUARDS, decorators, guards
from weakspot.generate.injection.queries import command, query
from weakspot.generate.injection.sown import sown, sown_rows

# The CWE of every mechanism of this module.
EDITS = {
    "query-parameters": "CWE-89",
    "shell-line": "CWE-78",
    "shell-words": "CWE-78",
    "certificate-check": "CWE-295",
    "literal-credential": "CWE-798",
    "nested-repetition": "CWE-1333",
    "guard-none": "CWE-476",
    "logged-secret": "CWE-532",
    **{check.name: check.cwe for check in (*GUARDS, *DECORATORS)},
    **{row.name: row.cwe for row in sown_rows()},
}


SOWN_SHARE = 0.25  # of real functions that get statements put in


def edits(function: Function, rng: random.Random) -> Iterator[Edit]:
    """Yield every edit that fits somewhere in the function."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            yield from query(node, rng)
            yield from command(node, name, rng)
            yield from verification(node, name, rng)
            yield from credential(node, rng)
            yield from slow_pattern(node, name)
    yield from guards(function)
    yield from decorators(function)
    yield from logged_secret(function, rng)
    if rng.random() < SOWN_SHARE:
        yield from sown(function, rng)
