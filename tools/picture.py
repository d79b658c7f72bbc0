"""Makes the pictures in docs/pictures from a JSON report: the HTML page and the terminal.

    make pictures

The page is photographed with a headless Chromium (Debian's package `chromium`), and the terminal
is drawn as SVG by rich; a run without a browser makes the terminal's picture alone and exits 1.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

from weakspot.core.report import ScanReport
from weakspot.report import formats, reading
from weakspot.report.rendering import RenderContext

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Nothing of the browser may reach for a network: the page itself needs none.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
TERMINAL_WIDTH = 100


def main() -> int:
    """Parse the command line, make both pictures, and say where they are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("report", type=Path, help="a report of `weakspot scan --format json`")
    parser.add_argument("--root", type=Path, default=Path(), help="where the report's paths start")
    parser.add_argument("--into", type=Path, default=Path("docs/pictures"))
    parser.add_argument("--size", default="1280x1400", help="of the page's picture, in pixels")
    parser.add_argument("--lines", type=int, default=60, help="of the terminal's picture")
    parser.add_argument("--dark", action="store_true", help="show the page's dark colours")
    chosen = parser.parse_args()

    report = reading.parse(chosen.report.read_text("utf-8"))
    chosen.into.mkdir(parents=True, exist_ok=True)
    terminal = chosen.into / "report-text.svg"
    picture_text(report, terminal, chosen.lines)
    sys.stdout.write(f"{terminal}\n")
    page = chosen.into / "report-html.png"
    if not picture_html(report, page, chosen.root, chosen.size, is_dark=chosen.dark):
        sys.stderr.write(f"no browser found: {', '.join(BROWSERS)}\n")
        return 1
    sys.stdout.write(f"{page}\n")
    return 0


def picture_text(report: ScanReport, target: Path, most: int) -> None:
    """Draw the first `most` lines of the coloured text report as SVG into `target`."""
    text = formats.load("text").render(report, RenderContext(color=True, width=TERMINAL_WIDTH))
    lines = text.splitlines()
    shown = lines if len(lines) <= most else [*lines[:most], "", "  …", "", *summary(lines)]
    # Rich draws what it prints, so its own output goes nowhere.
    console = Console(record=True, width=TERMINAL_WIDTH, file=StringIO())
    console.print(Text.from_ansi("\n".join(shown)))
    svg = console.export_svg(title="weakspot scan", unique_id="weakspot")
    # Rich would load its font from the web; a picture of ours loads nothing.
    target.write_text(re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL), "utf-8")


def summary(lines: list[str]) -> list[str]:
    """Return the last section of a text report, from its heading on."""
    start = max(number for number, line in enumerate(lines) if "── Result" in line)
    return lines[start:]


def picture_html(report: ScanReport, target: Path, root: Path, size: str, *, is_dark: bool) -> bool:
    """Photograph the HTML page into `target`; return False where no browser is installed."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        return False

    def sources(path: str) -> str | None:
        file = root / path
        # A report is input: it must not make this tool read outside the scanned folder.
        if not file.resolve().is_relative_to(root.resolve()) or not file.is_file():
            return None
        return file.read_text("utf-8", errors="replace")

    page = formats.load("html").render(report, RenderContext(sources=sources))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "report.html")
        place.write_text(page, "utf-8")
        command = [
            browser,
            *FLAGS,
            *(["--blink-settings=preferredColorScheme=0"] if is_dark else []),
            f"--user-data-dir={folder}/profile",
            f"--window-size={size.replace('x', ',')}",
            f"--screenshot={target.resolve()}",
            place.as_uri(),
        ]
        subprocess.run(  # noqa: S603 - a fixed program, our own page, no shell
            command, check=True, capture_output=True, timeout=120
        )
    return True


if __name__ == "__main__":
    sys.exit(main())
