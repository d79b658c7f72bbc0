"""The measures of quick work are themselves ones that can fail.

What must fail here is far beyond the bound, for a disturbed round makes short work look long.
"""

import pytest

import timing


def test_work_that_grows_faster_is_told_from_linear_work() -> None:
    timing.check_linear(lambda size: lambda: sum(range(1_000 * size)), 200)
    with pytest.raises(AssertionError, match="more than 8 times"):
        timing.check_linear(lambda size: lambda: sum(range(size**3)), 60)


def test_quadratic_work_is_told_by_a_clock_that_nothing_disturbs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timing, "_seconds", lambda work: work())
    timing.check_linear(lambda size: lambda: size / 100, 10)
    with pytest.raises(AssertionError, match="more than 8 times"):
        timing.check_linear(lambda size: lambda: size**2 / 100, 10)


def test_long_work_is_told_from_short_work() -> None:
    timing.check_takes(lambda: sum(range(1_000)), 1)
    with pytest.raises(AssertionError, match=r"more than 0\.2 times"):
        timing.check_takes(lambda: [timing.yard() for _ in range(2)], 0.2)
