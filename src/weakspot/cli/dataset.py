"""`weakspot dataset …`: check labelled data, split it, and build what is published from it."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from weakspot.cli.review_desk import JOURNAL, find_journal

if TYPE_CHECKING:
    from weakspot.core.example import Example
    from weakspot.dataset.rows import DataSet, Row
    from weakspot.evaluate.floors import Judge
    from weakspot.evaluate.suites import Row as SuiteRow
    from weakspot.evaluate.suites import Verdict

_DATA = click.Path(path_type=Path, exists=True)
_PAPER_SEED = 0


@click.group()
def dataset() -> None:
    """Check, split and build labelled data sets."""


@dataset.command("lint")
@click.argument("places", nargs=-1, required=True, type=_DATA)
@click.option("--no-review", is_flag=True, help="Do not ask for a second reader's decision.")
def lint_command(places: tuple[Path, ...], no_review: bool) -> int:
    """Name everything that is wrong with the data at PLACES; exit 1 when something is.

    A place is a folder of pair files, a text of short pairs or a folder of them, or a JSON-lines
    file. Where a folder has a review journal beside or above its pairs, every pair must have been
    taken by a second reader as it is now.
    """
    from weakspot.dataset.lint import lint  # noqa: PLC0415 - not needed for --help
    from weakspot.dataset.rules import longer_share  # noqa: PLC0415 - as above

    total = 0
    for place in places:
        data = _read(place)
        taken, outdated = (None, frozenset()) if no_review else _taken(place, data)
        problems = list(lint(data, taken, outdated))
        for problem in problems:
            click.echo(f"{problem.place}: {problem.rule}: {problem.text}")
        total += len(problems)
        longer = f", fixed side longer in {longer_share(data.pairs):.0%}" if data.pairs else ""
        what = f"{len(data.pairs)} pairs" if data.pairs else f"{len(data.rows)} rows"
        click.echo(f"{place}: {what}, {len(problems)} problems{longer}")
    return 1 if total else 0


@dataset.command("check")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def check(folder: Path) -> int:
    """Check the pair files below FOLDER while they are written: `lint` without the reviews."""
    from weakspot.dataset.lint import lint  # noqa: PLC0415 - not needed for --help
    from weakspot.dataset.rules import longer_share  # noqa: PLC0415 - as above

    data = _read(folder)
    problems = list(lint(data))
    for problem in problems:
        click.echo(f"{problem.place}: {problem.rule}: {problem.text}")
    click.echo(
        f"{len(data.pairs)} pairs, {len(problems)} breaches, "
        f"fixed side longer in {longer_share(data.pairs):.0%}"
    )
    return 1 if problems else 0


@dataset.command("stats")
@click.argument("place", type=_DATA)
@click.option("-f", "--format", "style", type=click.Choice(("text", "json")), default="text")
def stats_command(place: Path, style: str) -> None:
    """Count what the data at PLACE holds."""
    found = _facts(place, _read(place))
    if style == "json":
        click.echo(json.dumps(found, indent=1))
        return
    for name, value in found.items():
        shown = (
            " ".join(f"{key}:{one}" for key, one in value.items())
            if value.__class__ is dict
            else value
        )
        click.echo(f"{name:22} {shown}")


@dataset.command("split")
@click.argument("place", type=_DATA)
@click.option(
    "--protocol", default="family", show_default=True, help="random, family, leave-cwe-out"
)
@click.option("--seed", default=0, show_default=True)
@click.option("--validation", is_flag=True, help="Split the training side once more.")
@click.option("-f", "--format", "style", type=click.Choice(("suite", "paper")), default="suite")
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True)
def split_command(
    place: Path, protocol: str, seed: int, validation: bool, style: str, output: Path
) -> None:
    """Split the data at PLACE into files of JSON lines: train, test and, if asked, validation.

    A folder with files that another protocol left is refused.
    """
    from weakspot.dataset.splits import refuse_others, split  # noqa: PLC0415 - not needed for --help

    made: dict[Path, dict[Path, Sequence[Row]]] = {}
    for one in split(_whole(place).rows, protocol, seed):
        folder = output if protocol != "leave-cwe-out" else output / f"fold-{one.fold}"
        sides = {"train": one.train, "test": one.test}
        if validation:
            inner = split(one.train, "random" if protocol == "random" else "family", seed + 1)[0]
            sides |= {"train": inner.train, "validation": inner.test}
        made[folder] = {folder / f"{name}.jsonl": rows for name, rows in sides.items()}
    refuse_others(output, [path for files in made.values() for path in files])
    for folder, files in made.items():
        folder.mkdir(parents=True, exist_ok=True)
        for path, rows in files.items():
            _write(rows, path, style)
        told = ", ".join(f"{len(rows)} {path.stem}" for path, rows in files.items())
        click.echo(f"{folder}: {told}")


@dataset.command("build")
@click.argument("place", type=_DATA)
@click.option(
    "-f", "--format", "style", type=click.Choice(("parquet", "suite", "paper")), default="parquet"
)
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True)
def build_command(place: Path, style: str, output: Path) -> None:
    """Build what is published: Parquet with Croissant metadata, suite rows, or the paper's rows."""
    from weakspot.dataset import publish  # noqa: PLC0415 - not needed for --help

    data = _whole(place) if style != "parquet" else _paired(place, "--format suite takes rows")
    output.mkdir(parents=True, exist_ok=True)
    if style != "parquet":
        path = output / f"{style}.jsonl"
        _write(data.rows, path, style)
        click.echo(f"{path}: {len(data.rows)} rows")
        return
    path = output / publish.PARQUET
    publish.parquet(data.pairs, path)
    newest = max((pair.date.isoformat() for pair in data.pairs), default="")
    about = json.dumps(publish.croissant(path, {"date": newest}), indent=1)
    (output / publish.CROISSANT).write_text(about + "\n", "utf-8")
    click.echo(f"{path}: {2 * len(data.pairs)} rows")


@dataset.command("card")
@click.argument("place", type=_DATA)
@click.option(
    "--semgrep-rules",
    type=click.Path(path_type=Path, exists=True),
    help="Also say what Semgrep reaches with these rules.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True)
def card_command(place: Path, semgrep_rules: Path | None, output: Path) -> None:
    """Write the data card of the pairs at PLACE: what is in it, who reviewed it, the floors."""
    from weakspot.dataset.card import card  # noqa: PLC0415 - not needed for --help

    data = _paired(place, "`weakspot dataset stats` counts rows")
    output.write_text(card(_facts(place, data), _floors(data, semgrep_rules)), "utf-8")
    click.echo(f"{output}: {len(data.pairs)} pairs")


@dataset.command("prove")
@click.argument("proofs", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--pairs",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="The folder of the pair files.",
)
def prove_command(proofs: Path, pairs: Path) -> int:
    """Run every proof below PROOFS: both sides must work, and only the fixed one may hold."""
    from weakspot.dataset.proof import proof_files, prove  # noqa: PLC0415 - not needed for --help

    results = [prove(path, pairs) for path in proof_files(proofs)]
    for one in results:
        if not one.is_shown:
            click.echo(f"{one.pair}: not shown\n  vulnerable {one.vulnerable}\n  fixed {one.fixed}")
    shown = sum(one.is_shown for one in results)
    click.echo(f"{shown} of {len(results)} proofs show what they say")
    return 0 if shown == len(results) else 1


def _read(place: Path) -> "DataSet":
    from weakspot.dataset.rows import read_data  # noqa: PLC0415 - not needed for --help

    return read_data(place)


def _whole(place: Path) -> "DataSet":
    """Read data that is to be used: a broken row is an error, never dropped."""
    from weakspot.core.errors import DataError  # noqa: PLC0415 - not needed for --help

    data = _read(place)
    if data.broken:
        raise DataError("\n".join(data.broken), hint="`weakspot dataset lint` names all problems")
    return data


def _paired(place: Path, hint: str) -> "DataSet":
    """Read what can only be made of pair files: rows lack what their headers say."""
    from weakspot.core.errors import DataError  # noqa: PLC0415 - not needed for --help

    data = _whole(place)
    if not data.pairs:
        raise DataError(f"{place} holds rows; this is made of pair files", hint=hint)
    return data


def _write(rows: "Sequence[Row]", path: Path, style: str) -> None:
    from weakspot.dataset import publish  # noqa: PLC0415 - not needed for --help
    from weakspot.model.prompt import INSTRUCTION  # noqa: PLC0415 - as above

    if style == "paper":
        publish.write_lines(publish.paper_rows(rows, INSTRUCTION), path)
    else:
        publish.write_lines([publish.suite_row(row) for row in rows], path)


def _journals(place: Path) -> list[Path]:
    """Return the journals below a folder, else the nearest one above it, as the desk finds it."""
    if place.is_file():
        return []
    below = sorted(place.rglob(JOURNAL))
    nearest = find_journal(place)
    return below or ([nearest] if nearest.is_file() else [])


def _taken(place: Path, data: "DataSet") -> tuple[frozenset[str] | None, frozenset[str]]:
    """Return the pairs that a second reader took as they are now, and those taken before a change.

    The first is None where there is no journal.
    """
    from weakspot.review.journal import (  # noqa: PLC0415 - as above
        Decision,
        digest,
        latest,
        read,
        takes,
    )

    journals = _journals(place)
    if not journals:
        return None, frozenset()
    states = {row.pair: digest(Path(row.place)) for row in data.rows}
    last = [one for path in journals for one in latest(read(path)).values()]
    took = {one.pair for one in last if takes(one)}
    now = [one for one in last if one.digest == states.get(one.pair)]
    refused = {one.pair for one in now if one.decision is Decision.REJECT}
    taken = {one.pair for one in now if takes(one)} - refused
    return frozenset(taken), frozenset(took - taken - refused)


def _facts(place: Path, data: "DataSet") -> dict[str, object]:
    from weakspot.dataset.proof import proof_files  # noqa: PLC0415 - as above
    from weakspot.dataset.stats import counts  # noqa: PLC0415 - as above
    from weakspot.review.journal import read  # noqa: PLC0415 - as above

    found = dict(counts(data))
    names = {pair.id for pair in data.pairs}
    reviews = [one for path in _journals(place) for one in read(path) if one.pair in names]
    if reviews:
        found["reviews"] = dict(Counter(str(one.decision) for one in reviews))
        found["readers"] = dict(Counter(str(one.reader) for one in reviews))
    nearest = [folder / "proofs" for folder in (place, *place.resolve().parents[:3])]
    proofs = next((folder for folder in nearest if folder.is_dir()), None)
    if proofs is not None and names:
        found["proofs"] = sum(
            f"{path.parent.name}/{path.stem}" in names for path in proof_files(proofs)
        )
    return found


def _floors(
    data: "DataSet", semgrep_rules: Path | None
) -> dict[str, dict[str, tuple[float, float]]]:
    """Return (balanced accuracy, pair accuracy) of floors and static tools, by protocol."""
    from weakspot.dataset.splits import PROTOCOLS, split  # noqa: PLC0415 - as above
    from weakspot.evaluate.floors import FLOORS, judged  # noqa: PLC0415 - as above

    judges = {**FLOORS, **_tools(data, semgrep_rules)}
    return {
        protocol: {
            name: judged(
                judge, [(one.train, one.test) for one in split(data.rows, protocol, _PAPER_SEED)]
            )
            for name, judge in judges.items()
        }
        for protocol in PROTOCOLS
    }


def _tools(data: "DataSet", semgrep_rules: Path | None) -> dict[str, "Judge"]:
    """Let the static tools that are installed judge all rows once."""
    from weakspot.evaluate.compare import judge  # noqa: PLC0415 - as above
    from weakspot.evaluate.floors import as_row  # noqa: PLC0415 - as above
    from weakspot.evaluate.tools import tools  # noqa: PLC0415 - as above

    known = tools(semgrep_rules)
    found: dict[str, Judge] = {}
    for name in ("bandit", "semgrep"):
        if name not in known:
            continue
        said, run = judge(known[name], [as_row(row) for row in data.rows])
        if run.reason:
            click.echo(f"{name} is left out: {run.reason}", err=True)
        else:
            found[f"{name.title()} {run.version}"] = partial(_known, said)
    return found


def _known(
    said: Mapping[str, "Verdict"], examples: Sequence["Example"], rows: Sequence["SuiteRow"]
) -> Mapping[str, "Verdict"]:
    """Answer as a judge that learns nothing and has judged all rows already."""
    del examples
    return {row.id: said[row.id] for row in rows if row.id in said}
