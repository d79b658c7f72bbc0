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
    relative to (`base`). `rank` is the tool's severity and its confidence, more is higher, 0 where
    it tells none; `span` the first and the last line that it marks, None for `line` alone.
    """

    path: str
    line: int
    rule: str
    cwes: tuple[str, ...] = ()
    probability: float | None = None
    base: str = ""
    rank: tuple[int, int] = (0, 0)
    span: tuple[int, int] | None = None


def surest(alarms: Iterable[Alarm]) -> list[Alarm]:
    """Order alarms by falling probability, then severity, then confidence, then by place."""

    def order(one: Alarm) -> tuple[float, int, int, str, int, str]:
        return -(one.probability or 0.0), -one.rank[0], -one.rank[1], one.path, one.line, one.rule

    return sorted(alarms, key=order)


def read_sarif(path: Path) -> tuple[Alarm, ...]:
    """Read the results of any SARIF 2.1.0 file, in the order of the file.

    CWEs come from a rule's tags, taxa, properties or id, wherever a tool puts them. What is no
    finding is left out: suppressed results, those of rules that were kept or do not apply, and
    those of an earlier run that are gone. Results without a place are not.

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


def located(alarms: Iterable[Alarm], path: Path) -> tuple[Alarm, ...]:
    """Return the alarms in files of `path` (a folder or a file), named as the tools name them.

    A file is looked for in the folder that the report gives as its base, in `path`, then in the
    current folder: tools are started in either.
    """
    folder = path if path.is_dir() else path.parent
    names: dict[tuple[str, str], str | None] = {}
    found = []
    for one in alarms:
        key = one.base, one.path
        if key not in names:
            starts = [folder / one.base, folder, Path()]
            tried = (below(start / one.path, folder) for start in starts)
            names[key] = next((name for name in tried if name and (folder / name).is_file()), None)
        name = names[key]
        if name is not None and (folder == path or name == path.name):
            found.append(replace(one, path=name))
    return tuple(found)


def below(path: Path, folder: Path) -> str | None:
    """Return a path relative to a folder, with forward slashes; None where it leads elsewhere."""
    try:
        return path.resolve().relative_to(folder.resolve()).as_posix()
    except (ValueError, OSError, RuntimeError):  # elsewhere; no path at all; links in a circle
        return None


def _of_run(run: Mapping[str, Any]) -> Iterator[Alarm]:
    driver = run.get("tool", {}).get("driver", {})
    rules = {
        str(rule.get("id")): rule
        for part in (driver, *run.get("tool", {}).get("extensions", ()))
        for rule in part.get("rules", ())
    }
    for result in run.get("results") or ():
        if not _is_finding(result):
            continue
        known_by_place = _rule_at(driver, result)
        told = result.get("ruleId") or (result.get("rule") or {}).get("id")
        rule = str(told or known_by_place.get("id") or "")
        # An id may be one more component behind that of its rule: `CA1000/1`.
        about = rules.get(rule) or known_by_place or rules.get(rule.rpartition("/")[0], {})
        cwes = _cwes(about, result, rule)
        location: Any = next(iter(result.get("locations") or ()), {})
        place = location.get("physicalLocation") or {}
        base, path = _path(run, place.get("artifactLocation") or {})
        line = (place.get("region") or {}).get("startLine")
        known = line if isinstance(line, int) and line > 0 else 0
        yield Alarm(path, known, rule, cwes, base=base)


def _rule_at(driver: Mapping[str, Any], result: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the driver's rule that a result names by its place, {} for none (3.27.6, 3.52)."""
    reference = result.get("rule") or {}
    index = result.get("ruleIndex", reference.get("index"))
    rules = driver.get("rules") or ()
    if "toolComponent" in reference or not isinstance(index, int) or not 0 <= index < len(rules):
        return {}
    found: Mapping[str, Any] = rules[index]
    return found


def _is_finding(result: Mapping[str, Any]) -> bool:
    """SARIF 2.1.0, 3.27.9 (kind), 3.27.24 (baselineState) and 3.35 (suppression)."""
    return (
        result.get("kind", "fail") in {"fail", "open", "review"}
        and result.get("baselineState") != "absent"
        and not any(
            one.get("status", "accepted") == "accepted" for one in result.get("suppressions") or ()
        )
    )


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
