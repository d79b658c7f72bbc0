"""SVEN: functions before and after security fixes, in `data_train_val/*/cwe-*.jsonl`.

He and Vechev, Large Language Models for Code: Security Hardening and Adversarial Testing,
CCS 2023; github.com/eth-sri/sven. A line has `func_src_before`, `func_src_after`, `file_name`,
`vul_type` (`cwe-089`) and `line_changes`, whose `deleted` lines are the weak ones. Functions of
other languages are left out. Methods stand indented in the data and are moved to the margin.
"""

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from weakspot.core.errors import DataError
from weakspot.evaluate.readers.fields import (
    cwes_in,
    field,
    files,
    gathered,
    holds,
    json_lines,
    table,
)
from weakspot.evaluate.suites import Row

_LAYOUT = "data_train_val/*/cwe-*.jsonl"


def recognises(path: Path) -> bool:
    """Say whether a folder or file is this suite."""
    return any(holds(file, '"func_src_before"') for file in files(path, _LAYOUT))


def read(path: Path) -> tuple[Row, ...]:
    """Read the rows; raises DataError, which names the line, for a broken one."""
    return gathered((row for file in files(path, _LAYOUT) for row in fixes(file)), path)


def fixes(file: Path) -> Iterator[Row]:
    """Yield two rows for each fix of a Python function; raises DataError for a broken line."""
    for number, found in json_lines(file):
        place = f"{file}:{number}"
        if not field(found, "file_name", str, place).endswith(".py"):
            continue
        before = field(found, "func_src_before", str, place)
        after = field(found, "func_src_after", str, place)
        cwes = cwes_in(field(found, "vul_type", str, place), place)
        pair = f"{file.parent.name}/{file.stem}:{number}"
        lines = _weak_lines(found, before, after, place)
        yield Row(f"{pair}/before", _at_margin(before), True, cwes, lines, pair)
        yield Row(f"{pair}/after", _at_margin(after), False, cwes, (), pair)


def _weak_lines(found: dict[str, Any], before: str, after: str, place: str) -> tuple[int, ...]:
    """Return the lines that the fix takes away: as the row tells, else by comparing the two."""
    old = before.split("\n")
    if "line_changes" not in found:
        changes = difflib.SequenceMatcher(None, old, after.split("\n"), autojunk=False)
        return tuple(
            line + 1
            for what, first, last, _, _ in changes.get_opcodes()
            if what in {"delete", "replace"}
            for line in range(first, last)
        )
    lines = []
    changed = field(found, "line_changes", dict, place)
    for change in field(changed, "deleted", list, place):
        line = field(table(change, place), "line_no", int, place)
        text = field(change, "line", str, place)
        if not 0 < line <= len(old) or old[line - 1].rstrip() != text.rstrip():
            raise DataError(f"{place}: line_changes names line {line}, which reads otherwise")
        lines.append(line)
    return tuple(lines)


def _at_margin(code: str) -> str:
    margin = re.match(r"[ \t]*", code)
    return "\n".join(line.removeprefix(margin[0] if margin else "") for line in code.split("\n"))
