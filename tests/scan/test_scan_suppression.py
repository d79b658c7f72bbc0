from datetime import date
from pathlib import Path

import pytest

from weakspot.core.report import Notice
from weakspot.core.rules import cwes_of
from weakspot.scan.suppression import directives

# (code, is the finding in it silenced, kinds of notices)
CASES = [
    ("os.system(x)", False, []),
    ("os.system(x)  # weakspot: ignore", True, []),
    ("os.system(x)  # weakspot: ignore[CWE-78] checked by hand", True, []),
    ("os.system(x)  # weakspot: ignore[89, 78]", True, []),
    ("os.system(x)  # weakspot: ignore[injection]", True, []),
    ("os.system(x)  # weakspot: ignore[CWE-89]", False, ["unused-suppression"]),
    ("os.system(x)  # weakspot: ignore[CWE-78] (until 2026-06-01)", True, []),
    ("os.system(x)  # weakspot: ignore (until 2026-05-31)", False, ["expired-suppression"]),
    ("os.system(x)  # weakspot: ignore (until soon)", False, ["bad-suppression"]),
    ("os.system(x)  # weakspot: ignore[CWE-99999]", False, ["bad-suppression"]),
    ("os.system(x)  # weakspot: ignroe", False, ["bad-suppression"]),
    ("os.system(x)  # weakspot: ignore[CWE-78", False, ["bad-suppression"]),
    ("os.system(x)  # nosec", True, []),
    ("os.system(x)  # nosec B605", True, []),
    ("os.system(x)  # nosec: B324, B605 reason", True, []),
    ("os.system(x)  # nosec B324", False, []),
    ("os.system(x)  # noqa: S605", True, []),
    ("os.system(x)  # noqa: E501, S605", True, []),
    ("os.system(x)  # noqa", False, []),
    ("os.system(x)  # noqa: E501", False, []),
    ("os.system('# weakspot: ignore' + x)", False, []),
    ("os.system(f'''\n# weakspot: ignore\n{x}''')", False, []),
    ("# weakspot: ignore[CWE-78]\nos.system(x)", True, []),
    ("# weakspot: ignore[CWE-78]\n# why\nos.system(x)", True, []),
    ("# weakspot: ignore[CWE-78]\ny = 1\nos.system(x)", False, ["unused-suppression"]),
    # A comment behind code speaks for that code, not for the line below it.
    ("y = 1  # weakspot: ignore[CWE-78]\nos.system(x)", False, ["unused-suppression"]),
    ("os.system(\n    x\n)  # weakspot: ignore[CWE-78]", True, []),
    ("os.system(\n    # nosec\n    x\n)", True, []),
    ("def broken(:\n    pass\n\nos.system(x)  # weakspot: ignore", True, []),
]


@pytest.mark.parametrize(("code", "silent", "kinds"), CASES)
def test_cases(project: Path, run, code: str, silent: bool, kinds: list[str]) -> None:
    (project / "a.py").write_text("import os\n\n\n" + code + "\n")
    report = run()
    (finding,) = [finding for finding in report.findings if finding.cwe == "CWE-78"]
    assert (finding.suppression is not None) == silent
    assert [notice.kind for notice in report.notices] == kinds


def test_reason_and_line_are_kept(project: Path, run) -> None:
    (project / "a.py").write_text(
        "os.system(x)  # weakspot: ignore[78] by hand (until 2027-01-31)\n"
    )
    (finding,) = run().findings
    assert finding.suppression is not None
    assert (finding.suppression.line, finding.suppression.reason) == (1, "by hand")


def test_an_unused_one_is_told_with_its_place(project: Path, run) -> None:
    (project / "a.py").write_text("x = 1\ny = 2  # weakspot: ignore[CWE-78]\n")
    message = "the suppression is not needed: no finding of CWE-78 here"
    assert run().notices == (Notice("unused-suppression", "a.py", 2, message),)


def test_dates_are_read() -> None:
    (directive,) = directives("x = 1  # weakspot: ignore[78] why (until 2027-01-31)\n")
    assert directive.until == date(2027, 1, 31)


def test_rules_of_bandit() -> None:
    assert "CWE-78" in cwes_of("S602")
    assert cwes_of("B602") == cwes_of("s602")
    assert cwes_of("E501") == frozenset()
