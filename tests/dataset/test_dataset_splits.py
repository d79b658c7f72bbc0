from dataclasses import replace
from pathlib import Path

import pytest
from rows_of_test_data import program, row, rows

from weakspot.cli.main import run
from weakspot.core.errors import DataError
from weakspot.dataset.publish import suite_row, write_lines
from weakspot.dataset.rows import Row
from weakspot.dataset.splits import PROTOCOLS, components, split, taught


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_row_is_on_exactly_one_side(protocol: str) -> None:
    data = rows(30)
    for one in split(data, protocol, seed=3):
        assert sorted(row.id for row in (*one.train, *one.test)) == sorted(row.id for row in data)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_split_depends_on_the_seed_alone(protocol: str) -> None:
    data = rows(30)
    one, other = split(data, protocol, 3)[0], split(tuple(reversed(data)), protocol, 3)[0]
    assert {row.id for row in one.test} == {row.id for row in other.test}


def test_the_papers_protocol_tests_a_fifth_and_tears_twins_apart() -> None:
    (one,) = split(rows(250), "random", seed=0)
    assert (len(one.train), len(one.test)) == (400, 100)
    assert {row.pair for row in one.train} & {row.pair for row in one.test}


def test_a_family_stays_on_one_side_and_every_weakness_is_tested() -> None:
    (one,) = split(rows(30), "family", seed=0)
    assert not {row.pair for row in one.train} & {row.pair for row in one.test}
    assert {row.cwes[0] for row in one.test} == {"CWE-89", "CWE-79", "CWE-22"}


def test_left_out_weaknesses_are_tested_once_each() -> None:
    folds = split(rows(30), "leave-cwe-out", seed=0)
    tested = [{row.cwes[0] for row in one.test} for one in folds]
    for one, cwes in zip(folds, tested, strict=True):
        assert not cwes & {row.cwes[0] for row in one.train}
    assert sorted(cwe for cwes in tested for cwe in cwes) == ["CWE-22", "CWE-79", "CWE-89"]


def test_weaknesses_that_share_a_component_are_left_out_together() -> None:
    # One project has two weaknesses, another one the second of them and a third.
    joined = [
        row(100, weak=True, cwe="CWE-20", source="p"),
        row(101, weak=True, cwe="CWE-78", source="p"),
        row(102, weak=True, cwe="CWE-78", source="q"),
        row(103, weak=True, cwe="CWE-94", source="q"),
    ]
    unnamed = replace(row(100, weak=False, cwe="CWE-20"), cwes=())  # of CWE-20 by its twin
    folds = split([*rows(30), *joined, unnamed], "leave-cwe-out", seed=0)
    tested = [{row.cwes[0] for row in one.test if row.cwes} for one in folds]
    assert {"CWE-20", "CWE-78", "CWE-94"} in tested
    assert len(folds) == 4
    for one, cwes in zip(folds, tested, strict=True):
        assert not cwes & {row.cwes[0] for row in one.train if row.cwes}
        assert (unnamed in one.test) == ("CWE-20" in cwes)


def test_weaknesses_that_are_all_connected_cannot_be_left_out() -> None:
    data = [row(at, weak=True, cwe=f"CWE-{at}", source="p") for at in range(20, 29)]
    with pytest.raises(DataError, match="share no component"):
        split(data, "leave-cwe-out", 0)


def test_near_duplicates_and_one_source_are_one_component() -> None:
    one, twin, other = row(1, weak=True), row(1, weak=False), row(2, weak=True)
    alike = Row("copy", program(1, "run1(x, z)"), True, ("CWE-79",), (), "", "", "", "data:9")
    from_q = row(3, weak=True, source="q"), row(4, weak=True, source="q")
    found = components((one, twin, other, alike, *from_q))
    assert found[one.id] == found[twin.id] == found["copy"]
    assert found[other.id] == other.id
    assert found[from_q[0].id] == found[from_q[1].id]


def test_too_little_data_and_unknown_protocols_are_errors() -> None:
    with pytest.raises(DataError, match="too few"):
        split(rows(1), "family", 0)
    with pytest.raises(DataError, match="no protocol"):
        split(rows(9), "by-eye", 0)


def test_a_weakness_with_one_component_is_learnt_from() -> None:
    alone = [row(200 + at, weak=weak, cwe=f"CWE-{at}") for at in range(5) for weak in (True, False)]
    (one,) = split([*rows(30), *alone], "family", seed=0)
    assert set(alone) <= set(one.train)
    # Where none has more, there is nothing else to test on.
    (other,) = split(alone, "family", seed=0)
    assert len(other.test) == 2


def test_rows_of_one_project_stay_on_one_side() -> None:
    of = {0: "p", 1: "p", 2: "q", 3: "q"}
    data = [replace(one, project=of[number % 4]) for number, one in enumerate(rows(8))]
    data += [replace(one, project=f"own {number}") for number, one in enumerate(rows(60)[16:])]
    (one,) = split(data, "family", seed=1)
    assert one.test
    assert not {row.project for row in one.train} & {row.project for row in one.test}


def test_an_id_that_comes_twice_is_an_error() -> None:
    with pytest.raises(DataError, match=r"ids that come twice: CWE-89/1/True$"):
        split((*rows(9), row(1, weak=True), row(1, weak=True)), "random", 0)


def test_weak_rows_that_accept_a_weakness_learnt_from_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = [
        replace(one, cwes=(*one.cwes, "CWE-79" if one.cwes[0] == "CWE-89" else "CWE-20"))
        for one in rows(30)
    ]
    splits = split(data, "leave-cwe-out", 0)
    assert taught(splits) == (10, 30)  # CWE-79 is never left out with CWE-89, CWE-20 never learnt
    path = tmp_path / "rows.jsonl"
    write_lines(list(map(suite_row, data)), path)
    command = ["dataset", "split", str(path), "--protocol", "leave-cwe-out", "-o", str(tmp_path)]
    assert run(command) == 0
    told = capsys.readouterr().out.splitlines()[-1]
    assert told == "10 of 30 weak test rows (33%) also accept a CWE that their fold learns from"
