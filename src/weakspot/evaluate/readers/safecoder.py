"""SafeCoder: functions before and after fixes, in `data_train_val/*/sec*-desc.jsonl`.

He, Vero, Krasnopolska and Vechev, Instruction Tuning for Secure Code Generation, ICML 2024;
github.com/eth-sri/SafeCoder. `sec-desc` is SVEN's data and `sec-new-desc` their own; a line is
one of SVEN's with a `description`, and may lack `line_changes`: then the lines that differ count.
"""

from pathlib import Path

from weakspot.evaluate.readers.fields import files, gathered, holds
from weakspot.evaluate.readers.sven import fixes
from weakspot.evaluate.suites import Row

_LAYOUT = "data_train_val/*/sec*-desc.jsonl"


def recognises(path: Path) -> bool:
    """Say whether a folder or file is this suite."""
    return any(holds(file, '"func_src_before"') for file in files(path, _LAYOUT))


def read(path: Path) -> tuple[Row, ...]:
    """Read the rows; raises DataError, which names the line, for a broken one."""
    return gathered((row for file in files(path, _LAYOUT) for row in fixes(file)), path)
