"""A page of another site approves a loan in a registrar's name."""

import io
import sys
from types import ModuleType

APPROVED = []


def prepare(folder):
    """Stand in for the registry."""
    del folder
    APPROVED.clear()
    sys.modules["loandesk"] = ModuleType("loandesk")
    registry = ModuleType("loandesk.registry")
    registry.registrar_for_session = {"s1": "ada"}.get
    registry.approve_loan = lambda loan, registrar: APPROVED.append((loan, registrar))
    sys.modules["loandesk.registry"] = registry


def posted(program, **headers):
    """Post the approval of loan 12 with a registrar's cookie, as a browser does."""
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/approve",
        "HTTP_COOKIE": "desk=s1",
        "CONTENT_LENGTH": "7",
        "wsgi.input": io.BytesIO(b"loan=12"),
        **headers,
    }
    program.application(environ, lambda status, headers: None)
    return APPROVED


def works(program, folder):
    """The desk's own form approves."""
    del folder
    desk = "https://loans.citymuseum.example"
    assert posted(program, HTTP_ORIGIN=desk, HTTP_REFERER=f"{desk}/loans") == [(12, "ada")]


def holds(program, folder):
    """Forms of other sites do not, whether they name the desk or nothing."""
    del folder
    APPROVED.clear()
    there = "https://evil.example"
    posted(program, HTTP_ORIGIN=there, HTTP_REFERER=f"{there}/?loans.citymuseum.example")
    posted(program, HTTP_ORIGIN=there)
    assert APPROVED == [], "the loan was approved"
