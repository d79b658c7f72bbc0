"""The gallery's copy of a photograph carries the position of the nest."""

import csv
import sys

from PIL import Image

POSITION = {1: "N", 2: (48.0, 12.0, 7.0), 3: "E", 4: (11.0, 31.0, 2.0)}
GPS, OWNER, ORIENTATION = 0x8825, 0xA430, 0x0112


def published(program, folder):
    """Publish a photograph that was held upright, and open the copy."""
    (folder / "photos").mkdir()
    picture = Image.new("RGB", (80, 40), "green")
    exif = picture.getexif()
    exif[ORIENTATION] = 6
    exif.get_ifd(0x8769)[OWNER] = "Ada Plum"
    exif.get_ifd(GPS).update(POSITION)
    picture.save(folder / "photos" / "a.jpg", exif=exif, comment=b"by the old mill")
    with (folder / "sightings.csv").open("w", encoding="utf-8", newline="") as sheet:
        csv.writer(sheet).writerows(
            [("photo", "ring", "parish", "release"), ("a.jpg", "R7", "Lake", "yes")]
        )
    sys.argv = ["gallery", *(str(folder / n) for n in ("sightings.csv", "photos", "gallery"))]
    assert program.main() == 0
    return Image.open(folder / "gallery" / "00001.jpg")


def works(program, folder):
    """The copy shows the picture the right way up."""
    with published(program, folder) as copy:
        assert copy.size == (40, 80)


def holds(program, folder):
    """The copy tells neither place nor owner."""
    with published(program, folder) as copy:
        assert not copy.getexif().get_ifd(GPS), "the copy tells the position"
    data = (folder / "gallery" / "00001.jpg").read_bytes()
    assert b"Ada Plum" not in data, "the copy tells the owner"
    assert b"old mill" not in data, "the copy holds the comment"
