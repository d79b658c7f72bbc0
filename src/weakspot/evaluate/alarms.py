"""What any detector reports, in one form: a place, a rule, the CWEs it stands for; SARIF too."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from weakspot.core.errors import DataError

_CWE = re.compile(r"cwe[-_/ ]*0*([1-9]\d*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Alarm:
    """One finding; `path` is relative to what was scanned, with forward slashes, `line` 1-based.

    `probability` is the detector's own, None where it gives none.
    """

    path: str
    line: int
    rule: str
    cwes: tuple[str, ...] = ()
    probability: float | None = None


def read_sarif(path: Path) -> tuple[Alarm, ...]:
    """Read the results of any SARIF 2.1.0 file, in the order of the file.

    CWEs come from a rule's tags, taxa, properties or id, wherever a tool puts them. Suppressed
    results are left out.

    Raises:
        DataError: the file is no SARIF.
    """
    try:
        document = json.loads(path.read_text("utf-8-sig"))
        runs = document["runs"]
        return tuple(alarm for run in runs for alarm in _of_run(run))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(f"{path} is no SARIF file: {error}") from error


def _of_run(run: Mapping[str, Any]) -> Iterator[Alarm]:
    driver = run.get("tool", {}).get("driver", {})
    rules = {
        str(rule.get("id")): rule
        for part in (driver, *run.get("tool", {}).get("extensions", ()))
        for rule in part.get("rules", ())
    }
    for result in run.get("results", ()):
        if any(
            one.get("status", "accepted") == "accepted" for one in result.get("suppressions", ())
        ):
            continue
        rule = str(result.get("ruleId") or result.get("rule", {}).get("id") or "")
        cwes = _cwes(rules.get(rule, {}), result, rule)
        for location in result.get("locations", ())[:1]:
            place = location.get("physicalLocation", {})
            uri = unquote(str(place.get("artifactLocation", {}).get("uri", "")))
            line = int(place.get("region", {}).get("startLine", 1))
            yield Alarm(uri.removeprefix("file://").removeprefix("./"), line, rule, cwes)


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
