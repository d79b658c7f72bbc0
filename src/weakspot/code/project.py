"""Which files of a project a file imports, told from its bytes and the project's paths alone.

Nothing is opened, parsed or run: this looks at files that have not been looked at yet, in the
process that must survive all of them. What it cannot tell (imports put together at run time,
names that another package's ``__init__`` passes on) leads nowhere.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass

from weakspot.code.layout import Layout

MOST_IMPORTS = 200  # statements read of one file

# Nothing is given back (`++`, `*+`): a line of dots must not cost the square of its length.
_IMPORT = re.compile(
    rb"^[ \t]*+(?:from[ \t]++(?P<of>\.*+(?:\w[\w.]*+)?)[ \t]*+import[ \t]*+"
    rb"(?:\((?P<many>[^)]{0,4000})|(?P<some>[^\n]*))"
    rb"|import[ \t]++(?P<whole>[^\n]+))",
    re.MULTILINE,
)
_NAME = re.compile(rb"([\w.]+)(?:[ \t]+as[ \t]+\w+)?")
_COMMENT = re.compile(rb"#[^\n]*")


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """A file beside the one that is read.

    `links` leads from a module's name, as this file imports it (relative ones keep their dots), to
    the path of the project's file that it is.
    """

    path: str
    data: bytes
    links: Mapping[str, str]


def imported_modules(data: bytes) -> tuple[str, ...]:
    """Return what may be the names of modules that a file imports, each once, in their order.

    After ``from a import b`` both ``a`` and ``a.b`` may be one.
    """
    found: dict[str, None] = {}
    for number, match in enumerate(_IMPORT.finditer(data.removeprefix(BOM_UTF8))):
        if number >= MOST_IMPORTS:
            break
        if match["whole"] is not None:
            found |= dict.fromkeys(_names(match["whole"]))
            continue
        of = match["of"].decode("ascii", "replace")
        found[of] = None
        between = "" if of.endswith(".") else "."
        inner = match["many"] if match["many"] is not None else match["some"]
        found |= {f"{of}{between}{name}": None for name in _names(inner) if "." not in name}
    return tuple(name for name in found if name.strip("."))


def _names(text: bytes) -> list[str]:
    plain = _COMMENT.sub(b"", text)
    matches = (_NAME.match(part.strip()) for part in plain.split(b","))
    return [match[1].decode("ascii", "replace") for match in matches if match]


def links_of(path: str, data: bytes, layout: Layout) -> dict[str, str]:
    """Return the modules of the project that the file at `path` imports, and their paths."""
    places = ((module, layout.find(module, path)) for module in imported_modules(data))
    return {module: place for module, place in places if place is not None and place != path}
