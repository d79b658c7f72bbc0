"""No line of a unit stays unread in silence, however little fits the model at once."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
import scan_fakes
from hypothesis import given
from hypothesis import strategies as st

from weakspot.backends import load_detector
from weakspot.code.source import Source
from weakspot.code.units import units_of
from weakspot.core.report import FileStatus
from weakspot.core.score import UnitScore
from weakspot.core.unit import Unit
from weakspot.scan.analyse import Analyser
from weakspot.scan.cache import Cache
from weakspot.scan.predict import judge
from weakspot.scan.scoring import read_whole
from weakspot.scan.sources import read_units


class ShortSighted(scan_fakes.WordDetector):
    """Sees so many characters of a unit's own lines, as whole lines."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.asked: list[Unit] = []

    def score(self, unit: Unit) -> UnitScore:
        self.asked.append(unit)
        left, seen = self.room, 0
        for line in unit.lines:
            left -= len(line.text)
            if left < 0:
                break
            seen += 1
        score = super().score(replace(unit, lines=unit.lines[:seen]))
        return replace(score, unread=len(unit.lines) - seen)


def function(body: Sequence[str]) -> str:
    return "".join(["def run(name):\n", *(f"    {line}\n" for line in body)])


def analysed(text: str, room: int, path: str = "a.py"):
    detector = ShortSighted(room)
    return Analyser(detector, read_units, Cache(None, None), False).analyse(path, text.encode())


@given(st.lists(st.integers(1, 40), max_size=20), st.integers(0, 60))
def test_every_line_is_read_once_or_told(sizes: list[int], room: int) -> None:
    text = function([f"call_{at}({'1' * size})" for at, size in enumerate(sizes)])
    (unit,) = units_of(Source("a.py", text)).units
    read = list(read_whole(unit, ShortSighted(room).score))
    seen = []
    for one in read:
        fitted = len(one.unit.lines) - one.score.unread
        assert one.unit.lines == unit.lines[one.start :]
        seen += [*one.unit.lines[:fitted], *([one.cut] if one.cut else [])]
    assert seen == list(unit.lines)
    assert [one.cut for one in read if one.cut] == [
        line for line in unit.lines if len(line.text) > room
    ]


def test_further_windows_see_the_signature_and_what_binds_their_names() -> None:
    body = ["path = base + name", *(f"step({at})" for at in range(30)), "os.system(path)"]
    detector = ShortSighted(200)
    (unit,) = units_of(Source("a.py", function(body))).units
    last = list(read_whole(unit, detector.score))[-1].unit
    assert [line.text for line in last.context] == ["def run(name):", "path = base + name"]
    assert last.lines[-1].text == "os.system(path)"
    assert last.windows > 1


def test_what_did_not_fit_at_first_is_found_at_its_place() -> None:
    body = ["os.system(name)", *(f"step({at})" for at in range(60)), "eval(name)"]
    analysis = analysed(function(body), room=200)
    found = [(unit.candidates[0].cwe, unit.candidates[0].span.start_line) for unit in analysis.weak]
    assert found == [("CWE-78", 2), ("CWE-95", 63)]
    assert analysis.status is FileStatus.ANALYSED
    assert {anchor.anchor for unit in analysis.weak for anchor in unit.candidates} == {
        anchor.anchor
        for unit in analysed(function(body), room=10_000).weak
        for anchor in unit.candidates
    }


def test_a_line_that_never_fits_makes_the_file_partly_analysed() -> None:
    analysis = analysed(function(["one()", f"f('{'x' * 80}')", "eval(name)"]), room=60)
    assert analysis.status is FileStatus.PARTLY
    assert analysis.reasons == ("line 3 read in part: too long for the model",)
    assert [unit.candidates[0].cwe for unit in analysis.weak] == ["CWE-95"]


def test_predictions_read_all_of_a_row() -> None:
    code = function([*(f"step({at})" for at in range(60)), "eval(name)"]).encode()
    assert judge(ShortSighted(200), read_units, code, first_stage=False)["lines"][0] == 62


def test_a_row_of_which_nothing_could_be_read_has_no_verdict() -> None:
    said = judge(scan_fakes.load(), scan_fakes.short, b"x = 1", first_stage=False)
    assert said["abstained"]
    assert "line 1 not parsed" in said["unread"][0]
    empty = judge(scan_fakes.load(), read_units, b"", first_stage=False)
    assert (empty["abstained"], empty["unread"]) == (False, [])


@pytest.mark.parametrize(
    ("filler", "count"),
    [
        ("提交的用户名称不能为空请重新输入后再试一次", 14),
        ("🎉🔥🚀" * 7, 14),
        ("f3-2.a" * 10, 12),  # ASCII of a token a character
        ("1.5, -2, " * 8, 10),
    ],
)
def test_the_embedded_model_reads_behind_text_that_takes_many_tokens(
    filler: str, count: int
) -> None:
    lines = [f"message_{at} = '{filler}'" for at in range(count)]
    text = function([*lines, "os.system('ls ' + request.args['name'])"])
    text = "import os\nfrom flask import request\n" + text
    detector = load_detector()
    analyser = Analyser(detector, read_units, Cache(None, None), False)
    analysis = analyser.analyse("a.py", text.encode())
    assert analysis.status is FileStatus.ANALYSED
    found = {
        unit.candidates[0].span.start_line
        for unit in analysis.weak
        if unit.probability >= detector.thresholds.default
    }
    assert count + 4 in found
