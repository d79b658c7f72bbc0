"""The small template language that mechanisms, skeletons and fillers are written in.

A template is Python with holes (``$name``), choices (``<<a|b>>``), weak-line markers (``#!``) and
places for filler (``#...``). Several templates meet in one program, so a hole may carry the tag
of the part it came from: ``$f3__count`` is the hole ``count`` of part ``f3``. ``$$name`` is a
dollar sign and a word that is no hole (XPath variables, MongoDB operators).
"""

import random
import re
import textwrap
from collections.abc import Callable, Iterable

MARK = "#!"
FILLER = "#..."
HOLE = re.compile(r"(?<!\$)\$(?:([a-z][0-9]+)__)?([A-Za-z_][A-Za-z0-9_]*)")
CHOICE = re.compile(r"<<(?! )([^\n]*?)>>")
GLOBAL_HOLES = frozenset({"logger"})
_MARKED = re.compile(r"[ \t]*#![ \t]*$")
_STRINGS = re.compile(r"(?<![\w\"'])[rbRB]{0,2}(\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')")
_FORMATTED = re.compile(r"\b[rR]?[fF][rR]?[\"']|\"\"\"|'''")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Choices:
    """Decides every ``<<a|b>>`` of a program; equal texts get equal alternatives."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._made: dict[str, str] = {}

    def settle(self, text: str, tag: str = "") -> str:
        """Replace the choices in `text`; `tag` separates parts that should choose apart."""
        return CHOICE.sub(lambda found: self._one(tag, found[1]), text) if "<<" in text else text

    def _one(self, tag: str, options: str) -> str:
        key = f"{tag}|{options}"
        made = self._made.get(key)
        if made is None:
            made = random.Random(f"{self._seed}|{key}").choice(options.split("|"))  # noqa: S311 - reproducible data, no secret
            self._made[key] = made
        return made


def clean(text: str) -> str:
    """Return a template without its common indentation and outer blank lines."""
    return textwrap.dedent(text).strip("\n").rstrip()


def tagged(text: str, tag: str, keep: frozenset[str] = frozenset()) -> str:
    """Give all untagged holes of `text` a tag, except the global ones and those in `keep`."""

    def mark(found: re.Match[str]) -> str:
        if found[1] or found[2] in GLOBAL_HOLES or found[2] in keep:
            return found[0]
        return f"${tag}__{found[2]}"

    return HOLE.sub(mark, text)


def holes(text: str) -> tuple[str, ...]:
    """Return the holes of a template without their ``$``, in order of first appearance."""
    return tuple(dict.fromkeys(found[0][1:] for found in HOLE.finditer(text)))


def hint(hole: str) -> str:
    """Return the hole's own name, without the tag."""
    return hole.split("__", 1)[1] if re.match(r"[a-z][0-9]+__", hole) else hole


def fill(text: str, values: Callable[[str], str]) -> str:
    """Replace each hole by what `values` gives for it (called with the hole without ``$``)."""
    return HOLE.sub(lambda found: values(found[0][1:]), text).replace("$$", "$")


def put(text: str, hole: str, value: str) -> str:
    """Replace one hole by a text."""
    return re.sub(rf"(?<!\$)\${re.escape(hole)}(?![A-Za-z0-9_])", lambda _: value, text)


def has(text: str, hole: str) -> bool:
    """Say whether `text` uses a hole."""
    return re.search(rf"(?<!\$)\${re.escape(hole)}(?![A-Za-z0-9_])", text) is not None


def indent(text: str, levels: int = 1) -> str:
    """Indent the lines of `text` that are not blank."""
    return textwrap.indent(text, "    " * levels)


def lines_in(*blocks: str) -> str:
    """Join blocks of lines, leaving out the empty ones."""
    return "\n".join(block for block in blocks if block)


def literal_words(texts: Iterable[str]) -> set[str]:
    """Return the identifiers that templates spell out, holes and plain strings left aside."""
    words: set[str] = set()
    for text in texts:
        for line in text.split("\n"):
            bare = HOLE.sub(" ", line)
            if not _FORMATTED.search(bare):
                bare = _STRINGS.sub(" ", bare)
            words.update(_WORD.findall(bare))
    return words


def split_marks(text: str) -> tuple[str, tuple[int, ...]]:
    """Return `text` without weak-line markers, and the 1-based lines that had one."""
    lines = text.split("\n")
    marked: list[int] = []
    for index, line in enumerate(lines):
        if MARK in line and _MARKED.search(line):
            lines[index] = _MARKED.sub("", line)
            marked.append(index + 1)
    return "\n".join(lines), tuple(marked)


def at_line(text: str, slot: str, block: str) -> str:
    """Replace each line that is only `slot` by `block`, at that line's indentation."""
    if slot not in text:
        return text
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if line.strip() == slot:
            lines[index] = textwrap.indent(block, line[: len(line) - len(line.lstrip())])
    return "\n".join(lines)


def at_fillers(text: str, fillers: Callable[[int], str]) -> str:
    """Replace the n-th ``#...`` line by what `fillers(n)` gives, at that line's indentation."""
    if FILLER not in text:
        return text
    out: list[str] = []
    seen = 0
    for line in text.split("\n"):
        if line.strip() != FILLER:
            out.append(line)
            continue
        block = fillers(seen)
        seen += 1
        if block:
            out.append(textwrap.indent(block, line[: len(line) - len(line.lstrip())]))
    return "\n".join(out)
