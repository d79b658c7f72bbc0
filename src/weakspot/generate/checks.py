"""Generic checks of an untrusted value: ones that make any sink sound, and ones that do not.

They are written so that both kinds use the same words: an allow-list that rejects and one that
only logs, `re.fullmatch` and `re.match`, a mapping with a constant default and one that falls back
to the value. Which are sound depends on the weakness; the tables below say so and err on the side
of leaving a check out.
"""

import random
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from weakspot.generate.mechanism import Mechanism


def _cwes(numbers: str) -> frozenset[str]:
    return frozenset(f"CWE-{number}" for number in numbers.split())


# Weaknesses where a value from a closed set of ours is sound, whatever the sink.
_INJECTION = _cwes(
    "22 23 36 73 74 77 78 79 80 88 89 90 91 93 94 95 96 98 99 113 116 117 "
    "119 125 134 190 400 434 470 502 564 601 611 643 644 770 776 787 789 829 843 "
    "915 917 918 943 1236 1333 1336"
)
# Weaknesses about who may: the format of an identifier says nothing, so no generic check is sound.
_ACCESS = _cwes("284 285 566 639 862 863")
_QUANTITY = _cwes("119 125 190 400 409 674 770 776 787 789 1333")
_PATHS = _cwes("22 23 36 73 98 434")
_ADDRESSES = _cwes("601 918")

# Weaknesses where a name of the attacker's choice does harm though it has no odd character.
_NAMED = _ADDRESSES | _QUANTITY | _cwes("94 95 96 470 829 843 915")
_WORDS_RUN = _cwes("77 78 502")
# Options among arguments: what does harm begins with "-".
_OPTIONS = _cwes("77 88")
# Weaknesses where harm may start behind a harmless beginning.
_ANYWHERE = _cwes("78 79 80 89 90 94 95 113 117 643 1336")
# Weaknesses whose harm is done when the sink runs, so that a check behind it comes too late.
_DONE_AT_ONCE = _cwes("77 78 88 89 94 95 96 117 502 918 943 1336")

_HTML = "html.escape(%V, quote=False)"
_SHELL = "shlex.quote(%V)"
_URL = "urllib.parse.quote(%V)"
_REGEX = "re.escape(%V)"
_ENCODE = '%V.encode("utf-8", "ignore").decode("utf-8")'
_NORMAL = 'unicodedata.normalize("NFKC", %V)'
# Sanitisers of another context that leave the weakness as it is. A sanitiser that happens to
# break the attack (percent-encoding a shell command, quoting what goes into eval, a backslash
# before the "-" of an option) is not listed.
_ELSEWHERE: dict[str, tuple[str, ...]] = {
    "CWE-89": (_HTML, _SHELL, _ENCODE, _NORMAL),
    "CWE-78": (_HTML, _REGEX, _ENCODE, _NORMAL),
    "CWE-77": (_HTML, _ENCODE),
    "CWE-88": (_HTML, _NORMAL, _ENCODE),
    "CWE-22": (_HTML, _SHELL, _URL, _NORMAL, _ENCODE),
    "CWE-23": (_HTML, _SHELL, _URL),
    "CWE-73": (_HTML, _SHELL, _URL),
    "CWE-79": (_SHELL, _NORMAL, _ENCODE),
    "CWE-80": (_SHELL, _NORMAL),
    "CWE-90": (_HTML, _SHELL, _NORMAL),
    "CWE-94": (_HTML, _ENCODE, _NORMAL),
    "CWE-95": (_HTML, _ENCODE, _NORMAL),
    "CWE-1336": (_HTML, _SHELL, _ENCODE),
    "CWE-643": (_HTML, _NORMAL, _ENCODE),
    "CWE-117": (_HTML, _SHELL, _REGEX, _NORMAL),
    "CWE-601": (_HTML, _SHELL, _NORMAL),
    "CWE-918": (_HTML, _SHELL, _NORMAL, _ENCODE),
    "CWE-502": (_HTML, _ENCODE),
    "CWE-611": (_ENCODE, _NORMAL),
    "CWE-470": (_HTML, _SHELL, _NORMAL),
    "CWE-639": (_HTML, _NORMAL, _ENCODE),
}
# A place in SQL without quotes around it: those of the shell make the value a mere literal there.
_UNQUOTED = re.compile(r"(?<!['%])(?:\" \+ \$in\b|%s|\{\$in)")
_SAMPLES: dict[str, tuple[str, ...]] = {
    "CWE-89": (
        "name",
        "email",
        "created_at",
        "status",
        "title",
        "price",
        "orders",
        "users",
        "active",
    ),
    "CWE-78": ("nginx", "postgres", "eth0", "eth1", "localhost", "staging", "status", "uptime"),
    "CWE-22": ("report.pdf", "summary.csv", "logo.png", "terms.txt", "guide.html", "invoice.pdf"),
    "CWE-601": ("/dashboard", "/account", "/orders", "/help", "/home", "/reports"),
    "CWE-918": (
        "https://api.example.com/v1/rates",
        "https://status.example.com/feed.json",
        "https://cdn.example.org/list.json",
    ),
    "CWE-94": ("1 + 1", "0", "42", "2 * 21"),
    "CWE-95": ("1 + 1", "0", "42", "2 * 21"),
    "": (
        "daily",
        "weekly",
        "monthly",
        "summary",
        "detail",
        "basic",
        "full",
        "compact",
        "alpha",
        "north",
        "en",
        "de",
    ),
}


@dataclass(frozen=True, slots=True)
class Check:
    """Statements around the use of a value.

    In them ``%V`` is the value, ``%A`` … ``%C`` literals of ours, ``%O`` another value and the line
    ``%REJECT`` refuses. `use` is what the sink gets: the value itself or what the check made of it.
    """

    before: str = ""
    use: str = "%V"
    after: str = ""
    setup: str = ""
    needs_other: bool = False


@cache
def _groups() -> Mapping[str, tuple[Check, ...]]:
    text = resources.files("weakspot.generate").joinpath("data/checks.toml").read_text("utf-8")
    return {name: tuple(_read(one) for one in group) for name, group in tomllib.loads(text).items()}


def _read(table: Mapping[str, str | bool]) -> Check:
    def text(key: str, default: str = "") -> str:
        return str(table.get(key, default)).rstrip("\n")

    return Check(
        before=text("before"),
        use=text("use", "%V"),
        after=text("after"),
        setup=text("setup"),
        needs_other=bool(table.get("needs_other", False)),
    )


def sound_checks(mechanism: Mechanism) -> tuple[Check, ...]:
    """Return generic checks that make the vulnerable form sound."""
    cwe, groups = mechanism.cwe, _groups()
    if cwe not in _INJECTION or mechanism.takes in ("mapping", "number"):
        return ()
    if not mechanism.checks_help:
        return ()
    if mechanism.takes == "bytes":
        return groups["sound_bytes"] if cwe not in _QUANTITY else ()
    found = list(groups["sound_closed_set"] * 2)
    if mechanism.int_is_safe and cwe not in _NAMED and mechanism.takes != "url":
        found += groups["sound_uuid"]
        found += () if cwe in _OPTIONS else groups["sound_integer"]
        found += () if cwe in _WORDS_RUN else groups["sound_charset"]
    if cwe == "CWE-117":  # a check that logs the value does the harm itself
        found = [check for check in found if "logger" not in check.before]
    return tuple(found)


def weak_checks(mechanism: Mechanism, may_follow: bool) -> tuple[Check, ...]:
    """Return generic checks and sanitisers that leave the vulnerable form weak.

    `may_follow` says whether statements can stand behind the use (it does not return).
    """
    cwe, groups = mechanism.cwe, _groups()
    found = list(groups["weak_any"])
    if cwe in _ACCESS:
        texty = mechanism.takes == "text"
        return (*found, *_elsewhere(mechanism), *groups["weak_trim"]) if texty else tuple(found)
    if cwe not in _INJECTION or mechanism.takes in ("mapping", "number"):
        return ()
    if mechanism.takes == "bytes":
        return groups["weak_bytes"]
    found = 2 * [*found, *groups["weak_closed_set"], *_elsewhere(mechanism)]
    found += groups["weak_trim"]
    if mechanism.begins_plain:
        found += groups["weak_format"]
    if cwe not in _QUANTITY:
        found += groups["weak_length"]
    if cwe in _ANYWHERE and mechanism.takes != "url":
        found += groups["weak_contains"]
    if not may_follow or cwe not in _DONE_AT_ONCE:
        found = [check for check in found if not check.after]
    return tuple(found)


def ambient_checks() -> tuple[Check, ...]:
    """Return checks of another value, which say nothing about the one that matters."""
    return tuple(check for check in _groups()["weak_any"] if check.needs_other)


def samples(mechanism: Mechanism, rng: random.Random) -> dict[str, str]:
    """Return literals of ours for ``%A`` … ``%D`` that fit the weakness."""
    cwe = "CWE-22" if mechanism.cwe in _PATHS else mechanism.cwe
    pool = _SAMPLES.get(cwe, _SAMPLES[""])
    if cwe in _QUANTITY:
        pool = ("10", "20", "25", "50", "100")
    if mechanism.takes == "url" and cwe != "CWE-601":
        pool = _SAMPLES["CWE-918"]
    quote = rng.choice('""\'')
    drawn = rng.sample(pool, 4) if len(pool) >= 4 else rng.choices(pool, k=4)
    return {f"%{slot}": f"{quote}{value}{quote}" for slot, value in zip("ABCD", drawn, strict=True)}


def _elsewhere(mechanism: Mechanism) -> tuple[Check, ...]:
    made = "$c0__value"
    found = _ELSEWHERE.get(mechanism.cwe, ())
    if mechanism.cwe == "CWE-89" and any(map(_UNQUOTED.search, mechanism.vulnerable)):
        found = tuple(one for one in found if one != _SHELL)
    return tuple(Check(f"{made} = {one}", made) for one in found)
