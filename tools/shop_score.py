"""Prints found, missed and false findings of a scan, per CWE, on an annotated folder.

Usage: python tools/shop_score.py REPORT.json FOLDER

REPORT.json is what `weakspot scan FOLDER --format json --output REPORT.json` wrote; FOLDER holds
the sources with their `# expect: CWE-N` and `# ok: CWE-N` comments.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from weakspot.core.catalogue import related
from weakspot.core.errors import DataError, WeakspotError
from weakspot.core.report import FileStatus, ScanReport
from weakspot.evaluate.annotated import NEAR, Comparison, Expectation, compare, expected
from weakspot.report.reading import parse


def score(report: ScanReport, folder: Path) -> Comparison:
    """Compare a report with the marks in `folder`.

    Raises:
        DataError: the folder has no marks, or the report does not cover each file with marks:
            what was not read must not count as quiet.
    """
    marks = expected(folder)
    if not marks:
        raise DataError(f"{folder}: no line is marked")
    prefix = _prefix(report, folder, marks)
    findings = [
        replace(one, path=one.path.removeprefix(prefix))
        for one in report.findings
        if one.is_active and one.path.startswith(prefix)
    ]
    return compare(marks, findings, related)


def _prefix(report: ScanReport, folder: Path, marks: Sequence[Expectation]) -> str:
    """Return what report paths have before the path inside `folder`; a scan chooses its root."""
    read = {one.path for one in report.coverage.files if one.status is FileStatus.ANALYSED}
    wanted = {mark.path for mark in marks}
    parts = folder.resolve().parts[1:]
    prefixes = ["", *(f"{PurePosixPath(*parts[-n:])}/" for n in range(1, len(parts) + 1))]
    best = max(prefixes, key=lambda prefix: sum(prefix + path in read for path in wanted))
    missing = sorted(path for path in wanted if best + path not in read)
    if missing:
        raise DataError(f"the report does not cover {', '.join(missing)} of {folder}")
    return best


def table(result: Comparison) -> str:
    """Return the results as text: one row for each CWE, the sum, and each place that is off."""
    rows: list[tuple[str, int, int, int, int, int]] = [
        (one.cwe, one.found, one.near, one.missed, one.sound, one.false) for one in result.tallies()
    ]
    sums = [sum(column) for column in zip(*(row[1:] for row in rows), strict=True)]
    head = ("CWE", "found", f"±{NEAR} lines", "missed", "sound", "false")
    lines = [_row(head), *(_row(row) for row in rows), _row(("all", *sums)), ""]
    lines += [f"missed      {mark.path}:{mark.line} {mark.cwe}" for mark in result.missed]
    lines += [f"false       {mark.path}:{mark.line} {mark.cwe}" for mark in result.false]
    lines += [
        f"unexpected  {one.path}:{one.span.start_line} {one.cwe} ({one.probability:.2f})"
        for one in result.unexpected
    ]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[object]) -> str:
    return f"{cells[0]!s:<10}" + "".join(f"{cell!s:>10}" for cell in cells[1:])


def main(arguments: Sequence[str]) -> int:
    """Run the command; return the exit code: 2 for a wrong call or input, else 0."""
    if len(arguments) != 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    try:
        text = Path(arguments[0]).read_text(encoding="utf-8")
        result = score(parse(text), Path(arguments[1]))
    except (OSError, UnicodeError) as error:
        sys.stderr.write(f"{arguments[0]}: {error}\n")
        return 2
    except WeakspotError as error:
        sys.stderr.write(f"{error.message}\n" + (f"  {error.hint}\n" if error.hint else ""))
        return 2
    sys.stdout.write(table(result))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
