"""The measures of quick work are themselves ones that can fail."""

import pytest

import timing


def test_quadratic_work_is_told_from_linear_work() -> None:
    timing.check_linear(lambda size: lambda: sum(range(1_000 * size)), 200)
    with pytest.raises(AssertionError, match="more than 8 times"):
        timing.check_linear(lambda size: lambda: sum(range(size * size)), 1_000)


def test_long_work_is_told_from_short_work() -> None:
    timing.check_takes(lambda: sum(range(1_000)), 1)
    with pytest.raises(AssertionError, match="more than 2 times"):
        timing.check_takes(lambda: [timing.yard() for _ in range(3)], 2)
