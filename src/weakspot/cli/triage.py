"""`weakspot triage`: a second opinion on another tool's SARIF report."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from weakspot.cli.outputs import STANDARD_OUTPUT, check_apart, check_writable, write_output

if TYPE_CHECKING:
    from weakspot.scan.triage import Opinion


@click.command("triage")
@click.argument("report", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path(),
    help="The folder that the report's paths are relative to (default: the current one).",
)
@click.option("--model", metavar="FOLDER", help="A model folder in place of the embedded model.")
@click.option("--top", type=click.IntRange(1), help="List so many findings at most.")
@click.option("-f", "--format", "style", type=click.Choice(("text", "json")), default="text")
@click.option("-o", "--output", default=STANDARD_OUTPUT, metavar="FILE", help="Where to write.")
def command(
    report: Path, root: Path, model: str | None, top: int | None, style: str, output: str
) -> int:
    """Order the findings of REPORT, a SARIF file of any tool, by what our model thinks of them.

    The first are those that the model agrees with most. No finding is dropped (but those that the
    report itself calls suppressed, passed or gone), and what cannot be judged stands last, with the
    reason.
    """
    from weakspot.core.rules import cwes_of  # noqa: PLC0415 - not needed for --help
    from weakspot.evaluate.alarms import read_sarif  # noqa: PLC0415 - as above
    from weakspot.scan.models import find_model  # noqa: PLC0415 - as above
    from weakspot.scan.settings import ScanSettings  # noqa: PLC0415 - as above
    from weakspot.scan.sources import read_units  # noqa: PLC0415 - as above
    from weakspot.scan.triage import Claim, triage  # noqa: PLC0415 - as above

    check_writable(output)
    check_apart(output, (str(report),))
    claims = [
        Claim(one.path, one.line, one.rule, one.cwes or tuple(sorted(cwes_of(one.rule))), one.base)
        for one in read_sarif(report)
    ]
    settings = ScanSettings(deep=True)
    opinions = triage(claims, root, find_model(model), read_units, settings)[:top]
    if style == "json":
        text = json.dumps([_plain(one) for one in opinions], indent=1) + "\n"
    else:
        text = "".join(_text(one) for one in opinions) + f"{len(opinions)} of {len(claims)}\n"
    write_output(output, text)
    return 0


def _plain(opinion: "Opinion") -> dict[str, Any]:
    claim = opinion.claim
    return {
        "path": claim.path or None,
        "line": claim.line or None,
        "rule": claim.rule,
        "cwes": list(claim.cwes),
        "probability": opinion.probability,
        "distance": opinion.distance,
        "reasons": list(opinion.reasons),
    }


def _text(opinion: "Opinion") -> str:
    from weakspot.report.neutral import visible  # noqa: PLC0415 - not needed for --help

    claim = opinion.claim
    sure = "   -" if opinion.probability is None else f"{opinion.probability:4.2f}"
    cwes = " ".join(claim.cwes)
    where = ":".join([claim.path or "(no file)", *([str(claim.line)] if claim.line else ())])
    head = visible(f"{sure}  {where}  {claim.rule}  {cwes}".rstrip())
    return "\n".join([head, *(f"      {visible(reason)}" for reason in opinion.reasons)]) + "\n"
