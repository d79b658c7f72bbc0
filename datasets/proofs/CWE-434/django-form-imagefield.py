"""A page that is declared to be a picture is taken as one."""

import io
import sys
from types import ModuleType

import django
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def prepare(folder):
    """Set Django up, and stand in for the museum's models."""
    del folder
    if not settings.configured:
        settings.configure(SECRET_KEY="of this proof", INSTALLED_APPS=[], USE_I18N=False)
        django.setup()
    for name in ("collection", "collection.models"):
        sys.modules[name] = ModuleType(name)
    sys.modules["collection.models"].MuseumObject = object
    sys.modules["collection.models"].ObjectPicture = object


def takes(program, name, body, kind):
    """Say whether the form takes an upload."""
    upload = SimpleUploadedFile(name, body, kind)
    return program.PictureForm({"caption": "Loom"}, {"picture": upload}).is_valid()


def works(program, folder):
    """A picture is taken."""
    del folder
    data = io.BytesIO()
    Image.new("RGB", (4, 4)).save(data, "PNG")
    assert takes(program, "loom.png", data.getvalue(), "image/png")


def holds(program, folder):
    """A page is not, whatever the browser says of it."""
    del folder
    page = b"<script>alert(1)</script>"
    assert not takes(program, "loom.html", page, "image/png"), "a page was taken"
