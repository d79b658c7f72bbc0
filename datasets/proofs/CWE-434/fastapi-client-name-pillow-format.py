"""A picture whose name ends in .html is kept, and served, as a page."""

import io
import sys
from types import ModuleType, SimpleNamespace

import fastapi
from fastapi.testclient import TestClient
from PIL import Image


def prepare(folder):
    """Stand in for the patients and their records."""
    del folder
    for name in ("intake", "intake.auth", "intake.records"):
        sys.modules[name] = ModuleType(name)

    async def attach_card(patient, name):
        del patient, name

    sys.modules["intake.auth"].Patient = SimpleNamespace
    sys.modules["intake.auth"].current_patient = lambda: SimpleNamespace(id=3)
    sys.modules["intake.records"].attach_card = attach_card


def sent(program, folder, name, body):
    """Upload a card and return the answer."""
    program.CARD_FOLDER = folder
    app = fastapi.FastAPI()
    app.include_router(program.router)
    return TestClient(app).post("/intake/insurance-card", files={"card": (name, body)})


def picture():
    """Make a PNG with a script behind its end."""
    data = io.BytesIO()
    Image.new("RGB", (4, 4)).save(data, "PNG")
    return data.getvalue() + b"<script>alert(1)</script>"


def works(program, folder):
    """A picture is kept, a text is not."""
    answer = sent(program, folder, "card.png", picture())
    assert answer.status_code == 201
    assert answer.json()["card"].endswith(".png")
    assert sent(program, folder, "card.png", b"my card").status_code == 415


def holds(program, folder):
    """A card's name ends as a picture's."""
    answer = sent(program, folder, "card.html", picture())
    name = answer.json().get("card", "")
    assert not name.endswith(".html"), "the card is a page"
