"""SecurityEval: 121 weak programs, one line each in `dataset.jsonl`; none has a sound twin.

Siddiq and Santos, SecurityEval Dataset: Mining Vulnerability Examples to Evaluate Machine
Learning-Based Code Generation Techniques, MSR4P&S 2022; github.com/s2e-lab/SecurityEval.
A line has `ID` (`CWE-020_author_1.py`), `Prompt` and `Insecure_code`. Which lines are weak is
not told, and other weaknesses than the one in the id may be there too.
"""

from pathlib import Path

from weakspot.evaluate.readers.fields import cwes_in, field, files, gathered, holds, json_lines
from weakspot.evaluate.suites import Row

_LAYOUT = "dataset.jsonl"


def recognises(path: Path) -> bool:
    """Say whether a folder or file is this suite."""
    return any(holds(file, '"Insecure_code"') for file in files(path, _LAYOUT))


def read(path: Path) -> tuple[Row, ...]:
    """Read the rows; raises DataError, which names the line, for a broken one."""
    return gathered((row for file in files(path, _LAYOUT) for row in _rows(file)), path)


def _rows(file: Path) -> list[Row]:
    rows = []
    for number, found in json_lines(file):
        place = f"{file}:{number}"
        name = field(found, "ID", str, place)
        code = field(found, "Insecure_code", str, place)
        rows.append(Row(name, code, True, cwes_in(name, place), (), name))
    return rows
