"""OWASP Benchmark for Python: web pages, each with one possible weakness that is real or not.

github.com/OWASP-Benchmark/BenchmarkPython. `expectedresults-*.csv` has a line for each
`testcode/BenchmarkTest*.py`: name, category, whether the weakness is real, and the number of its
CWE. A file is a row; no file has a twin, and which lines are weak is not told. Many files have
f-strings as only Python 3.12 and later reads them (PEP 701).
"""

from collections.abc import Iterator
from pathlib import Path

from weakspot.core.errors import DataError
from weakspot.evaluate.readers.fields import cwes_in, files, gathered, text_of
from weakspot.evaluate.suites import Row

_LAYOUT = "expectedresults-*.csv"
_REAL = {"true": True, "false": False}


def recognises(path: Path) -> bool:
    """Say whether a folder, or its list of results, is this suite."""
    return any((file.parent / "testcode").is_dir() for file in files(path, _LAYOUT))


def read(path: Path) -> tuple[Row, ...]:
    """Read the rows; raises DataError for a broken line or a test without its file."""
    return gathered((row for file in files(path, _LAYOUT) for row in _rows(file)), path)


def _rows(file: Path) -> Iterator[Row]:
    for number, line in enumerate(text_of(file).split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        place = f"{file}:{number}"
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) != 4 or cells[2] not in _REAL or not cells[0].isidentifier():
            raise DataError(f"{place}: not a name, a category, true or false, and a CWE")
        name, _, real, cwe = cells
        code = text_of(file.parent / "testcode" / f"{name}.py")
        yield Row(name, code, _REAL[real], cwes_in(f"CWE-{cwe}", place), (), name)
