"""Writes the model folder of an embedded encoder from its parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weakspot.code.normalise import NORMALISER_VERSION
from weakspot.core.score import Thresholds
from weakspot.model import beside, mechanisms
from weakspot.model.bundle import Bundle, write_bundle
from weakspot.model.calibration import Calibration
from weakspot.model.manifest import Manifest

ABSTAIN_CONTEXT = 0.5  # from here on, a verdict near the threshold is left to the reader


@dataclass(frozen=True, slots=True)
class Parts:
    """All that a model folder holds; `graph` to `beside` become files."""

    graph: bytes
    tokenizer: bytes
    screen: bytes
    mechanisms: bytes
    linears: Mapping[str, bytes]
    beside: bytes
    labels: tuple[str, ...]
    recipe: Mapping[str, Any]
    name: str
    version: str
    max_tokens: int
    thresholds: Thresholds
    calibration: Calibration
    screen_settings: Mapping[str, Any]
    words_settings: Mapping[str, Any]
    facts_settings: Mapping[str, Any]
    kinds_settings: Mapping[str, Any]
    sites_settings: Mapping[str, Any]
    beside_settings: Mapping[str, Any]
    data_digest: str


def write(folder: Path, parts: Parts) -> Bundle:
    """Write the folder and return it as loaded back.

    Raises:
        BundleError: the folder exists already, or does not load back.
    """
    manifest = Manifest(
        engine="onnx-encoder",
        name=parts.name,
        version=parts.version,
        labels=parts.labels,
        max_tokens=parts.max_tokens,
        normaliser=NORMALISER_VERSION,
        thresholds=parts.thresholds,
        abstain_context=ABSTAIN_CONTEXT,
        calibration=parts.calibration,
        files=(),
        recipe=parts.recipe,
        data_digest=parts.data_digest,
        screen=parts.screen_settings,
        words=parts.words_settings,
        facts=parts.facts_settings,
        kinds=parts.kinds_settings,
        sites=parts.sites_settings,
        beside=parts.beside_settings,
    )
    files = {
        "model.onnx": parts.graph,
        "tokenizer.json": parts.tokenizer,
        "screen.bin": parts.screen,
    }
    if parts.mechanisms:
        files[mechanisms.FILE] = parts.mechanisms
    files |= parts.linears
    if parts.beside:
        files[beside.FILE] = parts.beside
    return write_bundle(folder, manifest, files)
