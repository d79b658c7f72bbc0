"""What is reached without any idea of weaknesses: the commonest label, mere length, words.

TF-IDF with logistic regression is also the first row of the paper's Table 1 (Singh).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from weakspot.evaluate import linear
from weakspot.evaluate.detector import Answers, Settings, needs_training
from weakspot.evaluate.floors import as_example
from weakspot.evaluate.suites import Row


@dataclass(frozen=True, slots=True)
class Floor:
    """One of `majority`, `length` and `tfidf`."""

    name: str
    settings: Settings

    def judge(self, rows: Sequence[Row], train: Sequence[Row]) -> Answers:
        """Train and judge; raises UsageError without rows to learn from."""
        needs_training(train, self.name)
        judges = {
            "majority": linear.majority,
            "length": linear.length_only,
            "tfidf": linear.bag_of_words,
        }
        return Answers(judges[self.name]([as_example(row) for row in train], rows))
