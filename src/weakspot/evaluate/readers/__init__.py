"""Reads labelled suites: our JSON lines, and public suites in the layouts of their repositories.

Only formats are here: the suites themselves are fetched by whoever measures on them. One more
suite is one module with `recognises` and `read`, and one line of the table.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from weakspot.core.errors import DataError
from weakspot.evaluate.readers import (
    annotated_rows,
    cweval,
    cyberseceval,
    owasp,
    ruletests,
    safecoder,
    securityeval,
    sven,
    vudenc,
)
from weakspot.evaluate.suites import Row, read_suite

Reader = tuple[str, Callable[[Path], bool], Callable[[Path], tuple[Row, ...]]]

# The last two look into every source of a folder, so the others are asked before.
READERS: Final[tuple[Reader, ...]] = (
    ("SecurityEval", securityeval.recognises, securityeval.read),
    ("SVEN", sven.recognises, sven.read),
    ("SafeCoder", safecoder.recognises, safecoder.read),
    ("CWEval", cweval.recognises, cweval.read),
    ("OWASP BenchmarkPython", owasp.recognises, owasp.read),
    ("CyberSecEval", cyberseceval.recognises, cyberseceval.read),
    ("VUDENC", vudenc.recognises, vudenc.read),
    ("tests of Semgrep rules", ruletests.recognises, ruletests.read),
    ("annotated sources", annotated_rows.recognises, annotated_rows.read),
)


def read_any(path: Path) -> tuple[Row, ...]:
    """Read the rows of a suite: a folder or file that a reader recognises, else our JSON lines.

    Raises DataError for a folder that no reader recognises, and, with the place, for whatever is
    broken in a suite. Rows in other languages than Python are left out.
    """
    for _, recognises, read in READERS:
        if recognises(path):
            return read(path)
    if path.is_file():
        return read_suite(path)
    known = ", ".join(name for name, _, _ in READERS)
    raise DataError(f"{path}: not the folder of a suite that is known here", hint=f"known: {known}")
