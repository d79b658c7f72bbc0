"""Runs the embedded encoder with ONNX Runtime, one unit at a time on one thread.

One at a time on purpose: int8 activations are scaled by the largest value in the whole tensor,
so in a batch a unit's score would depend on its neighbours, and reports on how a scan was split
(docs/decisions/0008-one-unit-at-a-time.md).
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from weakspot.backends import sessions
from weakspot.backends.added import About, Added, Addends
from weakspot.code.normalise import NORMALISER_VERSION, READ_ALIKE
from weakspot.core.errors import BundleError
from weakspot.core.report import ModelIdentity
from weakspot.core.score import CweEvidence, Thresholds, UnitScore
from weakspot.core.unit import Unit
from weakspot.model import beside, mechanisms
from weakspot.model.beside import Beside
from weakspot.model.bundle import Bundle
from weakspot.model.calibration import sigmoid
from weakspot.model.mechanisms import Mechanisms
from weakspot.model.screen import Gate, Screen
from weakspot.model.tokens import Encoded, Tokenizer

MAX_CWES = 5  # how many CWEs a score carries
_OUTPUTS = ["verdict", "cwes", "lines", "line_cwes", "needs_context"]
_SUMMARY = "summary"


class OnnxEncoder:
    """A `Detector` over a bundle of the engine ``onnx-encoder``."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._manifest = bundle.manifest
        if self._manifest.normaliser not in READ_ALIKE:
            raise BundleError(
                f"the model was trained on normaliser {self._manifest.normaliser!r}, "
                f"this is {NORMALISER_VERSION!r}",
                hint="train it again, or use the version of weakspot that it was made with",
            )
        self._tokenizer = Tokenizer.from_json(self._file("tokenizer.json"))
        self._screen = Screen.read(self._file("screen.bin"), self._manifest.screen)
        self._gate = Gate.read(self._manifest.screen)
        # Folders of before version 0.2 lack the file and the output.
        self._mechanisms = Mechanisms.read(self._bundle.files.get(mechanisms.FILE, b""))
        self._added = Added.of_folder(bundle.files, self._manifest)
        self._last: tuple[Unit, Encoded, About] | None = None
        self._session = sessions.of_bundle(bundle, "model.onnx")
        offered = {output.name for output in self._session.get_outputs()}
        self._outputs = [*_OUTPUTS, *({_SUMMARY} & offered)]

        self._beside: Beside | None = None
        if self._manifest.beside or beside.FILE in self._bundle.files:
            self._beside = Beside.read(self._manifest.beside)
            self._others = sessions.of_bundle(bundle, beside.FILE)

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is."""
        return self._bundle.identity

    @property
    def thresholds(self) -> Thresholds:
        """The operating points the model was calibrated for."""
        return self._manifest.thresholds

    def screen(self, unit: Unit) -> bool:
        """Say whether the first stage lets the unit pass.

        The words are those of all lines; facts and statements are those of the lines that fit, so
        that a unit with more of them passes.
        """
        words = self._screen.score(unit)
        if words < self._screen.threshold or self._gate is None:
            return words >= self._screen.threshold
        encoded, about = self._read(unit)
        if not encoded.complete:
            return True
        added = about.whole if self._gate.statements else about.but_sites
        return bool(encoded.anchors) and self._gate.passes(words, added.verdict)

    def score(self, unit: Unit) -> UnitScore:
        """Score one unit; an empty one cannot be weak."""
        encoded, about = self._read(unit)
        if not encoded.anchors:
            return UnitScore(0.0, (), unread=encoded.unread)
        added = about.whole
        inputs = {
            "ids": np.array([encoded.ids], dtype=np.int64),
            "anchors": np.array([encoded.anchors], dtype=np.int64),
        }
        *heads, summary = [*self._session.run(self._outputs, inputs), None][: len(_OUTPUTS) + 1]
        calibration = self._manifest.calibration
        probability = self._probability(heads, added)
        if self._beside is not None and probability >= self._beside.asked_from:
            others = self._others.run(_OUTPUTS, inputs)
            heads = [self._beside.mean(*pair) for pair in zip(heads, others, strict=True)]
            probability = self._probability(heads, added)
        _, cwes, lines, line_cwes, context = heads
        named = cwes[0] + added.cwes
        needs_context = calibration.context(float(context[0]))
        threshold = self._manifest.thresholds.default
        return UnitScore(
            probability=probability,
            cwes=self._evidence(unit, probability, named, lines[0], line_cwes[0], summary),
            needs_context=needs_context,
            abstained=(
                needs_context >= self._manifest.abstain_context
                and threshold / 2 <= probability < threshold
            ),
            unread=encoded.unread,
        )

    def _read(self, unit: Unit) -> tuple[Encoded, About]:
        """Return the unit's tokens, and what linear models say of them when they are asked.

        What the first stage lets pass is scored next, so the last unit's are kept.
        """
        if self._last is None or self._last[0] is not unit:
            encoded = self._tokenizer.encode(unit, self._manifest.max_tokens)
            text = self._tokenizer.decode(encoded.ids)
            self._last = (unit, encoded, self._added.about(text, len(encoded.anchors)))
        return self._last[1:]

    def _probability(self, heads: Sequence[Any], added: Addends) -> float:
        """Return the calibrated probability of what networks and linear models say together."""
        named = (heads[1][0] + added.cwes).tolist()
        return self._manifest.calibration.probability(float(heads[0][0]) + added.verdict, named)

    def _evidence(
        self,
        unit: Unit,
        probability: float,
        cwes: Any,
        lines: Any,
        line_cwes: Any,
        summary: Any,
    ) -> tuple[CweEvidence, ...]:
        """Name the likeliest CWEs, each with a score per line (0 for lines that did not fit)."""
        calibration = self._manifest.calibration.cwes
        shares = [pair(float(logit)) for pair, logit in zip(calibration, cwes, strict=True)]
        order = sorted(range(len(shares)), key=lambda index: (-shares[index], index))[:MAX_CWES]
        best = shares[order[0]]
        missing = (0.0,) * (len(unit.lines) - len(lines))
        found = []
        for index in order:
            # The verdict says whether, the CWE head says which: the likeliest takes the whole.
            share = shares[index] / best if best > 0 else 0.0
            scores = tuple(
                _rounded(sigmoid(float(logit)) * 0.5 + sigmoid(float(other)) * 0.5)
                for logit, other in zip(line_cwes[:, index], lines, strict=True)
            )
            label = self._manifest.labels[index]
            near = "" if summary is None else self._mechanisms.nearest(summary[0], label)
            found.append(CweEvidence(label, _rounded(probability * share), scores + missing, near))
        return tuple(found)

    def _file(self, name: str) -> bytes:
        try:
            return self._bundle.files[name]
        except KeyError:
            raise BundleError(f"the model folder lacks {name}") from None


def _rounded(value: float) -> float:
    """Cut to six digits, so that a report does not show the last bits of a processor."""
    return round(value, 6) if math.isfinite(value) else 0.0
