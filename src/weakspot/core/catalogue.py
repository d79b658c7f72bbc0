"""The CWE catalogue: what each weakness is, how it looks in Python, and what to do about it.

One entry is one TOML file in `weaknesses/`, named by its number (`cwe-089.toml`). A file is read
when its entry is first asked for and kept, so that explaining one weakness parses one file.
Names and the parent and child links follow MITRE's list (research view, CWE-1000); the prose and
the examples are ours. `docs/cwe/` is generated from here (`tools/docs_cwe.py`).
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from weakspot.core.errors import UnknownWeaknessError
from weakspot.core.finding import Severity

TOP25_YEARS: Final = (2023, 2024, 2025)

_FOLDER: Final = "weaknesses"
_FILE_NAME: Final = re.compile(r"cwe-(\d{3,})\.toml")
# ASCII digits only, and few: int() also takes other scripts' digits and unbounded lengths.
_CWE: Final = re.compile(r"(?:cwe[-_ ]?)?0*([1-9][0-9]{0,5})", re.IGNORECASE | re.ASCII)


# What people call weaknesses that MITRE names otherwise, for hints.
_KNOWN_AS: Final = {
    "clickjacking": 1021, "command injection": 78, "cors": 942, "crlf": 93, "csrf": 352,
    "dos": 400, "idor": 639, "lfi": 22, "nosql": 943, "open redirect": 601, "path traversal": 22,
    "prompt injection": 1427, "race": 362, "rce": 94, "redos": 1333, "sql": 89, "sqli": 89,
    "ssl": 295, "ssrf": 918, "ssti": 1336, "tls": 295, "toctou": 367, "traversal": 22,
    "xpath": 643, "xsrf": 352, "xss": 79, "xxe": 611, "zip bomb": 409,
}  # fmt: skip
_NEAR: Final = 0.6  # below this similarity a hint would only mislead


@dataclass(frozen=True, slots=True)
class Weakness:
    """One CWE.

    `summary`, `in_python` and `remediation` are one paragraph each, on one line, with code in
    backquotes. `before` and `after` are Python sources without and with the remediation.
    `parents` and `children` are MITRE's direct links, also to CWEs that have no entry here.
    `related` are further entries that a scorer accepts in place of this one. `security_severity`
    is CVSS-like, 0 to 10. `top25` holds the years of MITRE's Top 25 in which it stands.
    """

    id: str
    name: str
    summary: str
    in_python: str
    remediation: str
    before: str
    after: str
    parents: tuple[str, ...]
    children: tuple[str, ...]
    related: tuple[str, ...]
    severity: Severity
    security_severity: float
    groups: tuple[str, ...]
    references: tuple[str, ...]
    top25: tuple[int, ...]

    @property
    def number(self) -> int:
        """The number in the id: 89 for `CWE-89`."""
        return int(self.id.removeprefix("CWE-"))


def get(cwe: str) -> Weakness:
    """Return the entry of a CWE written as `CWE-89`, `cwe-89`, `CWE-089` or `89`.

    Raises:
        UnknownWeaknessError: the catalogue has no such entry; the hint names the nearest.
    """
    number = _number(cwe)
    if number is None or number not in _numbers():
        raise _unknown(cwe, "weakness", tuple(f"CWE-{known}" for known in _numbers()))
    return _load(number)


def has(cwe: str) -> bool:
    """Say whether the catalogue has an entry for a CWE, written as for `get`."""
    return _number(cwe) in _numbers()


def all_weaknesses() -> tuple[Weakness, ...]:
    """Return every entry, ordered by number."""
    return tuple(_load(number) for number in _numbers())


def groups() -> tuple[str, ...]:
    """Return the names of all groups, in alphabetical order."""
    return tuple(sorted(_members()))


def parse_selector(text: str) -> frozenset[str]:
    """Return the CWE ids a user means by one word of `--select` or `--ignore`.

    The word is a CWE (`CWE-78`, `78`), a group (`injection`), `top25` (any year), `top25-2024`,
    or `all`.

    Raises:
        UnknownWeaknessError: none of these; the hint names the nearest word.
    """
    word = text.strip().lower()
    if (number := _number(word)) is not None:
        if number in _numbers():
            return frozenset({f"CWE-{number}"})
        raise _unknown(text, "weakness", tuple(f"CWE-{known}" for known in _numbers()))
    if word == "all":
        return frozenset(f"CWE-{known}" for known in _numbers())
    found = _members().get(word) or _top25().get(word)
    if found:
        return found
    # A CWE with a slip in its letters ("CEW-79") is still nearer to a CWE than to a group.
    ids = tuple(f"CWE-{known}" for known in _numbers())
    raise _unknown(text, "CWE, group or list", ("all", *_members(), *_top25(), *ids))


def related(first: str, second: str) -> bool:
    """Say whether a scorer should accept one CWE in place of the other.

    True for the same CWE, for a parent and its child, and for pairs the entries list as related.
    Ids that have no entry are related to themselves and to entries that link to them.
    """
    one, two = _number(first), _number(second)
    if one is None or two is None:
        return False
    return one == two or f"CWE-{two}" in _neighbours(one) or f"CWE-{one}" in _neighbours(two)


@cache
def _neighbours(number: int) -> frozenset[str]:
    if number not in _numbers():
        return frozenset()
    entry = _load(number)
    return frozenset((*entry.parents, *entry.children, *entry.related))


def _number(text: str) -> int | None:
    match = _CWE.fullmatch(text.strip())
    return int(match[1]) if match else None


def _unknown(text: str, what: str, choices: tuple[str, ...]) -> UnknownWeaknessError:
    from difflib import SequenceMatcher  # noqa: PLC0415 - needed for mistakes only

    asked = text.strip()[:60]  # hostile or mistaken input need not fill the screen
    word = asked.lower()
    likeness = {one: SequenceMatcher(None, word, one.lower()).ratio() for one in choices}
    nearest = max(choices, key=likeness.__getitem__)
    if (known := _KNOWN_AS.get(re.sub("[-_ ]+", " ", word))) is not None:
        nearest = f"CWE-{known}"
    elif likeness[nearest] < _NEAR:
        nearest = ""
    if (number := _number(asked)) is not None:
        nearest = f"CWE-{min(_numbers(), key=lambda known: (abs(known - number), known))}"
        asked = f"CWE-{number}"
    hint = f"the nearest is {nearest}" if nearest else "CWEs are written CWE-89 or 89"
    return UnknownWeaknessError(f"no {what} {asked!r} in the catalogue", nearest=nearest, hint=hint)


@cache
def _members() -> dict[str, frozenset[str]]:
    names = {group for entry in all_weaknesses() for group in entry.groups}
    return {
        name: frozenset(entry.id for entry in all_weaknesses() if name in entry.groups)
        for name in sorted(names)
    }


@cache
def _top25() -> dict[str, frozenset[str]]:
    years = {
        f"top25-{year}": frozenset(entry.id for entry in all_weaknesses() if year in entry.top25)
        for year in TOP25_YEARS
    }
    return {"top25": frozenset().union(*years.values()), **years}


@cache
def _numbers() -> dict[int, str]:
    """Map the number of every entry, in order, to the name of its file; parses nothing."""
    from importlib.resources import files  # noqa: PLC0415 - keeps importing the catalogue cheap

    folder = files("weakspot.core").joinpath(_FOLDER)
    found = (_FILE_NAME.fullmatch(file.name) for file in folder.iterdir())
    return dict(sorted((int(match[1]), match[0]) for match in found if match))


@cache
def _load(number: int) -> Weakness:
    import tomllib  # noqa: PLC0415 - keeps importing the catalogue cheap
    from importlib.resources import files  # noqa: PLC0415 - as above

    file = files("weakspot.core").joinpath(_FOLDER, _numbers()[number])
    entry = tomllib.loads(file.read_text(encoding="utf-8"))
    return Weakness(
        id=entry["id"],
        name=entry["name"],
        summary=_paragraph(entry["summary"]),
        in_python=_paragraph(entry["in_python"]),
        remediation=_paragraph(entry["remediation"]),
        before=entry["before"],
        after=entry["after"],
        parents=tuple(entry["parents"]),
        children=tuple(entry["children"]),
        related=tuple(entry["related"]),
        severity=Severity[entry["severity"].upper()],
        security_severity=entry["security_severity"],
        groups=tuple(entry["groups"]),
        references=tuple(entry["references"]),
        top25=tuple(entry["top25"]),
    )


def _paragraph(text: str) -> str:
    # The files wrap prose at a readable width; readers wrap it at theirs.
    return " ".join(text.split())
