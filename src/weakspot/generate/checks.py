"""Generic checks of an untrusted value: ones that make any sink sound, and ones that do not.

They are written so that both kinds use the same words: an allow-list that rejects and one that
only logs, `re.fullmatch` and `re.match`, a mapping with a constant default and one that falls back
to the value. Which are sound depends on the weakness; the tables below say so and err on the side
of leaving a check out.
"""

import random
from dataclasses import dataclass

from weakspot.generate.mechanism import Mechanism

# Weaknesses where a value from a closed set of ours is sound, whatever the sink.
_INJECTION = frozenset(
    f"CWE-{number}"
    for number in (
        22, 23, 36, 73, 74, 77, 78, 79, 80, 88, 89, 90, 91, 93, 94, 95, 96, 98, 99, 113, 116, 117, 119, 125,
        134, 190, 400, 434, 470, 502, 564, 601, 611, 643, 644, 770, 776, 787, 789, 829, 843, 915, 917, 918,
        943, 1236, 1333, 1336,
    )
)  # fmt: skip
# Weaknesses about who may: the format of an identifier says nothing, so no generic check is sound.
_ACCESS = frozenset({"CWE-284", "CWE-285", "CWE-566", "CWE-639", "CWE-862", "CWE-863"})
_QUANTITY = frozenset(
    {
        "CWE-119",
        "CWE-125",
        "CWE-190",
        "CWE-400",
        "CWE-409",
        "CWE-674",
        "CWE-770",
        "CWE-776",
        "CWE-787",
        "CWE-789",
        "CWE-1333",
    }
)
_PATHS = frozenset({"CWE-22", "CWE-23", "CWE-36", "CWE-73", "CWE-98", "CWE-434"})
_ADDRESSES = frozenset({"CWE-601", "CWE-918"})

# Weaknesses where a name of the attacker's choice does harm though it has no odd character.
_NAMED = (
    _ADDRESSES
    | _QUANTITY
    | {"CWE-94", "CWE-95", "CWE-96", "CWE-470", "CWE-829", "CWE-843", "CWE-915"}
)
_WORDS_RUN = frozenset({"CWE-77", "CWE-78", "CWE-502"})
# Weaknesses where harm may start behind a harmless beginning.
_ANYWHERE = frozenset(
    {
        "CWE-77",
        "CWE-78",
        "CWE-79",
        "CWE-80",
        "CWE-89",
        "CWE-90",
        "CWE-94",
        "CWE-95",
        "CWE-113",
        "CWE-117",
        "CWE-643",
        "CWE-1336",
    }
)
# Weaknesses whose harm is done when the sink runs, so that a check behind it comes too late.
_DONE_AT_ONCE = frozenset(
    {
        "CWE-77",
        "CWE-78",
        "CWE-88",
        "CWE-89",
        "CWE-94",
        "CWE-95",
        "CWE-96",
        "CWE-117",
        "CWE-502",
        "CWE-918",
        "CWE-943",
        "CWE-1336",
    }
)

_HTML = "html.escape(%V, quote=False)"
_SHELL = "shlex.quote(%V)"
_URL = "urllib.parse.quote(%V)"
_REGEX = "re.escape(%V)"
_JSON = "json.dumps(%V)"
_ENCODE = '%V.encode("utf-8", "ignore").decode("utf-8")'
_NORMAL = 'unicodedata.normalize("NFKC", %V)'
# Sanitisers of another context that leave the weakness as it is. A sanitiser that happens to
# break the attack (percent-encoding a shell command, quoting what goes into eval) is not listed.
_ELSEWHERE: dict[str, tuple[str, ...]] = {
    "CWE-89": (_HTML, _SHELL, _ENCODE, _NORMAL),
    "CWE-78": (_HTML, _REGEX, _ENCODE, _NORMAL),
    "CWE-77": (_HTML, _REGEX, _ENCODE),
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
}  # fmt: skip
_SAMPLES: dict[str, tuple[str, ...]] = {
    "CWE-89": ("name", "email", "created_at", "status", "title", "price", "orders", "users", "active"),
    "CWE-78": ("nginx", "postgres", "eth0", "eth1", "localhost", "staging", "status", "uptime"),
    "CWE-22": ("report.pdf", "summary.csv", "logo.png", "terms.txt", "guide.html", "invoice.pdf"),
    "CWE-601": ("/dashboard", "/account", "/orders", "/help", "/home", "/reports"),
    "CWE-918": ("https://api.example.com/v1/rates", "https://status.example.com/feed.json", "https://cdn.example.org/list.json"),
    "CWE-94": ("1 + 1", "0", "42", "2 * 21"),
    "CWE-95": ("1 + 1", "0", "42", "2 * 21"),
    "": ("daily", "weekly", "monthly", "summary", "detail", "basic", "full", "compact", "alpha", "north", "en", "de"),
}  # fmt: skip


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
    imports: tuple[str, ...] = ()
    needs_other: bool = False


_W = "$c0__value"
_SET = "$c0__ALLOWED = <<{%A, %B, %C}|frozenset({%A, %B, %C})|(%A, %B, %C)|[%A, %B, %C]>>"
_MAP = "$c0__CHOICES = {%A: %A, %B: %B, <<%C|%D>>: %C}"
_LOG = '<<logger.warning("unexpected value %s", %V)|logger.info("unlisted entry")|logger.warning("not in the list")>>'

_SOUND = (
    Check("if %V not in $c0__ALLOWED:\n    %REJECT", setup=_SET),
    Check("$c0__allowed = (%A, %B, %C)\nif %V not in $c0__allowed:\n    %REJECT"),
    Check("if %V not in {%A, %B, %C}:\n    %REJECT"),
    Check("if not any(%V == $c0__one for $c0__one in $c0__ALLOWED):\n    %REJECT", setup=_SET),
    Check(f"{_W} = $c0__CHOICES.get(%V, %A)", _W, setup=_MAP),
    Check(f"{_W} = {{%A: %A, %B: %B}}.get(%V, %C)", _W),
    Check(f"{_W} = $c0__CHOICES.get(%V)\nif {_W} is None:\n    %REJECT", _W, setup=_MAP),
    Check(f"try:\n    {_W} = $c0__CHOICES[%V]\nexcept KeyError:\n    %REJECT", _W, setup=_MAP),
    Check(
        f"{_W} = next(($c0__one for $c0__one in $c0__ALLOWED if $c0__one == %V), %A)",
        _W,
        setup=_SET,
    ),
    Check(f"{_W} = %V if %V in $c0__ALLOWED else %A", _W, setup=_SET),
    Check(f"{_W} = %A\n{_LOG}", _W),
    Check(f"{_W} = %A if %V else %B", _W),
    Check(f"{_W} = %B\nif %V == %A:\n    {_W} = %A", _W),
    Check(f"match %V:\n    case %A | %B:\n        {_W} = %V\n    case _:\n        {_W} = %C", _W),
    Check(f"if %V == %A:\n    {_W} = %B\nelif %V == %B:\n    {_W} = %C\nelse:\n    %REJECT", _W),
    Check(
        f'{_W} = os.environ.get("<<DEFAULT_VALUE|SERVICE_DEFAULT|APP_SELECTION>>", %A)\n{_LOG}',
        _W,
        imports=("import os",),
    ),
)
_CHARSET = (
    Check(
        'if not re.fullmatch(r"<<[a-z0-9]+|[a-z0-9_]{1,40}|[A-Za-z0-9]{1,64}|[a-z]+>>", %V):\n    %REJECT',
        imports=("import re",),
    ),
    Check(
        "if not $c0__PATTERN.fullmatch(%V):\n    %REJECT",
        setup='$c0__PATTERN = re.compile(r"<<[a-z0-9]+|[a-z0-9_]{1,40}|[A-Za-z0-9]{1,64}>>")',
        imports=("import re",),
    ),
    Check("if not %V.isalnum():\n    %REJECT"),
    Check("if not (%V.isascii() and %V.isalnum()):\n    %REJECT"),
)
_UUIDS = (
    Check(f"{_W} = str(uuid.UUID(%V))", _W, imports=("import uuid",)),
    Check(
        f"try:\n    {_W} = str(uuid.UUID(%V))\nexcept ValueError:\n    %REJECT",
        _W,
        imports=("import uuid",),
    ),
)
_INTS = (
    Check(f"{_W} = str(int(%V))", _W),
    Check(f"try:\n    {_W} = str(int(%V))\nexcept ValueError:\n    %REJECT", _W),
    Check("if not (%V.isascii() and %V.isdigit()):\n    %REJECT"),
)
_SOUND_BYTES = (
    Check(
        f'with open("/usr/share/<<app|service|catalog>>/<<defaults|initial|seed>>.bin", "rb") as $c0__handle:\n    {_W} = $c0__handle.read()\nlogger.info("read %d bytes", len(%V))',
        _W,
    ),
    Check(
        f'{_W} = pathlib.Path(__file__).with_name("<<defaults|initial|seed>>.bin").read_bytes()\nlogger.info("read %d bytes", len(%V))',
        _W,
        imports=("import pathlib",),
    ),
)

_WEAK = (
    Check("if not %V:\n    %REJECT"),
    Check("if %V is None:\n    %REJECT"),
    Check("if %O not in $c0__ALLOWED:\n    %REJECT", setup=_SET, needs_other=True),
    Check("$c0__allowed = (%A, %B, %C)\nif %O not in $c0__allowed:\n    %REJECT", needs_other=True),
    Check("if %O not in {%A, %B, %C}:\n    %REJECT", needs_other=True),
    Check(
        'if not re.fullmatch(r"<<[a-z0-9]+|[a-z0-9_]{1,40}|[A-Za-z0-9]{1,64}>>", %O):\n    %REJECT',
        imports=("import re",),
        needs_other=True,
    ),
    Check(
        "if not $c0__PATTERN.fullmatch(%O):\n    %REJECT",
        setup='$c0__PATTERN = re.compile(r"<<[a-z0-9]+|[a-z0-9_]{1,40}|[A-Za-z0-9]{1,64}>>")',
        imports=("import re",),
        needs_other=True,
    ),
    Check(
        "$c0__kind = $c0__CHOICES.get(%O)\nif $c0__kind is None:\n    %REJECT",
        setup=_MAP,
        needs_other=True,
    ),
    Check(
        "try:\n    $c0__kind = str(uuid.UUID(%O))\nexcept ValueError:\n    %REJECT",
        imports=("import uuid",),
        needs_other=True,
    ),
)
_WEAK_CLOSED_SET = (
    Check(f"if %V not in $c0__ALLOWED:\n    {_LOG}", setup=_SET),
    Check(f"if %V not in {{%A, %B, %C}}:\n    {_LOG}"),
    Check(f"$c0__allowed = (%A, %B, %C)\nif %V not in $c0__allowed:\n    {_LOG}"),
    Check(f"if not any(%V == $c0__one for $c0__one in $c0__ALLOWED):\n    {_LOG}", setup=_SET),
    Check(f"{_W} = $c0__CHOICES.get(%V, %V)", _W, setup=_MAP),
    Check(f"{_W} = {{%A: %A, %B: %B}}.get(%V, %V)", _W),
    Check(f"$c0__kind = $c0__CHOICES.get(%V)\nif $c0__kind is None:\n    {_LOG}", setup=_MAP),
    Check(f"try:\n    $c0__kind = $c0__CHOICES[%V]\nexcept KeyError:\n    {_LOG}", setup=_MAP),
    Check(
        "$c0__kind = next(($c0__one for $c0__one in $c0__ALLOWED if $c0__one == %V), %A)",
        setup=_SET,
    ),
    Check("$c0__kind = %V if %V in $c0__ALLOWED else %A", setup=_SET),
    Check(f"{_W} = %V or %A", _W),
    Check(f"{_W} = %A\nif %V:\n    {_W} = %V", _W),
    Check(f"$c0__kind = %A\n{_LOG}"),
    Check(f"match %V:\n    case %A | %B:\n        {_W} = %C\n    case _:\n        {_W} = %V", _W),
    Check(f"if %V == %A:\n    {_W} = %B\nelif %V == %B:\n    {_W} = %C\nelse:\n    {_W} = %V", _W),
    Check("", after="if %V not in $c0__ALLOWED:\n    %REJECT", setup=_SET),
    Check("", after="if %V not in {%A, %B, %C}:\n    %REJECT"),
    Check(
        f'{_W} = os.environ.get("<<DEFAULT_VALUE|SERVICE_DEFAULT|APP_SELECTION>>", %A) if not %V else %V',
        _W,
        imports=("import os",),
    ),
)
_WEAK_FORMAT = (
    Check(
        'if not re.match(r"<<[\w.-]+|[a-z0-9_.-]{1,40}|[A-Za-z0-9._-]{1,64}|[\w./-]+>>", %V):\n    %REJECT',
        imports=("import re",),
    ),
    Check(
        "if not $c0__PATTERN.match(%V):\n    %REJECT",
        setup='$c0__PATTERN = re.compile(r"<<[\w./-]+|[a-z0-9_.-]{1,40}|[A-Za-z0-9._-]{1,64}>>")',
        imports=("import re",),
    ),
    Check(
        f'if not re.fullmatch(r"<<[a-z0-9]+|[a-z0-9_]{{1,40}}|[A-Za-z0-9]{{1,64}}>>", %V):\n    {_LOG}',
        imports=("import re",),
    ),
    Check(
        f"if not $c0__PATTERN.fullmatch(%V):\n    {_LOG}",
        setup='$c0__PATTERN = re.compile(r"<<[a-z0-9]+|[a-z0-9_]{1,40}|[A-Za-z0-9]{1,64}>>")',
        imports=("import re",),
    ),
    Check(f"if not %V.isalnum():\n    {_LOG}"),
    Check(
        f"try:\n    $c0__kind = str(uuid.UUID(%V))\nexcept ValueError:\n    {_LOG}",
        imports=("import uuid",),
    ),
    Check(f"try:\n    $c0__kind = str(int(%V))\nexcept ValueError:\n    {_LOG}"),
    Check(
        "",
        after='if not re.fullmatch(r"<<[a-z0-9]+|[a-z0-9_]{1,40}>>", %V):\n    %REJECT',
        imports=("import re",),
    ),
    Check("", after="if not %V.isalnum():\n    %REJECT"),
)
_WEAK_TRIM = (
    Check(f"{_W} = %V.strip()", _W),
    Check(f"{_W} = %V.rstrip()", _W),
    Check(f'{_W} = %V.replace("\\x00", "")', _W),
    Check(f'{_W} = " ".join(%V.split(" "))', _W),
)
_WEAK_LENGTH = (
    Check("if len(%V) > <<128|200|255|512|1024>>:\n    %REJECT"),
    Check("if not 0 < len(%V) <= <<128|255|512>>:\n    %REJECT"),
    Check(f"{_W} = %V[:<<200|255|512>>]", _W),
)
_WEAK_CONTAINS = (
    Check("if not any($c0__one in %V for $c0__one in $c0__ALLOWED):\n    %REJECT", setup=_SET),
    Check("if not %V.startswith((%A, %B)):\n    %REJECT"),
)
_WEAK_BYTES = (
    Check("if not %V:\n    %REJECT"),
    Check("if not isinstance(%V, (bytes, bytearray)):\n    %REJECT"),
    Check('logger.info("read %d bytes", len(%V))'),
    Check(f'{_W} = bytes(%V)\nlogger.info("read %d bytes", len(%V))', _W),
    Check(
        f'{_W} = %V or pathlib.Path(__file__).with_name("<<defaults|initial|seed>>.bin").read_bytes()',
        _W,
        imports=("import pathlib",),
    ),
)


def sound_checks(mechanism: Mechanism) -> tuple[Check, ...]:
    """Return generic checks that make the vulnerable form sound."""
    cwe = mechanism.cwe
    if cwe not in _INJECTION:
        return ()
    if mechanism.takes == "bytes":
        return _SOUND_BYTES if cwe not in _QUANTITY else ()
    if mechanism.takes in ("mapping", "number"):
        return ()
    found = _SOUND * 2
    if mechanism.int_is_safe and cwe not in _NAMED and mechanism.takes != "url":
        found += _UUIDS
        found += () if cwe == "CWE-88" else _INTS
        found += () if cwe in _WORDS_RUN else _CHARSET
    return found


def weak_checks(mechanism: Mechanism, may_follow: bool) -> tuple[Check, ...]:
    """Return generic checks and sanitisers that leave the vulnerable form weak.

    `may_follow` says whether statements can stand behind the use (it does not return).
    """
    cwe = mechanism.cwe
    if cwe in _ACCESS:
        return (*_WEAK, *_elsewhere(cwe), *_WEAK_TRIM) if mechanism.takes == "text" else _WEAK
    if cwe not in _INJECTION or mechanism.takes in ("mapping", "number"):
        return ()
    if mechanism.takes == "bytes":
        return _WEAK_BYTES
    found = _WEAK * 2 + _WEAK_CLOSED_SET * 2 + _elsewhere(cwe) * 2 + _WEAK_TRIM
    if cwe not in ("CWE-611", "CWE-1236"):  # what attacks these does not begin with a letter
        found += _WEAK_FORMAT
    if cwe not in _QUANTITY:
        found += _WEAK_LENGTH
    if cwe in _ANYWHERE:
        found += _WEAK_CONTAINS
    if not may_follow or cwe not in _DONE_AT_ONCE:
        found = tuple(check for check in found if not check.after)
    return found


def ambient_checks() -> tuple[Check, ...]:
    """Return checks of another value, which say nothing about the one that matters."""
    return tuple(check for check in _WEAK if check.needs_other)


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


def _elsewhere(cwe: str) -> tuple[Check, ...]:
    return tuple(
        Check(
            f"{_W} = {one}",
            _W,
            imports=(
                "import html",
                "import shlex",
                "import urllib.parse",
                "import re",
                "import json",
                "import unicodedata",
            ),
        )
        for one in _ELSEWHERE.get(cwe, ())
    )
