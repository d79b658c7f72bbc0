"""`weakspot predict`: judges the snippets of a JSON lines file, for benchmarks."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO

import click

from weakspot.cli.options import standard_input
from weakspot.cli.outputs import STANDARD_OUTPUT, check_apart, check_writable, replacing
from weakspot.core.errors import UsageError


@click.command("predict")
@click.argument("rows")
@click.option("-o", "--output", default=STANDARD_OUTPUT, metavar="FILE", help="Where to write.")
@click.option("--model", metavar="FOLDER", help="A model folder in place of the embedded model.")
@click.option("--threshold", type=click.FloatRange(0, 1), help="'vulnerable' from here on.")
@click.option("--first-stage", is_flag=True, help="Skip units as a scan does without --deep.")
@click.option("--jobs", type=click.IntRange(0), default=0, help="Worker processes.")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), default=30.0, help="Seconds.")
@click.option("--memory-limit", type=click.IntRange(64), default=1024, help="Megabytes.")
def command(
    rows: str,
    output: str,
    model: str | None,
    threshold: float | None,
    first_stage: bool,
    jobs: int,
    timeout: float,
    memory_limit: int,
) -> int:
    """Judge each row of ROWS, a file of {"id", "code"} objects, or - for standard input.

    Each answer is {"id", "verdict", "probability", "cwes", "lines", "abstained", "unread",
    "error"}. A row that cannot be judged has an error and abstains; then the exit code is 4. What
    of a row's code does not parse stands in "unread".
    """
    from weakspot.scan.models import find_model  # noqa: PLC0415 - not needed for --help
    from weakspot.scan.pipeline import processors  # noqa: PLC0415 - as above
    from weakspot.scan.predict import PredictWork, predict  # noqa: PLC0415 - as above
    from weakspot.scan.protocol import Limits  # noqa: PLC0415 - as above
    from weakspot.scan.sources import read_units  # noqa: PLC0415 - as above

    check_writable(output)
    check_apart(output, (rows,))
    found = find_model(model)
    limit = found.thresholds.default if threshold is None else threshold
    work = PredictWork(found.load, read_units, first_stage)
    with _source(rows) as source:
        answers = predict(source, work, limit, jobs or processors(), Limits(timeout, memory_limit))
        counts = Counter[str]()
        _write(output, _counted(answers, counts))
    failed, unread = counts["error"], counts["unread"]
    if failed or unread:
        told = (
            f"{counts['rows']} rows, {failed} not judged (error), {unread} not read whole (unread)"
        )
        click.echo(f"weakspot predict: {told}", err=True)
    return 4 if failed else 0


def _counted(answers: Iterator[str], counts: Counter[str]) -> Iterator[str]:
    """Pass answers on, and count them and what is wrong with them."""
    for answer in answers:
        row = json.loads(answer)
        counts.update(["rows", *(key for key in ("error", "unread") if row[key])])
        yield answer


def _source(rows: str) -> "nullcontext[BinaryIO] | BinaryIO":
    if rows == STANDARD_OUTPUT:
        return nullcontext(standard_input())
    path = Path(rows)
    if not path.is_file():
        raise UsageError(f"there is no file {rows!r}", hint="- reads standard input")
    return path.open("rb")


def _write(output: str, answers: Iterator[str]) -> None:
    if output == STANDARD_OUTPUT:
        for answer in answers:
            sys.stdout.write(answer)
            sys.stdout.flush()
        return
    with replacing(Path(output)) as temporary, temporary.open("w", encoding="utf-8") as file:
        file.writelines(answers)
