"""At port 80 browsers leave the port out of Host and Origin; elsewhere they never do."""

from email.message import Message

import pytest

from weakspot.review.guard import (
    COOKIE,
    CSRF_HEADER,
    RefusedError,
    Session,
    check_host,
    check_writer,
)


def sent(session: Session, host: str, origin: str) -> Message:
    headers = Message()
    for name, value in {
        "Host": host,
        "Origin": origin,
        "Cookie": f"{COOKIE}={session.cookie}",
        CSRF_HEADER: session.csrf,
        "Content-Type": "application/json",
        "Content-Length": "2",
    }.items():
        headers[name] = value
    return headers


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.1:80", "LocalHost:80"])
def test_the_port_of_http_may_be_left_out(host: str) -> None:
    session = Session()
    name = host.lower().removesuffix(":80")
    headers = sent(session, host, f"http://{name}")
    check_host(headers, 80)
    assert check_writer(headers, session) == 2


@pytest.mark.parametrize(
    ("host", "port"),
    [("127.0.0.1", 8080), ("127.0.0.1:80", 8080), ("evil.example", 80), ("127.0.0.1:8080", 80)],
)
def test_any_other_port_or_name_is_refused(host: str, port: int) -> None:
    with pytest.raises(RefusedError):
        check_host(sent(Session(), host, ""), port)


@pytest.mark.parametrize(
    "origin", ["http://localhost", "http://127.0.0.1:8080", "https://127.0.0.1", "null", ""]
)
def test_the_origin_is_the_host(origin: str) -> None:
    session = Session()
    with pytest.raises(RefusedError, match="Origin"):
        check_writer(sent(session, "127.0.0.1", origin), session)
