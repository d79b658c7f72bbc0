"""CWEval: tasks with a secure solution and weak ones, in `benchmark/core/py`.

Peng, Cui, Huang, Yang and Ray, CWEval: Outcome-driven Evaluation on Functionality and Security of
LLM Code Generation, LLM4Code 2025, arXiv:2501.08200; github.com/Co1lin/CWEval.
`cwe_022_0_task.py` is the secure solution. For other languages the weak one is a file of its own;
for Python it stands in `cwe_022_0_test.py`, as one or more functions named `..._unsafe`,
`..._unsafe_0`, which are cut out with the imports they use and renamed like the secure one: the
name would tell. All solutions of a task are one pair. Which lines are weak is not told; only
the secure solutions have docstrings.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from weakspot.core.errors import DataError
from weakspot.evaluate.readers.cutting import cut, parsed
from weakspot.evaluate.readers.fields import cwes_in, files, gathered, text_of
from weakspot.evaluate.suites import Row

_LAYOUT = "benchmark/core/py/cwe_*_task.py"
_UNSAFE = re.compile(r"(?!_*test_)(\w+?)_unsafe(_\d+)?")


def recognises(path: Path) -> bool:
    """Say whether a folder or file is this suite."""
    return bool(files(path, _LAYOUT))


def read(path: Path) -> tuple[Row, ...]:
    """Read the rows; raises DataError, which names the file, for a task without its other side."""
    return gathered((row for file in files(path, _LAYOUT) for row in _rows(file)), path)


def _rows(file: Path) -> Iterator[Row]:
    pair = file.stem.removesuffix("_task")
    cwes = cwes_in(pair, str(file))
    yield Row(f"{pair}/secure", text_of(file), False, cwes, (), pair)
    other = file.with_name(f"{pair}_test.py")
    text = text_of(other)
    tree = parsed(text, other)
    found = 0
    for node in tree.body:
        match = _UNSAFE.fullmatch(node.name) if isinstance(node, ast.FunctionDef) else None
        if match is None or not isinstance(node, ast.FunctionDef):
            continue
        code = re.sub(rf"\b{re.escape(node.name)}\b", match[1], cut(text, tree, node).code)
        yield Row(f"{pair}/{node.name}", code, True, cwes, (), pair)
        found += 1
    if not found:
        raise DataError(f"{other}: no function named ..._unsafe")
