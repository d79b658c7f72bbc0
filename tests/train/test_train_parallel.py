"""Work on all processors: the same answers in the same order as in one process."""

import os

from weakspot.code import facts
from weakspot.train.parallel import mapped, streamed


def process_of(_: int) -> int:
    return os.getpid()


def test_answers_come_in_order() -> None:
    texts = [f"open(path + {number!r})" for number in map(str, range(300))]
    assert mapped(facts.counted, texts, 2) == [facts.counted(text) for text in texts]


def test_many_items_leave_the_process_and_few_do_not() -> None:
    assert os.getpid() not in mapped(process_of, range(200))
    assert mapped(process_of, range(5)) == [os.getpid()] * 5


def test_what_is_streamed_comes_one_by_one() -> None:
    asked: list[int] = []

    def noted(number: int) -> int:
        asked.append(number)
        return number

    assert next(iter(streamed(noted, range(5)))) == 0
    assert asked == [0]
    assert os.getpid() not in list(streamed(process_of, range(5), fewest=2))
