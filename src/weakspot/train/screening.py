"""Learns the first stage: a linear model that tells what could be weak from what could not."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from weakspot.core.unit import Unit
from weakspot.model.screen import SIZE, features


def learn(suspects: Sequence[Unit], clean: Sequence[Unit]) -> tuple[bytes, float, float]:
    """Fit the screen on units of composed programs (weak or not) against real code.

    Returns the signed byte weights, their scale and the bias (see `weakspot.model.screen`).
    """
    units = [*suspects, *clean]
    labels = np.array([1] * len(suspects) + [0] * len(clean))
    model = LogisticRegression(C=0.3, class_weight="balanced", max_iter=200, solver="liblinear")
    model.fit(_matrix(units), labels)
    weights = model.coef_[0]
    scale = float(np.abs(weights).max()) / 127 or 1.0
    return np.round(weights / scale).astype(np.int8).tobytes(), scale, float(model.intercept_[0])


def _matrix(units: Sequence[Unit]) -> csr_matrix:
    columns: list[int] = []
    starts = [0]
    for unit in units:
        columns += sorted(features(unit))
        starts.append(len(columns))
    values = np.ones(len(columns), dtype=np.float32)
    return csr_matrix((values, columns, starts), shape=(len(units), SIZE))
