"""The steps from code to trained weights, each reading and writing one run folder.

``corpus.jsonl.gz → tokenizer.json → pretrain/ → embedded/``; every step skips nothing silently:
it fails with a hint when the step before it has not been run.
"""

import dataclasses
import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from weakspot.core.errors import DataError
from weakspot.core.example import Example, Role
from weakspot.core.unit import Unit
from weakspot.model.tokens import Tokenizer
from weakspot.networks.encoder import Encoder, Shape, WeaknessDetector
from weakspot.train import corpus, embedded, splice, tokenizer
from weakspot.train.batching import FamilySupply
from weakspot.train.labelled import Family, LabelledUnit, Surroundings, families
from weakspot.train.loop import load_weights
from weakspot.train.pretrain import pretrain
from weakspot.train.recipe import Recipe

Say = Callable[[str], None]
Compose = Callable[[Sequence[str], int, int], Iterable[Example]]  # mechanism ids, per each, seed

TOKENIZER_UNITS = 120_000
CLEAN_UNITS = 60_000
VALIDATION_FAMILIES = 6  # composed for each held-out mechanism


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Names of what a run leaves behind."""

    path: Path

    @property
    def corpus(self) -> Path:
        """Real code to learn from."""
        return self.path / "corpus.jsonl.gz"

    @property
    def calibration(self) -> Path:
        """Real code that thresholds are chosen on."""
        return self.path / "calibration.jsonl.gz"

    @property
    def tokenizer(self) -> Path:
        """The byte-pair vocabulary."""
        return self.path / "tokenizer.json"

    def need(self, path: Path, step: str) -> Path:
        """Return `path`, or say which step makes it."""
        if not path.exists():
            raise DataError(f"{path} is missing", hint=f"run `weakspot train {step}` first")
        return path


def make_corpus(recipe: Recipe, run: RunFolder, say: Say) -> None:
    """Read the recipe's folders of real code; leaves both corpora and ``sources.json``."""
    wanted = recipe.corpus
    sources = corpus.build(
        Path(wanted.train),
        run.corpus,
        with_stdlib=wanted.standard_library,
        per_origin=wanted.per_origin,
    )
    held = corpus.build(
        Path(wanted.calibration),
        run.calibration,
        with_stdlib=False,
        per_origin=10 * wanted.per_origin,
    )
    document = {
        "train": [dataclasses.asdict(origin) for origin in sources],
        "calibration": [dataclasses.asdict(origin) for origin in held],
    }
    (run.path / "sources.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    say(f"{len(sources)} sources to learn from, {len(held)} to calibrate on")


def make_tokenizer(recipe: Recipe, run: RunFolder, say: Say) -> None:
    """Learn the vocabulary from a sample of the corpus."""
    rows = list(corpus.read(run.need(run.corpus, "corpus")))
    random.Random(recipe.seed).shuffle(rows)  # noqa: S311  reproducible order, no secret
    made = tokenizer.learn(
        (unit for _, unit in rows[:TOKENIZER_UNITS]), recipe.tokenizer.vocabulary
    )
    run.tokenizer.write_bytes(made.to_json())
    say(f"{made.size} ids from {min(len(rows), TOKENIZER_UNITS)} units")


def make_pretrained(recipe: Recipe, run: RunFolder, say: Say) -> None:
    """Pre-train the encoder on the corpus."""
    encoder_of = load_tokenizer(run)
    rows = list(corpus.read(run.need(run.corpus, "corpus")))
    random.Random(recipe.seed).shuffle(rows)  # noqa: S311  reproducible order, no secret
    limit = recipe.shape.context
    tokens = [np.array(encoder_of.encode(unit, limit).ids, dtype=np.uint16) for _, unit in rows]
    say(f"{sum(map(len, tokens))} tokens in {len(tokens)} units")
    torch.manual_seed(recipe.seed)
    encoder = Encoder(shape_of(recipe, encoder_of, 1))
    pretrain(encoder, tokens, recipe.pretrain, run.path / "pretrain", recipe.seed, say)


def make_embedded(
    recipe: Recipe, run: RunFolder, mechanisms: dict[str, str], compose: Compose, say: Say
) -> None:
    """Fine-tune on composed programs and clean code; `mechanisms` maps ids to CWEs."""
    encoder_of = load_tokenizer(run)
    labels = labels_of(mechanisms)
    held = held_out(mechanisms, recipe.embedded.held_out)
    known = [name for name in sorted(mechanisms) if name not in held]
    limit = recipe.shape.context
    composed = compose(known, recipe.embedded.per_mechanism, recipe.seed)
    around = _surroundings(recipe, run.need(run.corpus, "corpus"))
    grouped = families(composed, encoder_of, labels, limit, around)
    clean = clean_units(run.need(run.corpus, "corpus"), encoder_of, limit, CLEAN_UNITS, recipe.seed)
    say(f"{len(grouped)} families of {len(known)} mechanisms, {len(clean)} clean units")
    torch.manual_seed(recipe.seed)
    shape = shape_of(recipe, encoder_of, len(labels))
    encoder = Encoder(shape, recipe.embedded.dropout)
    checkpoint = run.need(run.path / "pretrain" / "checkpoint.safetensors", "pretrain")
    load_weights(encoder, checkpoint)
    model = WeaknessDetector(encoder)
    supply = FamilySupply(grouped, clean, recipe.embedded, recipe.seed)
    embedded.finetune(model, supply, recipe.embedded, run.path / "embedded", recipe.seed, say)


def load_model(recipe: Recipe, run: RunFolder, labels: Sequence[str]) -> WeaknessDetector:
    """Load the fine-tuned detector of a run."""
    model = WeaknessDetector(Encoder(shape_of(recipe, load_tokenizer(run), len(labels))))
    load_weights(model, run.need(run.path / "embedded" / "checkpoint.safetensors", "embedded"))
    return model.eval()


def load_tokenizer(run: RunFolder) -> Tokenizer:
    """Load the vocabulary of a run."""
    return Tokenizer.from_json(run.need(run.tokenizer, "tokenizer").read_bytes())


def shape_of(recipe: Recipe, encoder_of: Tokenizer, labels: int) -> Shape:
    """Return the network's sizes."""
    sizes = recipe.shape
    return Shape(
        vocabulary=encoder_of.size,
        layers=sizes.layers,
        width=sizes.width,
        heads=sizes.heads,
        feed_forward=sizes.feed_forward,
        context=sizes.context,
        labels=labels,
    )


def labels_of(mechanisms: dict[str, str]) -> tuple[str, ...]:
    """Return the CWEs of all mechanisms in numeric order: the model's labels."""
    return tuple(sorted(set(mechanisms.values()), key=lambda cwe: int(cwe.removeprefix("CWE-"))))


def held_out(mechanisms: dict[str, str], share: float) -> frozenset[str]:
    """Choose mechanisms for validation by hash, about `share` of each CWE that has several."""
    by_cwe: defaultdict[str, list[str]] = defaultdict(list)
    for name, cwe in mechanisms.items():
        by_cwe[cwe].append(name)
    chosen: list[str] = []
    for names in by_cwe.values():
        ordered = sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())
        chosen += ordered[: round(len(names) * share)]
    return frozenset(chosen)


def validation(
    recipe: Recipe, run: RunFolder, mechanisms: dict[str, str], compose: Compose
) -> list[Family]:
    """Compose families of the held-out mechanisms; real code around them is unseen, too."""
    held = sorted(held_out(mechanisms, recipe.embedded.held_out))
    composed = compose(held, VALIDATION_FAMILIES, recipe.seed + 1)
    around = _surroundings(recipe, run.need(run.calibration, "corpus"))
    limit = recipe.shape.context
    return families(composed, load_tokenizer(run), labels_of(mechanisms), limit, around)


def _surroundings(recipe: Recipe, path: Path) -> Surroundings:
    real = splice.hosts([unit for _, unit in corpus.read(path)])
    return Surroundings(real, recipe.embedded.in_real_code, recipe.seed)


def clean_units(
    path: Path, encoder_of: Tokenizer, limit: int, most: int, seed: int
) -> list[LabelledUnit]:
    """Return encoded units of real code, taken as sound."""
    units = [unit for _, unit in corpus.read(path)]
    if len(units) > most:
        units = random.Random(seed).sample(units, most)  # noqa: S311  reproducible, no secret
    encoded = (_clean(unit, encoder_of, limit) for unit in units)
    return [unit for unit in encoded if unit.anchors]


def _clean(unit: Unit, encoder_of: Tokenizer, limit: int) -> LabelledUnit:
    encoded = encoder_of.encode(unit, limit)
    return LabelledUnit(
        ids=encoded.ids,
        anchors=encoded.anchors,
        is_weak=False,
        label=-1,
        lines=(),
        role=Role.CLEAN,
        family="",
        mechanism="",
        needs_context=False,
    )
