"""The recipe of an instruction-tuning run: every key is needed, none is unknown."""

import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from weakspot.core.errors import SettingsError
from weakspot.model.prompt import LEAST_TOKENS
from weakspot.train.recipe import read_table

METHODS = ("full", "lora", "ia3")


@dataclass(frozen=True, slots=True)
class DataRecipe:
    """Instruction rows to learn from and to stop by (JSON lines, `weakspot dataset build`)."""

    train: str
    validation: str


@dataclass(frozen=True, slots=True)
class AdapterRecipe:
    """Sizes of LoRA and IA3; `targets` are module names, empty for the library's choice."""

    rank: int
    alpha: int
    dropout: float
    targets: list[str]


@dataclass(frozen=True, slots=True)
class TuningRecipe:
    """How to train.

    `method` is one of full, lora, ia3. `batch` rows make one update, over all processes and GPUs;
    `at_once` of them are computed together on each. `patience` evaluations without a lower
    validation loss end the run. `answers_as_tokens` gives every answer one token of its own;
    `varied_instructions` draws from several instructions (the paper's variant).
    """

    method: str
    epochs: float
    rate: float
    batch: int
    at_once: int
    warm_up: float
    weight_decay: float
    max_tokens: int
    save_steps: int
    patience: int
    half_precision: bool
    gradient_checkpointing: bool
    answers_as_tokens: bool
    varied_instructions: bool


@dataclass(frozen=True, slots=True)
class SearchRecipe:
    """The declared search: every value to try, and how many combinations at most."""

    trials: int
    rates: list[float]
    batches: list[int]
    epochs: list[float]


@dataclass(frozen=True, slots=True)
class CausalRecipe:
    """A whole run; `base` is a folder or a name on the hub."""

    name: str
    seed: int
    base: str
    data: DataRecipe
    tuning: TuningRecipe
    adapter: AdapterRecipe
    search: SearchRecipe

    def plain(self) -> dict[str, Any]:
        """Return the recipe as plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class BaseRecipe:
    """A small CodeGen model from nothing; `folders` hold Python sources to learn from."""

    name: str
    seed: int
    standard_library: bool
    folders: list[str]
    vocabulary: int
    layers: int
    width: int
    heads: int
    context: int
    steps: int
    batch: int
    rate: float
    save_steps: int

    def plain(self) -> dict[str, Any]:
        """Return the recipe as plain JSON values."""
        return asdict(self)


def load_base_recipe(path: Path) -> BaseRecipe:
    """Read a base's recipe; all mistakes are reported at once."""
    problems: list[str] = []
    recipe = read_table(BaseRecipe, _document(path), "", problems)
    if recipe is not None and (recipe.heads % 4 or recipe.width % recipe.heads):
        problems.append("heads must be a multiple of 4, and width a multiple of heads")
    if problems or recipe is None:
        raise SettingsError(tuple(f"{path}: {problem}" for problem in problems))
    return recipe


def load_causal_recipe(path: Path) -> CausalRecipe:
    """Read a recipe; all mistakes are reported at once."""
    problems: list[str] = []
    recipe = read_table(CausalRecipe, _document(path), "", problems)
    if recipe is not None:
        if recipe.tuning.method not in METHODS:
            problems.append(f"tuning.method must be one of {', '.join(METHODS)}")
        if recipe.tuning.max_tokens < LEAST_TOKENS:
            problems.append(f"tuning.max_tokens must be at least {LEAST_TOKENS}")
        problems += _batch_problems(recipe)
    if problems or recipe is None:
        raise SettingsError(tuple(f"{path}: {problem}" for problem in problems))
    return recipe


def _batch_problems(recipe: CausalRecipe) -> list[str]:
    at_once = recipe.tuning.at_once
    if at_once < 1:
        return ["tuning.at_once must be at least 1"]
    places = {"tuning.batch": [recipe.tuning.batch], "search.batches": recipe.search.batches}
    return [
        f"{place}: {batch} is no multiple of tuning.at_once ({at_once})"
        for place, batches in places.items()
        for batch in batches
        if batch < 1 or batch % at_once
    ]


def _document(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError((f"cannot read the recipe {path}: {error.strerror}",)) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError((f"{path} is not TOML: {error}",)) from error
