"""Judges units with a fine-tuned causal language model, whatever engine computes its logits.

One prompt, one step: every answer is one token, so a verdict costs one reading of the code and no
generation. The constant instruction's keys and values are computed once (by the engine).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from weakspot.code.normalise import NORMALISER_VERSION, READ_ALIKE
from weakspot.core.errors import BundleError, MissingExtraError
from weakspot.core.report import ModelIdentity
from weakspot.core.score import CweEvidence, Thresholds, UnitScore
from weakspot.core.unit import Unit
from weakspot.model.bundle import Bundle
from weakspot.model.prompt import answer_logits, unit_lines

MAX_CWES = 5  # how many CWEs a score carries
_PIECES = 8  # parts of a unit that are left out in turn to find where its weakness sits

Logits = Callable[[Sequence[int]], Sequence[float]]
"""Takes the ids after the constant instruction; gives a logit for each answer, Secure first."""

_Lines = Sequence[Sequence[int]]  # token ids, line by line


class CausalDetector:
    """A `Detector` over a model folder whose recipe has a table ``causal``.

    `weakspot.export.causal_graph` makes such folders.

    `engine` opens what computes the logits; it is called last, because reading the tokenizer takes
    memory for a moment that the engine can have afterwards. There is no first stage: a model that
    costs this much is run on what the user chose, and its folder holds no screen.
    """

    def __init__(self, bundle: Bundle, engine: Callable[[], Logits]) -> None:
        self._bundle = bundle
        self._manifest = bundle.manifest
        if self._manifest.normaliser not in READ_ALIKE:
            raise BundleError(
                f"the model was exported for normaliser {self._manifest.normaliser!r}, "
                f"this is {NORMALISER_VERSION!r}",
                hint="export it again with this version of weakspot",
            )
        self._encode = open_tokenizer(bundle)
        settings = causal_settings(bundle)
        self._end: tuple[int, ...] = tuple(settings["answer_fence"])
        self._room = self._manifest.max_tokens - len(self._end) - len(settings["head"])
        self._logits = engine()

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is."""
        return self._bundle.identity

    @property
    def thresholds(self) -> Thresholds:
        """The operating points the model was calibrated for."""
        return self._manifest.thresholds

    def screen(self, unit: Unit) -> bool:
        """Let every unit pass that has code."""
        return bool(unit.lines)

    def score(self, unit: Unit) -> UnitScore:
        """Score one unit; lines are weighed only where the verdict is near the threshold."""
        if not unit.lines:
            return UnitScore(0.0, ())
        fitted = self._fitted(unit)
        verdict, cwes = answer_logits(self._run(fitted.context, fitted.own))
        calibration = self._manifest.calibration
        probability = calibration.verdict(verdict)
        shares = [pair(logit) for pair, logit in zip(calibration.cwes, cwes, strict=True)]
        order = sorted(range(len(shares)), key=lambda index: (-shares[index], index))[:MAX_CWES]
        weights: tuple[float, ...] = (0.0,) * len(unit.lines)
        if probability >= self._manifest.thresholds.tests / 2:
            missing = weights[len(fitted.own) :]
            weights = (*self._weights(fitted, verdict), *missing)
        best = shares[order[0]]
        return UnitScore(
            probability=_rounded(probability),
            cwes=tuple(
                CweEvidence(
                    self._manifest.labels[index],
                    _rounded(probability * (shares[index] / best if best > 0 else 0.0)),
                    weights,
                )
                for index in order
            ),
            unread=fitted.unread,
        )

    def answers(self, ids: Sequence[int]) -> Sequence[float]:
        """Return the raw logits of the answers after ids that follow the constant instruction."""
        return self._logits(ids)

    def verdict(self, unit: Unit) -> float:
        """Return the verdict's raw logit; the unit has at least one line."""
        fitted = self._fitted(unit)
        return answer_logits(self._run(fitted.context, fitted.own))[0]

    def _fitted(self, unit: Unit) -> "_Fitted":
        """Take the unit's own lines, then context, as whole lines and as far as there is room."""
        own = _within([self._encode(text) for text in unit_lines(unit.lines)], self._room)
        unread = len(unit.lines) - len(own)
        if not own and unit.lines:  # not even the first line fits: read what does of it
            own = [self._encode(unit_lines(unit.lines[:1])[0])[: self._room]]
        left = self._room - sum(map(len, own))
        context = _within([self._encode(text) for text in unit_lines(unit.context)], left)
        return _Fitted(context, own, unread)

    def _run(self, context: _Lines, own: _Lines) -> Sequence[float]:
        ids = [one for line in (*context, *own) for one in line]
        return self._logits((*ids, *self._end))

    def _weights(self, fitted: "_Fitted", verdict: float) -> tuple[float, ...]:
        """Weigh the unit's own lines by what leaving them out takes from the verdict, in [0, 1].

        Two rounds (Zeiler and Fergus 2014, occlusion): the unit in `_PIECES` pieces, then the
        piece that matters most, line by line in as many pieces again.
        """
        own = fitted.own
        drops = [0.0] * len(own)
        start, stop = 0, len(own)
        for _ in range(2):
            step = max(1, math.ceil((stop - start) / _PIECES))
            best = (-math.inf, start, stop)
            for at in range(start, stop, step):
                end = min(at + step, stop)
                rest = [*own[:at], *own[end:]]
                drop = verdict - answer_logits(self._run(fitted.context, rest))[0]
                drops[at:end] = [drop] * (end - at)
                best = max(best, (drop, at, end))
            _, start, stop = best
            if stop - start <= 1:
                break
        highest = max(drops)
        return tuple(_rounded(max(0.0, drop / highest)) if highest > 0 else 0.0 for drop in drops)


@dataclass(frozen=True, slots=True)
class _Fitted:
    """The token ids of the lines of a unit that are asked about; `unread` counts those that miss.

    A first line that does not fit even alone is in `own` in part, and counts as unread.
    """

    context: _Lines
    own: _Lines
    unread: int


def _within(lines: _Lines, room: int) -> list[Sequence[int]]:
    """Return the first lines, as many as have together at most `room` tokens."""
    kept: list[Sequence[int]] = []
    for ids in lines:
        room -= len(ids)
        if room < 0:
            break
        kept.append(ids)
    return kept


def causal_settings(bundle: Bundle) -> dict[str, Any]:
    """Return the table ``causal`` of a bundle's recipe.

    Raises:
        BundleError: it is missing or lacks a part.
    """
    settings = bundle.manifest.recipe.get("causal")
    if not isinstance(settings, dict) or not {"head", "answer_fence", "answers"} <= set(settings):
        raise BundleError("the model folder does not say how its prompt is made")
    return settings


def open_tokenizer(bundle: Bundle) -> Callable[[str], list[int]]:
    """Return the encoder of plain text; no text becomes a special token, as the fences are.

    Added tokens that are not special are words of the vocabulary and stay so.

    Raises:
        MissingExtraError: `tokenizers` is not installed.
        BundleError: tokenizer.json is missing or none.
    """
    try:
        import tokenizers  # noqa: PLC0415  only causal models need it
    except ModuleNotFoundError as error:
        raise MissingExtraError("causal", "scanning with a causal language model") from error
    data = bundle.files.get("tokenizer.json")
    if data is None:
        raise BundleError("the model folder lacks tokenizer.json")
    try:
        tokenizer = tokenizers.Tokenizer.from_str(data.decode("utf-8"))
    except Exception as error:  # the library raises bare Exception for a file it cannot read
        raise BundleError(f"tokenizer.json cannot be read: {error}") from error
    tokenizer.encode_special_tokens = True
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def encode(text: str) -> list[int]:
        ids: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    return encode


def _rounded(value: float) -> float:
    """Cut to six digits, so that a report does not show the last bits of a processor."""
    return round(value, 6) if math.isfinite(value) else 0.0
