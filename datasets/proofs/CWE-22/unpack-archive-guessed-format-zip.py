"""A tar file that ends in a small ZIP file is looked at as ZIP and unpacked as tar."""

import io
import os
import sys
import tarfile
import types
import zipfile


def prepare(folder):
    """Stand in for Celery; the task is not what is shown."""
    celery = types.ModuleType("celery")
    celery.Celery = lambda *words, **options: types.SimpleNamespace(
        task=lambda **options: lambda function: function
    )
    sys.modules["celery"] = celery
    os.environ["FIELDS_BROKER"] = "memory://"


def works(program, folder):
    """A ZIP file's maps are unpacked and read."""
    with zipfile.ZipFile(folder / "1.zip", "w") as archive:
        archive.writestr("hill.geojson", '{"geometry": {"type": "Polygon", "coordinates": []}}')
    target = folder / "maps"
    target.mkdir()
    program.unpack(folder / "1.zip", str(target))
    assert [name for name, _ in program.fields_in(target)] == ["hill"]


def holds(program, folder):
    """Nothing is written outside of the folder, whatever ending the upload came with."""
    upload = folder / "2.tar"
    with tarfile.open(upload, "w") as archive:
        member = tarfile.TarInfo("../planted")
        member.size = 7
        archive.addfile(member, io.BytesIO(b"planted"))
    with zipfile.ZipFile(upload, "a") as archive:
        archive.writestr("hill.geojson", "{}")
    target = folder / "maps"
    target.mkdir()
    program.unpack(upload, str(target))
    assert not (folder / "planted").exists(), "a member of the tar file left the folder"
