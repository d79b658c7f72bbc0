"""What the client of a chat endpoint does with its key."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import httpx2
import pytest

from weakspot.backends.chat.client import Client, Endpoint, Watch
from weakspot.backends.chat.cost import Pace
from weakspot.core.errors import EndpointError, UsageError

KEY = "sk-0123456789"
LONG_KEY = "sk-0123456789abcdef"
URL = "http://127.0.0.1:9/v1"


@pytest.mark.parametrize("key", ["sk-0123\n456789", "sk-0123\r456789", "sk-\u043a", "sk-\0"])
def test_a_key_that_no_header_holds_is_refused_and_not_told(key: str) -> None:
    with pytest.raises(UsageError) as caught:
        Client(Endpoint(URL, key), Pace(None), print)
    assert "sk-" not in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize("error", [httpx2.LocalProtocolError, httpx2.ConnectError])
def test_the_key_is_blanked_in_exceptions(
    monkeypatch: pytest.MonkeyPatch, error: type[httpx2.TransportError]
) -> None:
    def burst(client: httpx2.Client, *_: object, **__: object) -> None:
        raise error(f"Illegal header value b'{client.headers['Authorization']}'")

    monkeypatch.setattr(httpx2.Client, "stream", burst)
    told: list[str] = []
    # With the line break of the file it was read from.
    endpoint = Endpoint(URL, f"{KEY}\n", retries=1, backoff=0)
    watch = Watch(lambda: None, told.append)
    with (
        Client(endpoint, Pace(None), told.append) as client,
        pytest.raises(EndpointError) as caught,
    ):
        client.ask({"model": "m"}, "k", watch)
    told.append(caught.value.message)
    assert "Bearer ***" in caught.value.message
    assert not any(KEY in text for text in told)


def test_once_halted_nothing_more_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def burst(*_: object, **__: object) -> None:
        raise httpx2.ReadTimeout("slow")

    monkeypatch.setattr(httpx2.Client, "stream", burst)
    sent: list[str] = []
    with Client(Endpoint(URL, backoff=60), Pace(None), lambda _: client.halt.set()) as client:
        for _ in range(2):  # in the pause before a second attempt, then before a first one
            with pytest.raises(EndpointError):
                client.ask({"model": "m"}, "k", Watch(lambda: sent.append("once"), print))
    assert sent == ["once"]


@pytest.mark.parametrize("error", [httpx2.ConnectError, httpx2.ConnectTimeout])
def test_what_never_reached_the_endpoint_is_unpaid(
    monkeypatch: pytest.MonkeyPatch, error: type[httpx2.TransportError]
) -> None:
    def burst(*_: object, **__: object) -> None:
        raise error("away")

    monkeypatch.setattr(httpx2.Client, "stream", burst)
    told: list[str] = []
    with (
        Client(Endpoint(URL, retries=0), Pace(None), print) as client,
        pytest.raises(EndpointError),
    ):
        client.ask({"model": "m"}, "k", Watch(lambda: None, told.append))
    assert told == ["not connected"]


def asked(monkeypatch: pytest.MonkeyPatch, key: str, body: str, status: int = 200) -> str:
    """Return what is kept of an endpoint's body."""

    @contextmanager
    def stream(*_: object, **__: object) -> Iterator[SimpleNamespace]:
        yield SimpleNamespace(
            iter_bytes=lambda: iter([body.encode()]), status_code=status, headers={}
        )

    monkeypatch.setattr(httpx2.Client, "stream", stream)
    with Client(Endpoint(URL, key), Pace(None), print) as client:
        return client.ask({"model": "m"}, "k", Watch(lambda: None, print)).body


@pytest.mark.parametrize("key", ["EMPTY", "none", "e"])
def test_a_placeholder_is_left_in_an_answer(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    body = json.dumps({"choices": [{"message": {"content": "if none is EMPTY: return"}}]})
    assert asked(monkeypatch, key, body) == body


def test_a_real_key_is_blanked_even_in_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    body = json.dumps({"choices": [], "echo": f"Bearer {LONG_KEY}"})
    assert asked(monkeypatch, LONG_KEY, body) == body.replace(LONG_KEY, "***")


def test_any_key_is_blanked_in_what_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    page = "<p>Authorization: Bearer EMPTY</p>"
    assert asked(monkeypatch, "EMPTY", page) == page.replace("EMPTY", "***")
    with pytest.raises(EndpointError, match=r"Bearer \*\*\*") as caught:
        asked(monkeypatch, "EMPTY", page, status=401)
    assert "EMPTY" not in caught.value.message
