"""Runs an exported causal language model with CTranslate2 on one thread."""

import io
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from weakspot.backends.causal import CausalDetector, Logits, causal_settings
from weakspot.core.errors import BundleError, MissingExtraError
from weakspot.model.bundle import Bundle

_FILES = ("model.bin", "config.json", "vocabulary.json")


class Ct2Causal(CausalDetector):
    """The engine ``ctranslate2-causal``: int8 weights, the instruction's state kept in memory."""

    def __init__(self, bundle: Bundle, threads: int = 1) -> None:
        super().__init__(bundle, lambda: _logits(bundle, threads))


def _logits(bundle: Bundle, threads: int) -> Logits:
    try:
        import ctranslate2  # noqa: PLC0415  only this engine needs it
    except ModuleNotFoundError as error:
        raise MissingExtraError("ctranslate2", "scanning with a CTranslate2 model") from error
    if lacking := [name for name in _FILES if name not in {**bundle.files, **bundle.large}]:
        raise BundleError(f"the model folder lacks {lacking[0]}")
    settings = causal_settings(bundle)
    try:
        # A large model is read by the engine itself: it would be in memory a second time.
        in_memory = {name: io.BytesIO(data) for name, data in bundle.files.items()}
        is_large = bool(bundle.large)
        generator: Any = ctranslate2.Generator(
            str(bundle.large["model.bin"].parent) if is_large else "bundle",
            device="cpu",
            compute_type="int8",
            inter_threads=1,
            intra_threads=threads,
            files=None if is_large else {name: in_memory[name] for name in _FILES},
        )
    except (RuntimeError, ValueError) as error:
        raise BundleError(f"CTranslate2 cannot load the model: {error}") from error
    names = _names(bundle)
    head = [names[one] for one in settings["head"]]
    answers = list(settings["answers"])

    def logits(ids: Sequence[int]) -> Sequence[float]:
        result = generator.generate_batch(
            [[names[one] for one in ids]],
            static_prompt=head,
            cache_static_prompt=True,
            include_prompt_in_result=False,
            max_length=1,
            return_logits_vocab=True,
        )[0]
        row = np.asarray(result.logits[0][0], dtype=np.float32).reshape(-1)
        return [float(row[one]) for one in answers]

    return logits


def _names(bundle: Bundle) -> list[str]:
    """Return the tokens in the order of their ids, as CTranslate2 wants to be asked."""
    names: list[str] = json.loads(bundle.files["vocabulary.json"])
    return names
