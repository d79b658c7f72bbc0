"""`weakspot dataset …`: check labelled data, split it, and build what is published from it."""

import json
import os
import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from weakspot.cli.outputs import check_folder, check_writable, write_output, write_together
from weakspot.cli.review_desk import JOURNAL, find_journal
from weakspot.core.errors import UsageError

if TYPE_CHECKING:
    from weakspot.core.example import Example
    from weakspot.dataset.lint import Problem
    from weakspot.dataset.rows import DataSet, Row
    from weakspot.evaluate.floors import Judge
    from weakspot.evaluate.suites import Row as SuiteRow
    from weakspot.evaluate.suites import Verdict

_DATA = click.Path(path_type=Path, exists=True)
_PAPER_SEED = 0
_LEAVE_OUT = "leave-cwe-out"


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

    total = 0
    for place in places:
        data = _read(place)
        taken, outdated = (None, frozenset()) if no_review else _taken(place, data)
        total += _told(place, data, lint(data, taken, outdated))
    return 1 if total else 0


@dataset.command("check")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def check(folder: Path) -> int:
    """Check the pair files below FOLDER while they are written: `lint` without the reviews."""
    from weakspot.dataset.lint import lint  # noqa: PLC0415 - not needed for --help

    data = _read(folder)
    return 1 if _told(folder, data, lint(data)) else 0


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

    A folder with files that another protocol left is refused; files of the same names are replaced
    when all the new ones are written.
    """
    from weakspot.dataset.splits import (  # noqa: PLC0415 - not needed for --help
        refuse_others,
        split,
        taught,
    )

    check_folder(output)
    made: dict[Path, dict[Path, Sequence[Row]]] = {}
    splits = split(_whole(place).rows, protocol, seed)
    for one in splits:
        folder = output if protocol != _LEAVE_OUT else output / f"fold-{one.fold}"
        sides = {"train": one.train, "test": one.test}
        if validation:
            inner = split(one.train, "random" if protocol == "random" else "family", seed + 1)[0]
            sides |= {"train": inner.train, "validation": inner.test}
        made[folder] = {folder / f"{name}.jsonl": rows for name, rows in sides.items()}
    every = {path: rows for files in made.values() for path, rows in files.items()}
    refuse_others(output, every)
    write_together({path: partial(_write, rows, style) for path, rows in every.items()})
    for folder, files in made.items():
        told = ", ".join(f"{len(rows)} {path.stem}" for path, rows in files.items())
        click.echo(f"{folder}: {told}")
    if protocol == _LEAVE_OUT:
        known, count = taught(splits)
        share = f"{known} of {count} weak test rows ({known / max(count, 1):.0%})"
        click.echo(f"{share} also accept a CWE that their fold learns from")


@dataset.command("build")
@click.argument("place", type=_DATA)
@click.option(
    "-f", "--format", "style", type=click.Choice(("parquet", "suite", "paper")), default="parquet"
)
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True)
def build_command(place: Path, style: str, output: Path) -> None:
    """Build what is published: Parquet with Croissant metadata, suite rows, or the paper's rows."""
    from weakspot.dataset import publish  # noqa: PLC0415 - not needed for --help
    from weakspot.dataset.about import read_about  # noqa: PLC0415 - as above

    check_folder(output)
    data = _whole(place) if style != "parquet" else _paired(place, "--format suite takes rows")
    if style != "parquet":
        path = output / f"{style}.jsonl"
        write_together({path: partial(_write, data.rows, style)})
        click.echo(f"{path}: {len(data.rows)} rows")
        return
    path = output / publish.PARQUET
    table = publish.parquet(data.pairs)
    newest = max(pair.date for pair in data.pairs)
    about = json.dumps(publish.croissant(table, read_about(place), newest), indent=1)
    write_together(
        {
            path: partial(_write_bytes, table),
            output / publish.CROISSANT: partial(_write_bytes, f"{about}\n".encode()),
        }
    )
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
    from weakspot.dataset.about import read_about  # noqa: PLC0415 - not needed for --help
    from weakspot.dataset.card import card  # noqa: PLC0415 - as above
    from weakspot.dataset.splits import split, taught  # noqa: PLC0415 - as above

    check_writable(str(output))
    data, about = _paired(place, "`weakspot dataset stats` counts rows"), read_about(place)
    known = taught(split(data.rows, _LEAVE_OUT, _PAPER_SEED))
    commands = _commands(place, output)
    facts, floors = _facts(place, data), _floors(data, semgrep_rules)
    write_output(str(output), card(facts, floors, about, known, commands))
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

    files = list(proof_files(proofs))
    if not files:
        raise UsageError(f"no proofs below {proofs}", hint="they are files CWE-N/MECHANISM.py")
    results = [prove(path, pairs) for path in files]
    for one in results:
        if not one.is_shown:
            click.echo(f"{one.pair}: not shown\n  vulnerable {one.vulnerable}\n  fixed {one.fixed}")
    shown = sum(one.is_shown for one in results)
    click.echo(f"{shown} of {len(results)} proofs show what they say")
    return 0 if shown == len(results) else 1


def _read(place: Path) -> "DataSet":
    from weakspot.dataset.rows import read_data  # noqa: PLC0415 - not needed for --help

    return read_data(place)


def _told(place: Path, data: "DataSet", problems: "Iterable[Problem]") -> int:
    """Print what is wrong with data, then what was read, and return how much is wrong."""
    from weakspot.dataset.rules import longer_share  # noqa: PLC0415 - not needed for --help

    count = 0
    for count, problem in enumerate(problems, 1):  # noqa: B007 - the last one counts
        click.echo(f"{problem.place}: {problem.rule}: {problem.text}")
    longer = f", fixed side longer in {longer_share(data.pairs):.0%}" if data.pairs else ""
    what = f"{len(data.pairs)} pairs" if data.pairs else f"{len(data.rows)} rows"
    click.echo(f"{place}: {what}, {count} problems{longer}")
    return count


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


def _write(rows: "Sequence[Row]", style: str, path: Path) -> None:
    from weakspot.dataset import publish  # noqa: PLC0415 - not needed for --help
    from weakspot.model.prompt import INSTRUCTION  # noqa: PLC0415 - as above

    if style == "paper":
        publish.write_lines(publish.paper_rows(rows, INSTRUCTION), path)
    else:
        publish.write_lines([publish.suite_row(row) for row in rows], path)


def _write_bytes(data: bytes, path: Path) -> None:
    path.write_bytes(data)


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
    if names and (proofs := _proofs(place)) is not None:
        found["proof_files"] = sum(
            f"{path.parent.name}/{path.stem}" in names for path in proof_files(proofs)
        )
    return found


def _proofs(place: Path) -> Path | None:
    """Return the nearest folder of proofs in a folder of pairs or up to three above it."""
    real = place.resolve()
    near = (folder / "proofs" for folder in (real, *real.parents[:3]))
    return next((folder for folder in near if folder.is_dir()), None)


def _commands(place: Path, output: Path) -> list[str]:
    """Return the commands that make a card's figures, each with what it is for."""
    data = shlex.quote(place.as_posix())
    told = {
        f"stats {data}": "the figures on this page",
        f"lint {data}": "must find nothing",
        f"build {data} -o FOLDER": "Parquet + Croissant",
        f"card {data} -o {shlex.quote(output.as_posix())}": "this page",
    }
    if (proofs := _proofs(place)) is not None:
        pairs = place / "pairs" if (place / "pairs").is_dir() else place
        where = shlex.quote(Path(os.path.relpath(proofs)).as_posix())
        told[f"prove {where} --pairs {shlex.quote(pairs.as_posix())}"] = "runs the proof files"
    width = max(map(len, told))
    return [f"weakspot dataset {words:{width}}  # {text}" for words, text in told.items()]


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
