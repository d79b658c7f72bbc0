"""Tells from a commit's message whether it mends a weakness, and which.

Ids (CVE, GHSA, PYSEC, CWE) are believed. Words count only when the message names a weakness and
says that something was mended; the CWE that follows from words is a guess, and marked as one.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

_MOST_CHARS = 20_000  # of a message; a release's list of changes says little about its diff
_IDS = re.compile(
    r"\bCVE-\d{4}-\d{4,7}\b|\bGHSA(?:-[23456789cfghjmpqrvwx]{4}){3}\b|\bPYSEC-\d{4}-\d{1,6}\b",
    re.IGNORECASE,
)
_CWE = re.compile(r"\bCWE[-_: ]{0,2}0*([1-9]\d{0,4})\b", re.IGNORECASE)
_REVERT = re.compile(r"\s*revert\b", re.IGNORECASE)
_MENDED = re.compile(
    r"\b(?:fix|patch|prevent|mitigat|avoid|harden|escap|saniti[sz]|resolv|address|protect|disallow"
    r"|reject|block|validat|verif|restrict|limit|correct|secur|close[sd]? |mend|guard|refuse|forbid"
    r"|do not|don't|no longer|stop )",
    re.IGNORECASE,
)
# What is said, and the CWE it mostly means. The first that matches names the CWE.
_WORDS: tuple[tuple[str, str | None], ...] = (
    (r"sql[ -]?injection|\bsqli\b", "CWE-89"),
    (r"cross[ -]site scripting|\bxss\b|html injection", "CWE-79"),
    (r"cross[ -]site request|\b[cx]srf\b", "CWE-352"),
    (r"server[ -]side request|\bssrf\b", "CWE-918"),
    (r"(?:path|directory) traversal|zip[ -]?slip|arbitrary file (?:read|write|access)", "CWE-22"),
    (r"(?:command|shell|argument) injection", "CWE-78"),
    (r"template injection|\bssti\b", "CWE-1336"),
    (r"ldap injection", "CWE-90"),
    (r"xpath injection", "CWE-643"),
    (r"(?:header|crlf) injection|response splitting|request smuggling", "CWE-113"),
    (r"log injection|log forging", "CWE-117"),
    (r"xml external entit|\bxxe\b", "CWE-611"),
    (r"billion laughs|entity expansion", "CWE-776"),
    (r"open redirect", "CWE-601"),
    (
        r"(?:insecure|unsafe|arbitrary) (?:de ?serializ|unpickl|pickle|yaml)|deserializ\w+ of untr",
        "CWE-502",
    ),
    (r"code injection|remote code execution|arbitrary code|\brce\b", "CWE-94"),
    (r"\bredos\b|catastrophic backtracking|regular expression denial", "CWE-1333"),
    (
        (
            r"(?:denial[ -]of[ -]service|resource exhaustion|(?:decompression|zip) bomb"
            r"|(?-i:\bD[Oo]S\b)(?! (?:line|path|file|date|time|prompt|system)))"
        ),
        "CWE-400",
    ),
    (r"timing (?:attack|side|leak)|constant[ -]time", "CWE-208"),
    (r"hard-?coded (?:password|credential|secret|key|token)", "CWE-798"),
    (r"session fixation", "CWE-384"),
    (r"privilege escalation|escalation of privilege", "CWE-269"),
    (r"auth\w* bypass|bypass\w* auth\w*", "CWE-287"),
    (r"(?:missing|broken|improper|lack of) (?:auth\w+|access control|permission)", "CWE-862"),
    (r"\bidor\b|insecure direct object", "CWE-639"),
    (
        r"(?:information|data|credential|password|secret|token) (?:disclosure|leak|exposure)",
        "CWE-200",
    ),
    (r"(?:certificate|hostname|tls|ssl) (?:validation|verification|check)", "CWE-295"),
    (r"(?:insecure|predictable) temp", "CWE-377"),
    (r"(?:weak|insecure) (?:random|prng)", "CWE-338"),
    (r"(?:weak|insecure|broken) (?:hash|cipher|crypto|encryption)", "CWE-327"),
    (r"use[ -]after[ -]free", "CWE-416"),
    (r"out[ -]of[ -]bounds (?:write|access)|(?:buffer|heap|stack)[ -]overflow", "CWE-787"),
    (r"out[ -]of[ -]bounds read|buffer over-?read", "CWE-125"),
    (r"integer overflow|integer wrap", "CWE-190"),
    (r"vulnerab|security (?:issue|fix|hole|flaw|bug|advisory|patch|problem|risk|update)", None),
)
_COMPILED = tuple((re.compile(words, re.IGNORECASE), cwe) for words, cwe in _WORDS)


class Sign(StrEnum):
    """Why a commit is taken for the fix of a weakness, the surest first."""

    IDENTIFIER = "identifier"  # its message names a CVE, GHSA, PYSEC or CWE id
    ADVISORY = "advisory"  # an advisory in the repository names it, or came with it
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of the weakness: ids as they are written, and its CWEs."""

    why: Sign
    ids: tuple[str, ...] = ()
    cwes: tuple[str, ...] = ()
    guessed: bool = False  # the CWE follows from words

    def also(self, other: "Signs") -> "Signs":
        """Return both together; CWEs that were named come before those that were guessed."""
        first, second = sorted((self, other), key=lambda one: (one.guessed, not one.cwes))
        return Signs(
            why=min(self.why, other.why, key=list(Sign).index),
            ids=tuple(dict.fromkeys((*self.ids, *other.ids))),
            cwes=first.cwes or second.cwes,
            guessed=first.guessed if first.cwes else second.guessed,
        )


def of_message(message: str) -> Signs | None:
    """Return the signs in a commit's message, or None where it says nothing of a weakness."""
    text = message[:_MOST_CHARS]
    if _REVERT.match(text):
        return None
    ids, cwes = named(text)
    spoken = [cwe for words, cwe in _COMPILED if words.search(text)]
    guess = next((cwe for cwe in spoken if cwe), None)
    guessed = not cwes and guess is not None
    found = cwes or ((guess,) if guess else ())
    if ids or cwes:
        return Signs(Sign.IDENTIFIER, ids, found, guessed)
    if spoken and _MENDED.search(text):
        return Signs(Sign.WORDS, (), found, guessed)
    return None


def named(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the advisory ids and the CWE ids that a text names, each once."""
    ids = (
        one if one.upper().startswith("GHSA") else one.upper()
        for one in (match[0] for match in _IDS.finditer(text))
    )
    cwes = (f"CWE-{match[1]}" for match in _CWE.finditer(text))
    return tuple(dict.fromkeys(ids)), tuple(dict.fromkeys(cwes))
