"""What a comparison needs of any detector, and the table of all that can be asked for by name.

A detector that has to learn gets labelled rows; the others ignore them. Each is one module, one
line in `DETECTORS` and one test.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Protocol

from weakspot.core.errors import UsageError
from weakspot.evaluate.costs import Cost
from weakspot.evaluate.suites import Row, Verdict


@dataclass(frozen=True, slots=True)
class Settings:
    """What the detectors are given; each uses its part.

    `base` is a causal language model to fine-tune, `recipe` says how; `encoder` is a bidirectional
    one. `endpoint` and `llm` name a prompted model, `key_env` the variable with its key, `shots`
    how many pairs it is shown, `prices` what a million tokens read and written cost. `work` keeps
    what is dear to make: trained models and paid answers. With `first_stage` our model skips units
    as a scan does. `limit` is how many seconds each may take.
    """

    work: Path
    model: str | None = None
    semgrep_rules: Path | None = None
    base: str | None = None
    recipe: Path | None = None
    encoder: str | None = None
    endpoint: str | None = None
    llm: str | None = None
    key_env: str = "WEAKSPOT_API_KEY"
    shots: int = 3
    prices: tuple[float, float] = (0.0, 0.0)
    epochs: int = 12
    seed: int = 0
    first_stage: bool = False
    limit: float = 1800.0


@dataclass(frozen=True, slots=True)
class Answers:
    """What a detector said of rows by id, and which version of it.

    `notes` are counts and costs that only some have: refusals, unparsable answers, tokens, cost.
    `cost` is that of the program that judged, where it is one of its own; None where the process
    of the detector did all the work.
    """

    verdicts: Mapping[str, Verdict]
    version: str = ""
    notes: Mapping[str, float] = field(default_factory=dict)
    cost: Cost | None = None


class Detector(Protocol):
    """Judges snippets; instances travel to a process of their own, so they are plain values."""

    def judge(self, rows: Sequence[Row], train: Sequence[Row]) -> Answers:
        """Learn from `train` if this detector learns, and judge `rows`.

        Raises:
            WeakspotError: what it needs is not there; the message stands in the table.
        """


_SYSTEMS = "weakspot.evaluate.systems"
DETECTORS: Mapping[str, str] = {
    "weakspot": f"{_SYSTEMS}.ours:Ours",
    "bandit": f"{_SYSTEMS}.static:Static",
    "bandit-ll": f"{_SYSTEMS}.static:Static",
    "ruff": f"{_SYSTEMS}.static:Static",
    "dlint": f"{_SYSTEMS}.static:Static",
    "semgrep": f"{_SYSTEMS}.static:Static",
    "majority": f"{_SYSTEMS}.floors:Floor",
    "length": f"{_SYSTEMS}.floors:Floor",
    "tfidf": f"{_SYSTEMS}.floors:Floor",
    "bilstm": f"{_SYSTEMS}.bilstm:Bilstm",
    "conformer": f"{_SYSTEMS}.conformer:BlockConformer",
    "encoder": f"{_SYSTEMS}.encoder:Encoder",
    "lm-full": f"{_SYSTEMS}.tuned:Tuned",
    "lm-lora": f"{_SYSTEMS}.tuned:Tuned",
    "lm-ia3": f"{_SYSTEMS}.tuned:Tuned",
    "lm-untuned": f"{_SYSTEMS}.tuned:Untuned",
    "prompt-zero": f"{_SYSTEMS}.prompted:Prompted",
    "prompt-few": f"{_SYSTEMS}.prompted:Prompted",
    "prompt-chain": f"{_SYSTEMS}.prompted:Prompted",
}

_LEARNT, _TUNED = ("epochs", "seed"), ("base", "recipe", "seed")
_ASKED = ("endpoint", "llm", "shots", "seed", "prices")
# Those that learn for minutes or are paid for: their answers are kept, and hang on these settings.
DEAR: Mapping[str, tuple[str, ...]] = {
    "bilstm": _LEARNT,
    "conformer": _LEARNT,
    "encoder": ("encoder", *_LEARNT),
    "lm-full": _TUNED,
    "lm-lora": _TUNED,
    "lm-ia3": _TUNED,
    "lm-untuned": ("base",),
    "prompt-zero": _ASKED,
    "prompt-few": _ASKED,
    "prompt-chain": _ASKED,
}
MODELS = ("base", "encoder")  # settings that name a model: a folder of its files, or on the hub


def detector(name: str, settings: Settings) -> Detector:
    """Return a detector by its name; its module is imported only now.

    Raises:
        UsageError: there is none of this name.
    """
    if name not in DETECTORS:
        raise UsageError(f"no detector {name!r}", hint=f"one of {', '.join(DETECTORS)}")
    module, _, attribute = DETECTORS[name].partition(":")
    made: Detector = getattr(import_module(module), attribute)(name, settings)
    return made


def needs_training(train: Sequence[Row], name: str) -> None:
    """Raise UsageError when a detector that learns has nothing, or one kind only, to learn from."""
    if {row.is_weak for row in train} != {True, False}:
        raise UsageError(f"{name} learns from labelled rows of both kinds", hint="give --train")
