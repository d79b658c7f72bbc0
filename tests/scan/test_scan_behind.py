"""What a comment does not silence: further weak statements of the same function."""

from pathlib import Path

import pytest
import scan_fakes

from conftest import Scan
from weakspot.core.report import ScanReport
from weakspot.core.score import CweEvidence, UnitScore
from weakspot.core.unit import Unit
from weakspot.scan.analyse import Analyser
from weakspot.scan.cache import Cache
from weakspot.scan.sources import read_units

OURS = "  # weakspot: ignore[CWE-78] checked"
TWO = "def f(x, y):\n    os.system(x){}\n    z = 1\n    os.system(y){}\n"

LESS = "def f(x):\n    g(x, shell=True){}\n    os.system(x){}\n    h(x, shell=True){}\n"


def places(report: ScanReport) -> tuple[list[int], list[int]]:
    """Return the lines of loud and of silenced findings."""
    lines = [(one.is_active, one.span.start_line) for one in report.findings]
    return [line for loud, line in lines if loud], [line for loud, line in lines if not loud]


@pytest.mark.parametrize(
    ("code", "loud", "silent"),
    [
        (TWO.format(OURS, ""), [4], [2]),
        (TWO.format("", OURS), [2], [4]),
        (TWO.format("  # nosec", ""), [4], [2]),
        (TWO.format(OURS, OURS), [], [2, 4]),
        (TWO.format("", ""), [2], []),
        (TWO.format("  # weakspot: ignore[CWE-89]", ""), [2], []),
        (TWO.format("  # weakspot: ignore CWE-78", ""), [2], []),
        ("def f(x):\n    os.system(x)" + OURS + "\n    return x\n", [], [2]),
        ("def f(x):\n    # nosec\n    os.system(\n        x,\n    )\n    os.system(y)\n", [6], [3]),
        ("def f(x):\n    if os.system(x):" + OURS + "\n        os.system(y)\n", [], [2]),
        ("os.system(x)" + OURS + "\nos.system(y)\n", [2], [1]),
        # Here the second is less suspicious: it belongs to the first.
        ("def f(x):\n    os.system(x)" + OURS + "\n    g(x, shell=True)\n", [], [2]),
        # A comment on the less suspicious one is not about the other.
        (LESS.format(OURS, "", ""), [3], [2]),
        (LESS.format("  # nosec", "", ""), [3], [2]),
        (LESS.format(OURS, "", OURS), [3], [2]),
        (LESS.format("", "", OURS), [3], [4]),
        (LESS.format(OURS, OURS, OURS), [], [3]),
        ("def f(x):\n    os.system(x)" + OURS + LESS[9:].format("", "", OURS), [4], [2]),
        ("def f(x):\n    if g(x, shell=True):" + OURS + "\n        os.system(x)\n", [], [3]),
    ],
)
def test_a_comment_silences_one_statement(
    project: Path, run: Scan, code: str, loud: list[int], silent: list[int]
) -> None:
    (project / "a.py").write_text(code)
    assert places(run()) == (loud, silent)


def test_every_comment_that_silences_one_of_several_is_needed(project: Path, run: Scan) -> None:
    lines = [f"    os.system(x{at})" for at in range(4)]
    for at in range(4):
        text = "\n".join([*lines[:at], lines[at] + OURS, *lines[at + 1 :]])
        (project / "a.py").write_text(f"def f():\n{text}\n")
        report = run()
        assert places(report) == ([3 if at == 0 else 2], [at + 2])
        assert report.notices == ()


class Pairing(scan_fakes.WordDetector):
    """Calls a query weak where it is made and run, with one weakness in both statements."""

    def score(self, unit: Unit) -> UnitScore:
        scores = tuple(0.9 if "sql" in line.text else 0.0 for line in unit.lines)
        sure = {0: 0.01, 1: 0.4}.get(sum(map(bool, scores)), 0.95)
        return UnitScore(sure, (CweEvidence("CWE-89", sure, scores),))


def test_a_comment_on_half_of_a_weakness_silences_all_of_it() -> None:
    code = "def f(x):\n    sql = 'SELECT ' + x\n    execute(sql)  # nosec\n"
    analyser = Analyser(Pairing(), read_units, Cache.open(None), deep=True)
    (weak,) = analyser.analyse("a.py", code.encode()).weak
    assert [line.line for line in weak.candidates[0].lines] == [2, 3]


def test_each_comment_beside_a_loud_statement_is_needed(project: Path, run: Scan) -> None:
    (project / "a.py").write_text(LESS.format(OURS, "", OURS))
    report = run()
    assert report.notices == ()
    (loud,) = report.active
    (project / "a.py").write_text(LESS.format("", "", ""))
    (bare,) = run().findings
    assert [line.line for line in loud.lines] == [3]
    assert loud.fingerprint == bare.fingerprint


def test_what_is_looked_behind_is_explained_and_has_a_name_of_its_own(
    project: Path, run: Scan
) -> None:
    code = "import os\n" + TWO.format(OURS, "").replace("system(y)", "system('ls ' + y)")
    (project / "a.py").write_text(code)
    first, second = run().findings
    assert (first.cwe, second.cwe) == ("CWE-78", "CWE-78")
    assert first.fingerprint != second.fingerprint
    assert [flagged.line for flagged in second.lines] == [5]
    assert second.counterfactual is not None
    assert (second.counterfactual.line, second.counterfactual.probability) == (5, 0.002)


def test_a_unit_is_scored_four_times_at_most() -> None:
    lines = "".join(f"    os.system(x{at}){OURS}\n" for at in range(9))
    analyser = Analyser(scan_fakes.load(), read_units, Cache.open(None), deep=True)
    assert len(analyser.analyse("a.py", f"def f():\n{lines}".encode()).weak) == 4
    assert len(analyser.fresh) == 4
