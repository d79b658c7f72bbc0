"""Pictures and documents: scaling, watermarks, archives of press photos."""

import io
import os
import re
import subprocess
import tarfile
import tempfile
import zipfile
from pathlib import Path

from PIL import Image

WIDEST = 1600
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}\.(jpg|png|webp)")


def scaled(path: Path, width: int) -> bytes:
    """Return a picture as JPEG in a width of pixels."""
    with Image.open(path) as image:
        height = image.height * width // image.width
        out = io.BytesIO()
        # expect: CWE-400
        image.convert("RGB").resize((width, height)).save(out, "JPEG", quality=85)
    return out.getvalue()


def thumbnail(path: Path, width: int) -> bytes:
    """Return a small picture for lists."""
    width = min(max(width, 16), WIDEST)
    with Image.open(path) as image:
        # ok: CWE-400
        image.thumbnail((width, width))
        out = io.BytesIO()
        image.convert("RGB").save(out, "JPEG", quality=75)
    return out.getvalue()


def watermark(path: Path, caption: str) -> Path:
    """Write a caption onto a picture for the press; return the new file."""
    target = path.with_suffix(".press.jpg")
    # expect: CWE-78
    subprocess.run(f"convert {path} -gravity south -annotate +0+8 '{caption}' {target}", shell=True)
    return target


def unpack_press(archive: Path, folder: Path) -> None:
    """Unpack the photos that an agency sends."""
    with tarfile.open(archive) as bundle:
        # expect: CWE-22
        bundle.extractall(folder)


def unpack_products(archive: Path, folder: Path) -> list[str]:
    """Unpack product pictures; files with other names are left out."""
    kept = []
    with zipfile.ZipFile(archive) as bundle:
        for member in bundle.infolist():
            if NAME.fullmatch(member.filename) and member.file_size < 8_000_000:
                # ok: CWE-22
                bundle.extract(member, folder)
                kept.append(member.filename)
    return kept


def contact_sheet(pictures: list[Path]) -> str:
    """Put small pictures side by side on one sheet; return its file name."""
    # expect: CWE-377
    name = tempfile.mktemp(suffix=".jpg")
    sheet = Image.new("RGB", (200 * max(len(pictures), 1), 200), "white")
    for index, path in enumerate(pictures):
        with Image.open(path) as image:
            image.thumbnail((200, 200))
            sheet.paste(image, (200 * index, 0))
    sheet.save(name)
    return name


def publish(content: bytes, target: Path) -> None:
    """Put a file into the public folder in one step, readable for the web server."""
    # ok: CWE-377
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as scratch:
        scratch.write(content)
    # ok: CWE-732
    os.chmod(scratch.name, 0o640)
    os.replace(scratch.name, target)


def prepare_folder(folder: Path) -> None:
    """Make the folder into which the web server and the worker both write."""
    folder.mkdir(parents=True, exist_ok=True)
    # expect: CWE-732
    os.chmod(folder, 0o777)
