"""The floors: what words, mere length or the commonest label tell, learnt from examples."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from weakspot.core.errors import MissingExtraError
from weakspot.core.example import Example
from weakspot.evaluate.suites import Row, Verdict

WORD = r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[^\sA-Za-z0-9_]"


def bag_of_words(examples: Sequence[Example], rows: Sequence[Row]) -> Mapping[str, Verdict]:
    """Train TF-IDF (words and pairs of words) + logistic regression on `examples`; judge `rows`.

    Raises MissingExtraError without scikit-learn.
    """
    kit = sklearn()
    words = kit["tfidf"](
        token_pattern=WORD,
        lowercase=False,
        ngram_range=(1, 2),
        min_df=2,
        sublinear_tf=True,
        max_features=60_000,
    )
    model = kit["logistic"](C=4.0, max_iter=300, class_weight="balanced")
    return _judged(model, words.fit_transform, words.transform, examples, rows)


def length_only(examples: Sequence[Example], rows: Sequence[Row]) -> Mapping[str, Verdict]:
    """Train a small decision tree on characters, lines and their ratio; judge `rows`.

    Raises MissingExtraError without scikit-learn.
    """
    model = sklearn()["tree"](
        max_depth=6, min_samples_leaf=20, class_weight="balanced", random_state=0
    )
    return _judged(model, _sizes, _sizes, examples, rows)


def majority(examples: Sequence[Example], rows: Sequence[Row]) -> Mapping[str, Verdict]:
    """Call every row what most of `examples` are; weak when there are as many of both."""
    share = sum(one.role.is_weak for one in examples) / max(1, len(examples))
    return {row.id: Verdict(is_weak=share >= 0.5, probability=share) for row in rows}


def _judged(
    model: Any,
    fit: Callable[[list[str]], Any],
    turn: Callable[[list[str]], Any],
    examples: Sequence[Example],
    rows: Sequence[Row],
) -> Mapping[str, Verdict]:
    model.fit(fit([one.code for one in examples]), [one.role.is_weak for one in examples])
    sure = model.predict_proba(turn([row.code for row in rows]))[:, 1]
    return {
        row.id: Verdict(is_weak=bool(p >= 0.5), probability=float(p))
        for row, p in zip(rows, sure, strict=True)
    }


def _sizes(texts: list[str]) -> list[tuple[int, int, float]]:
    return [(len(text), text.count("\n") + 1, len(text) / (text.count("\n") + 1)) for text in texts]


def sklearn() -> dict[str, Any]:
    """Return the classes of scikit-learn that the floors are made of.

    Raises MissingExtraError when it is not installed.
    """
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - optional extra
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - optional extra
        from sklearn.tree import DecisionTreeClassifier  # noqa: PLC0415 - optional extra
    except ImportError as error:
        raise MissingExtraError("evaluate", "measuring the floors") from error
    return {
        "tfidf": TfidfVectorizer,
        "logistic": LogisticRegression,
        "tree": DecisionTreeClassifier,
    }
