"""Encodes units into token ids; the one encoder that training and scanning share.

Byte-pair encoding over normalised lines. Every line starts with an *anchor*, a special id that
tells its indentation; the line head of the model reads the anchors. Special ids lie below
`OFFSET` and byte-pair ids above, so no source text can produce a special one.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from weakspot.core.errors import BundleError
from weakspot.core.unit import Line, Unit, UnitKind

PAD, CLS, MASK, CONTEXT, CODE, PART = range(6)
_KIND = {UnitKind.FUNCTION: 6, UnitKind.METHOD: 7, UnitKind.MODULE: 8, UnitKind.REGION: 9}
ANCHOR = 12  # ids ANCHOR … ANCHOR + MAX_INDENT stand for indentation 0 … MAX_INDENT
MAX_INDENT = 15
OFFSET = 32  # first id of the byte-pair vocabulary

# Words with their leading blank, digits in threes, runs of punctuation, runs of blanks.
PATTERN = r" ?[A-Za-z]+| ?_+|\d{1,3}| ?[^\sA-Za-z\d_]+|\s+"


@dataclass(frozen=True, slots=True)
class Encoded:
    """A unit as the model takes it.

    `ids` are token ids. `anchors` holds the position in `ids` of the anchor of each of the
    unit's own lines, in order; it is shorter than the unit's lines when the unit did not fit.
    `unread` counts the last lines of the unit that are not in `ids`, or not whole.
    """

    ids: tuple[int, ...]
    anchors: tuple[int, ...]
    unread: int = 0

    @property
    def complete(self) -> bool:
        """Whether every line of the unit is in `ids`."""
        return not self.unread


class Tokenizer:
    """Byte-pair encoder built from `ranks`, a mapping of byte strings to merge ranks 0 … n-1."""

    def __init__(self, ranks: Mapping[bytes, int]) -> None:
        self._ranks = dict(ranks)

    @property
    def size(self) -> int:
        """Number of ids, special ones included."""
        return OFFSET + len(self._ranks)

    @cached_property
    def _words(self) -> dict[int, bytes]:
        return {rank: word for word, rank in self._ranks.items()}

    @cached_property
    def _encoding(self) -> Any:
        import tiktoken  # noqa: PLC0415  costs 50 ms, and only encoding needs it

        return tiktoken.Encoding(
            name="weakspot", pat_str=PATTERN, mergeable_ranks=self._ranks, special_tokens={}
        )

    @classmethod
    def from_json(cls, data: bytes) -> "Tokenizer":
        """Read a vocabulary: a JSON list of base64 byte strings in rank order."""
        try:
            words = json.loads(data)
            ranks = {base64.b64decode(word, validate=True): i for i, word in enumerate(words)}
        except (ValueError, TypeError) as error:
            raise BundleError(f"the tokenizer vocabulary is damaged: {error}") from error
        if len(ranks) != len(words) or any(bytes([byte]) not in ranks for byte in range(256)):
            raise BundleError("the tokenizer vocabulary lacks bytes or repeats entries")
        return cls(ranks)

    def to_json(self) -> bytes:
        """Return the vocabulary in the form that `from_json` reads."""
        ordered = sorted(self._ranks, key=self._ranks.__getitem__)
        return json.dumps([base64.b64encode(word).decode() for word in ordered]).encode()

    def text(self, text: str) -> list[int]:
        """Encode plain text; ids are at least `OFFSET`."""
        clean = text.encode("utf-8", "replace").decode("utf-8")  # lone surrogates
        return [OFFSET + rank for rank in self._encoding.encode_ordinary(clean)]

    def decode(self, ids: Iterable[int]) -> str:
        """Return readable text for ids; anchors become new lines with indentation."""
        parts: list[bytes] = []
        for token in ids:
            if token >= OFFSET:
                parts.append(self._words.get(token - OFFSET, b"?"))
            elif ANCHOR <= token <= ANCHOR + MAX_INDENT:
                parts.append(b"\n" + b"    " * (token - ANCHOR))
        return b"".join(parts).decode("utf-8", "replace")

    def line(self, line: Line) -> list[int]:
        """Encode one line, anchor first."""
        return [ANCHOR + min(line.indent, MAX_INDENT), *self.text(line.text)]

    def encode(self, unit: Unit, limit: int) -> Encoded:
        """Encode a unit in at most `limit` ids; context gives way before the unit's own lines."""
        own = [self.line(line) for line in unit.lines]
        head = [CLS, _KIND[unit.kind]]
        if unit.windows > 1:
            head.append(PART)
        room = limit - len(head) - 2 - sum(len(ids) for ids in own)
        ids = [*head, CONTEXT]
        for line in unit.context:
            encoded = self.line(line)
            room -= len(encoded)
            if room < 0:
                break
            ids += encoded
        ids.append(CODE)
        anchors: list[int] = []
        for index, encoded in enumerate(own):
            if len(ids) + len(encoded) > limit:
                kept = limit - len(ids)
                if kept > 1:
                    anchors.append(len(ids))
                    ids += encoded[:kept]
                return Encoded(tuple(ids), tuple(anchors), unread=len(own) - index)
            anchors.append(len(ids))
            ids += encoded
        return Encoded(tuple(ids), tuple(anchors))
