"""How requests are handed out: each worker keeps to a run, and none is lost or done twice."""

import time
from collections.abc import Iterator

import scan_fakes

from weakspot.scan.protocol import Limits
from weakspot.scan.workers import Crew, Request, _Waiting


def requests(*numbers: int) -> list[Request[int]]:
    return [Request(number, b"") for number in numbers]


def keys(waiting: "_Waiting[int]", *workers: int) -> list[int | None]:
    taken = (waiting.take(worker) for worker in workers)
    return [None if one is None else one.key for one in taken]


def test_a_worker_takes_from_its_run_and_then_from_the_next_one() -> None:
    waiting = _Waiting([requests(1, 2), requests(11, 12, 13)])
    assert keys(waiting, 1, 0, 1, 0, 0, 0) == [11, 1, 12, 2, 13, None]
    assert not waiting.is_left()


def test_more_workers_than_runs_share_them() -> None:
    waiting = _Waiting([requests(1, 2, 3)])
    assert keys(waiting, 0, 5, 2, 1) == [1, 2, 3, None]
    assert not _Waiting[int]([]).is_left()


def test_what_could_not_be_sent_comes_first_again() -> None:
    waiting = _Waiting([requests(1, 2), requests(11)])
    first = waiting.take(0)
    assert first is not None
    assert waiting.is_left()  # reads one ahead
    waiting.give_back(0, first)
    assert keys(waiting, 0, 0, 0, 0) == [1, 2, 11, None]


def test_workers_keep_to_their_runs_until_those_end() -> None:
    runs = [requests(*range(30)), requests(*range(100, 110))]
    with Crew[int](scan_fakes.WhoWork(), 2, Limits()) as crew:
        replies = [(reply.key, reply.parts[0]) for reply in crew.run(*runs)]
    assert sorted(key for key, _ in replies) == [*range(30), *range(100, 110)]
    first = {who: key for key, who in reversed(replies)}
    assert set(first.values()) == {0, 100}
    own = next(who for who, key in first.items() if key == 100)
    assert {who for key, who in replies if key >= 100} == {own}
    assert {who for key, who in replies if key < 100} == set(first)  # what was left was shared


def test_requests_are_read_when_somebody_is_free() -> None:
    read: list[float] = []

    def one_by_one() -> Iterator[Request[int]]:
        for number in range(6):
            read.append(time.monotonic())
            yield Request(number, b"")

    with Crew[int](scan_fakes.WhoWork(), 1, Limits()) as crew:
        assert [reply.key for reply in crew.run(one_by_one())] == [*range(6)]
    assert read[5] - read[2] > 0.1  # none but the next one was waiting
