"""Learns the linear model over words (`weakspot.model.words`) from pairs."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression

from weakspot.core.errors import DataError
from weakspot.model.words import SIZE, features, to_bytes
from weakspot.train.labelled import Family

_STRENGTH = 2.0  # inverse of the L2 penalty


TextOf = Callable[[Sequence[int]], str]


def learn(families: Sequence[Family], text_of: TextOf) -> tuple[bytes, float]:
    """Fit on the units of families, weak against sound; returns ``words.bin`` and the bias.

    Raises:
        DataError: there are no families to learn from.
    """
    units = [unit for family in families for unit in family]
    if not any(unit.is_weak for unit in units):
        raise DataError("the recipe weighs words, but no phase learns from written pairs")
    texts = [text_of(unit.ids) for unit in units]
    counted = _matrix(texts)
    scaler = TfidfTransformer().fit(counted)
    model = LogisticRegression(
        C=_STRENGTH, class_weight="balanced", max_iter=200, solver="liblinear"
    )
    model.fit(scaler.transform(counted), [unit.is_weak for unit in units])
    return to_bytes(model.coef_[0], scaler.idf_), float(model.intercept_[0])


def _matrix(texts: Sequence[str]) -> csr_matrix:
    found = [features(text) for text in texts]
    starts = np.cumsum([0, *(len(places) for places, _ in found)])
    columns = np.concatenate([places for places, _ in found])
    values = np.concatenate([often for _, often in found])
    return csr_matrix((values, columns, starts), shape=(len(texts), SIZE))
