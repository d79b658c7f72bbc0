import json
from dataclasses import replace
from pathlib import Path

import mlcroissant
import pytest
from datasets import load_dataset
from rows_of_test_data import write_pairs, write_rows

from weakspot.cli.main import run
from weakspot.dataset import publish
from weakspot.dataset.publish import CROISSANT, PARQUET
from weakspot.dataset.rows import read_data
from weakspot.dataset.stats import counts
from weakspot.evaluate.suites import read_suite
from weakspot.model.prompt import INSTRUCTION, cwe_of
from weakspot.review.journal import append, digest, parse


def test_parquet_is_the_same_bytes_twice_and_loads(tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path / "pairs", 4)
    for name in ("one", "two"):
        assert run(["dataset", "build", str(pairs), "-o", str(tmp_path / name)]) == 0
    one, two = (tmp_path / name / PARQUET for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    loaded = load_dataset("parquet", data_files=str(one), cache_dir=str(tmp_path / "cache"))[
        "train"
    ]
    assert len(loaded) == 8
    weak = loaded.filter(lambda row: row["label"] == "vulnerable")[0]
    assert weak["lines"] == [17]
    assert weak["code"].splitlines()[16].startswith("run(")


def test_croissant_metadata_is_valid_and_finds_the_rows(tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path / "pairs", 2)
    assert run(["dataset", "build", str(pairs), "-o", str(tmp_path / "out")]) == 0
    described = mlcroissant.Dataset(str(tmp_path / "out" / CROISSANT))
    assert described.metadata.issues.errors == set()
    ids = [record["instances/id"].decode() for record in described.records("instances")]
    assert ids[:2] == ["CWE-89/m-0/vulnerable", "CWE-89/m-0/fixed"]


def test_the_papers_rows_carry_one_instruction_and_its_answers(tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path / "pairs", 3)
    out = tmp_path / "out"
    assert run(["dataset", "build", str(pairs), "--format", "paper", "-o", str(out)]) == 0
    rows = [json.loads(line) for line in (out / "paper.jsonl").read_text().splitlines()]
    assert {row["instruction"] for row in rows} == {INSTRUCTION}
    assert [cwe_of(row["output"]) for row in rows] == ["CWE-89", None] * 3


def test_a_split_is_written_as_rows_that_can_be_read_again(tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path / "pairs", 10)
    out = tmp_path / "out"
    assert run(["dataset", "split", str(pairs), "--validation", "-o", str(out)]) == 0
    sides = {name: read_data(out / f"{name}.jsonl") for name in ("train", "validation", "test")}
    assert sum(len(side.rows) for side in sides.values()) == 20
    names = [row.pair for side in sides.values() for row in side.rows]
    assert len({*names}) == 10


def test_a_folder_of_another_split_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs = write_pairs(tmp_path / "pairs", 10)
    write_pairs(tmp_path / "pairs", 10, "CWE-79")
    out = tmp_path / "out"

    def split(*words: str) -> int:
        return run(["dataset", "split", str(pairs), "-o", str(out), *words])

    assert split("--validation") == 0
    kept = {path: path.read_bytes() for path in out.rglob("*.jsonl")}
    assert split("--validation", "--protocol", "random") == 0  # the same files, written anew
    assert split("--validation") == 0
    assert split() == 2
    assert "another split: validation.jsonl" in capsys.readouterr().err
    assert split("--protocol", "leave-cwe-out") == 2
    assert "another split: test.jsonl, train.jsonl, validation" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in out.rglob("*.jsonl")} == kept
    for path in kept:
        path.unlink()
    assert split("--protocol", "leave-cwe-out") == 0
    assert split() == 2
    assert "another split: fold-" in capsys.readouterr().err


def test_broken_data_is_not_built_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_rows(tmp_path / "rows.jsonl", [{"id": "a", "label": "odd", "code": "x"}])
    assert run(["dataset", "build", str(path), "--format", "suite", "-o", str(tmp_path)]) == 2
    assert f"{path}:1" in capsys.readouterr().err


def test_the_counts_are_those_of_the_files(tmp_path: Path) -> None:
    write_pairs(tmp_path, 4)
    write_pairs(tmp_path, 2, "CWE-79")
    found = counts(read_data(tmp_path))
    assert (found["instances"], found["pairs"], found["vulnerable"]) == (12, 6, 6)
    assert found["cwes"] == {"CWE-79": 4, "CWE-89": 8}
    assert found["without_web_framework"] == 0.5
    assert found["fixed_side_longer"] == 0.5


def test_lint_and_stats_tell_by_exit_code_and_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs = write_pairs(tmp_path / "pairs", 2)
    assert run(["dataset", "lint", str(pairs)]) == 0
    (tmp_path / "reviews.jsonl").write_text("")
    assert run(["dataset", "lint", str(pairs)]) == 1
    capsys.readouterr()
    assert run(["dataset", "stats", str(pairs), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["pairs"] == 2


def test_only_a_review_of_the_pair_as_it_is_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs = write_pairs(tmp_path / "pairs", 2)
    row = dict.fromkeys(("shows_weakness", "fix_is_right", "realistic"), True)
    row |= {"reader": "person", "name": "ada", "date": "2026-11-23", "remark": ""}
    files = [pairs / "CWE-89" / f"m-{number}.pair" for number in range(2)]
    for file in files:
        row |= {"pair": f"CWE-89/{file.stem}", "digest": digest(file), "decision": "accept"}
        append(tmp_path / "reviews.jsonl", [parse(row)])
    assert run(["dataset", "lint", str(pairs)]) == 0
    assert run(["dataset", "lint", str(pairs / "CWE-89")]) == 0
    files[0].write_text(files[0].read_text().replace("harbour office", "fish market"))
    for place in (pairs, pairs / "CWE-89"):
        capsys.readouterr()
        assert run(["dataset", "lint", str(place)]) == 1
        told = capsys.readouterr().out.splitlines()
        assert told[0] == "CWE-89/m-0: review: the pair changed after its review"
        assert told[1].startswith(f"{place}: 2 pairs, 1 problems")
    # An old refusal counts no more than an old consent.
    append(tmp_path / "reviews.jsonl", [parse(row | {"digest": "0", "name": "bob"})])
    row |= {"pair": "CWE-89/m-0", "digest": digest(files[0])}
    append(tmp_path / "reviews.jsonl", [parse(row)])
    assert run(["dataset", "lint", str(pairs)]) == 0
    refusal = {"decision": "reject", "remark": "no", "name": "bob"}
    append(tmp_path / "reviews.jsonl", [parse(row | refusal | {"digest": "0"})])
    assert run(["dataset", "lint", str(pairs)]) == 0
    append(tmp_path / "reviews.jsonl", [parse(row | refusal)])
    assert run(["dataset", "lint", str(pairs)]) == 1
    assert "no second reader took the pair" in capsys.readouterr().out


def test_statistics_count_the_reviews_of_their_own_pairs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_pairs(tmp_path / "pairs", 1)
    write_pairs(tmp_path / "pairs", 1, "CWE-22")
    row = dict.fromkeys(("shows_weakness", "fix_is_right", "realistic"), True)
    row |= {"reader": "person", "name": "ada", "date": "2026-11-23", "remark": ""}
    row |= {"digest": "0", "decision": "accept"}
    for pair in ("CWE-89/m-0", "CWE-22/m-0"):
        append(tmp_path / "reviews.jsonl", [parse(row | {"pair": pair})])
    assert run(["dataset", "stats", str(tmp_path / "pairs" / "CWE-22"), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["reviews"] == {"accept": 1}


@pytest.mark.parametrize("command", ["build", "card"])
def test_rows_are_refused_where_pairs_are_needed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    row = {"id": "a", "label": "secure", "code": "x = 1\n"}
    path = write_rows(tmp_path / "rows.jsonl", [row])
    out = tmp_path / "out"
    assert run(["dataset", command, str(path), "-o", str(out)]) == 2
    assert "made of pair files" in capsys.readouterr().err
    assert not out.exists()
    assert run(["dataset", "build", str(path), "--format", "suite", "-o", str(out)]) == 0
    assert json.loads((out / "suite.jsonl").read_text())["id"] == "a"


def test_weak_rows_without_a_cwe_are_no_rows_of_the_paper(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"label": "vulnerable", "code": "x = 1\n"}
    path = write_rows(tmp_path / "rows.jsonl", [{"id": "a", **row}, {"id": "b", **row}])
    command = ["dataset", "build", str(path), "--format", "paper", "-o", str(tmp_path / "out")]
    assert run(command) == 2
    assert "without a CWE: a, b" in capsys.readouterr().err


def test_a_header_with_another_cwe_is_counted_all_the_same(tmp_path: Path) -> None:
    write_pairs(tmp_path, 1)
    path = tmp_path / "CWE-89" / "m-0.pair"
    path.write_text(path.read_text().replace('cwe = "CWE-89"', 'cwe = "CWE-x"'))
    assert counts(read_data(tmp_path))["cwes"] == {"CWE-x": 2}


def test_a_card_gives_counts_floors_and_who_read(tmp_path: Path) -> None:
    for cwe in ("CWE-89", "CWE-79", "CWE-22", "CWE-78", "CWE-94"):
        write_pairs(tmp_path / "pairs", 10, cwe)
    card = tmp_path / "card.md"
    assert run(["dataset", "card", str(tmp_path / "pairs"), "-o", str(card)]) == 0
    text = card.read_text()
    assert "50 pairs of Python programs, 100 instances" in text
    assert "No second reader has reviewed" in text
    assert "| leave-cwe-out |" in text
    assert "| protocol | TF-IDF + logistic regression | length alone | Bandit 1." in text


def test_projects_and_pairs_named_by_numbers_come_back(tmp_path: Path) -> None:
    told = {"code": "x = 1\n", "label": "secure", "project": "p", "pair_id": 0}
    rows = [json.dumps({"id": at, **told}) for at in range(2)]
    (tmp_path / "a.jsonl").write_text("\n".join(rows), "utf-8")
    read = read_data(tmp_path / "a.jsonl").rows
    assert [(row.project, row.pair) for row in read] == [("p", "0")] * 2
    publish.write_lines(list(map(publish.suite_row, read)), tmp_path / "b.jsonl")
    assert [row.project for row in read_suite(tmp_path / "b.jsonl")] == ["p", "p"]
    again = read_data(tmp_path / "b.jsonl").rows
    assert [replace(row, place="") for row in again] == [replace(row, place="") for row in read]
