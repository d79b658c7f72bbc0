"""The picture tool's part that needs no browser."""

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest

from weakspot.core.report import ScanReport

TOOL = Path(__file__).parents[2] / "tools" / "picture.py"


@pytest.fixture(scope="module")
def picture() -> ModuleType:
    spec = spec_from_file_location("picture", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_terminal_picture_is_svg_that_loads_nothing(
    picture: ModuleType, rich: ScanReport, tmp_path: Path
) -> None:
    target = tmp_path / "text.svg"
    picture.picture_text(rich, target, 20)
    svg = target.read_text("utf-8")
    words = "".join(ET.fromstring(svg).itertext()).replace("\xa0", " ")
    assert rich.coverage.line().split(";")[0] in words
    assert re.findall(r"url\((?!#)|href=|@import", svg) == []


def test_the_terminal_picture_is_the_same_twice(
    picture: ModuleType, rich: ScanReport, tmp_path: Path
) -> None:
    for name in ("a.svg", "b.svg"):
        picture.picture_text(rich, tmp_path / name, 20)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
