"""A conformer over blocks of code (Bagheri and Hegedűs, Software 2024, 10.3390/software3030016).

A program is cut into overlapping blocks of lines. In training a block is weak when it holds a weak
line; a program is as weak as its weakest block, and that block's lines are what it points at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from weakspot.core.errors import MissingExtraError
from weakspot.evaluate.detector import Answers, Settings, needs_training
from weakspot.evaluate.suites import Row, Verdict
from weakspot.evaluate.systems.parted import parted, threshold
from weakspot.evaluate.systems.words import PAD, Words, words_by_line, words_of

_LINES, _STEP = 20, 10
_LONGEST = 320  # tokens of a block
_RATE = 5e-4


@dataclass(frozen=True, slots=True)
class _Block:
    lines: tuple[int, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlockConformer:
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

            from weakspot.networks.rivals.conformer import Conformer  # noqa: PLC0415 - as above
            from weakspot.networks.rivals.learning import (  # noqa: PLC0415 - as above
                Learning,
                fit,
                probabilities,
            )
        except ImportError as error:
            raise MissingExtraError("train", "training the conformer") from error
        learnt, deciding = parted(train)
        words = Words.of(words_of(row.code) for row in learnt)
        known = [(block, _is_weak(block, row)) for row in learnt for block in _blocks(row.code)]
        torch.manual_seed(self.settings.seed)
        model = Conformer(len(words), _LONGEST)
        fit(
            model,
            [words.encode(block.words, _LONGEST) for block, _ in known],
            [is_weak for _, is_weak in known],
            Learning(self.settings.epochs, _RATE, seed=self.settings.seed),
            PAD,
        )

        def worst(programs: Sequence[Row]) -> dict[str, tuple[float, _Block]]:
            asked = [(row.id, block) for row in programs for block in _blocks(row.code)]
            ids = [words.encode(block.words, _LONGEST) for _, block in asked]
            best: dict[str, tuple[float, _Block]] = {}
            for (name, block), p in zip(asked, probabilities(model, ids, PAD), strict=True):
                if name not in best or p > best[name][0]:
                    best[name] = (p, block)
            return best

        sure = {name: p for name, (p, _) in worst(deciding).items()}
        weak_from = threshold(deciding, sure)
        return Answers(
            {
                name: Verdict(p >= weak_from, p, (), block.lines)
                for name, (p, block) in worst(rows).items()
            },
            f"torch {torch.__version__}",
        )


def _is_weak(block: _Block, row: Row) -> bool:
    return row.is_weak and (not row.lines or bool(set(row.lines) & set(block.lines)))


def _blocks(code: str) -> Iterator[_Block]:
    lines = words_by_line(code)
    for at in range(0, max(1, len(lines) - _STEP), _STEP):
        part = lines[at : at + _LINES]
        yield _Block(
            tuple(line for line, _ in part), tuple(word for _, words in part for word in words)
        )
