"""Every error weakspot raises on purpose.

WeakspotError                what failed and where, and a hint what to try
├── UsageError               the command line asks for something impossible
│   ├── NothingToScanError   targets exist, but no Python is among them (exit 3)
│   └── UnknownWeaknessError no such CWE, group or list in the catalogue
├── SettingsError            settings files; carries all problems at once
├── BundleError              a model folder is missing, damaged or not to be trusted
├── DataError                a data row or file is broken; says which line
├── EndpointError            a language model's endpoint does not answer, or refuses
├── ReadError                one source file cannot be read; never ends a scan
└── MissingExtraError        a command needs an optional install; says which
"""


class WeakspotError(Exception):
    """Base of all errors; `message` says what failed and where, `hint` what to try."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(WeakspotError):
    """The command line asks for something impossible (exit 2)."""


class NothingToScanError(UsageError):
    """The targets hold nothing that could be scanned (exit 3)."""


class UnknownWeaknessError(UsageError):
    """The catalogue has no such CWE, group or list; `nearest` is the most similar known one.

    It is empty where none is similar.
    """

    def __init__(self, message: str, *, nearest: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.nearest = nearest


class SettingsError(WeakspotError):
    """The settings hold mistakes; `problems` lists all of them, not only the first."""

    def __init__(self, problems: tuple[str, ...], *, hint: str | None = None) -> None:
        super().__init__("\n".join(problems), hint=hint)
        self.problems = problems


class BundleError(WeakspotError):
    """A model folder is missing, damaged, or holds what it must not."""


class DataError(WeakspotError):
    """A data file or one of its rows is broken."""


class EndpointError(WeakspotError):
    """The endpoint of a language model does not answer, or refuses what it is asked."""


class ReadError(WeakspotError):
    """One source file cannot be read as Python; `reason` is a short stable slug."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class MissingExtraError(WeakspotError):
    """A command needs packages of an optional extra that is not installed."""

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs the optional extra '{extra}'",
            hint=f"pip install 'weakspot[{extra}]'",
        )
        self.extra = extra
