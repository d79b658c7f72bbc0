"""Writes lines of styled pieces for a terminal: with ANSI colours, or as plain text."""

from collections.abc import Iterable
from io import StringIO
from typing import Final

from weakspot.core.finding import Severity

# A piece is a text and the rich style it wears when colours are on.
Piece = tuple[str, str]
Line = tuple[Piece, ...]

BLANK: Final[Line] = ()
SEVERITY_STYLE: Final = {
    Severity.CRITICAL: "bold white on red",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "bold yellow",
    Severity.LOW: "bold cyan",
}


def shown(lines: Iterable[Line], *, color: bool) -> str:
    """Return the lines as text; with `color` it differs by ANSI styles alone."""
    if color:
        return _painted(lines)
    return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in lines)


def _painted(lines: Iterable[Line]) -> str:
    # Imported here: text without colours need not wait for rich.
    from rich.console import Console  # noqa: PLC0415 - see above
    from rich.text import Text  # noqa: PLC0415 - see above

    out = StringIO()
    # Everything Console would ask the environment for is said here, so that equal lines give
    # equal bytes whatever the terminal.
    console = Console(
        file=out,
        force_terminal=True,
        color_system="standard",
        no_color=False,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        width=10_000,
        _environ={},
    )
    for line in lines:
        console.print(Text.assemble(*line), soft_wrap=True)
    return out.getvalue()
