"""A table that waits for its release hour is fetched by its address."""

import functools
import http.client
import threading


def fetch(program, folder, path):
    """Ask the release server for a path; give status and text."""
    (folder / "prices").mkdir(exist_ok=True)
    (folder / "prices" / "2026-09.csv").write_text("released", "utf-8")
    (folder / "prices" / "_2026-10.csv").write_text("not yet released", "utf-8")
    handler = functools.partial(program.ReleaseHandler, directory=folder.resolve())
    with program.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        connection = http.client.HTTPConnection(*server.server_address, timeout=5)
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        server.shutdown()
    return answer.status, text


def works(program, folder):
    """Released tables are listed and sent, waiting ones are not listed."""
    assert fetch(program, folder, "/prices/2026-09.csv") == (200, "released")
    status, page = fetch(program, folder, "/prices/")
    assert status == 200
    assert "2026-09.csv" in page
    assert "2026-10.csv" not in page


def holds(program, folder):
    """A waiting table is not sent either, however its name is written."""
    for path in ("/prices/_2026-10.csv", "/prices/%5f2026-10.csv"):
        _, text = fetch(program, folder, path)
        assert "not yet released" not in text, f"{path} was sent"
