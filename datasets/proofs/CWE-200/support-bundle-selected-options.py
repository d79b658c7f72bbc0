"""The bundle for the public forum holds the remote access token and the stream's address."""

import sys
import zipfile

CONFIG = """[dome]
model = D3
slit_seconds = 40
[motor]
driver = step4
pin = 2468
[remote]
host = dome.example
token = of-the-remote-access
[log]
database_url = postgresql://dome:of-the-database@db/dome
[camera]
stream_url = rtsp://viewer:of-the-camera@cam/1
password = of-the-camera-page
"""


def bundle(program, folder):
    """Make a bundle of a usual installation; give its files as text."""
    (folder / "dome.ini").write_text(CONFIG, "utf-8")
    (folder / "dome.log").write_text("21:04:11 azimuth 117.5\nuser Ada signed in\n", "utf-8")
    target = folder / "bundle.zip"
    options = ["--config", folder / "dome.ini", "--log", folder / "dome.log", target]
    sys.argv = ["bundle", *map(str, options)]
    program.main()
    with zipfile.ZipFile(target) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def works(program, folder):
    """The makers see the hardware and the positions."""
    files = bundle(program, folder)
    assert "D3" in files["config.json"]
    assert "step4" in files["config.json"]
    assert files["positions.log"] == "21:04:11 azimuth 117.5\n"


def holds(program, folder):
    """Readers of the forum see no credentials."""
    text = "".join(bundle(program, folder).values())
    for secret in ("of-the-", "2468"):
        assert secret not in text, f"the bundle holds {secret}"
