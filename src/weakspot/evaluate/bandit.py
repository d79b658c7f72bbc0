"""Runs Bandit on the snippets of a suite, as its users run it: its defaults, its own process."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from weakspot.core.errors import MissingExtraError, WeakspotError
from weakspot.evaluate.suites import Row, Verdict

_LIMIT = 1800  # seconds


def judge(rows: Sequence[Row]) -> Mapping[str, Verdict]:
    """Return Bandit's verdicts: a row is weak when Bandit reports anything in it.

    Raises MissingExtraError when Bandit is not installed, WeakspotError when it fails.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = {row.id: folder / f"row_{number}.py" for number, row in enumerate(rows)}
        for row in rows:
            files[row.id].write_text(row.code, "utf-8", errors="replace")
        found = _issues(folder)
    return {
        row.id: Verdict(
            is_weak=bool(issues := found.get(str(files[row.id]), [])),
            probability=float(bool(issues)),
            cwes=tuple(dict.fromkeys(cwe for cwe, _ in issues)),
            lines=tuple(dict.fromkeys(line for _, line in issues)),
        )
        for row in rows
    }


def _issues(folder: Path) -> dict[str, list[tuple[str, int]]]:
    command = [sys.executable, "-m", "bandit", "-r", "-f", "json", "-q", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_LIMIT, check=False)  # noqa: S603 - our own interpreter, no shell
    if "No module named bandit" in done.stderr:
        raise MissingExtraError("test", "comparing with Bandit")
    try:
        results = json.loads(done.stdout)["results"]
    except (ValueError, KeyError) as error:
        raise WeakspotError(f"Bandit failed: {done.stderr.strip()[-500:]}") from error
    issues: dict[str, list[tuple[str, int]]] = {}
    for one in results:
        cwe = f"CWE-{one['issue_cwe'].get('id', 0)}"
        issues.setdefault(one["filename"], []).append((cwe, one["line_number"]))
    return issues
