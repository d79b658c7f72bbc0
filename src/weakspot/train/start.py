"""What a run begins with, if not with nothing: another model's vocabulary and weights."""

from collections.abc import Callable
from pathlib import Path

from weakspot.core.errors import DataError
from weakspot.model.bundle import Bundle, open_bundle
from weakspot.train.recipe import Recipe
from weakspot.train.run import RunFolder


def opened(recipe: Recipe) -> Bundle | None:
    """Open the model folder that the recipe starts from, if it names one.

    Raises:
        DataError: it is not of an embedded encoder, or its recipe tells another size of vocabulary.
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
    size = found.manifest.recipe.get("tokenizer", {}).get("vocabulary", recipe.tokenizer.vocabulary)
    if size != recipe.tokenizer.vocabulary:
        raise DataError(
            f"tokenizer.vocabulary is {recipe.tokenizer.vocabulary}, that of {recipe.start} {size}",
            hint=f"a run takes over the vocabulary of its start: set vocabulary = {size}",
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


def tell_of_grafts(recipe: Recipe, say: Callable[[str], None]) -> None:
    """Say that grafts which are held out may be of packages that the start has learnt from.

    A run keeps these packages apart (`weakspot.train.grafted.apart`); the corpus of version 4, from
    which most trials start, held every one.
    """
    if recipe.start:
        say(f"{recipe.start} may have read the packages of held-out grafts: they are not unseen")
