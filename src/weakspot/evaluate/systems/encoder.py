"""A CodeBERT-style encoder with a linear head (Feng et al. 2020, arXiv 2002.08155)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from weakspot.core.errors import MissingExtraError
from weakspot.evaluate.detector import Answers, Settings, needs_training
from weakspot.evaluate.suites import Row, Verdict
from weakspot.evaluate.systems.parted import parted, threshold
from weakspot.evaluate.systems.words import PAD, Words, words_of

_LONGEST = 400  # tokens
_RATE, _RATE_LOADED = 3e-4, 2e-5
_EPOCHS_LOADED = 5


@dataclass(frozen=True, slots=True)
class Encoder:
    """Fine-tunes the encoder of the settings; without one, the same shape begins from nothing.

    Seven eighths of the training pairs are learnt from; the others decide where "weak" begins.
    """

    name: str
    settings: Settings

    def judge(self, rows: Sequence[Row], train: Sequence[Row]) -> Answers:
        """Train and judge.

        Raises:
            UsageError: there is nothing to learn from.
            MissingExtraError: torch or transformers is not installed.
        """
        needs_training(train, self.name)
        try:
            from weakspot.networks.rivals import encoder  # noqa: PLC0415 - optional extra
            from weakspot.networks.rivals.learning import (  # noqa: PLC0415 - as above
                Learning,
                fit,
                probabilities,
            )
        except ImportError as error:
            raise MissingExtraError("finetune", "training an encoder") from error
        learnt, deciding = parted(train)
        seed, folder = self.settings.seed, self.settings.encoder
        encode: Callable[[Sequence[str]], list[list[int]]]
        if folder is None:
            words = Words.of(words_of(row.code) for row in learnt)
            model = encoder.from_nothing(len(words), _LONGEST, seed)
            how = Learning(self.settings.epochs, _RATE, seed=seed)

            def encode(codes: Sequence[str]) -> list[list[int]]:
                return [words.encode(words_of(code), _LONGEST) for code in codes]
        else:
            model, encode = encoder.from_folder(folder, _LONGEST)
            how = Learning(_EPOCHS_LOADED, _RATE_LOADED, seed=seed)
        pad = PAD if folder is None else model.pad
        fit(model, encode([row.code for row in learnt]), [row.is_weak for row in learnt], how, pad)

        def sure(asked: Sequence[Row]) -> dict[str, float]:
            found = probabilities(model, encode([row.code for row in asked]), pad)
            return {row.id: p for row, p in zip(asked, found, strict=True)}

        weak_from = threshold(deciding, sure(deciding))
        return Answers(
            {name: Verdict(p >= weak_from, p) for name, p in sure(rows).items()},
            "from nothing" if folder is None else folder,
        )
