"""Runs of fine-tuning in this process, on a model of a few thousand weights; ways to stop one."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import load_file

from weakspot.model.prompt import INSTRUCTION
from weakspot.train.causal.recipe import CausalRecipe, load_causal_recipe

RECIPE = """
name = "tiny"
seed = 1
base = "{base}"

[data]
train = "train.jsonl"
validation = "validation.jsonl"

[tuning]
method = "{method}"
epochs = 2.0
rate = 0.01
batch = 4
at_once = 2
warm_up = 0.1
weight_decay = 0.0
max_tokens = 240
save_steps = 2
patience = 50
half_precision = false
gradient_checkpointing = false
answers_as_tokens = true
varied_instructions = false

[adapter]
rank = 4
alpha = 8
dropout = 0.0
targets = ["qkv_proj", "out_proj"]

[search]
trials = 1
rates = [0.01]
batches = [4]
epochs = [1.0]
"""


def prepared(folder: Path, tiny_causal: Path, method: str = "full") -> Path:
    rows = [
        {
            "instruction": INSTRUCTION,
            "input": f"def f{at}(x):\n    return {'eval' if at % 2 else 'int'}(x)\n",
            "output": "Vulnerable - CWE-95" if at % 2 else "Secure",
        }
        for at in range(16)
    ]
    for name, some in (("train", rows), ("validation", rows[:4])):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in some))
    (folder / "r.toml").write_text(RECIPE.format(base=tiny_causal.as_posix(), method=method))
    return folder


def recipe_of(folder: Path, tiny_causal: Path, method: str = "full") -> CausalRecipe:
    """Return the recipe with its data in `folder`, to be tuned in this process."""
    recipe = load_causal_recipe(prepared(folder, tiny_causal, method) / "r.toml")
    paths = {name: str(folder / f"{name}.jsonl") for name in ("train", "validation")}
    return replace(recipe, data=replace(recipe.data, **paths))


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "model" / "model.safetensors")


def same(first: Path, second: Path) -> bool:
    one, other = weights(first), weights(second)
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def steps(told: list[str]) -> list[int]:
    """Return the steps that were computed, from what was told."""
    found = [line.split()[1] for line in told if line.startswith("step ") and " loss " in line]
    return [int(one.partition("/")[0]) for one in found]


class StoppedError(Exception):
    """Stands for a kill."""


def stopping(start: str, told: list[str] | None = None) -> Callable[[str], None]:
    """Return a listener that stops the run when a line begins so; `told` is given the lines."""

    def say(text: str) -> None:
        if told is not None:
            told.append(text)
        if text.startswith(start):
            raise StoppedError

    return say


def searched(folder: Path, tiny_causal: Path) -> CausalRecipe:
    recipe = recipe_of(folder, tiny_causal)
    wanted = replace(recipe.search, trials=2, rates=[0.01, 0.003, 0.001], epochs=[1.0])
    return replace(recipe, search=wanted)
