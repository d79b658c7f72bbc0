"""What depends on the terminal: colours, width, the progress bar, and sources to quote."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from weakspot.core.errors import ReadError

_MOST_QUOTED = 4_000_000  # bytes of a file that a report may show


def colors() -> bool:
    """Say whether colours are welcome on a terminal (https://no-color.org)."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Return the terminal's width in cells."""
    return shutil.get_terminal_size((100, 24)).columns


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None]]:
    """Draw a progress bar on standard error; it leaves no trace."""
    from rich.console import Console  # noqa: PLC0415 - a terminal alone needs it
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    console = Console(stderr=True, no_color=not colors())
    columns = (TextColumn("scanning"), BarColumn(), MofNCompleteColumn(), TextColumn("files"))
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("scan", total=None)

        def advance(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield advance


def read_source(root: Path, path: str) -> str | None:
    """Return a scanned file's text, for formats that show it; None where it cannot be read."""
    from weakspot.code.decode import decode  # noqa: PLC0415 - few formats ask
    from weakspot.code.discovery import read_bytes  # noqa: PLC0415 - as above
    from weakspot.code.notebook import read_notebook  # noqa: PLC0415 - as above

    try:
        data = read_bytes(root / path, _MOST_QUOTED)
        if path.lower().endswith(".ipynb"):
            return read_notebook(data, path).text
        return decode(data, path).text
    except ReadError:
        return None
