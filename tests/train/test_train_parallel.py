"""Work on all processors: the same answers in the same order as in one process."""

import multiprocessing
import os

import pytest

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


def refused_from_nine(number: int) -> int:
    if number >= 9:
        raise ValueError(number)
    return number


def test_what_is_streamed_comes_in_order_and_in_time() -> None:
    """Answers are taken one by one: a later item's error does not keep an earlier answer back."""
    for few in (0, 100):  # in processes of their own, and here
        answers = streamed(refused_from_nine, range(40), few)
        assert [next(answers) for _ in range(9)] == list(range(9))
        with pytest.raises(ValueError, match="9"):
            next(answers)


def test_a_stream_that_is_left_leaves_no_process() -> None:
    answers = streamed(process_of, range(40), 2)
    assert next(answers) != os.getpid()
    answers.close()
    assert not multiprocessing.active_children()
