"""`weakspot compare`: any detectors side by side, on suites or on your own repository."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from weakspot.cli.outputs import STANDARD_OUTPUT, check_writable, json_text, write_output
from weakspot.core.errors import WeakspotError

if TYPE_CHECKING:
    from weakspot.evaluate.detector import Settings
    from weakspot.evaluate.league import Contest
    from weakspot.evaluate.tools import Run

_ON_PATH = ("weakspot", "bandit", "bandit-ll", "ruff", "dlint", "semgrep")
_LEARNED = ("majority", "length", "tfidf", "bilstm", "conformer", "encoder")
_MODELS = ("lm-full", "lm-lora", "lm-ia3", "lm-untuned")
_PROMPTED = ("prompt-zero", "prompt-few", "prompt-chain")
_DEFAULT = ("weakspot", "bandit", "ruff")
_WITH_PATH = ("sarif",)
_WITH_SUITES = (
    *("train", "base", "recipe", "encoder", "endpoint", "llm", "key_env", "shots", "prices"),
    *("epochs", "seed", "work", "first_stage"),
)


@click.command("compare")
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--suite",
    "suites",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="Labelled rows, or a public suite's folder, in place of PATH; may be given several times.",
)
@click.option(
    "--detector",
    "names",
    type=click.Choice((*_ON_PATH, *_LEARNED, *_MODELS, *_PROMPTED)),
    multiple=True,
    default=_DEFAULT,
    show_default=True,
    metavar="NAME",
    help=f"On PATH: {', '.join(_ON_PATH)}. With --suite also: "
    f"{', '.join((*_LEARNED, *_MODELS, *_PROMPTED))}.",
)
@click.option(
    "--sarif",
    "sarif",
    metavar="NAME=FILE",
    multiple=True,
    help="Another tool's SARIF report of PATH (CodeQL, Pysa, Snyk ...).",
)
@click.option(
    "--semgrep-rules",
    type=click.Path(path_type=Path, exists=True),
    help="Rules for Semgrep, a file or a folder; nothing is downloaded.",
)
@click.option(
    "--train",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Labelled rows that the detectors learn from which learn.",
)
@click.option("--model", metavar="FOLDER", help="A model folder in place of the embedded model.")
@click.option(
    "--first-stage",
    is_flag=True,
    help="weakspot skips units as a scan does (on PATH it always does).",
)
@click.option("--base", metavar="FOLDER", help="The causal language model that lm-... fine-tune.")
@click.option(
    "--recipe",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="How lm-... are fine-tuned.",
)
@click.option("--encoder", metavar="FOLDER", help="The encoder to fine-tune (else from nothing).")
@click.option("--endpoint", metavar="URL", help="An OpenAI-compatible endpoint for prompt-...")
@click.option("--llm", metavar="NAME", help="The model to ask there.")
@click.option(
    "--key-env",
    default="WEAKSPOT_API_KEY",
    show_default=True,
    metavar="VARIABLE",
    help="The environment variable with its key.",
)
@click.option("--shots", default=3, show_default=True, help="Pairs that prompt-few shows.")
@click.option(
    "--prices",
    type=(float, float),
    default=(0.0, 0.0),
    show_default=True,
    metavar="READ WRITTEN",
    help="What a million tokens cost.",
)
@click.option("--epochs", default=12, show_default=True, help="Of bilstm, conformer, encoder.")
@click.option("--seed", default=0, show_default=True)
@click.option(
    "--work",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("runs/compare"),
    show_default=True,
    help="Keeps trained models and paid answers, so that a comparison can go on.",
)
@click.option(
    "--limit",
    type=click.FloatRange(0, min_open=True),
    default=1800.0,
    show_default=True,
    help="Seconds for each detector.",
)
@click.option(
    "-f", "--format", "style", type=click.Choice(("text", "json", "csv", "html")), default="text"
)
@click.option("-o", "--output", default=STANDARD_OUTPUT, metavar="FILE", help="Where to write.")
def command(
    path: Path | None,
    suites: tuple[Path, ...],
    names: tuple[str, ...],
    sarif: tuple[str, ...],
    train: Path | None,
    style: str,
    output: str,
    **given: Any,
) -> int:
    """Run detectors on PATH and show who found what alone, or measure them on labelled suites.

    A detector that is missing, fails or hangs costs its row, with the reason in it; where none
    answers, the exit code is 2.
    """
    from weakspot.evaluate.detector import Settings  # noqa: PLC0415 - not needed for --help

    if (path is None) == (not suites):
        raise click.UsageError("give either PATH or --suite")
    if path is not None:
        _refuse(_WITH_SUITES, "--suite")
    else:
        _refuse(_WITH_PATH, "PATH")
    if "semgrep" in names and given["semgrep_rules"] is None:
        raise click.UsageError("semgrep needs --semgrep-rules: it has no rules of its own")
    check_writable(output)
    settings = Settings(**given)
    chosen = tuple(dict.fromkeys(names))
    if path is not None:
        beyond = [name for name in chosen if name not in _ON_PATH]
        if beyond:
            raise click.UsageError(f"{', '.join(beyond)} judge snippets only: give --suite")
        text, is_told = _on_path(path, chosen, sarif, settings, style)
    else:
        text, is_told = _on_suites(suites, chosen, train, settings, style)
    write_output(output, text)
    if not is_told:
        raise WeakspotError("no detector answered", hint="the reasons stand in the comparison")
    return 0


def _refuse(names: Sequence[str], needed: str) -> None:
    """Raise UsageError for options on the command line that say nothing without `needed`."""
    context = click.get_current_context()
    said = [
        option.opts[0]
        for option in context.command.params
        if option.name in names
        and context.get_parameter_source(option.name) is ParameterSource.COMMANDLINE
    ]
    if said:
        raise click.UsageError(f"{', '.join(said)}: only with {needed}")


def _on_path(
    path: Path,
    names: Sequence[str],
    sarif: Sequence[str],
    settings: "Settings",
    style: str,
) -> tuple[str, bool]:
    """Return the comparison, and whether any detector answered."""
    from weakspot.evaluate import repository  # noqa: PLC0415 - not needed for --help
    from weakspot.evaluate.repository_page import repository_page  # noqa: PLC0415 - as above
    from weakspot.evaluate.tools import tools  # noqa: PLC0415 - as above

    told = _reports(path, names, sarif)
    known = tools(settings.semgrep_rules, settings.model)
    runs = {name: known[name].run(path, settings.limit) for name in names}
    found = repository.side_by_side(runs | told)
    size = repository.size_of(path)
    rows = repository.plain(found, size)
    is_told = bool(repository.answered(found))
    if style == "html":
        return repository_page(path.resolve().name, found, size), is_told
    if style == "text":
        alone = "".join(f"{line}\n" for line in repository.alone(found))
        return alone + _text(rows), is_told
    return _written(rows, style), is_told


def _reports(path: Path, names: Sequence[str], sarif: Sequence[str]) -> "dict[str, Run]":
    """Read NAME=FILE reports, before anything that takes long."""
    from weakspot.evaluate.alarms import located, placed, read_sarif  # noqa: PLC0415 - as above
    from weakspot.evaluate.tools import Run  # noqa: PLC0415 - as above

    runs: dict[str, Run] = {}
    for one in sarif:
        name, _, file = one.partition("=")
        if not name or not file:
            raise click.UsageError(f"--sarif takes NAME=FILE, not {one!r}")
        if name in names or name in runs:
            raise click.UsageError(f"--sarif {one}: there is a detector {name} already")
        alarms = placed(read_sarif(Path(file)))
        here = located(alarms, path)
        runs[name] = Run(here, "", 0.0, 0.0, elsewhere=len(alarms) - len(here), has_cost=False)
    return runs


def _on_suites(
    suites: Sequence[Path],
    names: Sequence[str],
    train: Path | None,
    settings: "Settings",
    style: str,
) -> tuple[str, bool]:
    """Return the comparison, and whether any detector judged a row."""
    from weakspot.evaluate.league import contests, plain  # noqa: PLC0415 - not needed for --help
    from weakspot.evaluate.league_page import league_page  # noqa: PLC0415 - as above
    from weakspot.evaluate.readers import read_any  # noqa: PLC0415 - as above

    named = {
        path.stem if len({p.stem for p in suites}) == len(suites) else str(path): path
        for path in suites
    }
    found = contests(
        {name: read_any(path) for name, path in named.items()},
        () if train is None else read_any(train),
        names,
        settings,
        settings.limit,
        lambda text: click.echo(text, err=True),
    )
    is_told = any(
        standing.result is not None and standing.result.answers.verdicts
        for one in found
        for standing in one.standings
    )
    if style == "html":
        return league_page(found), is_told
    rows = [row for one in found for row in plain(one)]
    if style != "text":
        return _written(rows, style), is_told
    return "".join(map(_size, found)) + _text([_brief(row) for row in rows]), is_told


def _size(found: "Contest") -> str:
    weak = sum(row.is_weak for row in found.rows)
    return f"{found.suite}: {len(found.rows)} rows, {weak} weak, {len(found.rows) - weak} sound\n"


_BRIEF = (
    "pair_accuracy", "precision", "recall", "f1", "false_alarms", "cwe_right", "line_near",
)  # fmt: skip


def _brief(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a terminal has room for."""
    short: dict[str, Any] = {name: row[name] for name in ("suite", "detector", "version")}
    short |= {name: row[name]["value"] for name in _BRIEF if name in row}
    short["mcnemar_p"] = row.get("mcnemar_p")
    if "mcnemar_base" in row:
        short["against"] = f"{row['mcnemar_base']}, {row['mcnemar_unit']}"
    short["cpu_seconds"] = row["cpu_seconds"]
    short["reason"] = row["reason"] or " ".join(f"{k}={v:g}" for k, v in row["notes"].items())
    return short


def _written(rows: Sequence[Mapping[str, Any]], style: str) -> str:
    if style == "json":
        return json_text(rows)
    flat = [_flat(row) for row in rows]
    columns = list(dict.fromkeys(key for row in flat for key in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return text.getvalue()


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row whose values within values have names of their own: `recall_low`."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            flat |= {name if key == "value" else f"{name}_{key}": one for key, one in value.items()}
        else:
            flat[name] = value
    return flat


def _text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return a table whose columns are all the keys, each as wide as its widest cell."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [columns, *([_shown(row.get(column)) for column in columns] for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(columns))]
    return "".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        + "\n"
        for line in cells
    )


def _shown(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
