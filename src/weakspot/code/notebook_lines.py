"""Finds the lines of a notebook's file on which the source of its cells stands.

Jupyter writes a notebook's JSON with one string a line for each line of code; other tools write
all of it on one line. What shows a report beside the file needs the line of the file.
"""

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

LINE_END = re.compile(r"\r\n|\r|\n")
_BETWEEN = re.compile(r"[ \t\n\r]*[,:]?[ \t\n\r]*")
_DECODER = json.JSONDecoder()


def string_lines(text: str) -> dict[int, list[int]]:
    """Return the 1-based lines of the strings that each cell's source is made of.

    Cells are known by their index in `cells`. `text` must be a JSON object that was read before:
    nothing here looks for mistakes in it.
    """
    breaks = [match.start() for match in re.finditer("\n", text)]
    found: dict[int, list[int]] = {}
    for key, cells in _members(text, _after(text, 0)):
        if key == "cells":  # the last one of a name counts, as in `json`
            found = {}
            for index, (_, cell) in enumerate(_members(text, cells)):
                for name, source in _members(text, cell):
                    if name == "source":
                        strings = [source, *(at for _, at in _members(text, source))]
                        places = [at for at in strings if text[at] == '"']
                        found[index] = [bisect_left(breaks, at) + 1 for at in places]
    return found


def code_lines(strings: Sequence[str], places: Sequence[int]) -> tuple[int, ...]:
    """Return the line of the file of each line of a cell: that of the string it begins in."""
    if not places or len(places) != len(strings):
        return ()
    starts = [0, *(match.end() for match in LINE_END.finditer("".join(strings)))]
    offsets = [0, *accumulate(len(string) for string in strings[:-1])]
    return tuple(places[bisect_right(offsets, start) - 1] for start in starts)


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Yield name and place of what the object or array at `at` holds; of anything else nothing."""
    closing = {"{": "}", "[": "]"}.get(text[at])
    if closing is None:
        return
    at = _after(text, at + 1)
    while text[at] != closing:
        name = ""
        if closing == "}":
            name, end = _DECODER.raw_decode(text, at)
            at = _after(text, end)
        yield name, at
        _, end = _DECODER.raw_decode(text, at)
        at = _after(text, end)


def _after(text: str, at: int) -> int:
    match = _BETWEEN.match(text, at)
    return at if match is None else match.end()
