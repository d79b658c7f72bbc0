"""A volunteer rewrites an entry of the catalogue by PUT and PATCH."""

import sys
import types
from types import SimpleNamespace
from wsgiref.util import setup_testing_defaults


def prepare(folder):
    """Stand in for the people of the museum; the cookie is the role."""
    people = SimpleNamespace(
        Person=SimpleNamespace,
        person_from_session_cookie=lambda cookie: SimpleNamespace(role=cookie) if cookie else None,
    )
    sys.modules |= {"catalogue": types.ModuleType("catalogue"), "catalogue.people": people}


def reached(program, role, *methods):
    """Send requests of a role; give the methods that reach the catalogue."""
    seen = []

    def catalogue(environ, start_response):
        seen.append(environ["REQUEST_METHOD"])
        return [b""]

    for method in methods:
        environ = {"REQUEST_METHOD": method, "PATH_INFO": "/objects/12", "HTTP_COOKIE": role}
        setup_testing_defaults(environ)
        program.CataloguePolicy(catalogue)(environ, lambda status, headers: None)
    return seen


def works(program, folder):
    """Curators write, volunteers read, visitors see nothing."""
    assert reached(program, "curator", "GET", "PUT", "DELETE") == ["GET", "PUT", "DELETE"]
    assert reached(program, "volunteer", "GET", "HEAD", "POST", "DELETE") == ["GET", "HEAD"]
    assert reached(program, "", "GET") == []


def holds(program, folder):
    """Volunteers write by no method."""
    assert reached(program, "volunteer", "PUT", "PATCH") == [], "a volunteer wrote"
