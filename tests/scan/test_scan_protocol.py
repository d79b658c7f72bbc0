"""What workers answer, as bytes and back."""

from collections.abc import Callable

import pytest

from timing import check_linear
from weakspot.core.errors import DataError
from weakspot.scan.protocol import Answer, Failed


@pytest.mark.parametrize(
    "answer",
    [
        Answer((b"",)),
        Answer((b"a\n", b"", b"\0\xff")),
        Answer.failure(Failed.ERROR, "line\none"),
    ],
)
def test_an_answer_comes_as_it_was_sent(answer: Answer) -> None:
    assert Answer.unpack(answer.pack()) == answer


@pytest.mark.parametrize("data", [b"", b"[]", b"[null, 1, 2]", b'["late", "", []]'])
def test_what_is_no_answer_says_so(data: bytes) -> None:
    with pytest.raises(DataError, match="not an answer of a worker"):
        Answer.unpack(data)


def test_an_answer_of_many_parts_takes_linear_time() -> None:
    """A file of many units has two parts for each; what was left was copied for every part."""

    def prepared(count: int) -> Callable[[], object]:
        data = Answer((b"x" * 200,) * count).pack()
        return lambda: Answer.unpack(data)

    check_linear(prepared, 2_500)
