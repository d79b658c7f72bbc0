"""Writes pair files: two programs and what is known about them, as the text that `pairs` reads.

The lines of both sides are matched by difflib, so that what they share stands there once.
"""

import difflib
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from weakspot.core.errors import DataError
from weakspot.dataset.pairs import FENCE, SUFFIX, Pair, Side, parse_pair

# A mechanism may come from a language model: what names a file is looked at here once more.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,150}", re.ASCII)


def pair_text(pair: Pair) -> str:
    """Return the text of a pair file; `parse_pair` turns it back into the same pair.

    Raises:
        DataError: the pair cannot be written: a weak line outside of the vulnerable side, a
            carriage return in a line, or text that is no Unicode.
    """
    whole = replace(pair, vulnerable=_side(pair.vulnerable), fixed=_side(pair.fixed))
    text = "\n".join([FENCE, *_header(whole), FENCE, *_body(whole)]) + "\n"
    try:
        text.encode("utf-8")
        back = parse_pair(text)
    except (UnicodeEncodeError, DataError) as error:
        raise DataError(f"{pair.id} cannot be written as a pair file: {error}") from error
    if back != whole:
        raise DataError(f"{pair.id} cannot be written as a pair file: it reads back differently")
    return text


def write_pair(pair: Pair, folder: Path) -> Path:
    """Write a pair to ``folder/CWE-N/mechanism.pair`` and return that path.

    The file is on the disk, whole, before this returns, and never there in part.

    Raises:
        DataError: as `pair_text`; its name fits no file, or another pair has that name already.
    """
    if not _NAME.fullmatch(pair.cwe) or not _NAME.fullmatch(pair.mechanism):
        raise DataError(f"{pair.id!r} cannot be the name of a file")
    text = pair_text(pair)
    path = folder / pair.cwe / f"{pair.mechanism}{SUFFIX}"
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            if path.read_bytes() == text.encode("utf-8"):
                return path
            raise DataError(f"{path} is there already, with another pair in it")
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise DataError(f"{path}: {error}") from error
    return path


def _side(side: Side) -> Side:
    """Return a side as a pair file can hold it: ``\\n`` ends lines, one ends the file."""
    code = side.code.replace("\r\n", "\n").rstrip("\n") + "\n"
    if "\r" in code:
        raise DataError("a carriage return stands inside a line")
    last = code.count("\n")
    if any(not 1 <= line <= last for line in side.lines):
        raise DataError(f"weak lines {list(side.lines)} are not all within 1 to {last}")
    return Side(code, tuple(sorted(set(side.lines))))


def _header(pair: Pair) -> Iterator[str]:
    yield f"cwe = {_quoted(pair.cwe)}"
    yield f"mechanism = {_quoted(pair.mechanism)}"
    yield f"accepted = {_list(pair.accepted)}"
    yield f"domain = {_quoted(pair.domain)}"
    yield f"frameworks = {_list(pair.frameworks)}"
    yield f"origin = {_quoted(pair.origin)}"
    yield f"prompt = {_quoted(pair.prompt)}"
    yield f"date = {pair.date.isoformat()}"
    yield f"vulnerable = {_quoted(pair.why_vulnerable)}"
    yield f"fixed = {_quoted(pair.why_fixed)}"


def _quoted(text: str) -> str:
    # JSON's escapes are a part of TOML's; TOML also wants DEL escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(items: Sequence[str]) -> str:
    return f"[{', '.join(_quoted(item) for item in items)}]"


def _body(pair: Pair) -> Iterator[str]:
    left = pair.vulnerable.code.removesuffix("\n").split("\n")
    right = pair.fixed.code.removesuffix("\n").split("\n")
    weak = {line - 1 for line in pair.vulnerable.lines}
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    for tag, start, end, other, until in matcher.get_opcodes():
        shared, alone = ("*", " ") if tag == "equal" else ("!", "-")
        for at in range(start, end):
            mark = shared if at in weak else alone
            # An empty shared line stays empty: no trailing blank for editors to strip.
            yield (mark + left[at]) if left[at] or mark != " " else ""
        if tag != "equal":
            yield from ("+" + line for line in right[other:until])
