"""Wrong tokens that look right, for the encoder to find: what replaced-token detection learns from.

Two kinds. *Weakened*: a word that security hangs on becomes its counterpart, in both directions
(``True`` and ``False``, ``<`` and ``<=``, ``secrets`` and ``random``), or loses its protection
(``safe_load``). *Misplaced*: a token becomes another of its kind from the same unit: the wrong
variable, number or operator.
"""

import random
import re
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from weakspot.model.tokens import OFFSET, Tokenizer

COUNTERPARTS = (  # either may stand where the other does
    (" True", " False"),
    ("=True", "=False"),
    (" and", " or"),
    (" ==", " !="),
    (" <", " <="),
    (" >", " >="),
    ("sha256", "md5"),
    ("sha512", "sha1"),
    ("https://", "http://"),
    (".fullmatch", ".match"),
    (".realpath", ".normpath"),
    (".startswith", ".endswith"),
    (".quote", ".unquote"),
    (".escape", ".unescape"),
    ("secrets.", "random."),
    ("CERT_REQUIRED", "CERT_NONE"),
    ("subprocess.run", "os.system"),
    ("127.0.0.1", "0.0.0.0"),  # noqa: S104  words of other people's code
)
LOSSES = (  # a protection, and what is left without it
    (" if not", " if"),
    (" not in", " in"),
    ("yaml.safe_load", "yaml.load"),
    ("SafeLoader", "Loader"),
    ("ast.literal_eval", "eval"),
    ("hmac.compare_digest", "operator.eq"),
    (".mkstemp", ".mktemp"),
    ("os.path.basename", "str"),
    ("html.escape", "str"),
    ("shlex.quote", "str"),
    ("_default_context", "_unverified_context"),
    ("0o600", "0o666"),
    ("0o700", "0o777"),
)
WEAKEN = 0.3  # share of the words with a counterpart that are changed

_KINDS = (r" [A-Za-z]+", r"[A-Za-z]+", r"\d+", r" ?_+", r" [^\w\s]+", r"[^\w\s]+")


class _Entry(NamedTuple):
    """Tokens that give way, those that take their place, and which of these differ.

    An `is_word` ends in a letter or digit.
    """

    found: list[int]
    put: list[int]
    differing: list[bool]
    is_word: bool


class Exchange:
    """Exchanges tokens of one vocabulary."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._kind = torch.tensor([_kind(tokenizer, token) for token in range(tokenizer.size)])
        self._by_first: dict[int, list[_Entry]] = {}
        both = (*COUNTERPARTS, *(pair[::-1] for pair in COUNTERPARTS), *LOSSES)
        for one, other in both:
            # A word is other tokens behind a blank than behind a bracket.
            for blank in ("", " ") if one[0].isalpha() else ("",):
                found, put = tokenizer.text(blank + one), tokenizer.text(blank + other)
                entry = _Entry(found, put, _differing(found, put), one[-1].isalnum())
                self._by_first.setdefault(found[0], []).append(entry)
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry.found))  # the longest that fits is meant
        # Tokens that a word goes on with (`.match` is none in `.matchers`); `_` parts words.
        self._goes_on = {
            token
            for token in range(OFFSET, tokenizer.size)
            if tokenizer.decode([token])[:1].isalnum()
        }

    def weakened(
        self, ids: Sequence[int], draw: random.Random, share: float = WEAKEN
    ) -> tuple[list[int], list[bool]]:
        """Return ids with a share of the words that have a counterpart changed, and which are.

        What a word and its counterpart begin or end with alike is not changed, unless that is all
        that is left (``not in`` to ``in``).
        """
        made: list[int] = []
        changed: list[bool] = []
        at = 0
        while at < len(ids):
            entry = self._entry(ids, at)
            length = 1 if entry is None else len(entry.found)
            if entry is None or draw.random() >= share:
                made += ids[at : at + length]
                changed += [False] * length
            else:
                made += entry.put
                changed += entry.differing
            at += length
        return made, changed

    def _entry(self, ids: Sequence[int], at: int) -> "_Entry | None":
        """Return the longest word with a counterpart that stands, whole, at a place of ids."""
        for entry in self._by_first.get(ids[at], ()):
            behind = at + len(entry.found)
            is_cut = entry.is_word and behind < len(ids) and ids[behind] in self._goes_on
            if list(ids[at:behind]) == entry.found and not is_cut:
                return entry
        return None

    def misplaced(self, ids: Tensor, share: float, free: Tensor) -> tuple[Tensor, Tensor]:
        """Put other tokens of a row [B, T] where a `share` of the `free` ones stand.

        A token gives way to one of its kind. Returns the new ids and which differ.
        """
        kinds = self._kind[ids]
        rows = torch.arange(len(ids)).unsqueeze(1)
        group = torch.where(free & (kinds >= 0), rows * (len(_KINDS) + 1) + kinds, -1).flatten()
        order = torch.argsort(group.double() + torch.rand(len(group), dtype=torch.double))
        following = order.roll(-1)
        same = (group[order] == group[following]) & (group[order] >= 0)
        flat = ids.flatten()
        other = flat.clone()
        other[order[same]] = flat[following[same]]
        chosen = torch.rand(len(group)) < share
        made = torch.where(chosen, other, flat).view_as(ids)
        return made, made != ids


def _differing(found: Sequence[int], put: Sequence[int]) -> list[bool]:
    """Return which tokens of `put` are within what differs from `found`; all, where none is."""
    most = min(len(found), len(put))
    first = next((at for at in range(most) if found[at] != put[at]), most)
    last = next((at for at in range(most - first) if found[-1 - at] != put[-1 - at]), most - first)
    middle = len(put) - first - last
    return [False] * first + [True] * middle + [False] * last if middle else [True] * len(put)


def _kind(tokenizer: Tokenizer, token: int) -> int:
    if token < OFFSET:
        return -1
    text = tokenizer.decode([token])
    return next((at for at, one in enumerate(_KINDS) if re.fullmatch(one, text)), -1)
