"""What pre-training reads: of every kind its share, no unit again before all were read."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from weakspot.train.pretrain import Row
from weakspot.train.reading import mixed


def rows(kind: int, count: int) -> list[Row]:
    """Return rows of ten tokens, the first two of which name them."""
    return [np.array([kind, number, *range(8)], np.uint16) for number in range(count)]


def tokens(drawn: Sequence[Row], kind: int) -> int:
    return sum(len(row) for row in drawn if row[0] == kind)


def test_every_kind_has_its_share_of_the_tokens() -> None:
    lists = [rows(0, 100), rows(1, 100), rows(2, 100)]
    drawn, counts = mixed(lists, [0.2, 0.3, 1.0], 1_000, seed=1)
    assert [tokens(drawn, kind) for kind in range(3)] == counts == [200, 300, 500]
    assert len({(row[0], row[1]) for row in drawn}) == len(drawn)


def test_a_kind_that_is_too_small_is_read_again_until_it_has_its_share() -> None:
    drawn, counts = mixed([rows(0, 8), rows(1, 100)], [0.2, 1.0], 1_000, seed=1)
    assert counts == [200, 800]
    readings = Counter(int(row[1]) for row in drawn if row[0] == 0)
    assert set(readings.values()) == {2, 3}
    assert len(readings) == 8


def test_what_a_kind_lacks_after_four_readings_the_last_makes_up_for() -> None:
    drawn, counts = mixed([rows(0, 3), rows(1, 100), []], [0.2, 1.0, 0.0], 1_000, seed=1)
    assert [tokens(drawn, kind) for kind in range(3)] == counts == [120, 880, 0]


def test_where_there_is_too_little_all_is_read_four_times() -> None:
    _, counts = mixed([rows(0, 3), rows(1, 4)], [0.5, 1.0], 1_000, seed=1)
    assert counts == [120, 160]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_is_the_seed_s_and_no_kind_comes_first(seed: int) -> None:
    lists = [rows(0, 50), rows(1, 50)]
    drawn, _ = mixed(lists, [0.5, 1.0], 1_000, seed)
    again, _ = mixed(lists, [0.5, 1.0], 1_000, seed)
    assert all(np.array_equal(one, other) for one, other in zip(drawn, again, strict=True))
    assert 10 < sum(row[0] == 0 for row in drawn[:50]) < 40
