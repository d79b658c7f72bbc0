"""`weakspot review …`: the review desk, decisions from elsewhere, and how far readers agree."""

import json
import sys
from pathlib import Path

import click

from weakspot.cli.review_desk import desk, find_journal, find_pairs
from weakspot.core.errors import DataError, UsageError

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False)


class _Group(click.Group):
    """Takes the options of `desk` where no command is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        first = args[0] if args else "-"
        is_desk = first.startswith("-") and first not in ctx.help_option_names
        return super().parse_args(ctx, ["desk", *args] if is_desk else args)


@click.group(cls=_Group)
def review() -> None:
    """Review labelled pairs: the desk, where no command is named."""


review.add_command(desk)


@review.command("record")
@click.option("--journal", type=_FILE, required=True, help="The journal to append to.")
@click.option("--pairs", "folder", type=_FOLDER, required=True, help="The folder of pair files.")
def record(journal: Path, folder: Path) -> None:
    """Append the decisions on standard input, one JSON object a line, to a journal.

    An object has pair (CWE-89/name), reader (person or language-model), name, date, the three
    answers shows_weakness, fix_is_right and realistic, decision (accept, change, reject or skip)
    and remark (which may be empty where a decision needs none). The digest of the pair file as it
    is now is added. All lines are checked before the first is written. Names are what the desk
    takes for one.
    """
    from weakspot.review.journal import append  # noqa: PLC0415 - not needed for --help
    from weakspot.review.record import decisions  # noqa: PLC0415 - as above

    try:
        lines = sys.stdin.readlines()
    except UnicodeDecodeError as error:
        raise DataError(f"standard input: {error}") from error
    reviews = decisions(lines, folder, journal)
    append(journal, reviews)
    click.echo(f"{len(reviews)} decisions recorded in {journal}")


@review.command("agreement")
@click.option("--pairs", "folder", type=_FOLDER, help="The folder of pair files.")
@click.option("--journal", type=_FILE, help="The journal; the one beside the pairs if not given.")
@click.option("-f", "--format", "style", type=click.Choice(("text", "json")), default="text")
def agreement(folder: Path | None, journal: Path | None, style: str) -> None:
    """Measure how far every two readers agree: Cohen's kappa of the verdict and each question.

    Pairs count that both readers took or rejected in one state of the file. Disputed are those
    that one took and the other rejected as they are now.
    """
    from dataclasses import asdict  # noqa: PLC0415 - not needed for --help

    from weakspot.review.agreement import agreements  # noqa: PLC0415 - as above
    from weakspot.review.journal import read  # noqa: PLC0415 - as above
    from weakspot.review.shelf import Shelf  # noqa: PLC0415 - as above

    pairs = find_pairs(folder)
    place = journal or find_journal(pairs)
    if not place.is_file():
        raise UsageError(f"there is no journal {place}", hint="--journal names it")
    found = agreements(read(place), Shelf(pairs).digests())
    if style == "json":
        click.echo(json.dumps([asdict(one) for one in found], indent=1))
        return
    if not found:
        click.echo("no two readers decided on a common pair")
    for one in found:
        click.echo(f"{one.one} and {one.other}: {one.shared} pairs, {len(one.disputed)} disputed")
        for measure in one.measures:
            kappa = "    -" if measure.kappa is None else f"{measure.kappa:5.2f}"
            click.echo(f"  {measure.question:16} kappa {kappa}   same answer {measure.agreed:.0%}")
        for pair in one.disputed:
            click.echo(f"  disputed: {pair}")
