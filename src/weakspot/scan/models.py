"""Finds the model to scan with, without loading what only the workers need."""

from functools import partial
from pathlib import Path

from weakspot.core.score import Detector
from weakspot.model.bundle import EMBEDDED, open_bundle
from weakspot.scan.pipeline import Model


def find_model(folder: str | None) -> Model:
    """Check a model folder, or the embedded one for None, and describe it.

    Raises:
        BundleError: the folder is missing, damaged or not to be trusted.
    """
    path = EMBEDDED if folder is None else Path(folder).expanduser().absolute()
    bundle = open_bundle(path)
    manifest = bundle.manifest
    return Model(bundle.identity, manifest.thresholds, partial(_load, path), manifest.labels)


def _load(folder: Path) -> Detector:
    from weakspot.backends import load_detector  # noqa: PLC0415 - ONNX Runtime is for workers only

    return load_detector(folder)
