"""tools/ablate.py: variants differ in what they say alone, and what was read is read again."""

import dataclasses
import gzip
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import tiny_model
from weakspot.model.tokens import OFFSET, Tokenizer
from weakspot.networks.encoder import WeaknessDetector
from weakspot.train.recipe import ShapeRecipe, load_recipe
from weakspot.train.run import RunFolder

ROOT = Path(__file__).parents[2]
NANO = load_recipe(ROOT / "recipes" / "nano.toml")
ROWS = [np.full(20, OFFSET + 1, np.uint16)] * 8


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Any:
    spec = spec_from_file_location("ablate", ROOT / "tools" / "ablate.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "ablate", module)  # dataclasses look there
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def bench(tool: Any, tmp_path: Path) -> Any:
    """Return what variants share, with a corpus of nothing."""
    recipe = dataclasses.replace(
        NANO,
        shape=ShapeRecipe(layers=1, width=16, heads=2, feed_forward=32, context=64),
        pretrain=dataclasses.replace(NANO.pretrain, compiled=False, batch_tokens=128),
    )
    run = RunFolder(tmp_path)
    run.corpus.write_bytes(gzip.compress(b"one\n"))
    return tool.Bench(recipe, run, tiny_model.tokenizer(), tiny_model.LABELS, {}, (), (), (), {})


def test_a_variant_begins_with_the_heads_of_the_others(
    tool: Any, bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[dict[str, torch.Tensor]] = []

    def finetune(model: WeaknessDetector, *_: object) -> None:
        begun.append({name: value.clone() for name, value in model.state_dict().items()})

    monkeypatch.setattr(tool.reading, "texts", lambda *_: ROWS)
    monkeypatch.setattr(tool.embedded, "finetune", finetune)
    monkeypatch.setattr(tool.stages, "mixed", lambda *_: [])
    for name in ("the recipe", "the recipe", "no pre-training"):  # read, read before, not read
        tool.trained(bench, tool.VARIANTS[name], 2, 1)
    heads = [name for name in begun[0] if not name.startswith("encoder.")]
    assert heads
    for other in begun[1:]:
        assert all(torch.equal(begun[0][name], other[name]) for name in heads)
    assert all(torch.equal(value, begun[1][name]) for name, value in begun[0].items())


def test_another_corpus_or_vocabulary_is_pre_trained_on_anew(
    tool: Any, bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tool, "is_finished", lambda *_: True)
    other = Tokenizer({bytes([byte]): byte for byte in range(256)})
    benches = [bench, bench, dataclasses.replace(bench, tokenizer=other)]
    folders = [tool.pretrained(one, bench.recipe.pretrain) for one in benches]
    size = bench.run.corpus.stat().st_size
    bench.run.corpus.write_bytes(gzip.compress(b"two\n"))
    assert bench.run.corpus.stat().st_size == size
    folders.append(tool.pretrained(bench, bench.recipe.pretrain))
    assert folders[0] == folders[1]
    assert len(set(folders)) == 3
