"""An address of the catalogue with two leading slashes sends the browser to another host."""

from urllib.parse import urljoin


def asked(program, path, **more):
    """Ask for a path; return where the browser goes then."""
    app = program.wrap(lambda environ, start: [b"page"], {})
    told = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, **more}
    app(environ, lambda status, headers: told.extend(headers))
    return urljoin("https://seeds.example" + path, dict(told).get("Location", path))


def works(program, folder):
    """The slash goes, the question stays; what is to be kept is."""
    del folder
    at = "https://seeds.example"
    assert asked(program, "/beans/runner/", QUERY_STRING="p=2") == f"{at}/beans/runner?p=2"
    assert asked(program, "/feed/") == f"{at}/feed/"


def holds(program, folder):
    """Every way leads to the catalogue's own host."""
    del folder
    for path in ("//evil.example/", "///evil.example/"):
        assert asked(program, path).startswith("https://seeds.example/"), path
