"""Tells what linear models are worth beside networks: five-fold, on what was held out alone.

    python tools/weigh_linears.py RUN RECIPE MODEL [MODEL ...]

The networks are those of the first model folder, the linear models those of all of them. For
every pair of weights, of words and of facts, the verdict is calibrated on four folds; told are, at
the threshold that 0.5 % of their clean units reach, the shares of weak units, of their sound twins
and of clean units of the fifth that are flagged, and of families with every unit right. Then, for
weights of what facts add to the CWEs: how many of the weak units get theirs named first. Models
over statements are left out. No benchmark is looked at.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from weakspot.backends import sessions
from weakspot.backends.added import Added
from weakspot.cli.train import Generators, say
from weakspot.code import facts
from weakspot.export import onnx_graph
from weakspot.model import beside, sites, words
from weakspot.model.beside import Beside
from weakspot.model.bundle import Bundle, open_bundle
from weakspot.train import folds, stages
from weakspot.train.assemble import on_all_processors
from weakspot.train.calibrate import Scored
from weakspot.train.labelled import LabelledUnit
from weakspot.train.recipe import load_recipe
from weakspot.train.run import RunFolder, load_tokenizer

BUDGET = 0.5
CLEAN = 6_000
KINDS_WEIGHTS = (0.0, 1 / 3, 1.0, 5 / 3)  # times the model folder's own
WEIGHTS = ((0, 0), (1, 0), (0, 0.5), (0, 1), (0, 1.5), (0, 2), (0.5, 1), (1, 1))


@dataclass(frozen=True, slots=True)
class Said:
    """What the networks say of a unit, and each linear model at weight 1."""

    fold: int
    verdict: float
    cwes: Sequence[float]
    words: float
    facts: float
    kinds: NDArray[np.float64]  # [C], or [1] for none
    unit: LabelledUnit

    def scored(self, weights: tuple[float, float]) -> Scored:
        """Return the verdict with both models at these weights."""
        total = self.verdict + weights[0] * self.words + weights[1] * self.facts
        return Scored.of(total, self.cwes)


def main() -> None:
    """Score everything once, then fit fold by fold for every pair of weights."""
    run, recipe = RunFolder(Path(sys.argv[1])), load_recipe(Path(sys.argv[2]))
    bundles = [open_bundle(Path(name)) for name in sys.argv[3:]]
    makers = Generators(recipe.embedded.leave_out)
    tokenizer = load_tokenizer(run)
    path = run.need(run.calibration, "corpus")
    clean = stages.clean_units(path, tokenizer, recipe.shape.context, CLEAN, recipe.seed)
    families = stages.validation(recipe, run, makers, say)
    units = [*clean, *(unit for family in families for unit in family)]
    said = on_all_processors(_judge(bundles, tokenizer.decode), units)
    around, labelled = said[: len(clean)], said[len(clean) :]
    labels = len(stages.labels_of(makers.mechanisms()))
    sys.stdout.write(
        "| words | facts | weak | twins | clean | families right |\n|---|---|---|---|---|---|\n"
    )
    for weights in WEIGHTS:
        found = (f" {100 * share:.1f} |" for share in _flagged(labelled, around, labels, weights))
        sys.stdout.write(f"| {weights[0]:g} | {weights[1]:g} |{''.join(found)}\n")
        sys.stdout.flush()
    sys.stdout.write("\n| kinds, times their own weight | CWE right |\n|---|---|\n")
    weak = [one for one in labelled if one.unit.is_weak]
    for weight in KINDS_WEIGHTS:
        right = [
            int(np.argmax(np.asarray(one.cwes) + weight * one.kinds)) == one.unit.label
            for one in weak
        ]
        sys.stdout.write(f"| {weight:.2g} | {100 * np.mean(right):.1f} |\n")


def _judge(
    bundles: Sequence[Bundle], text_of: Callable[[Sequence[int]], str]
) -> Callable[[LabelledUnit], Said]:
    """Return what asks the networks and both linear models about a unit."""
    graphs = [
        bundles[0].files[name] for name in ("model.onnx", beside.FILE) if name in bundles[0].files
    ]
    opened = [sessions.opened(graph) for graph in graphs]
    mean = Beside.read(bundles[0].manifest.beside).mean if len(graphs) > 1 else None
    plain = {"bias": 0.0, "weight": 1.0}
    known = [
        Added.read(
            {name: data for name, data in one.files.items() if name != sites.FILE},
            len(one.manifest.labels),
            {
                "words": one.manifest.words or plain,
                "facts": one.manifest.facts or plain,
                "kinds": one.manifest.kinds,
            },
        )
        for one in bundles
    ]
    of_words = next((one.words for one in known if one.words), None)
    of_facts = next((one.facts for one in known if one.facts), None)
    of_kinds = next((one.kinds for one in known if one.kinds), None)

    def judge(unit: LabelledUnit) -> Said:
        heads = [onnx_graph.run(session, unit.ids, unit.anchors)[:2] for session in opened]
        verdict, cwes = (mean(*pair) if mean else pair[0] for pair in zip(*heads, strict=True))
        text = text_of(unit.ids)
        found = facts.counted(text)
        return Said(
            folds.fold_of(unit.kin),
            float(verdict),
            list(cwes),
            of_words(words.counted(text)) / of_words.weight if of_words else 0.0,
            of_facts(found) / of_facts.weight if of_facts else 0.0,
            of_kinds(found) if of_kinds else np.zeros(1),
            unit,
        )

    return judge


def _flagged(
    labelled: Sequence[Said], clean: Sequence[Said], labels: int, weights: tuple[float, float]
) -> tuple[float, ...]:
    """Return the shares flagged of weak, twins and clean units, and of families that are right."""
    weak = [one for one in labelled if one.unit.is_weak]
    twins = [one for one in labelled if not one.unit.is_weak]
    groups = [weak, twins, clean]
    folded = [[(one.fold, one.scored(weights)) for one in group] for group in groups]
    found = folds.flagged(*folded, labels, BUDGET)
    right: defaultdict[str, bool] = defaultdict(lambda: True)
    for group, hits in zip((weak, twins), found[:2], strict=True):
        for one, hit in zip(group, hits, strict=True):
            right[one.unit.family] &= hit == one.unit.is_weak
    shares = [sum(hits) / len(hits) for hits in found]
    return (*shares, sum(right.values()) / len(right))


if __name__ == "__main__":
    main()
