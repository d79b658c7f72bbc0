"""Engines that run a model folder; the folder's manifest names the one it needs."""

from importlib import import_module
from pathlib import Path
from typing import Any

from weakspot.core.errors import BundleError
from weakspot.core.score import Detector
from weakspot.model.bundle import EMBEDDED, open_bundle

ENGINES = {
    "onnx-encoder": "weakspot.backends.onnx_encoder:OnnxEncoder",
    "onnx-causal": "weakspot.backends.onnx_causal:OnnxCausal",
    "ctranslate2-causal": "weakspot.backends.ct2_causal:Ct2Causal",
}


def load_detector(folder: Path | None = None) -> Detector:
    """Open a model folder, or the embedded model for None, with the engine it asks for."""
    bundle = open_bundle(EMBEDDED if folder is None else folder)
    engine = bundle.manifest.engine
    if engine not in ENGINES:
        raise BundleError(
            f"the model folder needs an unknown engine: {engine!r}",
            hint=f"this version knows: {', '.join(sorted(ENGINES))}",
        )
    module, _, name = ENGINES[engine].partition(":")
    factory: Any = getattr(import_module(module), name)
    detector: Detector = factory(bundle)
    return detector
