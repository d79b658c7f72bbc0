"""tools/league.py: the page of the league."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def league() -> Any:
    spec = spec_from_file_location("league", ROOT / "tools" / "league.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def row(league: Any, **more: Any) -> dict[str, Any]:
    half = {"value": 0.5, "low": 0.25, "high": 0.75}
    return {
        "suite": "safecoder",
        "detector": "ruff",
        "reason": "",
        "rows": 4,
        "pairs": 2,
        **{name: half for name, _ in league.SHOWN},
        "recall_at_0.01": 0.5,
        "mcnemar_p": 1.0,
        "cpu_seconds": 1.0,
        "peak_megabytes": 50,
        "notes": {},
        **more,
    }


def test_the_edition_is_a_part_of_the_page(league: Any) -> None:
    edition = (ROOT / "docs" / "league" / "edition.md").read_text("utf-8")
    assert edition.startswith("**This edition**")
    assert edition in (ROOT / "docs" / "league" / "README.md").read_text("utf-8")
    lines = list(league.page({"public": [row(league)]}, edition))
    text = "\n".join(lines)
    assert edition in text
    assert text.index(edition) < text.index("## safecoder")


def test_few_rows_no_share_and_the_baseline_are_told(league: Any) -> None:
    nothing = {"value": None, "low": None, "high": None}
    old = {"value": float("nan"), "low": float("nan"), "high": float("nan")}
    told = row(
        league, cwe_rows=6, f1=nothing, recall=old, mcnemar_base="bandit", mcnemar_unit="pairs"
    )
    lines = list(league.page({"public": [told]}, ""))
    assert "| McNemar (pairs, against bandit) |" in lines[-3]
    assert lines[-1].count("| - ") == 2
    assert "| 50.0 (25-75) of 6 |" in lines[-1]
    weak_alone = row(league, **{"recall_at_0.01": None})
    assert list(league.page({"public": [weak_alone]}, ""))[-1].count("| - ") == 1


def test_a_single_public_suite_keeps_its_name(
    league: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(league, "weakspot", lambda *words: asked.append(words))
    league.played("public", [tmp_path / "safecoder.jsonl"], tmp_path / "t.jsonl", ["ruff"], [])
    assert all(str(tmp_path / "safecoder.jsonl") in words for words in asked)
