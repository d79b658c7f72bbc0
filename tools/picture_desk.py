"""Makes docs/pictures/review-desk.png: the review desk in a headless Chromium, on copies.

    python tools/picture_desk.py --pair CWE-89/NAME

Needs the extras `evaluate` and `test` (Playwright drives the browser that is installed).
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from picture import BROWSERS, FLAGS
from playwright.sync_api import Page, sync_playwright

PAIR = "CWE-89/psycopg-set-local-set-config"
WAIT = 60_000  # milliseconds; the first verdict loads the model


def main() -> int:
    """Parse the command line, serve copies of the pairs, and take the picture."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pairs", type=Path, default=Path("datasets/top25/pairs"))
    parser.add_argument("--pair", default=PAIR, help="the pair that is shown")
    parser.add_argument("--into", type=Path, default=Path("docs/pictures/review-desk.png"))
    parser.add_argument("--dark", action="store_true", help="show the page's dark colours")
    chosen = parser.parse_args()

    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.stderr.write(f"no browser found: {', '.join(BROWSERS)}\n")
        return 1
    with tempfile.TemporaryDirectory() as name:
        pairs = Path(name, "pairs")
        shutil.copytree(chosen.pairs, pairs)
        command = [sys.executable, "-m", "weakspot", "review", "desk", "--no-open"]
        command += ["--name", "ada", "--pairs", str(pairs)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as desk:  # noqa: S603 - our own module, no shell
            try:
                lines = desk.stdout or ()
                address = next(line for line in lines if "http://" in line).split()[-1]
                picture(browser, address, chosen.pair, chosen.into, is_dark=chosen.dark)
            finally:
                desk.terminate()
    sys.stdout.write(f"{chosen.into}\n")
    return 0


def picture(browser: str, address: str, pair: str, into: Path, *, is_dark: bool) -> None:
    """Accept a pair as a reader does, and photograph the page."""
    flags = [flag for flag in FLAGS if flag != "--headless"]
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=browser, args=flags)
        page = running.new_page(
            viewport={"width": 1440, "height": 960}, color_scheme="dark" if is_dark else "light"
        )
        page.goto(address)
        page.locator("#rows tr").first.wait_for()
        for key in ("1", "2", "3", "a"):  # so that something is decided
            page.keyboard.press(key)
        page.locator("#opinions table").wait_for(timeout=WAIT)
        accept(page, pair)
        page.screenshot(path=into)
        running.close()


def accept(page: Page, pair: str) -> None:
    """Find a pair by its name, and accept it."""
    cwe, _, name = pair.partition("/")
    page.locator("#cwe").select_option(cwe)
    page.locator("#queue button", has_text=name).click()
    page.locator("#title", has_text=name).wait_for()
    for key in ("1", "2", "3", "a"):
        page.keyboard.press(key)
    page.locator("#opinions table").wait_for(timeout=WAIT)


if __name__ == "__main__":
    sys.exit(main())
