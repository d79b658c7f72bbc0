import errno
import json
from dataclasses import replace
from pathlib import Path

import mlcroissant
import pytest
from datasets import load_dataset
from rows_of_test_data import write_pairs, write_rows

from weakspot.cli.dataset import _facts
from weakspot.cli.main import run
from weakspot.dataset import publish
from weakspot.dataset.about import ABOUT, read_about
from weakspot.dataset.card import card
from weakspot.dataset.publish import CROISSANT, PARQUET
from weakspot.dataset.rows import read_data
from weakspot.dataset.splits import split, taught
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


@pytest.mark.parametrize("protocol", ["random", "leave-cwe-out"])
def test_a_split_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    protocol: str,
) -> None:
    for cwe in ("CWE-89", "CWE-79", "CWE-22"):
        pairs = write_pairs(tmp_path / "pairs", 5, cwe)
    out = tmp_path / "out"
    command = ["dataset", "split", str(pairs), "--protocol", protocol, "-o", str(out)]
    assert run(command) == 0
    kept = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    write_lines, written = publish.write_lines, []

    def full(rows: list[dict[str, object]], path: Path) -> None:
        written.append(path)
        if len(written) == 2:
            path.write_text("{")
            raise OSError(errno.ENOSPC, "No space left on device")
        write_lines(rows, path)

    monkeypatch.setattr(publish, "write_lines", full)
    assert run([*command, "--seed", "1"]) == 2
    assert "cannot write" in (told := capsys.readouterr().err)
    assert "No space left" in told
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == kept
    monkeypatch.undo()
    assert run([*command, "--seed", "1"]) == 0
    now = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert now.keys() == kept.keys()
    assert now != kept


def test_no_old_file_stands_beside_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens while files take their places, a side of two splits is never there."""
    pairs, out = write_pairs(tmp_path / "pairs", 10), tmp_path / "out"
    command = ["dataset", "split", str(pairs), "-o", str(out)]
    assert run(command) == 0
    old = {path.read_bytes() for path in out.iterdir()}
    seen = []
    replace_ = Path.replace

    def replaced(path: Path, target: Path) -> Path:
        moved = replace_(path, target)
        seen.append({one.read_bytes() for one in out.glob("[!.]*")})
        return moved

    monkeypatch.setattr(Path, "replace", replaced)
    assert run([*command, "--seed", "1"]) == 0
    assert len(seen) == 2
    assert not any(old & files for files in seen)


def test_what_is_no_unicode_text_is_a_broken_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = {"id": "a", "label": "secure", "code": "x = 1\n"}
    rows = [{**good, "id": f"a{at}", name: "x\ud800"} for at, name in enumerate(("code", "source"))]
    path, out = write_rows(tmp_path / "rows.jsonl", [*rows, good]), tmp_path / "out"
    data = read_data(path)
    assert [one.id for one in data.rows] == ["a"]
    assert [one.partition(": ")[0] for one in data.broken] == [f"{path}:1", f"{path}:2"]
    assert run(["dataset", "build", str(path), "--format", "suite", "-o", str(out)]) == 2
    assert "is no Unicode text" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("build {pairs} -o {file}/x", "{file} is no folder"),
        ("split {pairs} -o {file}/x/y", "{file} is no folder"),
        ("card {pairs} -o nodir/x.md", "there is no folder nodir"),
        ("card {pairs} -o {file}/x.md", "there is no folder {file}"),
    ],
)
def test_what_cannot_be_written_is_told_before_anything_is_read(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("weakspot.cli.dataset._read", lambda place: pytest.fail(f"read {place}"))
    (tmp_path / "file").touch()
    places = {"pairs": write_pairs(tmp_path / "pairs", 1), "file": tmp_path / "file"}
    assert run(["dataset", *words.format(**places).split()]) == 2
    assert told.format(**places) in capsys.readouterr().err


def test_two_files_with_one_pair_are_broken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a", "b"):
        write_pairs(tmp_path / "pairs" / name, 3)
    data = read_data(tmp_path / "pairs")
    first, second = (tmp_path / "pairs" / name / "CWE-89" / "m-0.pair" for name in ("a", "b"))
    assert f"{second}: holds CWE-89/m-0, as {first} does" in data.broken
    for command in ("split --protocol random", "build --format suite", "build"):
        words = command.split()
        assert run(["dataset", *words, str(tmp_path / "pairs"), "-o", str(tmp_path / "out")]) == 2
        assert "holds CWE-89/m-0, as" in capsys.readouterr().err


def test_checks_of_nothing_do_not_succeed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs = write_pairs(tmp_path / "pairs", 1)
    assert run(["dataset", "prove", str(tmp_path), "--pairs", str(pairs)]) == 2
    assert "no proofs below" in capsys.readouterr().err


def test_a_check_of_short_pairs_counts_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "### CWE-89: order\n<<<<<<<\nx = f(y)  #!\n=======\nx = g(y)\n>>>>>>>\n"
    (tmp_path / "a.txt").write_text(text)
    assert run(["dataset", "check", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"{tmp_path}: 2 rows, 0 problems\n"


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


def test_a_card_and_croissant_claim_nothing_that_nobody_told(tmp_path: Path) -> None:
    for cwe in ("CWE-89", "CWE-79"):
        write_pairs(tmp_path / "mine" / "pairs", 5, cwe)
    for path in (tmp_path / "mine").rglob("*.pair"):
        path.write_text(path.read_text().replace('"drafted"', '"mined"'))
    pairs, out = tmp_path / "mine" / "pairs", tmp_path / "out"
    assert run(["dataset", "build", str(pairs), "-o", str(out)]) == 0
    told = json.loads((out / CROISSANT).read_text())
    assert told["name"] == "mine"
    assert not told.keys() & {"license", "url", "version", "citeAs"}
    assert run(["dataset", "card", str(pairs), "-o", str(tmp_path / "card.md")]) == 0
    card = (tmp_path / "card.md").read_text()
    assert card.startswith("# Data card: mine\n")
    assert "No licence is told." in card
    assert "10 taken from the git history of **projects**: their code, under their licences" in card
    assert "No pair has a proof file." in card
    assert "0 of its 10 weak test rows also accept" in card
    for word in ("top25", "Apache", "anguage model", "nothing was copied", "league", "ctypes"):
        assert word not in card

    (tmp_path / "mine" / ABOUT).write_text(
        'name = "n"\nlicence = "MIT"\nversion = "2"\nurl = "https://x.invalid"\ncite = "n, 2026"\n'
        'source = "From us."\nresults = "Elsewhere."\nbiases = "Many."\n'
    )
    assert run(["dataset", "build", str(pairs), "-o", str(out)]) == 0
    told = json.loads((out / CROISSANT).read_text())
    assert (told["name"], told["license"]) == ("n", "https://spdx.org/licenses/MIT")
    assert (told["version"], told["url"], told["citeAs"]) == ("2", "https://x.invalid", "n, 2026")
    assert run(["dataset", "card", str(pairs), "-o", str(tmp_path / "card.md")]) == 0
    card = (tmp_path / "card.md").read_text()
    for text in ("# Data card: n\n", "Licence: MIT.\n", "\n\nFrom us.\n", "\n\nElsewhere.\n"):
        assert text in card
    assert card.endswith("\n\nMany.\n")


@pytest.mark.parametrize("text", ["license = 'MIT'", "licence = ['MIT']", "licence ="])
def test_an_about_file_that_is_wrong_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    pairs = write_pairs(tmp_path / "pairs", 1)
    (pairs / ABOUT).write_text(text)
    assert run(["dataset", "build", str(pairs), "-o", str(tmp_path / "out")]) == 2
    assert str(pairs / ABOUT) in capsys.readouterr().err


def test_our_own_card_is_what_the_command_writes() -> None:
    """All but the figures of models and tools, which take minutes."""
    folder = Path(__file__).parents[2] / "datasets" / "top25"
    data = read_data(folder)
    known = taught(split(data.rows, "leave-cwe-out", 0))
    made = card(_facts(folder, data), {}, read_about(folder), known, ["weakspot dataset"])
    kept = set((folder / "README.md").read_text().splitlines())
    assert set(made.splitlines()) - kept == {"weakspot dataset", "| protocol |  |", "|---|"}
    assert (known, read_about(folder).licence) == ((143, 340), "Apache-2.0")


def test_proof_files_are_counted_as_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs = write_pairs(tmp_path / "pairs", 2)
    (tmp_path / "proofs" / "CWE-89").mkdir(parents=True)
    (tmp_path / "proofs" / "CWE-89" / "m-0.py").touch()
    assert run(["dataset", "stats", str(pairs), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["proof_files"] == 1
    assert not [name for name in told if name.startswith("proved") or name == "proofs"]


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
