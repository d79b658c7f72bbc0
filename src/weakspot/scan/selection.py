"""Decides which findings a user wants to see: by CWE, by file, by severity and confidence."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache

from weakspot.code.wildmatch import Globs
from weakspot.core.catalogue import parse_selector
from weakspot.core.errors import UsageError
from weakspot.core.finding import Confidence, Finding, Severity
from weakspot.scan.settings import ScanSettings


@dataclass(frozen=True, slots=True)
class Choice:
    """The choices of one scan; patterns are those of `.gitignore`.

    Paths are those that patterns see (`Targets.place`).
    """

    selected: frozenset[str] | None
    ignored: frozenset[str]
    per_file: tuple[tuple[Globs, frozenset[str]], ...]
    tests: Globs
    min_severity: Severity
    min_confidence: Confidence

    @classmethod
    def of(cls, settings: ScanSettings, labels: Collection[str]) -> "Choice":
        """Read the choices out of settings, which hold checked words only.

        `labels` are the CWEs that the model names.

        Raises:
            UsageError: no CWE is left to look for, or none of those is among the labels.
        """
        selected = _all(settings.select) if settings.select else None
        ignored = _all(settings.ignore)
        left = (_all(("all",)) if selected is None else selected) - ignored
        if not left:
            raise UsageError(
                "nothing to look for: all selected CWEs are ignored",
                hint="see what is in force with: weakspot config show",
            )
        if left.isdisjoint(labels):
            words = ", ".join(settings.select) or "what is not ignored"
            raise UsageError(
                f"nothing to look for: the model never names any of {words}",
                hint="`weakspot explain CWE-N` says so where the embedded model never names one",
            )
        return cls(
            selected=selected,
            ignored=ignored,
            per_file=tuple(
                (Globs([pattern]), _all(words)) for pattern, words in settings.per_file_ignores
            ),
            tests=Globs(settings.test_patterns),
            min_severity=settings.min_severity,
            min_confidence=settings.min_confidence,
        )

    def is_test(self, path: str) -> bool:
        """Say whether a file is a test by its path."""
        return self.tests.match(path)

    def wanted(self, path: str) -> frozenset[str] | None:
        """Return the CWEs to report in a file, None for all."""
        ignored = set(self.ignored)
        for globs, cwes in self.per_file:
            if globs.match(path):
                ignored |= cwes
        if not ignored:
            return self.selected
        return (_all(("all",)) if self.selected is None else self.selected) - ignored

    def ignores_more(self, path: str) -> bool:
        """Say whether `per-file-ignores` has something for a file."""
        return any(globs.match(path) for globs, _ in self.per_file)

    def keeps(self, finding: Finding) -> bool:
        """Say whether a finding is bad and sure enough."""
        return finding.severity >= self.min_severity and finding.confidence >= self.min_confidence


def named_words(words: Iterable[str], labels: Collection[str]) -> tuple[str, ...]:
    """Return those words of a selection that stand for at least one of a model's labels."""
    return tuple(word for word in words if not _selector(word).isdisjoint(labels))


@cache
def _selector(word: str) -> frozenset[str]:
    return parse_selector(word)


def _all(words: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*map(_selector, words))
