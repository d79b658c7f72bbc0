"""Decodes source bytes the way CPython does (PEP 263), and never fails on content.

Bandit and others skip a file whose encoding they do not like; an attacker then only needs a
cookie. Here every file becomes text, and whatever is odd about it becomes a note.
"""

import codecs
import re

from weakspot.code.source import Source

# CPython takes these, and what follows them after a hyphen (Emacs's "utf-8-unix"), for two codecs.
_PREFIXES = {
    "utf-8": "utf-8",
    "latin-1": "iso-8859-1",
    "iso-8859-1": "iso-8859-1",
    "iso-latin-1": "iso-8859-1",
}
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_LINE = re.compile(rb"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_BLANK = re.compile(rb"^[ \t\f]*(?:[#\r\n]|$)")
_SLOW = frozenset({"punycode", "idna"})  # they take the square of a text's length
# Codecs in which ordinary files are written. Python runs files in any text codec; the rest hide
# code from people and tools (UTF-7 and the escapes above all), so they are worth a note.
_ORDINARY = re.compile(
    r"^(utf-8|utf-8-sig|ascii|iso8859-\d+|cp(125\d|437|850|852|866|932|936|949|950)|koi8-[rtu]|mac-\w+"
    r"|gb2312|gbk|gb18030|big5|big5hkscs|shift_jis|shift_jisx0213|shift_jis_2004|euc_\w+|hz"
    r"|iso2022_\w+|johab|kz1048|ptcp154|tis-620|latin-1)$"
)
MAX_NAME = 40  # characters of a codec's name that a note repeats
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def decode(data: bytes, path: str) -> Source:
    """Turn a file's bytes into a `Source`; what CPython would refuse is noted, not raised."""
    notes: list[str] = []
    bom = data.startswith(codecs.BOM_UTF8)
    if bom:
        data = data[len(codecs.BOM_UTF8) :]
    if data.startswith(_UTF16):
        text = _utf16(data, notes)
    else:
        text = _text(data, _declared(data), bom, notes)
    if "\0" in text:
        notes.append("holds null bytes")
        text = text.replace("\0", " ")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Source(path, text, notes=tuple(notes))


def _declared(data: bytes) -> str | None:
    """Return the codec named by a cookie in the first two lines, as CPython finds it."""
    first = _LINE.match(data)
    if first is None:
        return None
    match = _COOKIE.match(first.group(1))
    if match is None and _BLANK.match(first.group(1)):
        # However long the first line is, CPython looks at the second.
        second = _LINE.match(data, first.end())
        match = _COOKIE.match(second.group(1)) if second else None
    return match.group(1).decode("ascii", "replace") if match else None


def _text(data: bytes, declared: str | None, bom: bool, notes: list[str]) -> str:
    name = "utf-8" if declared is None else declared.lower().replace("_", "-")
    try:
        found = codecs.lookup(_normal(name))
    except (LookupError, ValueError):
        notes.append(f"declares an unknown encoding ({name[:MAX_NAME]})")
        return _fallback(data)
    if bom and found.name not in ("utf-8", "utf-8-sig"):
        notes.append(f"has a UTF-8 byte-order mark but declares {name[:MAX_NAME]}")
        found = codecs.lookup("utf-8")
    if not _ORDINARY.match(found.name):
        notes.append(f"declares an uncommon encoding ({found.name}), which can hide code")
    if not found._is_text_encoding:  # "hex", "rot13", "zlib" …: CPython refuses them unread
        notes.append(f"declares {found.name}, which is no text encoding")
        return _fallback(data)
    if found.name in _SLOW:
        notes.append(f"is not decoded as {found.name}")
        return _fallback(data)
    try:
        text, _ = found.decode(data, "strict")
    except Exception:  # a codec may raise anything on bytes it does not know
        notes.append(f"does not decode as {found.name}")
        return _fallback(data)
    return text


def _normal(name: str) -> str:
    """Return the codec that CPython's tokenizer takes a name for (`get_normal_name`)."""
    for prefix, codec in _PREFIXES.items():
        if name == prefix or name.startswith(prefix + "-"):
            return codec
    return name


def _utf16(data: bytes, notes: list[str]) -> str:
    wide = data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE))
    name = "utf-32" if wide else "utf-16"
    notes.append(f"is {name.upper()}, which CPython does not run")
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return _fallback(data)


def _fallback(data: bytes) -> str:
    """Decode what can be decoded; Latin-1 knows every byte."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
