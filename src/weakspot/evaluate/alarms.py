"""What any detector reports, in one form: a place, a rule, the CWEs it stands for; SARIF too."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from weakspot.core.errors import DataError

_CWE = re.compile(r"cwe[-_/ ]*0*([1-9]\d*)", re.IGNORECASE)
_FILE = re.compile(r"file:(?://[^/]*)?(?=/)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Alarm:
    """One finding; `path` is relative to what was scanned, with forward slashes, `line` 1-based.

    `probability` is the detector's own, None where it gives none. In a SARIF file a result may
    name no file (`path` is "") or no line of it (0), and the absolute folder that its path is
    relative to (`base`).
    """

    path: str
    line: int
    rule: str
    cwes: tuple[str, ...] = ()
    probability: float | None = None
    base: str = ""


def read_sarif(path: Path) -> tuple[Alarm, ...]:
    """Read the results of any SARIF 2.1.0 file, in the order of the file.

    CWEs come from a rule's tags, taxa, properties or id, wherever a tool puts them. Suppressed
    results are left out, those without a place are not.

    Raises:
        DataError: the file is no SARIF.
    """
    try:
        document = json.loads(path.read_text("utf-8-sig"))
        runs = document["runs"]
        return tuple(alarm for run in runs for alarm in _of_run(run))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(f"{path} is no SARIF file: {error}") from error


def placed(alarms: Iterable[Alarm]) -> tuple[Alarm, ...]:
    """Return the alarms that name a file; those that name no line of it stand at its first."""
    return tuple(replace(one, line=max(one.line, 1)) for one in alarms if one.path)


def _of_run(run: Mapping[str, Any]) -> Iterator[Alarm]:
    driver = run.get("tool", {}).get("driver", {})
    rules = {
        str(rule.get("id")): rule
        for part in (driver, *run.get("tool", {}).get("extensions", ()))
        for rule in part.get("rules", ())
    }
    for result in run.get("results") or ():
        if any(
            one.get("status", "accepted") == "accepted" for one in result.get("suppressions") or ()
        ):
            continue
        rule = str(result.get("ruleId") or result.get("rule", {}).get("id") or "")
        cwes = _cwes(rules.get(rule, {}), result, rule)
        location: Any = next(iter(result.get("locations") or ()), {})
        place = location.get("physicalLocation") or {}
        base, path = _path(run, place.get("artifactLocation") or {})
        line = (place.get("region") or {}).get("startLine")
        known = line if isinstance(line, int) and line > 0 else 0
        yield Alarm(path, known, rule, cwes, base=base)


def _path(run: Mapping[str, Any], location: Mapping[str, Any]) -> tuple[str, str]:
    """Return the absolute folder that a location is relative to ("" for none), and its path.

    SARIF 2.1.0, 3.4: a base may be relative to another one, and only its name may be told.
    """
    index = location.get("index")
    if "uri" not in location and isinstance(index, int) and index >= 0:
        artifacts = run.get("artifacts") or ()
        location = (artifacts[index].get("location") or {}) if index < len(artifacts) else {}
    path = _unquoted(location.get("uri"))
    bases = dict(run.get("originalUriBaseIds") or {})
    name = location.get("uriBaseId")
    while path and not path.startswith("/") and name in bases:
        base = bases.pop(name)
        folder = _unquoted(base.get("uri"))
        if folder.startswith("/"):
            return folder, path
        path = (PurePosixPath(folder) / path).as_posix()
        name = base.get("uriBaseId")
    return "", path


def _unquoted(uri: Any) -> str:
    return unquote(_FILE.sub("", str(uri or ""), count=1)).removeprefix("./")


def _cwes(rule: Mapping[str, Any], result: Mapping[str, Any], name: str) -> tuple[str, ...]:
    told = [
        *rule.get("properties", {}).get("tags", ()),
        *result.get("properties", {}).get("tags", ()),
        *_texts(rule.get("properties", {}).get("cwe")),
        *_texts(result.get("properties", {}).get("cwe")),
        *(str(one.get("target", {}).get("id", "")) for one in rule.get("relationships", ())),
        *(str(one.get("id", "")) for one in result.get("taxa", ())),
        name,
    ]
    found = (_CWE.search(str(text)) for text in told)
    return tuple(dict.fromkeys(f"CWE-{one[1]}" for one in found if one))


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
