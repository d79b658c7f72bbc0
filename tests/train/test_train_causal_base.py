"""Pre-training a small base: what a folder is bound to, and runs that were stopped."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from causal_runs import StoppedError, same, steps, stopping

from weakspot.core.errors import DataError
from weakspot.train.causal.base import pretrain
from weakspot.train.causal.finite import DivergedError
from weakspot.train.causal.recipe import BaseRecipe


@pytest.fixture
def recipe(tmp_path: Path) -> BaseRecipe:
    (tmp_path / "sources").mkdir()
    text = "".join(f"def f{at}(x):\n    return x + {at}\n\n\n" for at in range(60))
    (tmp_path / "sources" / "a.py").write_text(text)
    return BaseRecipe(
        name="base",
        seed=1,
        standard_library=False,
        folders=[str(tmp_path / "sources")],
        vocabulary=300,
        layers=1,
        width=32,
        heads=4,
        context=64,
        steps=12,
        batch=2,
        rate=0.01,
        save_steps=2,
    )


def test_a_base_goes_on_with_the_same_sources_only(tmp_path: Path, recipe: BaseRecipe) -> None:
    with pytest.raises(StoppedError):
        pretrain(recipe, tmp_path / "run", stopping("step 10/"))
    path = tmp_path / "sources" / "a.py"
    path.write_text(path.read_text().replace("f1(", "g1("))
    with pytest.raises(DataError, match="another set of sources"):
        pretrain(recipe, tmp_path / "run", print)


def test_a_vocabulary_is_written_at_once(
    tmp_path: Path, recipe: BaseRecipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Path.replace

    def killed(path: Path, to: Path) -> Path:
        if to.name == "tokenizer.json":
            raise StoppedError
        return whole(path, to)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(StoppedError):
        pretrain(recipe, tmp_path / "run", print)
    assert not (tmp_path / "run" / "tokenizer.json").exists()
    monkeypatch.undo()
    assert pretrain(recipe, tmp_path / "run", print).exists()


def test_a_base_that_was_trained_to_its_end_is_only_saved(
    tmp_path: Path, recipe: BaseRecipe
) -> None:
    short = replace(recipe, steps=3, save_steps=1)
    pretrain(short, tmp_path / "run", print)
    # Two: a new one is marked whole only after the Trainer has removed what is too many.
    names = {path.name for path in (tmp_path / "run" / "checkpoints").glob("checkpoint-*")}
    assert names == {"checkpoint-2", "checkpoint-3"}
    shutil.move(tmp_path / "run" / "model", tmp_path / "first" / "model")
    told: list[str] = []
    pretrain(short, tmp_path / "run", told.append)
    assert steps(told) == []
    assert same(tmp_path / "first", tmp_path / "run")


def test_a_base_that_diverges_is_an_error(tmp_path: Path, recipe: BaseRecipe) -> None:
    with pytest.raises(DivergedError):
        pretrain(replace(recipe, rate=1e30), tmp_path / "run", print)
    assert not (tmp_path / "run" / "model").exists()
