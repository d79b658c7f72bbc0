"""What a scan can be told, and the table of keys a settings file may hold."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from weakspot.core.errors import SettingsError, UnknownWeaknessError
from weakspot.core.finding import Confidence, Severity
from weakspot.scan.analysis import FLOOR

_HOMES = ("home", "Users")  # of Linux and macOS
TEST_PATTERNS = ("tests/", "test/", "testing/", "test_*.py", "*_test.py", "conftest.py")


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """Everything that decides what a scan reads, reports and calls a failure.

    `threshold` and `tests_threshold` are probabilities, None for the model's own. `fail_on` None
    means that findings never fail a scan. `timeout` is seconds a file, `memory_limit` megabytes
    a worker beyond its model, `max_file_size` bytes. `jobs` 0 means one for each processor.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] | None = None
    extend_exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    respect_gitignore: bool = True
    min_severity: Severity = Severity.LOW
    min_confidence: Confidence = Confidence.LOW
    fail_on: Severity | None = Severity.LOW
    threshold: float | None = None
    tests_threshold: float | None = None
    test_patterns: tuple[str, ...] = TEST_PATTERNS
    baseline: str | None = None
    cache: bool = True
    cache_dir: str | None = None
    jobs: int = 0
    timeout: float = 30.0
    memory_limit: int = 1024
    max_file_size: int = 4_000_000
    deep: bool = False
    allow_incomplete: bool = False
    format: str = "text"
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """Settings, and for each key that was set the place it came from."""

    settings: ScanSettings = field(default_factory=ScanSettings)
    origins: tuple[tuple[str, str], ...] = ()

    def origin(self, name: str) -> str:
        """Say where the value of a field came from."""
        return dict(self.origins).get(name, "default")

    def merge(self, values: Mapping[str, Any], origin: str) -> "Settled":
        """Return these settings with the fields in `values` replaced."""
        origins = {**dict(self.origins), **dict.fromkeys(values, origin)}
        return Settled(replace(self.settings, **values), tuple(sorted(origins.items())))


def key_of(name: str) -> str:
    """Return how a field is spelled in a settings file: with hyphens."""
    return name.replace("_", "-")


KEYS = tuple(key_of(each.name) for each in fields(ScanSettings))


def parse(
    table: Mapping[str, Any], where: str, base: Path | None = None
) -> tuple[dict[str, Any], list[str]]:
    """Read a settings table; return the fields it sets and every mistake in it.

    Its patterns start at the folder `base`, None for the current one.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    base = Path.cwd() if base is None else base
    for key, value in table.items():
        reader = _READERS.get(key)
        if reader is None:
            near = get_close_matches(key.replace("_", "-").lower(), KEYS, n=1, cutoff=0.5)
            meant = f"; did you mean '{near[0]}'?" if near else f"; known are {', '.join(KEYS)}"
            problems.append(f"{where}: unknown key '{key}'{meant}")
            continue
        try:
            if key in _WITH_PATTERNS:
                _must_start_at(base, value)
            values[key.replace("-", "_")] = reader(value)
        except (ValueError, TypeError) as error:
            problems.append(f"{where}: '{key}': {error}")
        except UnknownWeaknessError as error:
            problems.append(f"{where}: '{key}': {error.message} ({error.hint})")
    return values, problems


def parse_or_raise(
    table: Mapping[str, Any], where: str, base: Path | None = None
) -> dict[str, Any]:
    """Like `parse`, but raise all mistakes at once as one `SettingsError`."""
    values, problems = parse(table, where, base)
    if problems:
        raise SettingsError(tuple(problems))
    return values


def _strings(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise TypeError(f"expected a list of strings, not {value!r}")
    return tuple(value)


def _selectors(value: Any) -> tuple[str, ...]:
    from weakspot.core.catalogue import groups, parse_selector  # noqa: PLC0415 - reads all of it

    words = tuple(word.strip() for each in _strings(value) for word in each.split(","))
    words = tuple(word for word in words if word)
    for word in words:
        try:
            parse_selector(word)
        except UnknownWeaknessError as error:
            if any(map(str.isdigit, word)):
                raise
            hint = f"{error.hint}; groups are {', '.join(groups())}"
            raise UnknownWeaknessError(error.message, nearest=error.nearest, hint=hint) from error
    return words


def _patterns(value: Any) -> tuple[str, ...]:
    from weakspot.code.wildmatch import Globs  # noqa: PLC0415 - not needed without patterns

    patterns = _strings(value)
    Globs(patterns)
    return patterns


def _must_start_at(base: Path, value: Any) -> None:
    """Raise ValueError for patterns that are absolute paths, which match nothing below `base`."""
    for pattern in _strings(tuple(value) if isinstance(value, Mapping) else value):
        if _is_absolute(pattern, base):
            said = "is an absolute path; patterns start at the project's folder"
            raise ValueError(f"{pattern!r} {said}")


def _is_absolute(pattern: str, base: Path) -> bool:
    """Say whether a pattern begins as the path of `base` or of another place does.

    `/lib/x` may be meant for what is not there yet: only two names of a place, or where people's
    own folders stand, tell a path. None is one that begins with a name of `base`.
    """
    first, *rest = pattern.removeprefix("!").split("/")
    names = tuple(name for name in rest if name)
    if first not in ("", "~") or not names or os.path.lexists(base / (first or names[0])):
        return False
    here = base.parts[1:3]
    return (
        first == "~"
        or (bool(here) and names[: len(here)] == here)
        or (len(names) > 1 and (names[0] in _HOMES or os.path.lexists(Path("/", *names[:2]))))
    )


def _per_file(value: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, Mapping):
        raise TypeError('expected a table such as {"tests/**" = ["CWE-798"]}')
    _patterns(tuple(value))
    return tuple((str(pattern), _selectors(words)) for pattern, words in value.items())


def _string(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError(f"expected a string, not {value!r}")
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"expected true or false, not {value!r}")
    return value


def _integer(least: int, most: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"expected a whole number from {least} to {most}, not {value!r}")
        return value

    return read


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 86_400:
        raise ValueError(f"expected seconds between 0 and 86400, not {value!r}")
    return float(value)


def _probability(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not FLOOR <= value <= 1:
        raise ValueError(f"expected a probability from {FLOOR} to 1, not {value!r}")
    return float(value)


def _severity(value: Any) -> Severity:
    try:
        return Severity[_string(value).upper()]
    except KeyError:
        raise ValueError(f"expected low, medium, high or critical, not {value!r}") from None


def _confidence(value: Any) -> Confidence:
    try:
        return Confidence[_string(value).upper()]
    except KeyError:
        raise ValueError(f"expected low, medium or high, not {value!r}") from None


def _fail_on(value: Any) -> Severity | None:
    if value == "never":
        return None
    try:
        return _severity(value)
    except ValueError:
        raise ValueError(f"expected low, medium, high, critical or never, not {value!r}") from None


_WITH_PATTERNS = ("exclude", "extend-exclude", "per-file-ignores", "test-patterns")
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "select": _selectors,
    "ignore": _selectors,
    "per-file-ignores": _per_file,
    "exclude": _patterns,
    "extend-exclude": _patterns,
    "force-exclude": _boolean,
    "respect-gitignore": _boolean,
    "min-severity": _severity,
    "min-confidence": _confidence,
    "fail-on": _fail_on,
    "threshold": _probability,
    "tests-threshold": _probability,
    "test-patterns": _patterns,
    "baseline": _string,
    "cache": _boolean,
    "cache-dir": _string,
    "jobs": _integer(0, 1_024),
    "timeout": _seconds,
    "memory-limit": _integer(64, 1 << 20),
    "max-file-size": _integer(1, 1 << 30),
    "deep": _boolean,
    "allow-incomplete": _boolean,
    "format": _string,
    "model": _string,
}
