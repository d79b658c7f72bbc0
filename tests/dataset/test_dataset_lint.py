import hashlib
import random
from dataclasses import replace
from pathlib import Path

import pytest
from rows_of_test_data import program, row, rows, write_pairs, write_rows

from weakspot.dataset import overlap
from weakspot.dataset.lint import lint
from weakspot.dataset.near import grams, near_duplicates
from weakspot.dataset.rows import DataSet, read_data
from weakspot.dataset.rules import UNWRITTEN


def found(data: DataSet, reviewed: frozenset[str] | None = None) -> list[tuple[str, str]]:
    return [(problem.rule, problem.place) for problem in lint(data, reviewed)]


def test_sound_data_has_no_problems(tmp_path: Path) -> None:
    assert found(read_data(write_pairs(tmp_path, 12))) == []


def test_a_broken_row_is_told_with_its_line_and_the_others_are_read(tmp_path: Path) -> None:
    good = {"id": "a", "code": "x = 1\n", "label": "secure"}
    path = write_rows(
        tmp_path / "rows.jsonl",
        [
            good,
            {"id": "b", "label": "secure"},
            {**good, "id": "c", "lines": [4]},
            {**good, "id": "d"},
        ],
    )
    data = read_data(path)
    assert [one.id for one in data.rows] == ["a", "d"]
    assert found(data)[:2] == [("broken", f"{path}:2"), ("broken", f"{path}:3")]


def test_a_broken_pair_file_is_told(tmp_path: Path) -> None:
    write_pairs(tmp_path, 2)
    (tmp_path / "CWE-89" / "bad.pair").write_text("no header\n")
    assert ("broken", str(tmp_path / "CWE-89" / "bad.pair")) in found(read_data(tmp_path))


def test_the_same_program_under_both_labels_is_a_contradiction() -> None:
    one = row(1, weak=True)
    other = replace(one, id="other", is_weak=False, pair="p", place="data:7")
    assert ("contradiction", "data:7") in found(DataSet((one, other), (), ()))


def test_near_duplicates_that_are_no_twins_are_told() -> None:
    one, other = row(1, weak=True), replace(row(1, weak=False), pair="q", place="data:8")
    assert ("near-duplicate", "data:8") in found(DataSet((one, other), (), ()))
    assert found(DataSet((one, row(1, weak=False)), (), ())) == []


def test_a_label_that_length_gives_away_is_told() -> None:
    rules = {rule for rule, _ in found(DataSet(rows(12), (), ()))}
    assert rules == {"length balance"}  # `rows` makes the fixed side longer, always


def test_labels_out_of_balance_are_told() -> None:
    weak = tuple(one for one in rows(12) if one.is_weak)
    assert ("class balance", "12 rows") in found(DataSet(weak, (), ()))


def test_pairs_that_nobody_else_took_are_told(tmp_path: Path) -> None:
    data = read_data(write_pairs(tmp_path, 2))
    assert found(data, frozenset({"CWE-89/m-0"})) == [("review", "CWE-89/m-1")]


def test_pairs_that_changed_after_their_review_are_told(tmp_path: Path) -> None:
    data = read_data(write_pairs(tmp_path, 2))
    taken, outdated = frozenset({"CWE-89/m-0"}), frozenset({"CWE-89/m-1"})
    (problem,) = lint(data, taken, outdated)
    assert (problem.rule, problem.place) == ("review", "CWE-89/m-1")
    assert problem.text == "the pair changed after its review"


@pytest.mark.parametrize("depth", [1_500, 50_000])  # too deep to be told; to be parsed
def test_a_program_too_deep_to_be_read_is_a_problem_and_no_crash(depth: int) -> None:
    one = replace(row(5, weak=True), code="x = " + "-" * depth + "1\n")
    assert ("parse", one.place) in found(DataSet((one,), (), ()))


@pytest.mark.parametrize("cwes", ["CWE-89", ["89"], ["CWE-089"], {"CWE-89": 1}, 89, [89], False])
def test_what_is_no_list_of_cwes_is_told(tmp_path: Path, cwes: object) -> None:
    good = {"id": "a", "code": "x = 1\n", "label": "vulnerable"}
    path = write_rows(tmp_path / "rows.jsonl", [{**good, "cwes": cwes}, {**good, "id": "b"}])
    data = read_data(path)
    assert [one.id for one in data.rows] == ["b"]
    assert [one.partition(": ")[0] for one in data.broken] == [f"{path}:1"]


def test_rows_of_public_suites_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    code = program(5, "run(x)")
    known = overlap.digests(code)[0][: overlap.KEPT]
    monkeypatch.setattr(overlap, "reserved", lambda: frozenset({known}))
    one = replace(row(5, weak=True), code="# a comment\n" + code)
    assert ("reserved", one.place) in found(DataSet((one,), (), ()))
    assert ("reserved", one.place) not in found(DataSet((row(6, weak=True),), (), ()))


def test_the_list_of_reserved_programs_holds_digests_alone() -> None:
    assert len(overlap.reserved()) > 4000
    assert {len(one) for one in overlap.reserved()} == {overlap.KEPT}
    assert all(int(one, 16) >= 0 for one in overlap.reserved())
    assert not overlap.is_reserved(hashlib.sha256(b"other").hexdigest())


def test_digests_are_those_of_the_list_on_every_python() -> None:
    """Python 3.12 gave functions type parameters, 3.13 left empty fields out of dumps."""
    code = "def f(a, *, b=None):\n    x = f'{a!r:>{b}}'\n    y = [b]\n    if x:\n        return\n"
    assert [one[:10] for one in overlap.digests(code)] == ["b66a94e280", "6569a3b44a"]


def test_a_formatted_string_is_one_token_on_every_python() -> None:
    found = grams('x = f\'a{b!r:>{w}}\' + f"""l\n{z}\n"""; y = 1')
    assert ("=", "f'a{b!r:>{w}}'", "+", 'f"""l\n{z}\n"""', ";") in found
    assert len(found) == 5


def test_programs_hardly_more_alike_than_the_limit_are_found() -> None:
    drawn = random.Random(1)  # not one of 60 may be missed

    def line(word: str) -> str:
        one, two, three, four = (drawn.randrange(10**6) for _ in range(4))
        return f"{word}{one} = {word}f{two}({word}a{three}, {four})\n"

    shares = []
    for _ in range(60):
        first = [line("v") for _ in range(30)]
        codes = {"a": "".join(first), "b": "".join(first[:21] + [line("w") for _ in range(9)])}
        shares += [share for _, _, share in near_duplicates(codes)]
    assert len(shares) == 60
    assert max(shares) < 0.54


def test_texts_that_nobody_has_written_yet_are_told(tmp_path: Path) -> None:
    path = write_pairs(tmp_path, 2) / "CWE-89" / "m-0.pair"
    path.write_text(path.read_text().replace('fixed = "One.', f'fixed = "{UNWRITTEN} From'))
    assert found(read_data(tmp_path)) == [("header", "CWE-89/m-0")]
