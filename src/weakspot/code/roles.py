"""What names of APIs do: ``shlex.quote`` quotes for a shell, ``.execute`` runs a query.

The table (`role_names`) says of names of widely used libraries which role they play where security
is at stake: a sink, a source, a guard, a safe alternative. What a model learns of one name then
holds for its kin, whether any example used them or not. Names that the table lacks are told by
their words, as people name their own helpers. Nothing is judged here. A change of the table or of
the words changes what models over statements (`weakspot.model.sites`) mean; `digest` tells them.

In the files a line is ``role: names``. ``.word`` holds for whatever has that last word, ``@word``
for a part of a request that is read, anything else for that name and all that end in its last
two words.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files

from weakspot.code.fact_shapes import words_of

# What a name is about whose role nobody wrote down, by its words in lower case, a space between
# them; a tilde marks the guess.
_WORDS = (
    ("~clean", r"(?<!un)escape|sanitiz|sanitis|(?<!un)quote|encode html|strip tags"),
    ("~digest", r"\bhash|digest|hmac|signature|checksum"),
    (
        "~check",
        r"valid|verify|\bcheck|ensure|is safe|\ballow|white ?list|permitted|assert |guard|require",
    ),
    ("~auth", r"auth(?!ors?\b)|permission|login|\brole|owner|admin|\bperm|access|\bacl|policy"),
    ("~secret", r"token(?!iz)|secret|passw|pwd|credential|api ?key|private key|\botp|nonce|\bsalt"),
    ("~path", r"path|file ?name|dir ?name|directory|folder"),
    ("~url", r"url|\buri|href|\blink|\bhost|domain|endpoint"),
    ("~query", r"sql|query|stmt|statement"),
    ("~command", r"\bcmd|command|argv|\bshell"),
    ("~html", r"html|template|markup"),
    ("~size", r"size|\blimit|length|\bcount|\bmax|quota|\bdepth"),
    ("~who", r"user|account|tenant|customer|\bmember"),
    ("~norm", r"normali|canonical|resolve"),
    ("~log", r"\blog(?:s|ger|ging)?\b"),
)
_GUESSES = tuple((role, re.compile(pattern)) for role, pattern in _WORDS)
_NAME = re.compile(r"([@.]?[A-Za-z_][\w.]*)")
_REMEMBERED = 1 << 13  # names: most functions have the same ones


@dataclass(frozen=True, slots=True)
class _Table:
    """Roles by whole name, by the last two words, and by the last word or read attribute."""

    whole: dict[str, str] = field(default_factory=dict)
    two: dict[str, str] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)


def role_of(name: str) -> str:
    """Return the role of a dotted name or ``@attribute``; "" where neither table nor words say."""
    table = _table()
    last = name if name.startswith("@") else name.rpartition(".")[2]
    two = ".".join(name.split(".")[-2:])
    found = table.whole.get(name) or table.two.get(two) or table.last.get(last)
    return found or _guessed(last)


def abstracted(fact: str) -> str:
    """Return a fact (`weakspot.code.facts`) with roles in place of names; "" if it has none.

    Words that say what a literal is like are read as names, too; literals told whole are not.
    """
    kind, _, rest = fact.partition(" ")
    if kind == "text":
        return ""
    apart = rest.replace("<", " <").replace(">", "> ")
    parts = _NAME.split(apart)  # a name is every second one
    is_read = kind == "reads"
    parts[1::2] = [_shown(name, is_read) for name in parts[1::2]]
    told = "".join(parts)
    return "" if told == apart else f"as {kind} {told}"


@cache
def digest() -> str:
    """Return what tells this table, and the words, from any other."""
    told = hashlib.sha256(repr(_WORDS).encode())
    for line in _lines():
        told.update(f"{line}\n".encode())
    return told.hexdigest()[:16]


@lru_cache(_REMEMBERED)
def _shown(name: str, is_read: bool) -> str:
    """Return a name's role; of an attribute that is read first what the table calls ``@word``."""
    role = (_table().last.get(f"@{name[1:]}") if is_read else "") or role_of(name)
    return f"#{role}" if role else name


def _guessed(name: str) -> str:
    words = " ".join(words_of(name))
    return next((role for role, pattern in _GUESSES if pattern.search(words)), "")


@cache
def _table() -> _Table:
    table = _Table()
    for line in _lines():
        role, _, names = line.partition(": ")
        for name in names.split():
            if name.startswith("."):
                table.last.setdefault(name[1:], role)
            elif name.startswith("@"):
                table.last.setdefault(name, role)
            else:
                table.whole.setdefault(name, role)
                if "." in name:
                    table.two.setdefault(".".join(name.split(".")[-2:]), role)
    return table


def _lines() -> Iterator[str]:
    folder = files("weakspot.code") / "role_names"
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".txt"):
            lines = file.read_text("utf-8").splitlines()
            yield from (line for line in lines if line and not line.startswith("#"))
