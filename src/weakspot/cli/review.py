"""`weakspot review …`: records the decisions of a second reader."""

import json
import sys
from pathlib import Path

import click

from weakspot.core.errors import DataError


@click.group()
def review() -> None:
    """Review labelled pairs."""


@review.command("record")
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The journal to append to.",
)
@click.option(
    "--pairs",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="The folder of the pair files.",
)
def record(journal: Path, folder: Path) -> None:
    """Append the decisions on standard input, one JSON object a line, to a journal.

    An object has pair (CWE-89/name), reader (person or language-model), name, date, the three
    answers shows_weakness, fix_is_right and realistic, decision (accept, change, reject or skip)
    and remark. The digest of the pair file as it is now is added. All lines are checked before
    the first is written.
    """
    from weakspot.dataset.pairs import SUFFIX  # noqa: PLC0415 - not needed for --help
    from weakspot.review.journal import append, digest, parse  # noqa: PLC0415 - as above

    reviews = []
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            path = folder / f"{row['pair']}{SUFFIX}"
            reviews.append(parse(row | {"digest": digest(path)}))
        except (ValueError, TypeError, KeyError, OSError, DataError) as error:
            raise DataError(f"line {number}: {error}") from error
    append(journal, reviews)
    click.echo(f"{len(reviews)} decisions recorded in {journal}")
