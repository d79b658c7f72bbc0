"""What the client of a chat endpoint does with its key."""

import httpx2
import pytest

from weakspot.backends.chat.client import Client, Endpoint, Watch
from weakspot.backends.chat.cost import Pace
from weakspot.core.errors import EndpointError, UsageError

KEY = "sk-0123456789"
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
    endpoint = Endpoint(URL, f"{KEY}\n", retries=1)  # the line break of the file it was read from
    watch = Watch(lambda: None, told.append)
    with (
        Client(endpoint, Pace(None), told.append, lambda _: None) as client,
        pytest.raises(EndpointError) as caught,
    ):
        client.ask({"model": "m"}, "k", watch)
    told.append(caught.value.message)
    assert "Bearer ***" in caught.value.message
    assert not any(KEY in text for text in told)
