"""`weakspot baseline`: remembers the findings of today."""

from pathlib import Path
from typing import Any

import click

from weakspot.cli.options import scan_options, told
from weakspot.cli.outputs import STANDARD_OUTPUT, check_apart, check_writable, write_output
from weakspot.cli.scan import root_option, run_scan
from weakspot.report.wording import count
from weakspot.scan.baseline import DEFAULT_NAME, Baseline


@click.command("baseline")
@click.argument("paths", nargs=-1)
@click.option("-o", "--output", default=DEFAULT_NAME, metavar="FILE", help="Where to write.")
@root_option
@click.option("-q", "--quiet", is_flag=True, help="Say nothing.")
@click.option("-v", "--verbose", is_flag=True, help="Tell more on standard error.")
@scan_options
def command(paths: tuple[str, ...], output: str, **options: Any) -> int:
    """Scan PATHS and write their findings to a baseline file.

    A later `weakspot scan --baseline FILE` counts only what is new.
    """
    check_writable(output)
    check_apart(output, paths)
    said = told({**options, "baseline": None}, paths)
    # A baseline is made of everything found, also of what an older baseline knew.
    plain = type(said)(said.project, said.settled.merge({"baseline": None}, "baseline"), said.today)
    report, root = run_scan(plain, paths, options)
    baseline = Baseline.of(report.findings)
    if output != STANDARD_OUTPUT:
        baseline = baseline.written_to(Path(output).parent, root)
    write_output(output, baseline.to_json())
    if output != STANDARD_OUTPUT and not options["quiet"]:
        known = sum(entry.count for entry in baseline.entries)
        are = "is" if known == 1 else "are"
        click.echo(f"{output}: {count(known, 'finding')} {are} known from now on", err=True)
        click.echo(f"{report.coverage.line()}", err=True)
    return 0 if report.coverage.is_complete or said.settings.allow_incomplete else 4
