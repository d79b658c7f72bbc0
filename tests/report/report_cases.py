"""Findings with hostile names and code, of which the format tests make their reports."""

import re
from dataclasses import replace

from weakspot.core.finding import (
    Cell,
    Counterfactual,
    CweScore,
    Finding,
    FlaggedLine,
    Severity,
    Step,
    Suppression,
)
from weakspot.core.report import Coverage, FileOutcome, FileStatus, Notice, ScanReport
from weakspot.core.span import Span

ESC = "\x1b"
HOSTILE_NAMES = (
    "=cmd()|' /C calc'!A0.py",
    "<script>alert(1)</script>.py",
    "a\n::error file=x::forged.py",
    f"{ESC}[2J{ESC}]8;;evil{ESC}\\clear.py",
    "byte-\udcff\udc80.py",
    "cdata]]>&amp;`code`|bar.py",
    "rtl-\u202egpj.py",
    "\U0001f40d/schön, 100%:x?#.py",
)
MAIN = "shop/orders.py"
SOURCES = {
    MAIN: (
        "import sqlite3\n\n\ndef find(db, name):\n    cursor = db.cursor()\n"
        "\tcursor.execute(f\"SELECT * FROM orders WHERE name = '{name}'\")  # </style>\n"
        "    return cursor.fetchall()\n"
    ),
}


# What build servers would obey: names that begin a line with "::", or hold "##[" anywhere.
COMMANDING = ("::error title=pwn::x.py", "\xa0::warning::y.py", "a ##[error]z.py", "##vso[a]b.py")


def commanding(report: ScanReport) -> ScanReport:
    """Return `report` with such names wherever it has names, and such a line as a remedy."""
    other = Counterfactual(3, "x", "y " * 40 + "::error::" * 40, 0.1)
    findings = [make_finding(path, counterfactual=other) for path in COMMANDING]
    return replace(
        report,
        findings=tuple(findings),
        coverage=Coverage(tuple(FileOutcome(path, FileStatus.NOT) for path in COMMANDING)),
        notices=tuple(Notice("unused-suppression", path, 1, "x") for path in COMMANDING),
    )


def commands(text: str) -> list[str]:
    """Return the lines of a report that a build server would obey."""
    is_command = re.compile(r"\s*::|.*##\w*\[").match
    return [line for line in text.splitlines() if is_command(line)]


def make_finding(path: str, line: int = 3, cwe: str = "CWE-78", **changes: object) -> Finding:
    """Return a finding whose statement is columns 5 to 20 of `line`."""
    text = '    os.system("tar " + name)  # <b>bold</b> ]]> `x` | \u202e'
    finding = Finding(
        cwe=cwe,
        path=path,
        span=Span(line, 5, line, 29),
        unit="Shop.pack",
        unit_span=Span(max(line - 2, 1), 1, line + 2, 12),
        probability=0.834,
        severity=Severity.CRITICAL,
        lines=(FlaggedLine(line, 0.9, text),),
        cwes=(CweScore(cwe, 0.834), CweScore("CWE-22", 0.12)),
        fingerprint=f"{line:032x}",
    )
    return replace(finding, **changes)


def _sql() -> Finding:
    rows = SOURCES[MAIN].split("\n")
    return make_finding(
        MAIN,
        6,
        "CWE-89",
        span=Span(6, 2, 6, 2 + rows[5].index("  #") - 1),
        unit="find",
        unit_span=Span(4, 1, 7, 29),
        lines=(FlaggedLine(5, 0.4, rows[4]), FlaggedLine(6, 0.95, rows[5])),
        probability=0.97,
        trace=(
            Step(3, f"untrusted: request {ESC}[31m<b>", HOSTILE_NAMES[1]),
            Step(9, "passed to `find` as `name`", HOSTILE_NAMES[1]),
            Step(6, "used here"),
        ),
    )


def in_a_notebook(report: ScanReport) -> ScanReport:
    """Return `report` with a finding and a notice in a notebook, whose joined lines are 771 on."""
    path = "notebooks/load.ipynb"
    finding = make_finding(
        path,
        773,
        cell=Cell(3, 2, 31),
        lines=(
            FlaggedLine(773, 0.9, "open(a)", Cell(3, 2, 31)),
            FlaggedLine(771, 0.6, "a = b(c)", Cell(2, 4, 25)),
        ),
        suppression=Suppression("weakspot", 772, "ok", Cell(3, 1, 30)),
        trace=(Step(771, "set here", cell=Cell(2, 4, 25)),),
    )
    notice = Notice("unused-suppression", path, 774, "unused", Cell(3, 3, 32))
    return replace(report, findings=(finding,), notices=(notice,))


def make_findings() -> tuple[Finding, ...]:
    hostile = [make_finding(name, line) for line, name in enumerate(HOSTILE_NAMES, start=1)]
    others = [
        _sql(),
        make_finding(MAIN, 40, "CWE-209", severity=Severity.LOW, probability=0.42),
        make_finding(
            MAIN,
            50,
            suppression=Suppression("weakspot", 49, f"checked, says {ESC}[31m<bob>"),
        ),
        make_finding(MAIN, 60, "CWE-327", severity=Severity.MEDIUM, in_baseline=True),
        make_finding("tests/test_shop.py", 12, is_test=True, probability=0.71),
        make_finding(
            "notebooks/load.ipynb",
            7,
            "CWE-22",
            severity=Severity.HIGH,
            cell=Cell(3, 2, 31),
            trace=(Step(4, "set here", cell=Cell(2, 1, 22)), Step(2, "passed", "a.py")),
            counterfactual=Counterfactual(7, "open(a)", "safe(a)", 0.1, Cell(3, 2, 31)),
        ),
    ]
    return tuple(sorted(hostile + others, key=lambda f: (f.path, f.span, f.cwe)))
