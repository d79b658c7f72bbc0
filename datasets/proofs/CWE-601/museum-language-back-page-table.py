"""The language switch of the audio guide leads to another host."""

import threading
from http.client import HTTPConnection
from http.server import HTTPServer
from urllib.parse import quote, urljoin


def switched(program, back):
    """Switch the language; return the status and where the browser goes then."""
    program.Guide.log_message = lambda *_: None
    server = HTTPServer(("127.0.0.1", 0), program.Guide)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    client.request("GET", f"/language?to=fr&back={quote(back, safe='')}")
    answer = client.getresponse()
    server.shutdown()
    server.server_close()
    return answer.status, urljoin("http://guide.example/", answer.headers["Location"])


def works(program, folder):
    """The visitor comes back to the first page."""
    del folder
    assert switched(program, "/") == (303, "http://guide.example/")


def holds(program, folder):
    """The visitor stays at the guide."""
    del folder
    for back in ("//evil.example/", "http:////evil.example/"):
        assert switched(program, back)[1].startswith("http://guide.example/"), back
