"""Exporting a causal model: rows are looked at before anything is converted."""

import json
from pathlib import Path

import pytest

from weakspot.cli.export_causal import Wanted, export_causal
from weakspot.core.errors import DataError
from weakspot.export import causal_graph
from weakspot.model.prompt import SECURE, answer_of

WEAK, COMMENT = "def f(x):\n    return eval(x)\n", "# nothing but a comment\n"


class ConvertedError(Exception):
    """Stands for a conversion, which takes minutes."""


@pytest.fixture(autouse=True)
def _unconverted(monkeypatch: pytest.MonkeyPatch) -> None:
    def convert(_: object) -> None:
        raise ConvertedError

    monkeypatch.setattr(causal_graph, "to_onnx", convert)


def wanted(folder: Path, model: Path, *rows: tuple[str, str]) -> Wanted:
    path = folder / "rows.jsonl"
    told = [{"input": code, "output": output} for code, output in rows]
    path.write_text("".join(json.dumps(one) + "\n" for one in told))
    return Wanted(model, path, None, "onnx", folder / "out")


def test_rows_without_code_are_left_out_and_told(tmp_path: Path, tiny_causal: Path) -> None:
    rows = ((WEAK, answer_of("CWE-95")), ("x = 1\n", SECURE), (COMMENT, SECURE))
    told: list[str] = []
    with pytest.raises(ConvertedError):
        export_causal(wanted(tmp_path, tiny_causal, *rows), told.append)
    assert told == [f"{tmp_path / 'rows.jsonl'}: 1 of 3 rows have no code and are left out"]


def test_rows_of_one_kind_are_told_before_anything_is_converted(
    tmp_path: Path, tiny_causal: Path
) -> None:
    rows = ((WEAK, answer_of("CWE-95")), (COMMENT, SECURE))
    with pytest.raises(DataError, match=r"rows\.jsonl needs both weak and sound rows"):
        export_causal(wanted(tmp_path, tiny_causal, *rows), lambda _: None)
