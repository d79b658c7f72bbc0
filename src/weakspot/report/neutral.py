"""Makes hostile text harmless to look at: file names and code may hold terminal escapes.

A file name can hold any byte but NUL and "/", and source code can hold nearly any character.
Printed raw, an ESC sequence rewrites the terminal, a line break forges a second finding, a
bidirectional control shows code in another order than Python reads it (CVE-2021-42574), an
undecodable byte (a lone surrogate in Python) makes the whole report impossible to encode, and
build servers obey what looks like a command in a job's output.
"""

import re
import unicodedata
from typing import Final
from urllib.parse import quote

# Control, format (bidirectional and zero-width ones among them), surrogate, line and paragraph
# separator, and unassigned characters, which a later terminal may interpret.
_UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Cn"})
_SHORT: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# `##[error]` of GitHub and `##vso[…]` of Azure are commands wherever they stand in a line.
_MARK: Final = re.compile(r"#(?=#\w*\[)")
TAB_STOP: Final = 4


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # PEP 383: an undecodable byte of a file name
        return f"\\x{code - 0xDC00:02x}"
    if char in _SHORT:
        return _SHORT[char]
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def visible(text: str) -> str:
    """Return `text` on one line with every character that could act instead of show escaped.

    The escapes are for eyes: a name that holds a real backslash looks the same as an escaped one.
    Formats for programs carry the exact name as a percent-encoded URI (`path_uri`).
    """
    if "##" in text:
        text = _MARK.sub(r"\\x23", text)
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(c) if unicodedata.category(c) in _UNSAFE else c for c in text)


def begins_command(line: str) -> bool:
    """Whether a line is a workflow command of GitHub: its runner looks behind leading blanks."""
    return line.lstrip().startswith("::")


def visible_code(line: str) -> str:
    """Return one source line for showing: like `visible`, but tabs become spaces.

    The spaces fill up to the next tab stop of four columns.
    """
    if "\t" not in line:
        return visible(line.rstrip("\r\n"))
    shown: list[str] = []
    width = 0
    for piece in line.rstrip("\r\n").split("\t"):
        if shown:
            gap = TAB_STOP - width % TAB_STOP
            shown.append(" " * gap)
            width += gap
        clean = visible(piece)
        shown.append(clean)
        width += len(clean)
    return "".join(shown)


def well_formed(text: str) -> str:
    """Return `text` with lone surrogates escaped, and everything else kept.

    For formats whose own escaping makes the rest harmless (JSON, HTML, XML), where only what no
    encoder accepts must go.
    """
    if text.isascii():
        return text
    return "".join(_escaped(c) if "\ud800" <= c <= "\udfff" else c for c in text)


def path_bytes(path: str) -> bytes:
    """Return the bytes of a file name as the file system has them (PEP 383)."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that no file system gave: keep it apart, not lost
        return path.encode("utf-8", "surrogatepass")


def path_uri(path: str) -> str:
    """Return `path` as a relative URI reference (RFC 3986), exact for every possible name.

    All but unreserved characters and "/" are percent-encoded, so that a colon in the first
    segment is not read as a scheme, nor "?" or "#" as the end of the path.
    """
    return quote(path_bytes(path), safe="/-._~")
