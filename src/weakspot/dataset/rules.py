"""The rules a pair must keep, and the ones that hold over all pairs of a folder."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from weakspot.dataset.near import near_duplicates
from weakspot.dataset.overlap import dumped
from weakspot.dataset.pairs import Pair, Side

FEWEST_LINES = 15
MOST_LINES = 80
UNWRITTEN = "To be written by the reviewer."  # begins the texts of mined pairs
LONGEST_SHARE = 0.6  # of pairs whose fixed side may be the longer one
_CWE = re.compile(r"CWE-[1-9][0-9]{0,4}")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Words that tell the label. An API's own names (secure_filename, secure=True) are let through.
_HINTS = re.compile(
    r"un_?safe|safe_|_safe\b|vulnerab|in_?secure|sanitiz|sanitis|\bevil|malicious|attacker"
    r"|exploit|hack(?:er|ed)|payload_?xss|\bcwe\b|cwe-\d|owasp|\bfixed\b|\bbugfix",
    re.IGNORECASE,
)
_API_WORDS = re.compile(
    r"safe_(?:load|dump|join|substitute|str_cmp|load_all|dump_all|add)\b|mark_safe|is_safe_url"
    r"|unsafe_(?:load|load_all|allow_html|hash|skip)\b|UnsafeLoader|UnsafeUnpickler|SafeString"
    r"|SafeLoader|SafeText|loads_unsafe|thread_?safe\b|call_soon_threadsafe|run_coroutine_threadsafe"
    r"|is_safe\b|async_unsafe|insecure_channel|add_insecure_port|allow_insecure|insecure=|insecure_"
    r"|safe=|SAFE_METHODS|InsecureRequestWarning|InsecureTransport|\binsecure\b|multiprocess_safe"
    r"|set_safe|PARSE_DECLTYPES|unsafe-inline|unsafe-eval|UNSAFE_"
)


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule that a pair, or a folder of pairs, does not keep."""

    pair: str
    rule: str
    text: str


def breaches(pairs: Sequence[Pair]) -> Iterator[Breach]:
    """Yield every breach of every rule: pair by pair first, then over all of them."""
    for pair in pairs:
        yield from _of_one(pair)
    yield from _twice(pairs)
    yield from _alike(pairs)
    yield from _longer(pairs)


def longer_share(pairs: Sequence[Pair]) -> float:
    """Return the share of pairs whose fixed side has more characters (ties count half)."""
    score = 0.0
    for pair in pairs:
        weak, fixed = len(pair.vulnerable.code), len(pair.fixed.code)
        score += 1.0 if fixed > weak else 0.5 if fixed == weak else 0.0
    return score / len(pairs) if pairs else 0.0


def _of_one(pair: Pair) -> Iterator[Breach]:
    def breach(rule: str, text: str) -> Breach:
        return Breach(pair.id, rule, text)

    if not all(_CWE.fullmatch(cwe) for cwe in (pair.cwe, *pair.accepted)):
        yield breach("cwe", f"{pair.cwe}, {', '.join(pair.accepted)}: not all are CWE ids")
    if not _SLUG.fullmatch(pair.mechanism):
        yield breach("mechanism", f"{pair.mechanism!r} is not kebab-case")
    for name in ("domain", "prompt", "why_vulnerable", "why_fixed"):
        if not getattr(pair, name).strip():
            yield breach("header", f"{name} is empty")
    for name, side in (("vulnerable", pair.vulnerable), ("fixed", pair.fixed)):
        yield from (breach(rule, f"{name} side: {text}") for rule, text in _of_side(side))
    if not pair.vulnerable.lines:
        yield breach("marks", "no line is marked with '!' or '*'")
    program = dumped(pair.vulnerable.code)
    if program is not None and program == dumped(pair.fixed.code):
        yield breach("twins", "both sides are the same program")


def _of_side(side: Side) -> Iterator[tuple[str, str]]:
    if dumped(side.code) is None:
        yield "parse", "does not parse, or is nested too deeply"
        return
    count = len([line for line in side.code.split("\n") if line.strip()])
    if not FEWEST_LINES <= count <= MOST_LINES:
        yield "length", f"{count} lines of code; {FEWEST_LINES} to {MOST_LINES} are asked for"
    found = _HINTS.search(_API_WORDS.sub("", side.code))
    if found:
        yield "hint", f"the word {found[0]!r} tells the label"
    lines = side.code.split("\n")
    for line in side.lines:
        # A side ends with its last line that is not blank: a mark may stand behind that.
        if not "".join(lines[line - 1 : line]).strip():
            yield "marks", f"line {line} is marked as weak, but is blank"


def _twice(pairs: Sequence[Pair]) -> Iterator[Breach]:
    for name, count in Counter(pair.id for pair in pairs).items():
        if count > 1:
            yield Breach(name, "mechanism", f"{count} pairs have this mechanism")


def _alike(pairs: Sequence[Pair]) -> Iterator[Breach]:
    programs = {pair.id: pair.vulnerable.code for pair in pairs}
    for one, other, share in near_duplicates(programs):
        yield Breach(one, "near-duplicate", f"{share:.0%} like {other}")


def _longer(pairs: Sequence[Pair]) -> Iterator[Breach]:
    share = longer_share(pairs)
    if len(pairs) > 1 and not 1 - LONGEST_SHARE <= share <= LONGEST_SHARE:
        yield Breach(
            f"{len(pairs)} pairs", "length balance", f"the fixed side is longer in {share:.0%}"
        )
