"""Records: what was begun goes on only as it was decided, and an error says what differs."""

import json
from pathlib import Path
from typing import Any

import pytest

from weakspot.core.errors import DataError
from weakspot.train.binding import RECORD, bind, check

TOLD: dict[str, Any] = {
    "seed": 1,
    "embedded": {"margin": 2.0, "leave_out": ["CWE-22", "CWE-79"]},
    "inputs": {"corpus": "aa", "text_of_pairs": "bb"},
}


def changed(**fields: object) -> dict[str, Any]:
    return {**TOLD, **fields}


def refusal(record: Path, told: dict[str, Any]) -> DataError:
    with pytest.raises(DataError) as raised:
        check(record, told)
    return raised.value


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "mixed" / RECORD
    bind(path, TOLD, pytest.fail, begun=False)
    return path


def test_what_was_begun_goes_on_with_the_same(record: Path) -> None:
    before = record.read_bytes()
    bind(record, {**TOLD, "embedded": {**TOLD["embedded"]}}, pytest.fail, begun=True)
    assert record.read_bytes() == before
    assert json.loads(before) == TOLD
    assert [path.name for path in record.parent.iterdir()] == [RECORD]


def test_it_does_not_go_on_with_anything_else(record: Path) -> None:
    before = record.read_bytes()
    with pytest.raises(DataError, match="another recipe: seed 1 there, 2 now"):
        bind(record, changed(seed=2), pytest.fail, begun=True)
    assert record.read_bytes() == before


def test_before_anything_was_begun_a_record_binds_nothing(record: Path) -> None:
    bind(record, changed(seed=2), pytest.fail, begun=False)
    assert json.loads(record.read_bytes())["seed"] == 2


def test_what_is_older_than_records_is_told_of_and_bound(tmp_path: Path) -> None:
    record, said = tmp_path / RECORD, list[str]()
    check(record, TOLD)
    bind(record, TOLD, said.append, begun=True)
    assert said == [f"{tmp_path} tells no recipe and is taken for one of this recipe"]
    refusal(record, changed(seed=2))


def test_the_differences_are_named_by_dotted_key(record: Path) -> None:
    told = changed(embedded={"margin": 1.5, "leave_out": ["CWE-79", "CWE-89"], "dropout": 0.1})
    error = refusal(record, told)
    assert error.message == (
        f"{record.parent} was begun with another recipe: embedded.dropout nothing there, 0.1 now; "
        "embedded.leave_out CWE-22 only there and CWE-89 only now; "
        "embedded.margin 2.0 there, 1.5 now"
    )
    assert error.hint is not None
    assert str(record.parent) in error.hint
    reordered = changed(embedded={"margin": 2.0, "leave_out": ["CWE-79", "CWE-22"]})
    assert "embedded.leave_out in another order" in refusal(record, reordered).message


def test_at_most_five_differences_are_named(record: Path) -> None:
    message = refusal(record, TOLD | dict.fromkeys("abcdefg", 1)).message
    assert message.endswith("e nothing there, 1 now; 2 more")


def test_other_inputs_are_told_of_without_their_digests(record: Path) -> None:
    message = refusal(record, changed(inputs={"corpus": "cc", "text_of_pairs": "dd"})).message
    assert message.endswith("was begun on another corpus, another text of pairs")


def test_a_record_beside_a_file_tells_of_the_file(tmp_path: Path) -> None:
    record = tmp_path / "tokenizer.recipe.json"
    bind(record, TOLD, pytest.fail, begun=False)
    assert f"{tmp_path / 'tokenizer'} was begun" in refusal(record, changed(seed=2)).message


def test_a_damaged_record_is_named(record: Path) -> None:
    record.write_text("{", "utf-8")
    assert str(record) in refusal(record, TOLD).message
