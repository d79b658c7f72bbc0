"""Rows and pair files that the tests of data sets share."""

import json
from pathlib import Path

from weakspot.dataset.rows import Row

HEADER = """+++
cwe = "{cwe}"
mechanism = "{name}"
accepted = ["CWE-20"]
domain = "harbour office"
frameworks = ["{library}"]
origin = "drafted"
prompt = "pairs-1"
date = 2026-11-23
vulnerable = "One. Two."
fixed = "One. Two."
+++
"""


def program(number: int, last: str) -> str:
    """Return a program of 16 lines whose tokens are its own."""
    lines = [f"x{number}_{at} = {number * 100 + at} + y{number}_{at}" for at in range(15)]
    return "\n".join([*lines, last]) + "\n"


def row(number: int, *, weak: bool, cwe: str = "CWE-89", source: str = "") -> Row:
    """Return one side of a pair of its own."""
    code = program(number, f"run{number}(x, y)" if weak else f"run{number}(check(x), y)")
    name = f"{cwe}/{number}"
    return Row(f"{name}/{weak}", code, weak, (cwe,), (), name, name, source, f"data:{number}")


def rows(count: int, cwes: tuple[str, ...] = ("CWE-89", "CWE-79", "CWE-22")) -> tuple[Row, ...]:
    """Return `count` pairs as rows, spread over the CWEs."""
    return tuple(
        row(number, weak=weak, cwe=cwes[number % len(cwes)])
        for number in range(count)
        for weak in (True, False)
    )


def write_pairs(folder: Path, count: int, cwe: str = "CWE-89") -> Path:
    """Write pair files; the fixed side is longer in every second one."""
    (folder / cwe).mkdir(parents=True, exist_ok=True)
    at = 100 * int(cwe.removeprefix("CWE-"))
    for number in range(count):
        body = "".join(f" {line}\n" for line in program(at + number, "z = 1").splitlines())
        weak, sound = ("run(x)", "run(check(x))") if number % 2 else ("run(raw(x, y))", "run(x)")
        text = HEADER.format(
            cwe=cwe, name=f"m-{number}", library="flask" if number % 2 else "click"
        )
        (folder / cwe / f"m-{number}.pair").write_text(f"{text}{body}!{weak}\n+{sound}\n")
    return folder


def write_rows(path: Path, values: list[object]) -> Path:
    """Write values as JSON lines."""
    path.write_text("".join(json.dumps(value) + "\n" for value in values))
    return path
