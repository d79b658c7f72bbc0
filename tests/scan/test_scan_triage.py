"""A second opinion on claims about places, by a detector whose words are known."""

from pathlib import Path

import pytest
import scan_fakes

from weakspot.scan.settings import ScanSettings
from weakspot.scan.sources import read_units
from weakspot.scan.triage import Claim, Opinion, triage

CODE = """import os


def run(name):
    tag = name.strip()
    return os.system(tag)


def area(r):
    return 3 * r * r


def digest(data):
    return hashlib.md5(data)
"""


NOTEBOOK = """{"cells": [{"cell_type": "code", "source": ["import os\\n", "os.system(x)\\n"]}],
 "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
"""


def judged(root: Path, *claims: Claim) -> tuple[Opinion, ...]:
    settings = ScanSettings(deep=True, jobs=1)
    return triage(claims, root, scan_fakes.model(), read_units, settings)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "a.py").write_text(CODE)
    (tmp_path / "app" / "n.ipynb").write_text(NOTEBOOK)
    return tmp_path / "app"


def test_the_likeliest_stands_first_and_nothing_is_dropped(root: Path) -> None:
    claims = (
        Claim("gone.py", 1, "x", ()),
        Claim("a.py", 10, "sound", ("CWE-78",)),
        Claim("a.py", 14, "weak-hash", ("CWE-327",)),
        Claim("a.py", 6, "shell", ("CWE-78",)),
        Claim("a.py", 4, "shell", ("CWE-77",)),
        Claim("../secret.py", 1, "x", ()),
        Claim("a.py", 99, "beyond", ()),
        Claim("a.py", 6, "other", ("CWE-502",)),
        Claim("a.py", 6, "unnamed", ()),
    )
    found = judged(root, *claims)
    assert sorted(one.claim.rule for one in found) == sorted(one.rule for one in claims)
    told = [(one.claim.rule, one.claim.line, one.probability, one.distance) for one in found]
    assert told[:4] == [
        ("shell", 6, 0.9, 0),
        ("unnamed", 6, 0.9, 0),
        ("shell", 4, 0.9, 2),
        ("weak-hash", 14, 0.6, 0),
    ]
    assert {one[0] for one in told[4:6]} == {"other", "sound"}
    assert all(one[2] == 0.0 for one in told[4:6])
    assert all(one[2] is None for one in told[6:])


def test_reasons_say_what_the_model_thinks_in_place_of_the_claim(root: Path) -> None:
    (other,) = judged(root, Claim("a.py", 6, "other", ("CWE-502",)))
    assert other.reasons == ("`run` (lines 4 to 6): not CWE-502; the model thinks of CWE-78 0.90",)
    (outside,) = judged(root, Claim("../secret.py", 1, "x", ()))
    assert outside.reasons == ("the path leads out of the root",)


def test_order_of_the_report_does_not_matter(root: Path) -> None:
    claims = [Claim("a.py", line, "r", ()) for line in (14, 6, 10, 5)]
    assert judged(root, *claims) == judged(root, *reversed(claims))


def test_absolute_paths_below_the_root_are_found(root: Path) -> None:
    (one,) = judged(root, Claim(str(root / "a.py"), 6, "r", ("CWE-78",)))
    assert one.probability == 0.9


SCRIPT = """import os


class Point:
    def norm(self):
        return self.x + self.y


def area(r):
    # of a circle
    return 3 * r * r


name = input()
os.system(name)
"""


def test_a_claim_in_a_sound_function_has_nothing_of_the_module_around_it(root: Path) -> None:
    (root / "s.py").write_text(SCRIPT)
    claims = [Claim("s.py", line, "shell", ("CWE-78",)) for line in (1, 4, 6, 10, 13, 15)]
    found = {one.claim.line: one for one in judged(root, *claims)}
    told = {line: one.probability for line, one in found.items()}
    assert told == {1: None, 4: None, 6: 0.0, 10: 0.0, 13: None, 15: 0.9}
    assert found[10].reasons == (
        "`area` (lines 9 to 11): nothing weak (every probability below 0.01)",
    )
    assert "no code on this line" in found[1].reasons[0]


def test_a_claim_belongs_to_the_function_around_it_whichever_window_is_weak(root: Path) -> None:
    steps = "".join(f"    value_{at} = step_number_{at}(name, {at})\n" for at in range(120))
    (root / "long.py").write_text(f"def run(name):\n{steps}    os.system(name)\n")
    first, last = judged(root, Claim("long.py", 122, "x", ()), Claim("long.py", 3, "x", ()))
    assert (first.probability, first.distance) == (0.9, 0)
    assert (last.probability, last.distance) == (0.9, 119)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        (Claim("", 0, "r", ()), "the report names no file"),
        (Claim("n.ipynb", 2, "r", ()), "lines of a notebook cannot be looked up"),
        (Claim("a.py", 0, "r", ()), "the report names no line"),
        (Claim("a\0b.py", 6, "r", ()), "the path leads out of the root"),
        (Claim("\ud800.py", 6, "r", ()), "the path leads out of the root"),
    ],
)
def test_what_cannot_be_placed_stands_last(root: Path, claim: Claim, reason: str) -> None:
    found = judged(root, claim, Claim("a.py", 10, "sound", ()))
    assert (found[1].claim, found[1].probability, found[1].reasons) == (claim, None, (reason,))


def test_a_base_below_the_root_leads_to_the_file(root: Path) -> None:
    base = root.as_posix() + "/"
    settings = ScanSettings(deep=True, jobs=1)
    claims = [
        Claim("a.py", 6, "below", (), base),
        Claim("app/a.py", 6, "elsewhere", (), "/home/runner/build/"),
    ]
    found = triage(claims, root.parent, scan_fakes.model(), read_units, settings)
    assert [one.probability for one in found] == [0.9, 0.9]
