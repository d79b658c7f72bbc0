"""`weakspot review desk`: serves the review page, and hands it what other stages can say."""

import shutil
import tempfile
import threading
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from weakspot.core.errors import MissingExtraError, UsageError, WeakspotError

if TYPE_CHECKING:
    from weakspot.review.opinions import Verdict

JOURNAL = "reviews.jsonl"
_USUAL = Path("datasets/top25/pairs")
_BANDIT_SECONDS = 60
_MODEL_SECONDS = 60.0
_MODEL_MEGABYTES = 2048


@click.command("desk")
@click.option(
    "--pairs",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help=f"The folder of pair files; {_USUAL} if not given.",
)
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"The journal of decisions; {JOURNAL} beside the pairs if not given.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port; 0 is any free.")
@click.option("--name", default="", metavar="REVIEWER", help="Who reads; asked if not given.")
@click.option("--no-open", is_flag=True, help="Do not open a browser.")
def desk(
    folder: Path | None = None,
    journal: Path | None = None,
    port: int = 0,
    name: str = "",
    no_open: bool = False,
) -> int:
    """Read labelled pairs on a page in the browser, and decide on them.

    The page is served to this machine alone, for the link that is printed; the link works once.
    Each decision is on the disk before the page shows it. Ctrl+C ends the desk.
    """
    _need_packages()
    from weakspot.review.desk import Desk  # noqa: PLC0415 - not needed for --help
    from weakspot.review.server import LOOPBACK, DeskServer  # noqa: PLC0415 - as above

    pairs = find_pairs(folder)
    place = journal or find_journal(pairs)
    served = Desk(pairs, place, {"Bandit": _bandit, "weakspot": _model}, name)
    count = len(served.shelf.entries())
    if not count:
        raise UsageError(f"no pair files below {pairs}", hint="--pairs names their folder")
    try:
        server = DeskServer(served, port)
    except OSError as error:
        raise UsageError(f"{LOOPBACK}:{port} cannot be served: {error.strerror}") from error
    with server, _opened(server.address, is_wanted=not no_open):
        click.echo(f"{count} pairs, decisions go to {place}")
        click.echo(f"The review desk is open, once, at {server.address}")
        click.echo("Ctrl+C ends it.")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("The desk is closed; every decision is kept.", err=True)
    return 0


def find_pairs(folder: Path | None) -> Path:
    """Return the folder of pairs that is meant. Raises UsageError where there is none."""
    found = folder or _USUAL
    if not found.is_dir():
        raise UsageError(f"there is no folder {found}", hint="--pairs names the folder of pairs")
    return found


def find_journal(pairs: Path) -> Path:
    """Return the nearest journal in the folder of the pairs or above, or where one is to be."""
    folder = pairs.absolute()
    near = (folder, folder.parent, folder.parent.parent)
    found = next((one / JOURNAL for one in near if (one / JOURNAL).is_file()), None)
    return found or folder.parent / JOURNAL


def _need_packages() -> None:
    from importlib.util import find_spec  # noqa: PLC0415 - not needed for --help

    if not find_spec("datasketch"):
        raise MissingExtraError("data", "the review desk")


@contextmanager
def _opened(address: str, *, is_wanted: bool) -> Iterator[None]:
    """Open the address in a browser, by way of a file that only this user can read.

    On a browser's command line every user of the machine could read the token.
    """
    if not is_wanted:
        yield
        return
    folder = Path(tempfile.mkdtemp(prefix="weakspot-"))
    try:
        page = folder / "open.html"
        refresh = f'<meta http-equiv="refresh" content="0;url={address}">'
        page.write_text(f"<!doctype html><title>weakspot review</title>{refresh}", "utf-8")
        # Some browsers are waited for until they end; the desk must serve meanwhile.
        threading.Thread(target=webbrowser.open, args=(page.as_uri(),), daemon=True).start()
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _bandit(codes: "Sequence[str]") -> "Sequence[Verdict]":
    """Ask Bandit, as its users run it: its defaults, its own process."""
    from weakspot.evaluate.tools import tools  # noqa: PLC0415 - when a reader wants to see it
    from weakspot.review.opinions import Verdict  # noqa: PLC0415 - as above

    with tempfile.TemporaryDirectory() as name:
        files = [Path(name, f"side_{at}.py") for at in range(len(codes))]
        for file, code in zip(files, codes, strict=True):
            file.write_text(code, "utf-8", errors="replace")
        run = tools(None)["bandit"].run(Path(name), _BANDIT_SECONDS)
    if run.reason:
        raise WeakspotError(run.reason)
    said = [[one for one in run.alarms if one.path == file.name] for file in files]
    return [
        Verdict(
            is_weak=bool(alarms),
            probability=None,
            cwes=tuple(dict.fromkeys(cwe for one in alarms for cwe in one.cwes)),
            lines=tuple(dict.fromkeys(one.line for one in alarms)),
        )
        for alarms in said
    ]


def _model(codes: "Sequence[str]") -> "Sequence[Verdict]":
    """Ask the embedded model, in a worker process with limits, as a scan does."""
    import json  # noqa: PLC0415 - when a reader wants to see it

    from weakspot.review.opinions import Verdict  # noqa: PLC0415 - as above
    from weakspot.scan.models import find_model  # noqa: PLC0415 - as above
    from weakspot.scan.predict import PredictWork, predict  # noqa: PLC0415 - as above
    from weakspot.scan.protocol import Limits  # noqa: PLC0415 - as above
    from weakspot.scan.sources import read_units  # noqa: PLC0415 - as above

    model = find_model(None)
    rows = [json.dumps({"id": at, "code": code}).encode() for at, code in enumerate(codes)]
    work = PredictWork(model.load, read_units)
    limits = Limits(_MODEL_SECONDS, _MODEL_MEGABYTES)
    said = [json.loads(one) for one in predict(rows, work, model.thresholds.default, 1, limits)]
    problem = next((one["error"] for one in said if one["error"]), None)
    if problem:
        raise WeakspotError(f"no verdict: {problem}")
    return [
        Verdict(
            is_weak=one["verdict"] == "vulnerable",
            probability=one["probability"],
            cwes=tuple(cwe["id"] for cwe in one["cwes"]),
            lines=tuple(one["lines"]),
        )
        for one in said
    ]
