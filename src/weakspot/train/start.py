"""What a run begins with, if not with nothing: another model's vocabulary and weights."""

from pathlib import Path

from weakspot.core.errors import DataError
from weakspot.model.bundle import Bundle, open_bundle
from weakspot.train.recipe import Recipe
from weakspot.train.run import RunFolder


def opened(recipe: Recipe) -> Bundle | None:
    """Open the model folder that the recipe starts from, if it names one.

    Raises:
        DataError: it is not of an embedded encoder.
        BundleError: it is no model folder, or damaged.
    """
    if not recipe.start:
        return None
    found = open_bundle(Path(recipe.start))
    if found.manifest.engine != "onnx-encoder":
        raise DataError(
            f"{recipe.start} is a {found.manifest.engine} model",
            hint="a run can start from a folder of the embedded model, as in this package",
        )
    return found


def check_vocabulary(recipe: Recipe, run: RunFolder, before: Bundle) -> None:
    """Refuse a run whose vocabulary is not that of the model folder that it starts from.

    Raises:
        DataError: it is not.
    """
    if run.need(run.tokenizer, "tokenizer").read_bytes() != before.files["tokenizer.json"]:
        raise DataError(
            f"{run.tokenizer} is not the vocabulary of {recipe.start}",
            hint="remove it and run `weakspot train tokenizer` again",
        )
