"""The name of a score keeps an inner extension that Apache takes for PHP."""

import io
import sys
from types import ModuleType


def prepare(folder):
    """Stand in for the choir's members and shelf."""
    del folder
    for name in ("scores", "scores.members", "scores.shelf"):
        sys.modules[name] = ModuleType(name)
    sys.modules["scores.members"].member_for_token = lambda token: "alto" if token else None
    sys.modules["scores.shelf"].shelve = lambda member, name, title: None


def put(program, folder, name):
    """Put a score of this name on the shelf; return the status and what lies there."""
    program.SHELF = folder
    said = []
    environ = {
        "HTTP_X_CHOIR_TOKEN": "t",
        "REQUEST_METHOD": "PUT",
        "QUERY_STRING": f"name={name}",
        "CONTENT_LENGTH": "5",
        "wsgi.input": io.BytesIO(b"notes"),
    }
    program.application(environ, lambda status, headers: said.append(status))
    return said[0], sorted(path.name for path in folder.iterdir() if path.suffix == ".pdf")


def works(program, folder):
    """A score is kept, anything else refused."""
    status, names = put(program, folder, "kyrie.pdf")
    assert status.startswith("201")
    assert len(names) == 1
    assert put(program, folder, "kyrie.exe")[0].startswith("400")


def holds(program, folder):
    """No name on the shelf has an extension but the last."""
    _, names = put(program, folder, "kyrie.php.pdf")
    assert not any(".php" in name for name in names), f"{names} would be run"
