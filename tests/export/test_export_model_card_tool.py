"""tools/model_card.py: what the card says of a model, and that it keeps nothing of another's."""

import copy
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from weakspot.core.errors import UsageError
from weakspot.model.bundle import EMBEDDED, open_bundle

ROOT = Path(__file__).parents[2]
SHIPPED = open_bundle(EMBEDDED)


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    spec = spec_from_file_location("model_card", ROOT / "tools" / "model_card.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "CARD", tmp_path / "model-card.md")
    card = f"`{SHIPPED.digest}`\n\n## What mere looks change\n\nlittle\n\n## Sources\n\nmany\n"
    module.CARD.write_text(card, "utf-8")
    return module


@pytest.fixture
def recipe() -> Any:
    return copy.deepcopy(dict(SHIPPED.manifest.recipe))


def test_the_card_of_the_same_model_keeps_what_is_not_given(tool: Any) -> None:
    card = tool.card(EMBEDDED, None, None)
    assert card.endswith("## Sources\n\nmany\n")
    assert "## What mere looks change\n\nlittle\n" in card
    assert "fitted and thresholds chosen on these very\nunits, so the figures are a little" in card
    version = SHIPPED.manifest.version
    assert card.startswith(f"# Model card: nano, version {version}\n")
    known = len(list((ROOT / "src" / "weakspot" / "core" / "weaknesses").glob("cwe-*.toml")))
    count = len(SHIPPED.manifest.labels)
    assert f"can name {count} of the catalogue's {known} CWEs: 20, 22," in card


def test_nothing_is_kept_of_the_card_of_another_model(tool: Any) -> None:
    for keep in (tool._sources, tool._certificate):
        with pytest.raises(UsageError, match="of another model"):
            keep(None, "0" * 64)


def test_where_no_network_was_trained_there_is_no_table_of_phases(tool: Any, recipe: Any) -> None:
    for phase in recipe["embedded"]["phases"]:
        phase["steps"] = 0
    recipe["pretrain"]["steps"], recipe["start"] = 0, "runs/one/bundle"
    said = tool._training(recipe)
    assert said == "No network was trained for this version: they are those of `runs/one/bundle`."
    recipe["embedded"]["phases"][0]["steps"] = 7
    said = tool._training(recipe)
    assert "7 steps of" in said
    assert "| phase |" in said


def test_what_judges_beside_the_networks_says_what_it_learnt_from(tool: Any, recipe: Any) -> None:
    recipe.pop("first_stage_of", None)  # the shipped folder has one
    recipe["calibration"] |= {"words_weight": 0.0, "facts_weight": 0.5, "facts_of_start": True}
    recipe["calibration"] |= {"kinds_weight": 0.0, "sites_weight": 1.5, "real_weight": 2.0}
    recipe["embedded"] |= {"grafts": "datasets/grafts", "fixes": ""}
    recipe["embedded"]["phases"][-1] |= {"written": 0.8, "injected": 0.1, "grafted": 0.0}
    pairs = "written pairs (drills and the training side of `datasets/top25`), composed programs"
    grafts = "grafts (weight 2 beside a written pair)"
    assert tool._beside_networks(recipe).splitlines()[2:] == [
        "| the linear model over facts | nothing anew: it is the start's |",
        f"| the linear model over statements | {pairs}, {grafts}, units of real code |",
        f"| the first stage | {pairs}, injected weaknesses, grafts, units of real code |",
    ]
    recipe["calibration"] |= {"facts_of_start": False, "real_weight": 0.0}
    recipe["embedded"] |= {"fixes": "datasets/fixes"}
    facts, _, stage = tool._beside_networks(recipe).splitlines()[2:]
    assert facts == f"| the linear model over facts | {pairs} |"
    assert "grafts, fixes, units of real code" in stage
    recipe["first_stage_of"] = "nano-9.9"
    assert "what `recipes/nano-9.9.toml` names" in tool._beside_networks(recipe)
