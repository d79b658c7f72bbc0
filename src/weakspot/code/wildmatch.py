"""Matches paths against the patterns of a ``.gitignore`` as git does, in bounded time.

The rules are those of gitignore(5) and of git's ``wildmatch.c``, on bytes. A pattern speaks of one
path; what is inside an ignored folder is the walker's business, who does not enter it. `Globs` are
for those who do not walk.
A hostile ``*a*a*a*a*b`` backtracks in common regular expressions; here each star is settled once.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

_CLASSES = {
    b"alnum": "0-9A-Za-z",
    b"alpha": "A-Za-z",
    b"blank": " \t",
    b"cntrl": "\x00-\x1f\x7f",
    b"digit": "0-9",
    b"graph": "!-~",
    b"lower": "a-z",
    b"print": " -~",
    b"punct": "!-/:-@[-`{-~",
    b"space": " \t-\r",
    b"upper": "A-Z",
    b"xdigit": "0-9A-Fa-f",
}
_BACKSLASH, _SLASH = b"\\/"
_PREFIX = re.compile(rb"[^*?\[\\]*[^*?\[\\/](?=\*\*)")

Segment = re.Pattern[bytes] | None  # what a name must match; None is ``**``: any names


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of an ignore file; a rule without slashes (`anywhere`) looks at the name alone."""

    ignored: bool
    folders_only: bool
    anywhere: bool
    prefix: bytes  # plain text before the segments, where a ``**`` follows it without a slash
    segments: tuple[Segment, ...]

    def matches(self, names: tuple[bytes, ...], *, is_folder: bool) -> bool:
        """Say whether the rule speaks of the path made of `names`, relative to its file."""
        if self.folders_only and not is_folder:
            return False
        if self.prefix:
            path = b"/".join(names)
            if not path.startswith(self.prefix):
                return False
            names = tuple(path[len(self.prefix) :].split(b"/"))
        return _match(self.segments, names[-1:] if self.anywhere else names)


def parse_rule(line: bytes) -> Rule | None:
    """Read one line without its newline; None for comments and for what can match nothing."""
    line = re.sub(rb"(?<!\\) +\Z", b"", line.removesuffix(b"\r"))
    if line.startswith(b"#"):
        return None
    ignored = not line.startswith(b"!")
    line = line.removeprefix(b"!")
    folders_only = line.endswith(b"/")
    line = line.removesuffix(b"/")
    anywhere = b"/" not in line
    line = line.removeprefix(b"/")
    # git compares plain text first and matches the rest as a pattern of its own, which makes the
    # ``**`` of ``a**/x`` stand at a start, where it crosses slashes.
    quirk = None if anywhere else _PREFIX.match(line)
    prefix = quirk.group() if quirk else b""
    segments = _segments(line[len(prefix) :]) if line else None
    if segments is None:
        return None
    return Rule(ignored, folders_only, anywhere, prefix, segments)


class Globs:
    """Patterns that speak for what is in a folder, too, unless they speak of it by itself.

    ``./a`` is ``/a``: what stands in the folder that the patterns start at.
    So ``!a/x.py`` brings a file back that ``a/`` left out, where git would not have entered ``a``,
    and ``!a/`` does not bring back what ``*.py`` left out.

    Raises:
        ValueError: a pattern is malformed, or can match nothing.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self._rules = tuple(reversed([_rule_of(pattern) for pattern in patterns]))
        self._folders: dict[tuple[bytes, ...], bool] = {(): False}

    def match(self, path: str) -> bool:
        """Say whether the patterns match a path with ``/`` in it; that of a folder ends with one.

        What is told of a folder is remembered.
        """
        names = tuple(os.fsencode(path).strip(b"/").split(b"/"))
        if names[:-1] not in self._folders:
            for depth in range(1, len(names)):
                self._folder(names[:depth])
        if path.endswith("/"):
            return self._folder(names)
        own = self._verdict(names, is_folder=False)
        return self._folders[names[:-1]] if own is None else own

    def _folder(self, names: tuple[bytes, ...]) -> bool:
        if names not in self._folders:
            own = self._verdict(names, is_folder=True)
            self._folders[names] = self._folders[names[:-1]] if own is None else own
        return self._folders[names]

    def _verdict(self, names: tuple[bytes, ...], *, is_folder: bool) -> bool | None:
        for rule in self._rules:
            if rule.matches(names, is_folder=is_folder):
                return rule.ignored
            # ``a/**`` is all that is in ``a``, so it speaks of ``a``, too.
            inside = is_folder and rule.segments[-1] is None
            if inside and rule.matches((*names, b""), is_folder=True):
                return rule.ignored
        return None


def _rule_of(pattern: str) -> Rule:
    line = os.fsencode(pattern)
    # git's patterns know no ``./``; people write it for what stands in the folder itself.
    start, plain = (b"!", line[1:]) if line.startswith(b"!") else (b"", line)
    if plain.startswith(b"./"):
        line = start + plain[1:]
    rule = parse_rule(line)
    if rule is None:
        raise ValueError(f"{pattern!r} is no pattern of .gitignore")
    names = plain.removeprefix(b"./").removeprefix(b"/").removesuffix(b"/").split(b"/")
    if not {b"", b".", b".."}.isdisjoint(names):
        raise ValueError(f"{pattern!r} matches nothing: names between slashes are needed, no '..'")
    return rule


def _match(segments: tuple[Segment, ...], names: tuple[bytes, ...]) -> bool:
    """Match a whole path; only the latest ``**`` is ever widened, which is always enough."""
    if segments[-1] is None:  # behind a slash, so there is a name left
        if not names:
            return False
        names = (*names[:-1], b"")
        if len(segments) == 1:
            return True
        segments = (*segments, re.compile(b""))
    at = name = 0
    widened: tuple[int, int] | None = None
    while name < len(names):
        segment = segments[at] if at < len(segments) else re.compile(b"(?!)")
        if segment is None:
            at += 1
            widened = (at, name)
        elif segment.fullmatch(names[name]):
            at += 1
            name += 1
        elif widened is None:
            return False
        else:
            at, name = widened[0], widened[1] + 1
            widened = (at, name)
    return at == len(segments)


def _segments(pattern: bytes) -> tuple[Segment, ...] | None:
    """Compile the parts between slashes; None where git gives a pattern up as malformed."""
    result: list[Segment] = []
    tokens: list[bytes] = []  # of one segment: b"*" or a regular expression for one byte
    at = 0
    while at <= len(pattern):
        if at == len(pattern) or pattern[at] == _SLASH:
            stars = len(tokens) > 1 and all(token == b"*" for token in tokens)
            result.append(None if stars else _compile(tokens))
            tokens = []
            at += 1
        elif pattern[at] == _BACKSLASH:
            if at + 1 == len(pattern):
                return None
            if pattern[at + 1] != _SLASH:
                tokens.append(re.escape(pattern[at + 1 : at + 2]))
            at += 1 + (pattern[at + 1] != _SLASH)
        elif pattern[at] == ord("["):
            members, at = _set(pattern, at + 1)
            if members is None:
                return None
            tokens.append(members)
        else:
            byte = pattern[at : at + 1]
            tokens.append({b"*": b"*", b"?": b"."}.get(byte, re.escape(byte)))
            at += 1
    return tuple(result)


def _compile(tokens: list[bytes]) -> re.Pattern[bytes]:
    """Join the tokens of a name; each star but the last stops for good at the first match."""
    pieces: list[bytes] = [b""]
    for token in tokens:
        if token == b"*":
            pieces.append(b"")
        else:
            pieces[-1] += token
    first, *rest = pieces
    if not rest:
        return re.compile(first, re.DOTALL)
    middle = b"".join(b"(?>.*?" + piece + b")" for piece in rest[:-1] if piece)
    return re.compile(first + middle + b".*" + rest[-1], re.DOTALL)


def _set(pattern: bytes, at: int) -> tuple[bytes | None, int]:
    """Read a bracket expression from behind its ``[``; gives it and the place behind its ``]``."""
    negated = pattern[at : at + 1] in (b"!", b"^") and at < len(pattern)
    at += negated
    members: set[int] = set()
    previous = -1
    start = at
    while at < len(pattern) and (pattern[at] != ord("]") or at == start):
        named = re.compile(rb"\[:([^\]]*):\]").match(pattern, at)
        if (
            pattern[at] == ord("-")
            and previous >= 0
            and pattern[at + 1 : at + 2] not in (b"", b"]")
        ):
            at += 1 + (pattern[at + 1] == _BACKSLASH)
            members |= set(range(previous, pattern[at] + 1)) if at < len(pattern) else set()
            previous = -1
        elif named:
            if named.group(1) not in _CLASSES:
                return None, at
            allowed = re.compile(f"[{_CLASSES[named.group(1)]}]".replace("[-`", "\\[-`").encode())
            members |= {byte for byte in range(256) if allowed.match(bytes([byte]))}
            previous = -1
            at = named.end() - 1
        else:
            at += pattern[at] == _BACKSLASH
            if at < len(pattern):
                previous = pattern[at]
                members.add(previous)
        at += 1
    if at >= len(pattern):
        return None, at
    chosen = (set(range(256)) - members if negated else members) - {_SLASH}
    inside = b"".join(b"\\x%02x" % byte for byte in sorted(chosen))
    return (b"[" + inside + b"]" if inside else None), at + 1
