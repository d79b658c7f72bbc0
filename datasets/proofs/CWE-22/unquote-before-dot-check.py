"""Percent escapes carry parent folders past the check of the guide server."""

import http.client
import threading
from contextlib import contextmanager


@contextmanager
def visitor(program, folder):
    """Run the server and yield what a visitor's handset gets for a path."""
    program.STOPS = folder / "stops"
    (program.STOPS / "12").mkdir(parents=True)
    (program.STOPS / "12" / "en (short).mp3").write_bytes(b"track")
    (folder / "staff.txt").write_bytes(b"alarm code")
    server = program.ThreadingHTTPServer(("127.0.0.1", 0), program.Guide)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

    def get(path):
        connection = http.client.HTTPConnection(*server.server_address, timeout=5)
        connection.request("GET", path)
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found

    try:
        yield get
    finally:
        server.shutdown()
        server.server_close()


def works(program, folder):
    """A track is served, escapes in its name included; what is missing is not found."""
    with visitor(program, folder) as get:
        assert get("/12/en%20(short).mp3?v=3") == (200, b"track")
        assert get("/12/fr.mp3")[0] == 404
        assert get("/../staff.txt")[0] == 404


def holds(program, folder):
    """No spelling of a path leads to files beside the stops."""
    with visitor(program, folder) as get:
        for path in ("/%2e%2e/staff.txt", "/12%2f..%2f..%2fstaff.txt", f"/%2f{folder}/staff.txt"):
            assert get(path)[0] == 404, f"{path} was sent"
