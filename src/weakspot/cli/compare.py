"""`weakspot compare`: our scanner beside other tools, on suites or on your own repository."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from weakspot.evaluate.compare import Found
    from weakspot.evaluate.tools import Tool

_NAMES = ("weakspot", "bandit", "bandit-ll", "ruff", "dlint", "semgrep")
_DEFAULT = ("weakspot", "bandit", "ruff")
_SHARES = ("pair_accuracy", "precision", "recall", "f1", "false_alarms", "cwe_right", "line_right")
_LISTED = 20  # alarms of one detector alone that the text shows


@click.command("compare")
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--suite",
    "suites",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    multiple=True,
    help="Labelled rows to measure on, in place of PATH; may be given several times.",
)
@click.option(
    "--detector",
    "names",
    type=click.Choice(_NAMES),
    multiple=True,
    default=_DEFAULT,
    show_default=True,
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
@click.option("--limit", default=1800.0, show_default=True, help="Seconds that a tool may take.")
@click.option("--format", "style", type=click.Choice(("text", "json", "csv")), default="text")
def command(
    path: Path | None,
    suites: tuple[Path, ...],
    names: tuple[str, ...],
    sarif: tuple[str, ...],
    semgrep_rules: Path | None,
    limit: float,
    style: str,
) -> int:
    """Run detectors on PATH and show who found what alone, or measure them on labelled suites.

    A detector that is missing, fails or hangs costs its row, with the reason in it.
    """
    from weakspot.evaluate.tools import tools  # noqa: PLC0415 - not needed for --help

    if (path is None) == (not suites):
        raise click.UsageError("give either PATH or --suite")
    if "semgrep" in names and semgrep_rules is None:
        raise click.UsageError("semgrep needs --semgrep-rules: it has no rules of its own")
    known = tools(semgrep_rules)
    chosen = {name: known[name] for name in dict.fromkeys(names)}
    rows = _on_path(path, chosen, sarif, limit, style) if path else _on_suites(suites, chosen)
    if style == "json":
        click.echo(json.dumps(rows, indent=1))
    elif style == "csv":
        click.echo(_csv(rows), nl=False)
    else:
        click.echo(_text(rows))
    return 0


def _on_path(
    path: Path, chosen: "Mapping[str, Tool]", sarif: Sequence[str], limit: float, style: str
) -> list[dict[str, Any]]:
    from weakspot.evaluate.alarms import read_sarif  # noqa: PLC0415 - not needed for --help
    from weakspot.evaluate.compare import side_by_side  # noqa: PLC0415 - as above
    from weakspot.evaluate.tools import Run  # noqa: PLC0415 - as above

    runs: dict[str, Run] = {}
    for name, tool in chosen.items():
        runs[name] = tool.run(path, limit)
    for one in sarif:
        name, _, file = one.partition("=")
        if not file:
            raise click.UsageError(f"--sarif takes NAME=FILE, not {one!r}")
        runs[name] = Run(read_sarif(Path(file)), "", 0.0, 0.0)
    found = side_by_side(runs)
    if style == "text":
        for name, result in found.items():
            _tell_alone(name, result)
    return [
        {
            "detector": name,
            "version": result.run.version,
            "findings": len(result.run.alarms),
            "alone": len(result.alone),
            **{f"also {other}": count for other, count in result.agrees.items()},
            "cpu_seconds": round(result.run.cpu, 2),
            "wall_seconds": round(result.run.wall, 2),
            "reason": result.run.reason,
        }
        for name, result in found.items()
    ]


def _tell_alone(name: str, result: "Found") -> None:
    if not result.alone:
        return
    ordered = sorted(result.alone, key=lambda one: (-(one.probability or 0.0), one))
    click.echo(f"{name} alone: {len(ordered)}")
    for alarm in ordered[:_LISTED]:
        cwes = " ".join(alarm.cwes) or "-"
        sure = "" if alarm.probability is None else f" {alarm.probability:.2f}"
        click.echo(f"  {alarm.path}:{alarm.line}  {alarm.rule}  {cwes}{sure}")
    if len(ordered) > _LISTED:
        click.echo(f"  and {len(ordered) - _LISTED} more (--format json has all counts)")
    click.echo("")


def _on_suites(suites: Sequence[Path], chosen: "Mapping[str, Tool]") -> list[dict[str, Any]]:
    from weakspot.core.catalogue import related  # noqa: PLC0415 - not needed for --help
    from weakspot.evaluate.compare import judge, mcnemar  # noqa: PLC0415 - as above
    from weakspot.evaluate.measures import measure  # noqa: PLC0415 - as above
    from weakspot.evaluate.suites import read_suite  # noqa: PLC0415 - as above

    told: list[dict[str, Any]] = []
    for path in suites:
        rows = read_suite(path)
        judged = {name: judge(tool, rows) for name, tool in chosen.items()}
        base = judged.get("weakspot", next(iter(judged.values())))[0]
        for name, (verdicts, run) in judged.items():
            row: dict[str, Any] = {"suite": path.stem, "detector": name, "version": run.version}
            if not run.reason:
                measured = measure(rows, verdicts, related)
                row |= {share: round(getattr(measured, share).value, 4) for share in _SHARES}
                row["mcnemar_p"] = round(mcnemar(rows, base, verdicts)[2], 4)
            row |= {"cpu_seconds": round(run.cpu, 2), "reason": run.reason}
            told.append(row)
    return told


def _text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return a table whose columns are all the keys, each as wide as its widest cell."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [columns, *([_shown(row.get(column)) for column in columns] for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(columns))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
