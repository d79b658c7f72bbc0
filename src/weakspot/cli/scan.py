"""`weakspot scan`: finds weaknesses and writes reports."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import click

from weakspot.cli.options import (
    Told,
    cache_trouble,
    is_terminal,
    scan_options,
    standard_input,
    told,
)
from weakspot.cli.outputs import STANDARD_OUTPUT, check_apart, check_writable, write_output
from weakspot.core.errors import UsageError
from weakspot.core.report import ScanReport
from weakspot.report.formats import load, names
from weakspot.report.neutral import visible
from weakspot.report.rendering import RenderContext

Progress = Callable[[int, int], None]
root_option = click.option(
    "--root", metavar="FOLDER", help="What paths in reports are relative to (default: here)."
)


def _report_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for name in reversed(names()):
        function = click.option(
            f"--{name}-output", metavar="FILE", help=f"Also write a {name} report."
        )(function)
    return function


@click.command("scan")
@click.argument("paths", nargs=-1)
@click.option("-f", "--format", help=f"One of {', '.join(names())}.")
@click.option("-o", "--output", default=STANDARD_OUTPUT, metavar="FILE", help="Where to write.")
@_report_options
@click.option("--stdin-filename", metavar="NAME", help="What to call standard input.")
@click.option(
    "--diff", is_flag=False, flag_value="HEAD", metavar="[REF]", help="Only what changed since."
)
@click.option("--staged", is_flag=True, help="Only what git's index would commit.")
@root_option
@click.option("--baseline", metavar="FILE", help="Findings in this file are known.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 in place of 1 and 4.")
@click.option("--show-suppressed", is_flag=True, help="Show silenced and known findings, too.")
@click.option("-q", "--quiet", is_flag=True, help="In text, only findings and unread files.")
@click.option("-s", "--silent", is_flag=True, help="Write nothing but reports to files.")
@click.option("-v", "--verbose", is_flag=True, help="Tell more on standard error.")
@scan_options
def command(paths: tuple[str, ...], **options: Any) -> int:
    """Find weaknesses in PATHS: files, folders, or - for standard input.

    Exit codes: 0 clean and complete, 1 findings, 2 error, 3 nothing to scan, 4 no findings but
    not everything was analysed.
    """
    if options["stdin_filename"] is not None and "-" not in paths:
        raise UsageError(
            "--stdin-filename is for standard input",
            hint="write: weakspot scan - --stdin-filename NAME",
        )
    said = told(options, paths)
    outputs = _outputs(said, paths, options)
    report, root = run_scan(said, paths, options)
    for kind, path in outputs:
        _write(kind, path, report, root, options)
    if options["exit_zero"]:
        return 0
    from weakspot.scan.pipeline import exit_code  # noqa: PLC0415 - see run_scan

    return exit_code(report, said.settings)


def run_scan(
    said: Told, paths: tuple[str, ...], options: dict[str, Any]
) -> tuple[ScanReport, Path]:
    """Scan what the command line names; return the report and what its paths are relative to."""
    # Imported here, so that --help and mistakes on the command line cost nothing.
    from weakspot.scan.baseline import read_baseline  # noqa: PLC0415
    from weakspot.scan.models import find_model  # noqa: PLC0415
    from weakspot.scan.pipeline import Circumstances, scan  # noqa: PLC0415
    from weakspot.scan.sources import read_units  # noqa: PLC0415
    from weakspot.scan.targets import Wanted, find_targets  # noqa: PLC0415

    settings = said.settings
    known_in = None if settings.baseline is None else Path(settings.baseline)
    known = None if known_in is None else read_baseline(known_in)
    wanted = Wanted(
        paths,
        *_standard_input(paths, options, settings.max_file_size + 1),
        options.get("diff"),
        bool(options.get("staged")),
        None if options.get("root") is None else Path(options["root"]),
    )
    model = find_model(settings.model)
    targets = find_targets(wanted, settings, said.project.folder)
    if known is not None and known_in is not None:
        known = known.seen_from(targets.root, known_in.parent, targets.exists)
    hushed = bool(options.get("quiet") or options.get("silent"))
    for note in () if hushed else (*targets.notes, *_notes(said, model.labels)):
        click.echo(f"note: {visible(note)}", err=True)
    with _progress(hushed) as progress:
        about = Circumstances(
            today=said.today,
            reader=read_units,
            cache=said.cache_folder(),
            changed=targets.changed,
            beside=targets.beside,
            baseline=known,
            place=targets.place,
            exists=targets.exists,
            package=targets.package(),
            progress=progress,
            verbose=bool(options.get("verbose")),
        )
        return scan(targets.items, settings, model, about), targets.root


def _notes(said: Told, labels: Sequence[str]) -> Iterator[str]:
    """Tell what of the settings comes to nothing with this model, on this machine."""
    from weakspot.scan.selection import named_words  # noqa: PLC0415 - see run_scan

    settings = said.settings
    named = named_words(settings.select, labels)
    if named and (missed := [word for word in settings.select if word not in named]):
        yield f"the model never names any of {', '.join(missed)}"
    folder = said.cache_folder()
    if settings.cache_dir is not None and folder is not None and (why := cache_trouble(folder)):
        yield f"{folder} remembers nothing for the next scan: {why}"


def _standard_input(
    paths: tuple[str, ...], options: dict[str, Any], most: int
) -> tuple[Callable[[], bytes] | None, str]:
    """Return what reads `most` bytes of standard input, None if it is not asked for, and its name.

    It is read here only where its looks must tell its name; excluded input never is.
    """
    from weakspot.code.notebook import looks_like_notebook  # noqa: PLC0415 - as above
    from weakspot.scan.targets import STDIN_NAME, STDIN_NOTEBOOK  # noqa: PLC0415 - as above

    named = options.get("stdin_filename")
    if "-" not in paths:
        return None, STDIN_NAME
    read = partial(standard_input().read, most)
    is_alone = len(paths) == 1 and not options.get("staged") and options.get("diff") is None
    if named or not is_alone:
        return read, named or STDIN_NAME
    content = read()
    return partial(bytes, content), STDIN_NOTEBOOK if looks_like_notebook(content) else STDIN_NAME


def _outputs(said: Told, paths: tuple[str, ...], options: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (format, file) of every report to write; all are checked before the scan."""
    outputs = [
        (name, options[f"{name}_output"]) for name in names() if options.get(f"{name}_output")
    ]
    main = options["output"]
    if main != STANDARD_OUTPUT or not options["silent"]:
        outputs.append((said.settings.format, main))
    # "a", "./a" and a link to it are one file.
    places = [(p if p == STANDARD_OUTPUT else os.path.realpath(p), p) for _, p in outputs]
    reals = [real for real, _ in places]
    twice = {path for real, path in places if reals.count(real) > 1}
    if twice:
        raise UsageError(f"two reports cannot go to the same place: {min(twice)}")
    for kind, path in outputs:
        _check_known(kind, said)
        check_writable(path)
        check_apart(path, (*paths, *filter(None, [said.settings.baseline])))
    return outputs


def _check_known(kind: str, said: Told) -> None:
    try:
        load(kind)
    except UsageError as error:
        origin = said.settled.origin("format")  # options of reports name none that is not known
        raise UsageError(f"{origin}: 'format': {error.message}", hint=error.hint) from error


def _write(kind: str, path: str, report: ScanReport, root: Path, options: dict[str, Any]) -> None:
    from weakspot.cli.terminal import colors, width  # noqa: PLC0415 - only when there is a report

    on_terminal = path == STANDARD_OUTPUT and sys.stdout.isatty()
    context = RenderContext(
        color=on_terminal and colors(),
        width=width() if on_terminal else 100,
        show_suppressed=bool(options.get("show_suppressed")),
        sources=partial(_source, root),
        way=_way(root),
        quiet=bool(options.get("quiet")),
    )
    write_output(path, load(kind).render(report, context))


def _way(root: Path) -> str:
    """Return the way from the current folder to `root`; empty where they are the same."""
    way = os.path.relpath(root).replace(os.sep, "/")
    return "" if way == os.curdir else way


def _source(root: Path, path: str) -> str | None:
    from weakspot.cli.terminal import read_source  # noqa: PLC0415 - for formats that quote files

    return read_source(root, path)


def _progress(quiet: bool) -> AbstractContextManager[Progress | None]:
    if quiet or not is_terminal():
        return nullcontext(None)
    from weakspot.cli.terminal import progress_bar  # noqa: PLC0415 - rich is for terminals

    return progress_bar()
