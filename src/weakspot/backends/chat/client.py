"""Asks an OpenAI-compatible endpoint: `POST …/chat/completions`, retried, at a pace, size-limited.

Nothing goes anywhere but to the endpoint the user named: redirects are not followed, and a key is
never sent in the clear to another machine, and told to nobody (docs/decisions/0011-llm-client.md).
"""

import ipaddress
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx2
import tenacity

from weakspot.backends.chat.cost import Pace
from weakspot.core.errors import EndpointError, UsageError

MAX_BYTES = 4_000_000  # of one answer
MAX_WAIT = 300.0  # seconds that an endpoint may ask us to wait
_TELL = 300  # characters of an endpoint's complaint that are passed on
_REAL_KEY = 16  # characters; shorter ones are placeholders that local servers want: EMPTY, ollama
_CONNECT_SECONDS = 15.0
_BUSY = frozenset({408, 409, 425, 429})
_WRONG = frozenset({400, 422})
# What a request can do without, in the order in which it is given up when an endpoint complains
# and does not say about what.
_OPTIONAL = ("response_format", "seed", "temperature")
_HINTS = {
    401: "set the key in the environment variable that --key-env names",
    403: "the key may not use this model",
    404: "check --endpoint (it mostly ends in /v1) and --model",
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask and how patiently; times in seconds."""

    url: str
    api_key: str | None = None
    timeout: float = 600.0
    retries: int = 6
    backoff: float = 1.0


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer as it came: the body, what was sent for it, and how long it took."""

    body: str
    sent: Mapping[str, Any]
    seconds: float


@dataclass(frozen=True, slots=True)
class Watch:
    """What is told about every attempt: that it is sent, and that it failed unpaid.

    `begin` is called before an attempt waits for its turn; what it raises ends the request.
    """

    sent: Callable[[], None]
    failed: Callable[[str], None]
    begin: Callable[[], None] = lambda: None


class _BusyError(Exception):
    """An attempt failed and another may succeed."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


class Client:
    """One endpoint, for any number of threads.

    Once `halt` is set nothing more is sent: pauses end at once, and only answers under way are
    waited for.
    """

    def __init__(self, endpoint: Endpoint, pace: Pace, say: Callable[[str], None]) -> None:
        """Prepare a client; nothing is sent yet.

        Raises:
            UsageError: the address is none, or would carry the key in the clear; or the key is
                none that a header can hold.
        """
        self._target = chat_url(endpoint.url)
        parsed = httpx2.URL(self._target)
        # What is told and recorded: a query may hold more than a version.
        self.url = str(parsed.copy_with(query=None))
        self._endpoint = endpoint
        self._pace = pace
        self._say = say
        self.halt = threading.Event()
        self._without: set[str] = set()
        self._lock = threading.Lock()
        near = _is_loopback(parsed.host)
        headers = {"Accept": "application/json", "User-Agent": "weakspot"}
        self._key = _checked(endpoint.api_key)
        if self._key:
            if parsed.scheme == "http" and not near:
                raise UsageError(
                    f"the key would be sent unencrypted to {parsed.host}",
                    hint="use https, or unset the key's environment variable",
                )
            headers["Authorization"] = f"Bearer {self._key}"
        self._http = httpx2.Client(
            headers=headers,
            timeout=httpx2.Timeout(endpoint.timeout, connect=_CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=not near,  # a proxy from the environment has no business on this machine
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def ask(self, body: Mapping[str, Any], key: str, watch: Watch) -> Reply:
        """Send one request until it is answered, and return the answer.

        Raises:
            EndpointError: refused, not answered after all retries, or halted before that.
        """
        waits = tenacity.wait_random_exponential(multiplier=self._endpoint.backoff, max=60)

        def wait(state: tenacity.RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            after = error.after if isinstance(error, _BusyError) else None
            return waits(state) if after is None else min(after, MAX_WAIT)

        def before_sleep(state: tenacity.RetryCallState) -> None:
            error = state.outcome.exception() if state.outcome else None
            self._say(f"{error}; asking again in {state.upcoming_sleep:.1f} s")

        retrying = tenacity.Retrying(
            stop=tenacity.stop_any(
                tenacity.stop_after_attempt(self._endpoint.retries + 1),
                tenacity.stop_when_event_set(self.halt),
            ),
            wait=wait,
            retry=tenacity.retry_if_exception_type(_BusyError),
            before_sleep=before_sleep,
            sleep=tenacity.sleep_using_event(self.halt),
            reraise=True,
        )
        try:
            return retrying(self._accepted, body, key, watch)
        except _BusyError as error:
            times = retrying.statistics["attempt_number"]
            raise EndpointError(
                f"{self.url}: {error}, {times} times",
                hint="nothing is lost: run the same command again to go on",
            ) from error

    def _accepted(self, body: Mapping[str, Any], key: str, watch: Watch) -> Reply:
        """Send a request without what the endpoint does not take."""
        while True:
            sent = {name: value for name, value in body.items() if name not in self._without}
            status, text, seconds = self._once(sent, key, watch)
            said = self._clean(text)
            if 200 <= status < 300:
                if not _is_error(text):
                    return Reply(self._kept(text), sent, seconds)
                watch.failed(f"HTTP {status}: {said}")
                raise _BusyError(f"an error in place of an answer: {said}")
            watch.failed(f"HTTP {status}: {said}")
            if status not in _WRONG or not self._give_up_one(sent, said):
                raise EndpointError(f"{self.url}: HTTP {status}: {said}", hint=_HINTS.get(status))

    def _give_up_one(self, sent: Mapping[str, Any], said: str) -> bool:
        """Leave out one optional field from now on; False when there is none left."""
        there = [name for name in _OPTIONAL if name in sent]
        named = [name for name in there if name in said]
        for name in (named or there)[:1]:
            with self._lock:
                self._without.add(name)
            self._say(f"the endpoint refused: {said}; asking without {name}")
            return True
        return False

    def _once(self, sent: Mapping[str, Any], key: str, watch: Watch) -> tuple[int, str, float]:
        watch.begin()
        self._pace.wait(self.halt.wait)
        if self.halt.is_set():  # looked at last: a turn, or money, may have been waited for
            raise EndpointError(f"{self.url}: halted before the request was sent")
        watch.sent()
        start = time.monotonic()
        # Gateways that know this header answer a repeated request without a second bill; they want
        # one name for one body.
        name = f"{key}-{len(sent)}"
        try:
            with self._http.stream(
                "POST", self._target, json=dict(sent), headers={"Idempotency-Key": name}
            ) as response:
                data = bytearray()
                for piece in response.iter_bytes():
                    data += piece
                    if len(data) > MAX_BYTES:
                        break
                    # The client's own limit is for each piece; some servers send one a minute.
                    if time.monotonic() - start > self._endpoint.timeout:
                        raise _BusyError(f"no whole answer within {self._endpoint.timeout:g} s")
                status, after = response.status_code, _seconds(response.headers)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            watch.failed("not connected")
            raise _BusyError(f"cannot connect: {self._clean(str(error))}") from error
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            raise _BusyError(f"{type(error).__name__}: {self._clean(str(error))}") from error
        text = bytes(data[:MAX_BYTES]).decode("utf-8", "surrogateescape")
        if status in _BUSY or status >= 500:
            watch.failed(f"HTTP {status}")
            raise _BusyError(f"HTTP {status}: {self._clean(text)}", after)
        return status, text, time.monotonic() - start

    def _kept(self, body: str) -> str:
        """Take the key out of an answer, but no placeholder, which may be a word of it."""
        is_placeholder = len(self._key) < _REAL_KEY
        return body if is_placeholder and _object(body) is not None else self._blanked(body)

    def _blanked(self, text: str) -> str:
        """Take the key out of a text; an endpoint may echo it, an exception quote it."""
        return text.replace(self._key, "***") if self._key else text

    def _clean(self, text: str) -> str:
        """Shorten a foreign text to one line, without the key."""
        line = " ".join(self._blanked(text).split())
        return line if len(line) <= _TELL else line[:_TELL] + " …"


def _checked(key: str | None) -> str:
    """Return a key without the space around it. Raises UsageError for one that no header holds."""
    key = (key or "").strip()
    if not key.isascii() or not key.isprintable():
        raise UsageError(
            "the key holds characters that no key has",
            hint="look for a line break in its environment variable (--key-env)",
        )
    return key


def chat_url(url: str) -> str:
    """Return the address of chat completions for a base address. Raises UsageError for none."""
    try:
        parsed = httpx2.URL(url)
    except (httpx2.InvalidURL, TypeError) as error:
        raise UsageError(f"{url!r} is no address: {error}") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise UsageError(
            f"{url!r} is no address of an endpoint", hint="for example http://localhost:11434/v1"
        )
    if parsed.userinfo:
        raise UsageError("the address holds a password", hint="keys come from the environment")
    path = parsed.path.rstrip("/") or "/v1"
    if not path.endswith("/chat/completions"):
        path += "/chat/completions"
    return str(parsed.copy_with(path=path, fragment=None))


def _is_error(text: str) -> bool:
    """Say whether a gateway reports an error of the model behind it with a status of success."""
    reply = _object(text) or {}
    return bool(reply.get("error")) and not reply.get("choices")


def _object(text: str) -> dict[str, Any] | None:
    """Return a body as an object, None where it is no JSON object."""
    try:
        reply = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return reply if isinstance(reply, dict) else None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _seconds(headers: Mapping[str, str]) -> float | None:
    """Return a Retry-After given in seconds; the form with a date is left to the back-off."""
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None
