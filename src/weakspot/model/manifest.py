"""The manifest of a model folder: everything about a model but its weights, as checked JSON."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from weakspot.core.catalogue import has
from weakspot.core.errors import BundleError
from weakspot.core.score import Thresholds
from weakspot.model.calibration import Calibration, Naming, Platt

FORMAT = "weakspot-bundle/1"
MANIFEST = "manifest.json"
MAX_MANIFEST_BYTES = 1_000_000
_MIN_TOKENS, _MAX_TOKENS = 32, 1 << 20
_LABEL = re.compile(r"CWE-[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of the folder: plain name, size in bytes, SHA-256 in hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The parsed manifest.

    `engine` names the backend that runs the model. `labels` are the CWE ids in output order.
    `max_tokens` is the longest input. `recipe` and `data_digest` say how the model was made.
    """

    engine: str
    name: str
    version: str
    labels: tuple[str, ...]
    max_tokens: int
    normaliser: str
    thresholds: Thresholds
    abstain_context: float
    calibration: Calibration
    files: tuple[FileEntry, ...]
    recipe: Mapping[str, Any] = field(default_factory=dict)
    data_digest: str = ""
    screen: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    kinds: Mapping[str, Any] = field(default_factory=dict)
    sites: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """Return canonical JSON: sorted keys, so equal manifests have equal bytes."""
        calibration = self.calibration
        document = {
            "format": FORMAT,
            "engine": self.engine,
            "name": self.name,
            "version": self.version,
            "labels": list(self.labels),
            "max_tokens": self.max_tokens,
            "normaliser": self.normaliser,
            "thresholds": {
                "default": self.thresholds.default,
                "tests": self.thresholds.tests,
                "points": [list(point) for point in self.thresholds.points],
            },
            "abstain_context": self.abstain_context,
            "calibration": {
                "verdict": [calibration.verdict.scale, calibration.verdict.shift],
                "cwes": [[pair.scale, pair.shift] for pair in calibration.cwes],
                "context": [calibration.context.scale, calibration.context.shift],
                "naming": None
                if calibration.naming is None
                else {
                    "weight": calibration.naming.weight,
                    "shifts": list(calibration.naming.shifts),
                },
            },
            "files": [
                {"name": entry.name, "size": entry.size, "sha256": entry.sha256}
                for entry in self.files
            ],
            "recipe": dict(self.recipe),
            "data_digest": self.data_digest,
            "screen": dict(self.screen),
            "words": dict(self.words),
            "facts": dict(self.facts),
            "kinds": dict(self.kinds),
            "sites": dict(self.sites),
            "beside": dict(self.beside),
        }
        return (json.dumps(document, indent=1, sort_keys=True) + "\n").encode()


def parse_manifest(data: bytes) -> Manifest:
    """Parse and check a manifest; anything unexpected is a `BundleError`."""
    if len(data) > MAX_MANIFEST_BYTES:
        raise BundleError(f"the manifest has {len(data)} bytes, more than {MAX_MANIFEST_BYTES}")
    try:
        document = json.loads(data)
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise BundleError(
                f"this is no model folder of format {FORMAT}",
                hint="export the model again with this version of weakspot",
            )
        manifest = _read(document)
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise BundleError(f"the manifest is damaged: {type(error).__name__}: {error}") from error
    calibration = manifest.calibration
    if len(calibration.cwes) != len(manifest.labels):
        raise BundleError("the manifest has not one calibration pair for each label")
    if calibration.naming and len(calibration.naming.shifts) != len(manifest.labels):
        raise BundleError("the manifest has not one shift for each label")
    _check_labels(manifest.labels)
    names = [entry.name for entry in manifest.files]
    if len(set(names)) != len(names):
        raise BundleError("the manifest lists a file twice")
    return manifest


def _check_labels(labels: Sequence[str]) -> None:
    if not labels or len(set(labels)) != len(labels):
        raise BundleError("the manifest has no labels, or one of them twice")
    unknown = [label for label in labels if not (_LABEL.fullmatch(label) and has(label))]
    if unknown:
        raise BundleError(
            f"the model names a weakness that the catalogue does not know: {unknown[0]!r}",
            hint="it may need another version of weakspot",
        )


def _read(document: dict[str, Any]) -> Manifest:
    thresholds = document["thresholds"]
    calibration = document["calibration"]
    return Manifest(
        engine=_text(document["engine"]),
        name=_text(document["name"]),
        version=_text(document["version"]),
        labels=tuple(_text(label) for label in document["labels"]),
        max_tokens=_tokens(document["max_tokens"]),
        normaliser=_text(document["normaliser"]),
        thresholds=Thresholds(
            default=_threshold(thresholds["default"]),
            tests=_threshold(thresholds["tests"]),
            points=tuple((_number(budget), _threshold(at)) for budget, at in thresholds["points"]),
        ),
        abstain_context=_number(document["abstain_context"]),
        calibration=Calibration(
            verdict=_platt(calibration["verdict"]),
            cwes=tuple(_platt(pair) for pair in calibration["cwes"]),
            context=_platt(calibration["context"]),
            naming=_naming(calibration.get("naming")),
        ),
        files=tuple(
            FileEntry(_text(entry["name"]), int(entry["size"]), _text(entry["sha256"]))
            for entry in document["files"]
        ),
        recipe=dict(document["recipe"]),
        data_digest=_text(document["data_digest"]),
        screen=dict(document["screen"]),
        words=dict(document.get("words", {})),
        facts=dict(document.get("facts", {})),
        kinds=dict(document.get("kinds", {})),
        sites=dict(document.get("sites", {})),
        beside=dict(document.get("beside", {})),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, found {type(value).__name__}")
    return value


def _platt(pair: Any) -> Platt:
    scale, shift = pair
    if not float(scale) > 0:
        raise ValueError("a calibration scale must be positive")
    return Platt(_number(scale), _number(shift))


def _naming(table: Any) -> Naming | None:
    if table is None:
        return None
    return Naming(_number(table["weight"]), tuple(_number(shift) for shift in table["shifts"]))


def _number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("a model's numbers must be finite")
    return number


def _threshold(value: Any) -> float:
    threshold = _number(value)
    if not 0.0 < threshold <= 1.0:
        raise ValueError(f"a threshold must lie above 0 and not above 1: {threshold:g}")
    return threshold


def _tokens(value: Any) -> int:
    tokens = int(value)
    if not _MIN_TOKENS <= tokens <= _MAX_TOKENS:
        raise ValueError(f"max_tokens must lie between {_MIN_TOKENS} and {_MAX_TOKENS}: {tokens}")
    return tokens
