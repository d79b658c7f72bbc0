"""The desk's web server: loopback only, a page of three files, and a few questions in JSON.

The standard library's server, one thread a connection: docs/decisions/0015-review-desk.md.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from weakspot.core.errors import DataError, WeakspotError
from weakspot.review.desk import Desk
from weakspot.review.guard import (
    HEADERS,
    RefusedError,
    Session,
    check_host,
    check_reader,
    check_writer,
)
from weakspot.review.shelf import StaleError

LOOPBACK: Final = "127.0.0.1"
_SECONDS: Final = 60  # a connection that says nothing for so long is closed
_ASSETS: Final = {
    "": ("desk.html", "text/html; charset=utf-8"),
    "desk.css": ("desk.css", "text/css; charset=utf-8"),
    "desk.js": ("desk.js", "text/javascript; charset=utf-8"),
}
# The way from the one-time link to the desk. A redirect would not do: where another site linked
# here, the browser keeps a Strict cookie back on it, but not on what this page itself opens.
_DOOR: Final = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>weakspot review</title>"
    '<meta http-equiv=refresh content="0;url={place}"><p><a href="{place}">To the review desk</a>'
)

Question = Mapping[str, str]


class DeskServer(ThreadingHTTPServer):
    """Serves one desk; `address` is the link to open, good for one browser."""

    daemon_threads = True

    def __init__(self, desk: Desk, port: int = 0, session: Session | None = None) -> None:
        self.desk = desk
        self.session = session or Session()
        super().__init__((LOOPBACK, port), _Handler)

    @property
    def address(self) -> str:
        """The link with the one-time token."""
        return f"http://{LOOPBACK}:{self.server_port}/open?token={self.session.token}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that hung up."""


class _Handler(BaseHTTPRequestHandler):
    server: DeskServer
    protocol_version = "HTTP/1.1"
    timeout = _SECONDS
    disable_nagle_algorithm = True  # head and body are two writes: no waiting between them

    def do_GET(self) -> None:
        self._answer(self._get)

    def do_POST(self) -> None:
        self._answer(self._post)

    def _answer(self, work: Callable[[], None]) -> None:
        try:
            check_host(self.headers, self.server.server_port)
            work()
        except RefusedError as refused:
            # What was not read of the request must not be taken for the next one.
            self.close_connection = True
            self._send_text(refused.status, refused.reason)
        except StaleError as error:
            self._send_json({"error": error.message}, HTTPStatus.CONFLICT)
        except DataError as error:
            self._send_json({"error": error.message}, HTTPStatus.UNPROCESSABLE_ENTITY)
        except WeakspotError as error:
            told = f"{error.message} ({error.hint})" if error.hint else error.message
            self._send_json({"error": told}, HTTPStatus.INTERNAL_SERVER_ERROR)
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        except OSError as error:  # a full disk, say: the reader must know that nothing was kept
            told = f"not recorded: {error.strerror or type(error).__name__}"
            self._send_json({"error": told}, HTTPStatus.INTERNAL_SERVER_ERROR)
        except Exception as error:  # the last line of defence: one pair must not end the desk
            told = f"internal error: {type(error).__name__}"
            self._send_json({"error": told}, HTTPStatus.INTERNAL_SERVER_ERROR)

    def _get(self) -> None:
        session = self.server.session
        parts = urlsplit(self.path)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/favicon.ico":
            self._send(HTTPStatus.NO_CONTENT, b"", "text/plain")
            return
        if parts.path == "/open":
            cookie = session.exchange(asked.get("token", ""))
            page = _DOOR.format(place=session.folder).encode()
            self._send(HTTPStatus.OK, page, "text/html; charset=utf-8", ("Set-Cookie", cookie))
            return
        check_reader(self.headers, session)
        name = self._name(parts.path)
        if name in _ASSETS:
            self._send(HTTPStatus.OK, _asset(_ASSETS[name][0]), _ASSETS[name][1])
        elif name in _QUESTIONS:
            self._send_json(_QUESTIONS[name](self.server, asked))
        else:
            raise RefusedError(HTTPStatus.NOT_FOUND, "there is nothing here")

    def _post(self) -> None:
        length = check_writer(self.headers, self.server.session)
        name = self._name(urlsplit(self.path).path)
        if name not in _ORDERS:
            raise RefusedError(HTTPStatus.NOT_FOUND, "there is nothing here")
        body = self.rfile.read(length)
        try:
            asked = json.loads(body)
        except (ValueError, RecursionError):
            raise DataError("the request is no JSON") from None
        if len(body) < length or not isinstance(asked, dict):
            raise DataError("the request is no JSON object")
        self._send_json(_ORDERS[name](self.server.desk, asked))

    def _name(self, path: str) -> str:
        """Return what stands behind the session's folder."""
        folder = self.server.session.folder
        if not path.startswith(folder):
            raise RefusedError(HTTPStatus.NOT_FOUND, "there is nothing here")
        return path.removeprefix(folder)

    def _send_json(self, value: Any, status: HTTPStatus = HTTPStatus.OK) -> None:
        # ASCII alone: also text that is no Unicode, such as a lone surrogate, can be sent.
        self._send(status, json.dumps(value).encode("ascii"), "application/json")

    def _send_text(self, status: HTTPStatus, text: str) -> None:
        self._send(status, text.encode("utf-8"), "text/plain; charset=utf-8")

    def _send(self, status: HTTPStatus, body: bytes, kind: str, *more: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (*HEADERS, ("Content-Type", kind), *more):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def version_string(self) -> str:
        """Return what the Server header says: not which Python this is."""
        return "weakspot"

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no request the base class understands, without repeating any of it."""
        del message, explain
        self.close_connection = True
        self._send_text(HTTPStatus(code), "not understood")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Log nothing: the first request's address holds the token."""


@cache
def _asset(name: str) -> bytes:
    return files("weakspot.review").joinpath("pages", name).read_bytes()


def _session(server: DeskServer, _: Question) -> Any:
    return server.desk.session() | {"csrf": server.session.csrf}


def _queue(server: DeskServer, asked: Question) -> Any:
    get = asked.get
    return server.desk.queue(
        get("name", ""), get("show", "all"), get("cwe", ""), get("words", "")[:200]
    )


_QUESTIONS: Final[Mapping[str, Callable[[DeskServer, Question], Any]]] = {
    "api/session": _session,
    "api/catalogue": lambda server, _: server.desk.catalogue(),
    "api/queue": _queue,
    "api/pair": lambda server, asked: server.desk.pair(asked.get("name", ""), asked.get("id", "")),
    "api/opinions": lambda server, asked: server.desk.opinions(asked.get("id", "")),
    "api/agreement": lambda server, _: server.desk.agreement(),
}
_ORDERS: Final[Mapping[str, Callable[[Desk, Mapping[str, Any]], Any]]] = {
    "api/check": lambda desk, asked: desk.check(str(asked.get("pair")), str(asked.get("text"))),
    "api/decide": lambda desk, asked: desk.decide(asked),
}
