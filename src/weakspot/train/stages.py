"""The steps from code to trained weights, each reading and writing one run folder.

``corpus.jsonl.gz → tokenizer.json → pretrain/ → embedded/``; every step skips nothing silently:
it fails with a hint when the step before it has not been run.
"""

import dataclasses
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import torch

from weakspot.core.errors import DataError
from weakspot.core.example import UnitPair
from weakspot.core.unit import Unit
from weakspot.model import beside
from weakspot.model.bundle import Bundle
from weakspot.model.tokens import Tokenizer
from weakspot.networks.encoder import Encoder, Shape, WeaknessDetector
from weakspot.networks.restore import restored
from weakspot.train import (
    binding,
    corpus,
    embedded,
    grafted,
    labelled,
    pair_file,
    reading,
    splice,
    start,
    tokenizer,
)
from weakspot.train.batching import FamilySupply, evened
from weakspot.train.decided import Decided
from weakspot.train.labelled import Family, LabelledUnit, Surroundings, families, is_unequal
from weakspot.train.loop import is_finished, load_weights
from weakspot.train.makers import Makers
from weakspot.train.pretrain import load_pretrained, pretrain
from weakspot.train.recipe import PhaseRecipe, Recipe
from weakspot.train.run import RunFolder, checkpoint_in, load_tokenizer
from weakspot.train.written import drilled_examples, written_families

Say = Callable[[str], None]


TOKENIZER_UNITS = 120_000
CLEAN_UNITS = 60_000
HOSTS = 30_000  # real functions that composed code may be moved into
VALIDATION_FAMILIES = 6  # composed for each held-out mechanism


def make_corpus(recipe: Recipe, run: RunFolder, makers: Makers, say: Say) -> None:
    """Read the recipe's folders of real code; leaves corpora, real pairs, ``sources.json``."""
    wanted = recipe.corpus
    decided = Decided(recipe, run).of_corpus()
    run.sources.unlink(missing_ok=True)  # until all is written, no step goes on from any of it
    projects: list[corpus.Origin] = []
    if recipe.embedded.fixes:
        fixes, clones = Path(recipe.embedded.fixes), Path(wanted.clones)
        named = makers.licences(fixes, clones).items()
        projects = [corpus.Origin(name, "commits", licence) for name, licence in named]
        say(f"{pair_file.write(makers.mine(fixes, clones), run.fixes)} mined pairs")
    grafts = Path(recipe.embedded.grafts) if recipe.embedded.grafts else None
    held = corpus.build(
        Path(wanted.calibration),
        run.calibration,
        with_stdlib=False,
        per_origin=10 * wanted.per_origin,
    )
    sources = corpus.build(
        Path(wanted.train),
        run.corpus,
        with_stdlib=wanted.standard_library,
        per_origin=wanted.per_origin,
        apart=grafted.apart(grafts, recipe.embedded.held_out) if grafts else corpus.Apart(),
        but_of=run.calibration,
    )
    if grafts:
        pairs = grafted.pairs(grafts, Path(wanted.train))
        say(f"{pair_file.write(pairs, run.grafts)} grafted pairs")
        sound = grafted.found_sound(grafts, Path(wanted.train), recipe.embedded.held_out)
        say(f"{corpus.write(sound, run.found_sound)} functions that were read and are sound")
    document = {
        "train": [dataclasses.asdict(origin) for origin in sources],
        "calibration": [dataclasses.asdict(origin) for origin in held],
        "fixes": [dataclasses.asdict(origin) for origin in projects],
    }
    binding.write(run.corpus_record, decided)
    run.sources.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    say(f"{len(sources)} sources to learn from, {len(held)} to calibrate on")


def make_tokenizer(recipe: Recipe, run: RunFolder, say: Say) -> None:
    """Learn the vocabulary from a sample of the corpus, or take over the start's."""
    decided = Decided(recipe, run, say)
    if before := start.opened(recipe):
        decided.write_tokenizer(before.files["tokenizer.json"])
        say(f"the vocabulary of {recipe.start}")
        return
    decided.check_corpus()
    units = corpus.sample(run.need(run.corpus, "corpus"), TOKENIZER_UNITS, recipe.seed)
    made = tokenizer.learn(units, recipe.tokenizer.vocabulary)
    decided.write_tokenizer(made.to_json())
    say(f"{made.size} ids from {len(units)} units")


def make_pretrained(recipe: Recipe, run: RunFolder, makers: Makers, say: Say) -> None:
    """Pre-train the encoder on the corpus; with no steps it stays as it begins."""
    folder = run.pretrained
    labels = labels_of(makers.mechanisms())
    Decided(recipe, run, say).check_pretrained(labels)
    if is_finished(folder, recipe.pretrain.steps):
        return
    encoder_of = load_tokenizer(run)
    tokens = reading.texts(recipe, run, labels, say) if recipe.pretrain.steps else []
    say(f"{sum(map(len, tokens))} tokens in {len(tokens)} units")
    torch.manual_seed(recipe.seed)
    encoder = Encoder(shape_of(recipe, encoder_of, 1))
    if before := start.opened(recipe):
        encoder = _started(recipe, run, before, dropout=0.0)[0].encoder
        say(f"weights of {recipe.start}")
    pretrain(encoder, tokens, encoder_of, recipe.pretrain, folder, recipe.seed, say)


def make_embedded(recipe: Recipe, run: RunFolder, makers: Makers, say: Say) -> None:
    """Fine-tune phase by phase; each begins with the weights that the one before left."""
    decided = Decided(recipe, run, say)
    mechanisms = makers.mechanisms()
    labels, made_by = labels_of(mechanisms), makers.digest()
    before_phase = _pretrained(recipe, run, decided, labels)
    encoder_of = load_tokenizer(run)
    corpus_file = run.need(run.corpus, "corpus")
    limit = recipe.shape.context
    clean = clean_units(corpus_file, encoder_of, limit, CLEAN_UNITS, recipe.seed, makers)
    say(f"{len(clean)} clean units, {len(mechanisms)} mechanisms, {len(labels)} labels")
    torch.manual_seed(recipe.seed)
    encoder = Encoder(shape_of(recipe, encoder_of, len(labels)), recipe.embedded.dropout)
    model = WeaknessDetector(encoder)
    if before := start.opened(recipe):
        if before.manifest.labels == labels:
            heads = _started(recipe, run, before, recipe.embedded.dropout)[0]
            model.load_state_dict(heads.state_dict())
        else:
            say(f"{recipe.start} knows other CWEs: the heads begin from nothing")
    load_pretrained(encoder, before_phase)
    for phase in recipe.embedded.phases:
        folder = run.phase(phase.name)
        decided.check_phase(phase, labels, made_by, before_phase)
        if not is_finished(folder, phase.steps):
            kinds = drawn_from(recipe, phase, run, makers, labels) if phase.steps else {}
            grouped = mixed(kinds, phase, recipe.seed) if kinds else []
            say(f"phase {phase.name}: {len(grouped)} families")
            hard = hard_units(recipe, run) if phase.hard else ()
            supply = FamilySupply(grouped, clean, recipe.embedded, recipe.seed, hard, phase.hard)
            embedded.finetune(model, supply, recipe.embedded, phase, folder, recipe.seed, say)
        load_weights(model, checkpoint_in(folder))
        before_phase = folder


def _started(
    recipe: Recipe, run: RunFolder, before: Bundle, dropout: float
) -> list[WeaknessDetector]:
    """Return the networks of the model folder that the run starts from."""
    shape = shape_of(recipe, load_tokenizer(run), len(before.manifest.labels))
    graphs = [before.files[name] for name in ("model.onnx", beside.FILE) if name in before.files]
    return [network for graph in graphs for network in restored(graph, shape, dropout)]


def drawn_from(
    recipe: Recipe, phase: PhaseRecipe, run: RunFolder, makers: Makers, labels: Sequence[str]
) -> dict[str, list[Family]]:
    """Return all that a phase may learn from, by kind, without what is held out."""
    encoder_of, limit = load_tokenizer(run), recipe.shape.context
    kinds = {"composed": composed_families(recipe, run, makers, labels, phase.in_real_code)}
    if phase.injected:
        held_real = held_out_rewrites(makers.rewrites(), recipe.embedded.held_out)
        pairs = (
            pair
            for pair in makers.inject(corpus.read(run.corpus), recipe.seed)
            if pair.mechanism not in held_real
        )
        kinds["injected"] = labelled.injected(pairs, encoder_of, labels, limit)
    if phase.written:
        kinds["written"] = written_families(recipe, run, labels)
    if phase.grafted:
        kinds["grafted"] = real_families(pair_file.grafts(recipe, run), recipe, run, labels)
    if phase.mined:
        kinds["mined"] = real_families(pair_file.fixes(recipe, run), recipe, run, labels)
    if phase.unequal:
        every = (family for found in kinds.values() for family in found)
        kinds["unequal"] = [family for family in every if is_unequal(family)]
    return kinds


def mixed(kinds: Mapping[str, Sequence[Family]], phase: PhaseRecipe, seed: int) -> list[Family]:
    """Return what a phase learns from: all composed families, the others by their shares."""
    shares = {name: getattr(phase, name) for name in kinds if name != "composed"}
    total = len(kinds["composed"]) / (1.0 - sum(shares.values()))
    found = list(kinds["composed"])
    for name, share in shares.items():
        found += evened(kinds[name], round(total * share), seed)
    return found


def composed_families(
    recipe: Recipe,
    run: RunFolder,
    makers: Makers,
    labels: Sequence[str],
    in_real_code: float = 0.0,
) -> list[Family]:
    """Return composed families of all mechanisms but those held out, a share within real code."""
    mechanisms = makers.mechanisms()
    held = held_out(mechanisms, recipe.embedded.held_out)
    known = [name for name in sorted(mechanisms) if name not in held]
    composed = makers.compose(known, recipe.embedded.per_mechanism, recipe.seed)
    around = surroundings(recipe, run.corpus, in_real_code)
    return families(composed, load_tokenizer(run), labels, recipe.shape.context, around)


def real_families(
    pairs: Iterable[UnitPair],
    recipe: Recipe,
    run: RunFolder,
    labels: Sequence[str],
    *,
    held_out: bool = False,
) -> list[Family]:
    """Return the pairs of a `pair_file` to learn from, or those of the projects held out."""
    share = recipe.embedded.held_out
    kept = (pair for pair in pairs if pair_file.is_held_out(pair, share) is held_out)
    limit = recipe.shape.context
    return labelled.injected(kept, load_tokenizer(run), labels, limit, pair_file.project_of)


def hard_units(recipe: Recipe, run: RunFolder) -> list[LabelledUnit]:
    """Return the real functions that looked weak and that a reader found sound; none but of grafts.

    Raises:
        DataError: the corpus step left none.
    """
    if not recipe.embedded.grafts:
        return []
    units = corpus.read(run.need(run.found_sound, "corpus"))
    return _encoded(units, load_tokenizer(run), recipe.shape.context)


def load_networks(recipe: Recipe, run: RunFolder, makers: Makers) -> list[WeaknessDetector]:
    """Load the fine-tuned detector of a run, then those of its start that judge beside it.

    Raises:
        DataError: they do not name the same CWEs, the start has no such networks, or a step is
            not finished or was begun with another recipe.
    """
    labels, made_by = labels_of(makers.mechanisms()), makers.digest()
    decided = Decided(recipe, run)
    made = _pretrained(recipe, run, decided, labels)
    for phase in recipe.embedded.phases:
        decided.check_phase(phase, labels, made_by, made)
        made = _finished(run, run.phase(phase.name), phase.steps)
    model = WeaknessDetector(Encoder(shape_of(recipe, load_tokenizer(run), len(labels))))
    load_weights(model, checkpoint_in(made))
    before = start.opened(recipe) if recipe.beside else None
    if before is None:
        return [model.eval()]
    if before.manifest.labels != labels:
        raise DataError(f"{recipe.start} names other CWEs", hint="set beside = []")
    known = _started(recipe, run, before, dropout=0.0)
    if not set(recipe.beside) <= set(range(len(known))):
        raise DataError(f"{recipe.start} has {len(known)} networks, `beside` asks for others")
    return [model.eval(), *(known[number].eval() for number in recipe.beside)]


def _pretrained(recipe: Recipe, run: RunFolder, decided: Decided, labels: Sequence[str]) -> Path:
    """Return the folder of pre-training, if it and the corpus are this recipe's and finished."""
    decided.check_corpus()
    run.need(checkpoint_in(run.pretrained), "pretrain")
    decided.check_pretrained(labels)
    return _finished(run, run.pretrained, recipe.pretrain.steps)


def _finished(run: RunFolder, folder: Path, steps: int) -> Path:
    """Return the folder of a step that has made its last step, or say which command goes on."""
    step = folder.relative_to(run.path).parts[0]
    run.need(checkpoint_in(folder), step)
    if not is_finished(folder, steps):
        raise DataError(
            f"{folder} is not finished: the recipe has {steps} steps",
            hint=f"run `weakspot train {step}` again: it goes on where it stopped",
        )
    return folder


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


def held_out_rewrites(rewrites: dict[str, str], share: float) -> frozenset[str]:
    """Choose rewrites of real code for validation; few CWEs have several, so over all of them."""
    return held_out(dict.fromkeys(rewrites, "CWE-0"), share)


def validation(recipe: Recipe, run: RunFolder, makers: Makers, say: Say) -> list[Family]:
    """Return families of the held-out mechanisms; real code around them is unseen, too."""
    mechanisms = makers.mechanisms()
    labels, limit = labels_of(mechanisms), recipe.shape.context
    held = sorted(held_out(mechanisms, recipe.embedded.held_out))
    composed = makers.compose(held, VALIDATION_FAMILIES, recipe.seed + 1)
    unseen = run.need(run.calibration, "corpus")
    last = recipe.embedded.phases[-1]
    around = surroundings(recipe, unseen, last.in_real_code)
    found = families(composed, load_tokenizer(run), labels, limit, around)
    if last.written:
        drills = drilled_examples(recipe, labels, held_out=True)
        found += families(drills, load_tokenizer(run), labels, limit)
    if last.grafted:
        start.tell_of_grafts(recipe, say)
        grafts = pair_file.grafts(recipe, run)
        found += real_families(grafts, recipe, run, labels, held_out=True)
    if last.mined:
        fixes = pair_file.fixes(recipe, run)
        found += real_families(fixes, recipe, run, labels, held_out=True)
    if last.injected:
        held_real = held_out_rewrites(makers.rewrites(), recipe.embedded.held_out)
        pairs = makers.inject(corpus.read(unseen), recipe.seed)
        kept = (pair for pair in pairs if pair.mechanism in held_real)
        found += labelled.injected(kept, load_tokenizer(run), labels, limit)
    return found


def surroundings(recipe: Recipe, path: Path, share: float) -> Surroundings:
    """Return real functions from a corpus that `share` of the composed families are moved into."""
    real = corpus.sample(path, HOSTS, recipe.seed, splice.is_host) if share else []
    return Surroundings(real, share, recipe.seed)


def clean_units(
    path: Path,
    encoder_of: Tokenizer,
    limit: int,
    most: int,
    seed: int,
    makers: Makers | None = None,
) -> list[LabelledUnit]:
    """Return encoded units of real code, taken as sound; with `makers`, none that looks weak."""
    units = corpus.sample_with_origins(path, most, seed)
    kept = (one for one in units if makers is None or not makers.looks_weak(one[1]))
    return _encoded(kept, encoder_of, limit)


def _encoded(
    units: Iterable[tuple[str, Unit]], encoder_of: Tokenizer, limit: int
) -> list[LabelledUnit]:
    """Encode sound units, given with their origins; those of which nothing fits are left out."""
    encoded = (labelled.clean_unit(unit, encoder_of, limit, origin) for origin, unit in units)
    return [unit for unit in encoded if unit.anchors]
