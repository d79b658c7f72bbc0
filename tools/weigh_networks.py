"""Tells which networks judge best together: five-fold, on what was held out alone.

    python tools/weigh_networks.py RUN RECIPE [PAIRS.jsonl.gz ...]

The networks are the run's own (0) and those of the model folder that it starts from (1, 2, ...),
whose linear models are added. For every set of them the verdict is calibrated on four folds; told
are, at the threshold that 0.8 per cent of their clean units reach, the shares of families of the
fifth with every unit right, by where they come from, of weak units and of clean units flagged, and
of weak units whose CWE is named first. Pairs of files that are named (as the corpus step writes
them) are of a kind that nothing learnt from: nothing is fitted on them. No benchmark is looked at.
"""

import dataclasses
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from weakspot.backends import sessions
from weakspot.backends.added import Added
from weakspot.cli.train import Generators, say
from weakspot.export import onnx_graph
from weakspot.export.judges import Adding
from weakspot.model import beside
from weakspot.model.bundle import open_bundle
from weakspot.train import folds, pair_file, stages
from weakspot.train.assemble import on_all_processors
from weakspot.train.calibrate import Scored
from weakspot.train.labelled import Family, LabelledUnit, injected
from weakspot.train.recipe import Recipe, load_recipe
from weakspot.train.run import RunFolder, load_tokenizer

BUDGET = 0.8  # more than is shipped with: more flagged units, less noise
CLEAN = 3_000


@dataclass(frozen=True, slots=True)
class Said:
    """What every network says of a unit, linear models included."""

    fold: int
    verdicts: NDArray[np.float64]  # [networks]
    cwes: NDArray[np.float64]  # [networks, C]
    unit: LabelledUnit

    def scored(self, chosen: Sequence[int]) -> Scored:
        """Return the mean of the chosen networks."""
        some = list(chosen)
        return Scored.of(float(self.verdicts[some].mean()), self.cwes[some].mean(axis=0))


def main() -> None:
    """Score everything once, then calibrate for every set of networks."""
    run, recipe = RunFolder(Path(sys.argv[1])), load_recipe(Path(sys.argv[2]))
    unseen = {f"unseen {name}": Path(name) for name in sys.argv[3:]}
    makers = Generators(recipe.embedded.leave_out)
    labels = stages.labels_of(makers.mechanisms())
    tokenizer, limit = load_tokenizer(run), recipe.shape.context
    before = open_bundle(Path(recipe.start))
    known = [0, 1] if beside.FILE in before.files else [0]
    wanted = dataclasses.replace(recipe, beside=known)
    opened = [
        sessions.opened(onnx_graph.to_onnx(network))
        for network in stages.load_networks(wanted, run, makers)
    ]
    added = Adding(Added.of_folder(before.files, before.manifest), tokenizer.decode)

    def judge(unit: LabelledUnit) -> Said:
        more = added(unit)
        heads = [onnx_graph.run(session, unit.ids, unit.anchors)[:2] for session in opened]
        verdicts = np.array([float(verdict) for verdict, _ in heads]) + more.verdict
        cwes = np.array([cwes for _, cwes in heads]) + more.cwes
        return Said(folds.fold_of(unit.kin), verdicts, cwes, unit)

    clean = stages.clean_units(run.calibration, tokenizer, limit, CLEAN, recipe.seed)
    around = on_all_processors(judge, clean)
    groups: dict[str, list[list[Said]]] = {}
    held = _validation(recipe, run, makers, labels)
    for name, path in unseen.items():
        pairs = pair_file.read(path)
        held[name] = injected(pairs, tokenizer, labels, limit, pair_file.project_of)
    for name, families in held.items():
        said = iter(on_all_processors(judge, [unit for family in families for unit in family]))
        groups[name] = [[next(said) for _ in family] for family in families]
    titles = "".join(f" {name} |" for name in (*groups, "weak", "clean", "CWE right"))
    sys.stdout.write(f"| networks |{titles}\n|---|{'---|' * (len(groups) + 3)}\n")
    for size in range(1, len(opened) + 1):
        for chosen in combinations(range(len(opened)), size):
            found = _shares(groups, frozenset(unseen), around, len(labels), chosen)
            shown = "".join(f" {100 * share:.1f} |" for share in found)
            sys.stdout.write(f"| {', '.join(map(str, chosen))} |{shown}\n")
            sys.stdout.flush()


def _validation(
    recipe: Recipe, run: RunFolder, makers: Generators, labels: Sequence[str]
) -> dict[str, list[Family]]:
    """Return what is held out, real functions apart from the rest."""
    last = recipe.embedded.phases[-1]
    rest = dataclasses.replace(last, grafted=0.0, mined=0.0)
    phases = [*recipe.embedded.phases[:-1], rest]
    embedded = dataclasses.replace(recipe.embedded, phases=phases)
    found = {
        "made and drilled": stages.validation(
            dataclasses.replace(recipe, embedded=embedded), run, makers, say
        )
    }
    for name, pairs in (("grafts", pair_file.grafts), ("fixes", pair_file.fixes)):
        real = pairs(recipe, run)
        if held := stages.real_families(real, recipe, run, labels, held_out=True):
            found[name] = held
    return found


def _shares(
    groups: dict[str, list[list[Said]]],
    unseen: frozenset[str],
    around: Sequence[Said],
    labels: int,
    chosen: Sequence[int],
) -> list[float]:
    """Return the shares of families right, by group, and of weak, clean and rightly named units.

    Nothing is fitted on the groups of `unseen`, and the last three shares leave them out.
    """
    every = {
        name: [one for family in families for one in family] for name, families in groups.items()
    }
    fitted = [one for name, units in every.items() if name not in unseen for one in units]
    weak = [one for one in fitted if one.unit.is_weak]
    twins = [one for one in fitted if not one.unit.is_weak]
    parts = [weak, twins, list(around), *(every[name] for name in sorted(unseen))]
    folded = [[(one.fold, one.scored(chosen)) for one in part] for part in parts]
    found = folds.flagged(*folded[:3], labels, BUDGET, unseen=folded[3:])
    hits = {  # by the unit itself: it stands in a part, and in its family
        id(one): hit
        for part, told in zip(parts, found, strict=True)
        for one, hit in zip(part, told, strict=True)
    }
    right: defaultdict[str, list[bool]] = defaultdict(list)
    for name, families in groups.items():
        for family in families:
            right[name].append(all(hits[id(one)] == one.unit.is_weak for one in family))
    return [
        *(float(np.mean(right[name])) for name in groups),
        float(np.mean([hits[id(one)] for one in weak])),
        float(np.mean([hits[id(one)] for one in around])),
        float(np.mean([one.scored(chosen).top == one.unit.label for one in weak])),
    ]


if __name__ == "__main__":
    main()
