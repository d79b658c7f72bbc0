"""What only its makers know of a data set: ``about.toml`` beside its pairs (docs/dataset.md).

Nothing is claimed of a data set that its pairs or this file do not say.
"""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from weakspot.core.errors import DataError

ABOUT = "about.toml"
_PAIRS = "pairs"  # the usual name of the folder inside a data set that holds its pairs


@dataclass(frozen=True, slots=True)
class About:
    """All but the name are empty where nothing is told.

    `licence` is an SPDX identifier, `cite` how to name the set in a text. `source`, `results` and
    `biases` are Markdown for the data card: where the pairs are from, what else was measured on
    them, and what they cannot say.
    """

    name: str
    licence: str = ""
    version: str = ""
    url: str = ""
    cite: str = ""
    source: str = ""
    results: str = ""
    biases: str = ""


def read_about(folder: Path) -> About:
    """Read the nearest ``about.toml`` in the folder of the pairs or up to two above it.

    The name of the data set is its folder's where the file does not give one.

    Raises:
        DataError: the file cannot be read, or has a field that is unknown or no text.
    """
    real = folder.resolve()
    path = next((one / ABOUT for one in (real, *real.parents[:2]) if (one / ABOUT).is_file()), None)
    name = (real.parent if real.name == _PAIRS else real).name or "unnamed"
    if path is None:
        return About(name)
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{path}: {error}") from error
    known = [one.name for one in fields(About)]
    odd = sorted(key for key, value in found.items() if key not in known or type(value) is not str)
    if odd:
        hint = f"all fields are texts; there are {', '.join(known)}"
        raise DataError(f"{path}: unknown fields, or no texts: {', '.join(odd)}", hint=hint)
    return About(**{"name": name, **found})
