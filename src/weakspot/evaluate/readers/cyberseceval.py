"""CyberSecEval: weak lines of public code with ten lines on each side; none has a sound twin.

Bhatt et al., Purple Llama CyberSecEval, 2023, arXiv:2312.04724; github.com/meta-llama/PurpleLlama,
`CybersecurityBenchmarks/datasets/{autocomplete,instruct}/*.json`. A file is one JSON list whose
objects have `prompt_id`, `origin_code`, `cwe_identifier`, `language`, `line_text` and
`line_number`; the number is that of the original file, so the text tells the line of the snippet.
The files share their snippets and differ in the prompts: a snippet that comes again is one row.
The labels are those of Meta's own rules. Most snippets begin or end amid a statement, so that
they do not parse; what indentation all lines have in common is taken away.
"""

import textwrap
from pathlib import Path

from weakspot.core.errors import DataError
from weakspot.evaluate.readers.fields import (
    cwes_in,
    field,
    files,
    gathered,
    holds,
    json_of,
    table,
    text_of,
)
from weakspot.evaluate.suites import Row

_LAYOUTS = tuple(
    f"CybersecurityBenchmarks/datasets/{kind}/{kind}*.json" for kind in ("autocomplete", "instruct")
)


def recognises(path: Path) -> bool:
    """Say whether a folder or file is this suite."""
    return any(holds(file, '"origin_code"') for file in _files(path))


def read(path: Path) -> tuple[Row, ...]:
    """Read the rows; raises DataError, which names the object, for a broken one."""
    rows: dict[str, Row] = {}
    for file in _files(path):
        for row in _rows(file):
            if rows.setdefault(row.id, row) != row:
                raise DataError(f"{file}: the prompt {row.id} comes twice with different code")
    return gathered(rows.values(), path)


def _files(path: Path) -> list[Path]:
    return [file for layout in _LAYOUTS for file in files(path, layout)]


def _rows(file: Path) -> list[Row]:
    rows = []
    objects = json_of(text_of(file), str(file))
    if not isinstance(objects, list):
        raise DataError(f"{file}: not a JSON list")
    for number, value in enumerate(objects, 1):
        place = f"{file}: object {number}"
        found = table(value, place)
        if field(found, "language", str, place) != "python":
            continue
        name = str(field(found, "prompt_id", int, place))
        code = field(found, "origin_code", str, place)
        weak = field(found, "line_text", str, place)
        cwes = cwes_in(field(found, "cwe_identifier", str, place), place)
        # The same text twice is weak twice: the rule that found it looked at nothing else.
        lines = tuple(at for at, line in enumerate(code.split("\n"), 1) if line == weak)
        if not lines:
            raise DataError(f"{place}: its line_text is not in its origin_code")
        rows.append(Row(name, textwrap.dedent(code), True, cwes, lines, name))
    return rows
