"""`weakspot export --first-stage`: a model folder with another first stage, and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weakspot.cli.train import Generators, opened
from weakspot.core.errors import DataError

if TYPE_CHECKING:
    from weakspot.train.first_stage import FirstStage
    from weakspot.train.recipe import Recipe


def export_first_stage(
    recipe_path: Path, run_path: Path | None, output: Path, say: Callable[[str], None]
) -> None:
    """Learn the first stage of the recipe's start anew; all other bytes and settings stay.

    Raises:
        DataError: the recipe names no start, the start knows other CWEs, or corpus or vocabulary of
            the run are not this recipe's.
    """
    stages, recipe, run = opened(recipe_path, run_path)
    from weakspot.backends.added import Added  # noqa: PLC0415  engines when needed
    from weakspot.export.judges import Adding, judges  # noqa: PLC0415  as above
    from weakspot.model import beside  # noqa: PLC0415  as above
    from weakspot.model.bundle import refuse_existing, write_bundle  # noqa: PLC0415  as above
    from weakspot.train import first_stage, start  # noqa: PLC0415  as above
    from weakspot.train.assemble import Calibrated  # noqa: PLC0415  as above
    from weakspot.train.decided import Decided  # noqa: PLC0415  as above
    from weakspot.train.run import load_tokenizer  # noqa: PLC0415  as above

    refuse_existing(output)
    before = start.opened(recipe)
    makers = Generators(recipe.embedded.leave_out)
    if before is None:
        raise DataError(f"{recipe_path} names no start whose first stage could be made anew")
    if before.manifest.labels != stages.labels_of(makers.mechanisms()):
        raise DataError(f"{recipe.start} knows other CWEs than the recipe")
    Decided(recipe, run).check_corpus()
    start.check_vocabulary(recipe, run, before)
    manifest = before.manifest
    fitted = Calibrated(manifest.calibration, manifest.thresholds, {})
    files = before.files
    graphs = [files[name] for name in ("model.onnx", beside.FILE) if name in files]
    added = Adding(Added.of_folder(files, manifest), load_tokenizer(run).decode)
    _, score = judges(graphs, added, int(manifest.beside.get("networks", 0)))
    made = first_stage.learn(recipe, run, makers, fitted, score, lambda unit: added(unit).verdict)
    for name, value in made.measures.items():
        say(f"{name} {value:.4f}")
    changed = replace(
        manifest,
        name=recipe.name,
        version=recipe.version,
        screen=made.settings,
        recipe=_told(recipe, manifest.recipe, made),
    )
    bundle = write_bundle(output, changed, {**files, "screen.bin": made.weights})
    say(f"{output}: {bundle.size / 1e6:.1f} MB, digest {bundle.digest[:12]}")


def _told(recipe: "Recipe", before: Any, made: "FirstStage") -> dict[str, Any]:
    """Return the recipe of the start with what now holds of its first stage."""
    wanted = recipe.plain()["calibration"]
    looks = {name: wanted[name] for name in ("screen_recall", "screen_share", "gate_share")}
    return {
        **before,
        "first_stage_of": recipe.name,
        "calibration": {**before["calibration"], **looks},
        "measures": {**before["measures"], **made.measures},
    }
