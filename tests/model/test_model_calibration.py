"""Calibration keeps the order of scores and never leaves [0, 1]."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakspot.core.errors import BundleError
from weakspot.model.calibration import Platt, sigmoid

FINITE = st.floats(-1e6, 1e6)


@given(FINITE, FINITE, st.floats(0.01, 100), st.floats(-50, 50))
def test_order_is_kept(one: float, other: float, scale: float, shift: float) -> None:
    platt = Platt(scale, shift)
    low, high = sorted((one, other))
    assert 0.0 <= platt(low) <= platt(high) <= 1.0


def test_no_number_is_no_probability() -> None:
    with pytest.raises(BundleError, match="no number"):
        sigmoid(math.nan)


@given(FINITE)
def test_sigmoid_is_symmetric(value: float) -> None:
    assert math.isclose(sigmoid(value) + sigmoid(-value), 1.0)
