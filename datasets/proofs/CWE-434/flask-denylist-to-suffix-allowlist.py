"""A page with a script is kept among the photos and served from the portal's own origin."""

import io
import sys
from types import ModuleType, SimpleNamespace

import flask


def prepare(folder):
    """Stand in for the growers and the database."""
    del folder
    for name in ("agroplan", "agroplan.access", "agroplan.models"):
        sys.modules[name] = ModuleType(name)
    grower = SimpleNamespace(id=1, works_on=lambda field_id: field_id == 4)

    def grower_required(view):
        def called(**values):
            return view(grower, **values)

        return called

    session = SimpleNamespace(add=lambda row: setattr(row, "id", 9), commit=lambda: None)
    sys.modules["agroplan.access"].grower_required = grower_required
    sys.modules["agroplan.models"].db = SimpleNamespace(session=session)
    sys.modules["agroplan.models"].FieldPhoto = SimpleNamespace


def sent(program, folder, name):
    """Upload a file of this name; return the answer and how the portal serves it."""
    app = flask.Flask("portal", static_folder=str(folder))
    app.register_blueprint(program.bp)
    client = app.test_client()
    data = {"photo": (io.BytesIO(b"<script>alert(1)</script>"), name)}
    answer = client.post("/api/fields/4/photos", data=data)
    page = client.get(answer.get_json()["url"]) if answer.status_code == 201 else None
    return answer.status_code, page


def works(program, folder):
    """A photo is kept and shown; what is refused on both sides stays refused."""
    status, page = sent(program, folder, "wheat.JPG")
    assert (status, page.content_type) == (201, "image/jpeg")
    assert sent(program, folder, "wheat.php")[0] == 415


def holds(program, folder):
    """No upload is served as a page."""
    for name in ("wheat.html", "wheat.svg"):
        _, page = sent(program, folder, name)
        assert page is None or page.content_type.startswith("image/jp"), f"{name} is a page"
