"""BiLSTM over tokens (Farasat and Posegga, CODASPY 2024, arXiv 2404.09537)."""

from collections.abc import Sequence
from dataclasses import dataclass

from weakspot.core.errors import MissingExtraError
from weakspot.evaluate.detector import Answers, Settings, needs_training
from weakspot.evaluate.suites import Row, Verdict
from weakspot.evaluate.systems.parted import parted, threshold
from weakspot.evaluate.systems.words import PAD, Words, words_of

_LONGEST = 400  # tokens
_RATE = 2e-3


@dataclass(frozen=True, slots=True)
class Bilstm:
    """Learns from seven eighths of the training pairs; the others decide where "weak" begins."""

    name: str
    settings: Settings

    def judge(self, rows: Sequence[Row], train: Sequence[Row]) -> Answers:
        """Train and judge.

        Raises:
            UsageError: there is nothing to learn from.
            MissingExtraError: torch is not installed.
        """
        needs_training(train, self.name)
        try:
            import torch  # noqa: PLC0415 - optional extra

            from weakspot.networks.rivals.bilstm import BiLstm  # noqa: PLC0415 - as above
            from weakspot.networks.rivals.learning import (  # noqa: PLC0415 - as above
                Learning,
                fit,
                probabilities,
            )
        except ImportError as error:
            raise MissingExtraError("train", "training the BiLSTM") from error
        learnt, deciding = parted(train)
        programs = [words_of(row.code) for row in learnt]
        words = Words.of(programs)
        torch.manual_seed(self.settings.seed)
        model = BiLstm(len(words))
        fit(
            model,
            [words.encode(program, _LONGEST) for program in programs],
            [row.is_weak for row in learnt],
            Learning(self.settings.epochs, _RATE, 32, self.settings.seed),
            PAD,
        )

        def sure(asked: Sequence[Row]) -> dict[str, float]:
            ids = [words.encode(words_of(row.code), _LONGEST) for row in asked]
            found = probabilities(model, ids, PAD)
            return {row.id: p for row, p in zip(asked, found, strict=True)}

        weak_from = threshold(deciding, sure(deciding))
        return Answers(
            {name: Verdict(p >= weak_from, p) for name, p in sure(rows).items()},
            f"torch {torch.__version__}",
        )
