"""Chooses the penalty of the verdict's calibration: five-fold over held-out mechanisms.

    python tools/cross_validate_calibration.py runs/nano [recipes/nano.toml]

Prints, at the threshold that 0.5 % of the clean units of the other folds reach, the share of weak
units, their sound twins and clean units flagged. No benchmark is looked at.
"""

import sys
from pathlib import Path

from weakspot.backends import sessions
from weakspot.cli.train import Generators, say
from weakspot.export import onnx_graph
from weakspot.networks.encoder import Together
from weakspot.train import folds, stages
from weakspot.train.calibrate import Scored
from weakspot.train.measure import CALIBRATION_UNITS
from weakspot.train.recipe import load_recipe
from weakspot.train.run import RunFolder, load_tokenizer

BUDGET = 0.5
PENALTIES = (1e6, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01)


def main() -> None:
    """Score everything once, then fit fold by fold."""
    run = RunFolder(Path(sys.argv[1]))
    recipe = load_recipe(Path(sys.argv[2] if len(sys.argv) > 2 else "recipes/nano.toml"))
    makers = Generators(recipe.embedded.leave_out)
    labels = stages.labels_of(makers.mechanisms())
    networks = stages.load_networks(recipe, run, makers)
    session = sessions.opened(onnx_graph.to_onnx(Together(*networks)))

    def scored(unit: stages.LabelledUnit) -> Scored:
        verdict, cwes, *_ = onnx_graph.run(session, unit.ids, unit.anchors)
        return Scored.of(verdict, cwes)

    path = run.need(run.calibration, "corpus")
    tokenizer = load_tokenizer(run)
    units = stages.clean_units(
        path, tokenizer, recipe.shape.context, CALIBRATION_UNITS, recipe.seed
    )
    clean = [(folds.fold_of(unit.kin), scored(unit)) for unit in units]
    weak: list[tuple[int, Scored]] = []
    twins: list[tuple[int, Scored]] = []
    for family in stages.validation(recipe, run, makers, say):
        for unit in family:
            (weak if unit.is_weak else twins).append((folds.fold_of(unit.kin), scored(unit)))
    for penalty in PENALTIES:
        found = folds.flagged(weak, twins, clean, len(labels), BUDGET, penalty=penalty)
        shares = (f"{100 * sum(hits) / len(hits):5.1f}" for hits in found)
        sys.stdout.write(f"penalty {penalty:g}: weak, twins, clean flagged {' '.join(shares)}\n")


if __name__ == "__main__":
    main()
