"""Work on all processors: the same answers in the same order as in one process."""

import os

from weakspot.code import facts
from weakspot.train.parallel import mapped


def process_of(_: int) -> int:
    return os.getpid()


def test_answers_come_in_order() -> None:
    texts = [f"open(path + {number!r})" for number in map(str, range(300))]
    assert mapped(facts.counted, texts, 2) == [facts.counted(text) for text in texts]


def test_many_items_leave_the_process_and_few_do_not() -> None:
    assert os.getpid() not in mapped(process_of, range(200))
    assert mapped(process_of, range(5)) == [os.getpid()] * 5
