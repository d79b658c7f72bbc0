"""A photo of a few hundred kilobytes is unpacked into a hundred megapixels."""

import io
import sys
from types import ModuleType

import flask
from flask_login import LoginManager, UserMixin
from PIL import Image


def prepare(folder):
    """Stand in for the museum's wall."""
    del folder
    sys.modules["museum"] = ModuleType("museum")
    sys.modules["museum.wall"] = ModuleType("museum.wall")
    sys.modules["museum.wall"].hang = lambda visitor, name: None


def photo(size):
    """Make a PNG of one colour."""
    data = io.BytesIO()
    Image.new("1", size).save(data, "PNG")
    return data.getvalue()


def sent(program, folder, data):
    """Upload a photo as a visitor who is logged in."""
    app = flask.Flask("wall")
    app.config.update(SECRET_KEY="of this proof", WALL_FOLDER=str(folder))
    manager = LoginManager(app)

    @manager.request_loader
    def visitor(request):
        del request
        one = UserMixin()
        one.id = "7"
        return one

    app.register_blueprint(program.wall)
    return app.test_client().post("/wall/", data={"photo": (io.BytesIO(data), "p.png")})


def works(program, folder):
    """A photo is hung on the wall."""
    answer = sent(program, folder, photo((640, 480)))
    assert answer.status_code == 201
    with Image.open(folder / answer.get_json()["photo"]) as picture:
        assert picture.size == (480, 360)


def holds(program, folder):
    """A hundred megapixels are refused before they are unpacked."""
    data = photo((11_900, 8_500))
    assert len(data) < program.MAX_BYTES
    assert sent(program, folder, data).status_code in (413, 415), "the photo was unpacked"
