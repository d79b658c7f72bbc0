"""Decides which requests the desk answers: those of the page that this desk itself served.

The desk listens on loopback, where every program and every web page on the machine can knock.

- DNS rebinding: a page of another site, whose name was made to point here, sends its own name as
  Host. Only ours is answered.
- Requests of other sites: the session's cookie is SameSite=Strict, what fetches carry says where
  they come from (Sec-Fetch-Site, Origin), and what changes something needs a header that no form
  can send, with a secret that only our page can read.
- Other users of the machine: who has no cookie gets nothing, and the cookie is given once, for
  the token in the address that the command printed.
- Other services on loopback: cookies ignore ports, so ours is bound to a path that is a secret.
"""

import hmac
import secrets
import threading
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Final

LARGEST_BODY: Final = 512 << 10  # bytes; a pair file as JSON, all of it escaped, is smaller
CSRF_HEADER: Final = "X-Weakspot-Desk"
COOKIE: Final = "weakspot-desk"

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS: Final = (
    ("Content-Security-Policy", _POLICY),
    ("Cache-Control", "no-store"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)


class RefusedError(Exception):
    """The request is not answered; `reason` may be shown, it holds nothing of the request."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(slots=True)
class Session:
    """The secrets of one run of the desk. `token` is good for one exchange."""

    token: str = field(default_factory=_secret)
    cookie: str = field(default_factory=_secret)
    csrf: str = field(default_factory=_secret)
    folder: str = field(default_factory=lambda: f"/{secrets.token_hex(8)}/")
    _is_spent: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def exchange(self, token: str) -> str:
        """Return the Set-Cookie header for the one-time token. Raises RefusedError otherwise."""
        with self._lock:
            if self._is_spent or not _same(token, self.token):
                raise RefusedError(
                    HTTPStatus.FORBIDDEN,
                    "This link was used already, or is not this desk's. Start the desk again: "
                    "no decision is lost.",
                )
            self._is_spent = True
        return f"{COOKIE}={self.cookie}; Path={self.folder}; HttpOnly; SameSite=Strict"


def check_host(headers: Message, port: int) -> None:
    """Refuse what was not sent to the loopback by its own name."""
    hosts = headers.get_all("Host", [])
    if len(hosts) != 1 or _named(hosts[0]) not in _own(port):
        raise RefusedError(HTTPStatus.MISDIRECTED_REQUEST, "wrong Host")


def check_reader(headers: Message, session: Session) -> None:
    """Refuse what comes from another site, or without the session's cookie."""
    if headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        raise RefusedError(HTTPStatus.FORBIDDEN, "asked for by another site")
    try:
        cookies = [SimpleCookie(line).get(COOKIE) for line in headers.get_all("Cookie", [])]
    except CookieError:
        cookies = []
    if not any(one and _same(one.value, session.cookie) for one in cookies):
        raise RefusedError(HTTPStatus.FORBIDDEN, "Open the link that the command printed.")


def check_writer(headers: Message, session: Session) -> int:
    """Refuse what our own page did not send; return the length of the body, in bytes."""
    check_reader(headers, session)
    origins = headers.get_all("Origin", [])
    if len(origins) != 1 or origins[0] != f"http://{_named(headers['Host'])}":
        raise RefusedError(HTTPStatus.FORBIDDEN, "wrong Origin")
    if headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise RefusedError(HTTPStatus.FORBIDDEN, "not sent by the desk's page")
    if not _same(headers.get(CSRF_HEADER, ""), session.csrf):
        raise RefusedError(HTTPStatus.FORBIDDEN, f"wrong {CSRF_HEADER}")
    if headers.get_content_type() != "application/json":
        raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not JSON")
    lengths = headers.get_all("Content-Length", [])
    if "Transfer-Encoding" in headers or len(lengths) != 1:
        raise RefusedError(HTTPStatus.LENGTH_REQUIRED, "no Content-Length")
    if not (lengths[0].isascii() and lengths[0].isdigit() and len(lengths[0]) < 10):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "wrong Content-Length")
    if int(lengths[0]) > LARGEST_BODY:
        raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too large")
    return int(lengths[0])


def _own(port: int) -> tuple[str, str]:
    return _named(f"127.0.0.1:{port}"), _named(f"localhost:{port}")


def _named(host: str) -> str:
    # Browsers leave the port of HTTP out, in Host and in Origin.
    return host.lower().removesuffix(":80")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
