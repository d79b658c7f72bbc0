"""Over real sockets: who gets an answer, who gets none, and what every answer carries."""

import http.client
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from desk_cases import NOTHING, Client, serving, write_pairs

from weakspot.review.guard import CSRF_HEADER, LARGEST_BODY
from weakspot.review.journal import read
from weakspot.review.server import DeskServer

NAME = "CWE-89/m-0"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DeskServer]:
    with serving(write_pairs(tmp_path / "pairs", 2), tmp_path / "reviews.jsonl") as server:
        yield server


@pytest.fixture
def client(server: DeskServer) -> Client:
    return Client(server.address).opened()


def test_it_listens_on_loopback_alone(server: DeskServer) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_the_link_works_once(server: DeskServer) -> None:
    client = Client(server.address)
    status, headers, body = client.ask("GET", client.link, {})
    cookie = headers["Set-Cookie"]
    assert status == 200
    assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    assert server.session.token not in body.decode() + cookie
    assert client.ask("GET", client.link, {})[0] == 403


@pytest.mark.parametrize("token", ["", "x", "é", "a" * 5000])
def test_a_guessed_link_opens_nothing_and_does_not_spend_the_true_one(
    server: DeskServer, token: str
) -> None:
    client = Client(server.address)
    guessed = f"/open?token={token.encode().hex() if not token.isascii() else token}"
    assert client.ask("GET", guessed, {})[0] == 403
    assert client.opened().get("session")["csrf"]


@pytest.mark.parametrize("path", ["", "desk.js", "api/session", "api/queue?name=ada&show=all"])
def test_nothing_is_told_without_the_cookie(client: Client, path: str) -> None:
    place = client.folder + path
    assert client.ask("GET", place, {"Cookie": client.cookie})[0] == 200
    assert client.ask("GET", place, {})[0] == 403
    assert client.ask("GET", place, {"Cookie": client.cookie[:-1]})[0] == 403
    assert client.ask("GET", place, {"Cookie": "weakspot-desk="})[0] == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "[::1]:{port}"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_rebound_name_is_not_answered(client: Client, host: str, method: str) -> None:
    port = client.host.partition(":")[2]
    headers = {"Host": host.format(port=port), "Cookie": client.cookie}
    status, answered, _ = client.ask(method, f"{client.folder}api/session", headers)
    assert status == 421
    assert "Set-Cookie" not in answered


def test_a_page_of_another_site_reads_nothing(client: Client) -> None:
    for site in ("cross-site", "same-site"):
        headers = {"Cookie": client.cookie, "Sec-Fetch-Site": site}
        assert client.ask("GET", f"{client.folder}api/session", headers)[0] == 403
    _, headers_, _ = client.ask("GET", f"{client.folder}api/session", {"Cookie": client.cookie})
    assert "Access-Control-Allow-Origin" not in headers_


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "none"}, 403),
        ({"Sec_Fetch_Site": ""}, 200),  # a browser that does not send it sends Origin
        ({CSRF_HEADER.replace("-", "_"): ""}, 403),
        ({CSRF_HEADER.replace("-", "_"): "guess"}, 403),
        ({"Cookie": ""}, 403),
        ({"Content_Type": "text/plain"}, 415),  # what a form can send
        ({"Content_Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content_Length": "-1"}, 400),
        ({"Content_Length": "1_0"}, 400),
        ({"Content_Length": str(LARGEST_BODY + 1)}, 413),
        ({"Content_Length": "9" * 30}, 400),
        ({"Transfer_Encoding": "chunked"}, 411),
    ],
)
def test_only_the_desk_s_page_can_decide(
    server: DeskServer, client: Client, changed: dict[str, str], status: int
) -> None:
    state = client.get("pair", id=NAME, name="ada")["digest"]
    order = {"pair": NAME, "digest": state, "decision": "skip", "name": "ada", "remark": ""}
    assert client.post("decide", order | {"answers": NOTHING}, **changed)[0] == status
    assert len(read(server.desk.journal)) == (status == 200)


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"[" * 100_000, b'{"pair": '])
def test_a_body_that_is_no_order_is_refused(client: Client, body: bytes) -> None:
    status, said = client.post("decide", body)
    assert status == 422
    assert "JSON" in said["error"]


def test_an_error_is_said_and_the_desk_goes_on(client: Client) -> None:
    assert client.decide(NAME, "reject")[0] == 422
    status, said = client.decide(NAME, digest="0" * 64)
    assert (status, "changed" in said["error"]) == (409, True)
    assert client.post("check", {"pair": NAME, "text": "\ud800"})[0] == 200
    assert client.decide(NAME)[0] == 200


def test_a_full_disk_is_told(
    client: Client, server: DeskServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("weakspot.review.desk.append", full)
    status, said = client.decide(NAME)
    assert status == 500
    assert "not recorded" in said["error"]


@pytest.mark.parametrize("path", ["", "desk.css", "api/session", "no/such", "../journal.py"])
def test_every_answer_carries_the_policy(client: Client, path: str) -> None:
    _, headers, _ = client.ask("GET", client.folder + path, {"Cookie": client.cookie})
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["../journal.py", "%2e%2e/journal.py", "desk.html", "/", "api/"])
def test_there_is_nothing_beside_the_page(client: Client, path: str) -> None:
    assert client.ask("GET", client.folder + path, {"Cookie": client.cookie})[0] == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "HEAD", "TRACE", "<script>"])
def test_other_methods_are_refused_without_an_echo(client: Client, method: str) -> None:
    status, headers, body = client.ask(method, client.folder, {"Cookie": client.cookie})
    assert status in (400, 501)
    assert b"<" not in body
    assert headers["Content-Type"].startswith("text/plain")


def test_a_connection_carries_many_requests(client: Client) -> None:
    connection = http.client.HTTPConnection(client.host, timeout=10)
    try:
        for _ in range(3):
            connection.request(
                "GET", f"{client.folder}api/session", headers={"Cookie": client.cookie}
            )
            assert connection.getresponse().read()
    finally:
        connection.close()
