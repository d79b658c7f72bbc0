"""The gate on composed data: what a bag of words and what mere length can tell about the label.

Both classifiers are trained on some mechanisms and judged on the others. If they do well, the
labels leak, and a model trained on the data would learn the leak (docs/generate.md).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from weakspot.core.example import Example, Role
from weakspot.evaluate.linear import WORD, sklearn

TFIDF_LIMIT = 0.70
LENGTH_LIMIT = 0.55


@dataclass(frozen=True, slots=True)
class GateResult:
    """Balanced accuracies on held-out mechanisms, averaged over the folds; 0.5 is chance.

    `longer_is_fixed` is the share of families whose fixed side is the longer one of the
    vulnerable/fixed pair. `telling` lists the words that speak loudest: for weak (positive
    weight) and for sound (negative), each with its mean weight.
    """

    tfidf_balanced_accuracy: float
    length_balanced_accuracy: float
    longer_is_fixed: float
    telling: tuple[tuple[str, float], ...]

    @property
    def passes(self) -> bool:
        """Whether both stay under their limits."""
        return (
            self.tfidf_balanced_accuracy <= TFIDF_LIMIT
            and self.length_balanced_accuracy <= LENGTH_LIMIT
        )


def floors(examples: Sequence[Example], folds: int = 3, seed: int = 0) -> GateResult:
    """Measure the floors by cross-validation over whole mechanisms.

    Raises MissingExtraError without scikit-learn, and ValueError with fewer mechanisms than folds.
    """
    groups = sorted({example.mechanism for example in examples})
    if len(groups) < folds:
        raise ValueError(f"{len(groups)} mechanisms cannot be split into {folds} folds")
    random.Random(seed).shuffle(groups)  # noqa: S311 - reproducible split, no secret
    fold_of = {mechanism: index % folds for index, mechanism in enumerate(groups)}
    words: list[float] = []
    lengths: list[float] = []
    weights: dict[str, float] = {}
    for fold in range(folds):
        train = [example for example in examples if fold_of[example.mechanism] != fold]
        test = [example for example in examples if fold_of[example.mechanism] == fold]
        score, telling = _bag_of_words(train, test)
        words.append(score)
        lengths.append(_length_only(train, test))
        for word, weight in telling:
            weights[word] = weights.get(word, 0.0) + weight / folds
    loudest = sorted(weights.items(), key=lambda item: (-abs(item[1]), item[0]))[:40]
    return GateResult(
        tfidf_balanced_accuracy=sum(words) / folds,
        length_balanced_accuracy=sum(lengths) / folds,
        longer_is_fixed=longer_is_fixed(examples),
        telling=tuple((word, round(weight, 2)) for word, weight in loudest),
    )


def longer_is_fixed(examples: Sequence[Example]) -> float:
    """Return how often the fixed side is longer than the vulnerable one (ties count half)."""
    pairs: dict[str, dict[Role, int]] = {}
    for example in examples:
        pairs.setdefault(example.family, {})[example.role] = len(example.code)
    points = [
        0.5
        if sides[Role.FIXED] == sides[Role.VULNERABLE]
        else float(sides[Role.FIXED] > sides[Role.VULNERABLE])
        for sides in pairs.values()
        if Role.FIXED in sides and Role.VULNERABLE in sides
    ]
    return sum(points) / len(points) if points else 0.5


def _bag_of_words(
    train: Sequence[Example], test: Sequence[Example]
) -> tuple[float, list[tuple[str, float]]]:
    kit = sklearn()
    vectorizer = kit["tfidf"](
        token_pattern=WORD,
        lowercase=False,
        ngram_range=(1, 2),
        min_df=2,
        sublinear_tf=True,
        max_features=60_000,
    )
    inputs = vectorizer.fit_transform([example.code for example in train])
    model = kit["logistic"](C=4.0, max_iter=300, class_weight="balanced")
    model.fit(inputs, _labels(train))
    found = model.predict(vectorizer.transform([example.code for example in test]))
    names = vectorizer.get_feature_names_out()
    coefficients = model.coef_[0]
    order = sorted(range(len(names)), key=lambda index: -abs(coefficients[index]))[:200]
    telling = [(str(names[index]), float(coefficients[index])) for index in order]
    return _balanced_accuracy(_labels(test), [bool(one) for one in found]), telling


def _length_only(train: Sequence[Example], test: Sequence[Example]) -> float:
    model = sklearn()["tree"](
        max_depth=6, min_samples_leaf=20, class_weight="balanced", random_state=0
    )
    model.fit([_size(example) for example in train], _labels(train))
    found = model.predict([_size(example) for example in test])
    return _balanced_accuracy(_labels(test), [bool(one) for one in found])


def _size(example: Example) -> tuple[int, int, float]:
    lines = example.code.count("\n") + 1
    return len(example.code), lines, len(example.code) / lines


def _labels(examples: Sequence[Example]) -> list[bool]:
    return [example.role.is_weak for example in examples]


def _balanced_accuracy(truth: Sequence[bool], found: Sequence[bool]) -> float:
    rates = []
    for label in (True, False):
        of_label = [
            guess == label for real, guess in zip(truth, found, strict=True) if real == label
        ]
        rates.append(sum(of_label) / len(of_label) if of_label else 0.5)
    return sum(rates) / 2
