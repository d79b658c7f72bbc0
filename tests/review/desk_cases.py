"""Pairs, decisions and a client that the tests of the review desk share."""

import datetime
import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from weakspot.review.desk import Desk
from weakspot.review.guard import CSRF_HEADER
from weakspot.review.journal import Decision, Reader, Review
from weakspot.review.opinions import Judge
from weakspot.review.server import DeskServer

HEADER = """+++
cwe = "{cwe}"
mechanism = "{name}"
accepted = ["CWE-20"]
domain = "harbour office"
frameworks = []
origin = "drafted"
prompt = "pairs-1"
date = 2026-11-23
vulnerable = "The berth is asked for by a skipper. {why}"
fixed = "The value is bound. It is no longer read as a query."
+++
"""
YES = {"shows_weakness": True, "fix_is_right": True, "realistic": True}
NOTHING: dict[str, bool | None] = dict.fromkeys(YES)


def pair_text(
    number: int, cwe: str = "CWE-89", *, name: str = "", why: str = "Berths leak."
) -> str:
    """Return a pair that keeps all rules, its tokens its own; every second fix is longer."""
    at = 1000 * int(cwe.removeprefix("CWE-")) + number
    filling = "".join(f" berth{at}_{row} = {at + row} + depth{at}_{row}\n" for row in range(16))
    weak, sound = f"ask{at}(f'{{x}}')", f"ask{at}('?', x, 1, 2)"
    if number % 2:
        weak, sound = f"ask{at}(raw(f'{{x}}'), 1)", f"ask{at}('?', x)"
    header = HEADER.format(cwe=cwe, name=name or f"m-{number}", why=why)
    return f"{header}{filling}!rows = {weak}\n+rows = {sound}\n shown = list(rows)\n"


def write_pairs(folder: Path, count: int, cwe: str = "CWE-89") -> Path:
    """Write `count` pairs below a folder, and return it."""
    (folder / cwe).mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / cwe / f"m-{number}.pair").write_text(pair_text(number, cwe), "utf-8")
    return folder


def review(pair: str, name: str, decision: Decision, state: str, **more: Any) -> Review:
    """Return a decision of a person, its answers as the decision wants them."""
    answers = NOTHING if decision is Decision.SKIP else YES
    remark = "" if decision in (Decision.ACCEPT, Decision.SKIP) else "because"
    row: dict[str, Any] = {"reader": Reader.PERSON, "remark": remark, **answers, **more}
    return Review(
        pair=pair,
        digest=state,
        name=name,
        date=datetime.date(2026, 11, 23),
        decision=decision,
        **row,
    )


class Client:
    """Speaks HTTP to a desk, as its page does; `opened` has been through the one-time link."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.host = str(parts.netloc)
        self.link = f"{parts.path}?{parts.query}"
        self.cookie = self.folder = self.csrf = ""

    def ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Send a request with exactly these headers, beside Host and Content-Length."""
        connection = http.client.HTTPConnection(self.host, timeout=30)
        try:
            connection.putrequest(
                method, path, skip_host="Host" in headers, skip_accept_encoding=True
            )
            if body and "Content-Length" not in headers and "Transfer-Encoding" not in headers:
                connection.putheader("Content-Length", str(len(body)))
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders(body or None)
            reply = connection.getresponse()
            return reply.status, reply.headers, reply.read()
        finally:
            connection.close()

    def opened(self) -> "Client":
        """Go through the one-time link, and fetch what POST needs."""
        status, headers, body = self.ask("GET", self.link, {})
        assert status == 200, body
        self.cookie = headers["Set-Cookie"].partition(";")[0]
        self.folder = headers["Set-Cookie"].partition("Path=")[2].partition(";")[0]
        self.csrf = self.get("session")["csrf"]
        return self

    def get(self, what: str, /, **query: str) -> Any:
        """Return the answer to a question."""
        path = f"{self.folder}api/{what}?{urlencode(query)}"
        status, _, body = self.ask("GET", path, {"Cookie": self.cookie})
        assert status == 200, body
        return json.loads(body)

    def post(self, name: str, order: Any, **changed: str) -> tuple[int, Any]:
        """Send an order as the page does; `changed` are headers, their dashes as underlines."""
        headers = {
            "Cookie": self.cookie,
            "Origin": f"http://{self.host}",
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/json",
            CSRF_HEADER: self.csrf,
        }
        for header, value in changed.items():
            headers[header.replace("_", "-")] = value
        sent = {header: value for header, value in headers.items() if value}
        body = order if isinstance(order, bytes) else json.dumps(order).encode()
        status, _, said = self.ask("POST", f"{self.folder}api/{name}", sent, body)
        return status, json.loads(said) if said[:1] in b"{[" else said.decode()

    def decide(self, pair: str, decision: str = "accept", **more: Any) -> tuple[int, Any]:
        """Decide on a pair as it is now, or in the state `digest`."""
        digest = more.get("digest") or self.get("pair", id=pair, name="ada")["digest"]
        order = {"pair": pair, "digest": digest, "decision": decision, "name": "ada", "remark": ""}
        return self.post("decide", order | {"answers": YES} | more)


@contextmanager
def serving(
    folder: Path, journal: Path, judges: Mapping[str, Judge] | None = None, name: str = ""
) -> Iterator[DeskServer]:
    """Serve a desk from a thread of this process."""
    with DeskServer(Desk(folder, journal, judges or {}, name)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
