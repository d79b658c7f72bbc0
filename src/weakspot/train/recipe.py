"""The recipe that decides a training run: one TOML file, read once, frozen.

The recipe is written into the model folder that it makes, so that a run can be read and repeated.
"""

import dataclasses
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from weakspot.core.errors import SettingsError

T = TypeVar("T")

_SHARES = {  # what lies between 0 and 1, by table
    "pretrain": ("mask", "exchanged", "suspect", "written", "warm_down"),
    "embedded": ("warm_down", "dropout"),
    "calibration": ("screen_share", "gate_share"),
}
_KINDS = ("injected", "written", "grafted", "mined", "unequal")  # of families, beside composed ones
_RECALLS = ("beside_recall", "screen_recall")  # of calibration: shares of what must be kept
_CWE = re.compile(r"CWE-[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class ShapeRecipe:
    """Sizes of the encoder (see `weakspot.networks.encoder.Shape`)."""

    layers: int
    width: int
    heads: int
    feed_forward: int
    context: int


@dataclass(frozen=True, slots=True)
class CorpusRecipe:
    """Where real code comes from.

    `train` and `calibration` are folders of wheels; `standard_library` adds the running
    interpreter's own. `per_origin` caps the units kept of each source. `clones` is a folder of git
    repositories, ``owner+name``, that fixes are read from; "" for none.
    """

    train: str
    calibration: str
    clones: str
    standard_library: bool
    per_origin: int


@dataclass(frozen=True, slots=True)
class TokenizerRecipe:
    """Size of the byte-pair vocabulary, without special ids; with a start, the size of its own."""

    vocabulary: int


@dataclass(frozen=True, slots=True)
class PretrainRecipe:
    """Pre-training; none with 0 `steps`, where a start's encoder is taken as it is.

    `batch_tokens` counts padding; `warm_down` is a share of steps.

    `mask` is the share of tokens that are hidden, `exchanged` that of those left which become
    others (`weakspot.train.exchange`; 0 for none), `exchanged_weight` what finding these counts.
    `suspect` is the share of what is read that the first look of the start lets pass, `written`
    that of the sound sides of written pairs, as far as there are so many: none is drawn more than
    four times (`weakspot.train.reading`). With 0 for both, the corpus is read as it comes.
    `compiled` has PyTorch compile the network first: minutes once, then half as long again a step
    without it; it needs a C++ compiler.
    """

    steps: int
    batch_tokens: int
    compiled: bool
    mask: float
    exchanged: float
    exchanged_weight: float
    suspect: float
    written: float
    muon_rate: float
    adam_rate: float
    weight_decay: float
    warm_up: int
    warm_down: float


@dataclass(frozen=True, slots=True)
class PhaseRecipe:
    """One phase of fine-tuning, from the weights of the phase before; with 0 `steps` they stay.

    `in_real_code` is the share of composed families that are moved into real functions;
    `injected` the share of all families that are real functions with a weakness put in; `written`
    the share that are pairs from the recipe's `pairs` folder, without those its test split holds,
    and from its `drills`, without those held out; `grafted` the share that are grafts and `mined`
    that are fixes (judged ones; what `from-git` mines is not), without those of the projects held
    out; `unequal` the share that are families of any of these kinds whose fix is much longer or
    shorter than the weak side (`weakspot.train.labelled.is_unequal`), beside what the kinds' own
    shares draw of them; `hard` the share of the clean units of a batch that are functions of which
    somebody who read them for the `grafts` said that they look weak and are sound. The embedding
    and the first `frozen_layers` layers stay as the phase found them; 0 leaves none.
    """

    name: str
    steps: int
    in_real_code: float
    injected: float
    written: float
    grafted: float
    mined: float
    unequal: float
    hard: float
    frozen_layers: int
    muon_rate: float
    rate: float
    head_rate: float


@dataclass(frozen=True, slots=True)
class EmbeddedRecipe:
    """Fine-tuning on composed programs, injected weaknesses, written pairs and clean code.

    `per_mechanism` families are composed for each mechanism; `held_out` is the share of
    mechanisms, of drills and of grafts' and fixes' projects kept for validation; `pairs` is a
    folder of pair files, `drills` one of drills, whose families are learnt in `variants` forms that
    differ in names; `grafts` is a folder of grafts and `fixes` one of fixes, "" for none (linear
    models and the first stage learn from all that is named, whatever the phases do); `batch_clean`
    units of each batch are real code, or as many as fill the batch up to `batch_units` where that
    is above 0. `compiled` is as in `PretrainRecipe`; it pays for batches that are filled up. CWEs
    in `leave_out` are not labels: what a function alone cannot show only teaches to cry wolf.
    """

    phases: list[PhaseRecipe]
    pairs: str
    drills: str
    grafts: str
    fixes: str
    variants: int
    leave_out: list[str]
    batch_families: int
    batch_clean: int
    batch_units: int
    compiled: bool
    per_mechanism: int
    held_out: float
    weight_decay: float
    warm_up: int
    warm_down: float
    dropout: float
    smoothing: float
    margin: float
    pair_weight: float
    line_weight: float
    cwe_weight: float
    context_weight: float
    clean_weight: float


@dataclass(frozen=True, slots=True)
class CalibrationRecipe:
    """How operating points are chosen: `budget` per cent of sound units flagged by default.

    `words_weight`, `facts_weight` and `sites_weight` are what the linear models over words, over
    facts and over statements count beside the network, `kinds_weight` what facts count where the
    CWE is named (0: there is none). To those that learn from facts a graft or fix counts
    `real_weight` times what a written pair in all its forms does. With `facts_of_start` the model
    over facts is the start's, and none is fitted.
    `beside_recall` is the share of what all networks together flag that they are asked about.

    Of what the model flags each look of the first stage keeps `screen_recall`. The first lets at
    least `screen_share` of real code pass, the second, by facts and statements, at least
    `gate_share` (of all real code; 0: there is no second).
    """

    budget: float
    tests_budget: float
    words_weight: float
    facts_weight: float
    facts_of_start: bool
    kinds_weight: float
    sites_weight: float
    real_weight: float
    beside_recall: float
    screen_recall: float
    screen_share: float
    gate_share: float


@dataclass(frozen=True, slots=True)
class Recipe:
    """A whole run; `version` is the model version it makes.

    `start` is a model folder whose vocabulary and first network the run begins with; "" for none.
    `beside` are numbers, from 0, of networks of the start: where the run's own network sees
    something, the model that is exported is the mean of all of them.
    """

    name: str
    version: str
    seed: int
    start: str
    beside: list[int]
    shape: ShapeRecipe
    corpus: CorpusRecipe
    tokenizer: TokenizerRecipe
    pretrain: PretrainRecipe
    embedded: EmbeddedRecipe
    calibration: CalibrationRecipe

    def plain(self) -> dict[str, Any]:
        """Return the recipe as plain JSON values."""
        return dataclasses.asdict(self)


def load_recipe(path: Path) -> Recipe:
    """Read a recipe; all mistakes are reported at once."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError((f"cannot read the recipe {path}: {error.strerror}",)) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError((f"{path} is not TOML: {error}",)) from error
    except UnicodeDecodeError as error:
        raise SettingsError((f"{path} is not UTF-8: {error.reason}",)) from error
    problems: list[str] = []
    recipe = read_table(Recipe, document, "", problems)
    if recipe is not None:
        problems += _contradictions(recipe)
    if problems or recipe is None:
        raise SettingsError(tuple(f"{path}: {problem}" for problem in problems))
    return recipe


def _contradictions(recipe: Recipe) -> Iterator[str]:
    """Yield what single values do not show: shares that leave nothing, data that is not named."""
    wanted = recipe.embedded
    yield from _contradictions_of_reading(recipe)
    yield from _contradictions_of_start(recipe)
    yield from _shares_that_are_none(recipe)
    yield from _names_that_are_none(recipe)
    looks = recipe.calibration
    if looks.gate_share and not (looks.facts_weight or looks.sites_weight):
        yield "calibration.gate_share needs facts or statements, whose weights are both 0"
    if looks.gate_share > looks.screen_share:
        yield "calibration.gate_share is of what screen_share lets pass, and may not be more"
    if not 0.0 < wanted.held_out < 1.0:
        yield "embedded.held_out must lie between 0 and 1: thresholds are chosen on what it keeps"
    if wanted.fixes and not recipe.corpus.clones:
        yield "embedded.fixes are read from corpus.clones, which is empty"
    yield from _contradictions_of_phases(recipe)


def _contradictions_of_phases(recipe: Recipe) -> Iterator[str]:
    wanted = recipe.embedded
    for phase in wanted.phases:
        if sum(getattr(phase, name) for name in _KINDS) >= 1.0:
            yield f"phase {phase.name} leaves no share for composed programs"
        if not 0 <= phase.frozen_layers <= recipe.shape.layers:
            yield f"phase {phase.name}: frozen_layers is a number of shape.layers' layers"
        if phase.grafted and not wanted.grafts:
            yield f"phase {phase.name} learns from grafts, but embedded.grafts is empty"
        if phase.hard and not wanted.grafts:
            yield f"phase {phase.name}: hard code is that of embedded.grafts, which is empty"
        if phase.mined and not wanted.fixes:
            yield f"phase {phase.name} learns from fixes, but embedded.fixes is empty"


def _shares_that_are_none(recipe: Recipe) -> Iterator[str]:
    """Yield what is below 0 or above 1, as where per cent were meant."""
    told = recipe.plain()
    for table, names in _SHARES.items():
        for name in names:
            if not 0.0 <= told[table][name] <= 1.0:
                yield f"{table}.{name} is a share, from 0 to 1"
    for name in _RECALLS:
        if not 0.0 < told["calibration"][name] <= 1.0:
            yield f"calibration.{name} is a share above 0, 1 at most"
    for phase in recipe.embedded.phases:
        for name in ("in_real_code", *_KINDS, "hard"):
            if not 0.0 <= getattr(phase, name) <= 1.0:
                yield f"phase {phase.name}: {name} is a share, from 0 to 1"


def _names_that_are_none(recipe: Recipe) -> Iterator[str]:
    for name in recipe.embedded.leave_out:
        if not _CWE.fullmatch(name):
            yield f"embedded.leave_out names {name!r}, which is not spelled like CWE-89"


def _contradictions_of_start(recipe: Recipe) -> Iterator[str]:
    if recipe.calibration.facts_of_start and not recipe.calibration.facts_weight:
        yield "calibration.facts_of_start takes facts that calibration.facts_weight leaves out"
    if recipe.start:
        return
    if recipe.beside:
        yield "beside names networks of a start, and there is none"
    if recipe.calibration.facts_of_start:
        yield "calibration.facts_of_start takes facts from a start, and there is none"


def _contradictions_of_reading(recipe: Recipe) -> Iterator[str]:
    wanted = recipe.pretrain
    if wanted.suspect and not recipe.start:
        yield "pretrain.suspect needs the first stage of a start"
    if wanted.written and not any(phase.written for phase in recipe.embedded.phases):
        yield "pretrain.written reads what a phase learns from, and none has written pairs"
    if wanted.suspect + wanted.written > 1.0:
        yield "pretrain.suspect and pretrain.written are more than the whole"


def read_table(kind: type[T], table: dict[str, Any], where: str, problems: list[str]) -> T | None:
    """Turn a TOML table into a recipe value; what is wrong goes to `problems`, with its place."""
    values: dict[str, Any] = {}
    before = len(problems)
    known = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]  # T is a dataclass here
    problems += [f"unknown key {where}{name}" for name in table if name not in known]
    for name, field in known.items():
        if name not in table:
            problems.append(f"missing key {where}{name}")
            continue
        value, wanted = table[name], field.type
        if isinstance(wanted, type) and dataclasses.is_dataclass(wanted):
            if isinstance(value, dict):
                values[name] = read_table(wanted, value, f"{where}{name}.", problems)
            else:
                problems.append(f"{where}{name} must be a table")
        elif wanted is float and type(value) in (int, float):
            values[name] = float(value)
        elif wanted == list[str] and isinstance(value, list):
            values[name] = [str(entry) for entry in value]
        elif wanted in (list[float], list[int]) and isinstance(value, list):
            values[name] = list(value)
        elif wanted == list[PhaseRecipe] and isinstance(value, list):
            values[name] = _phases(value, f"{where}{name}", problems)
        elif type(value) is wanted:
            values[name] = value
        else:
            problems.append(f"{where}{name} must be {getattr(wanted, '__name__', wanted)}")
    return kind(**values) if len(problems) == before else None


def _phases(tables: list[Any], where: str, problems: list[str]) -> list[PhaseRecipe]:
    made = [
        read_table(
            PhaseRecipe, table if isinstance(table, dict) else {}, f"{where}[{number}].", problems
        )
        for number, table in enumerate(tables)
    ]
    phases = [phase for phase in made if phase is not None]
    if not tables or len({phase.name for phase in phases}) < len(phases):
        problems.append(f"{where} needs at least one phase, each with a name of its own")
    return phases
