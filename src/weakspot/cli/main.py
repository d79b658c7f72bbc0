"""The `weakspot` command: a table of subcommands, and what happens when one fails."""

import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from weakspot import __version__
from weakspot.core.errors import NothingToScanError, WeakspotError

# Name: (place, one line of help). Strings, so that `--help` imports no command.
COMMANDS = {
    "scan": ("weakspot.cli.scan:command", "Find weaknesses in files and folders."),
    "explain": ("weakspot.cli.explain:command", "Explain a CWE: what it is, how to mend it."),
    "baseline": ("weakspot.cli.baseline:command", "Remember today's findings; report new ones."),
    "predict": ("weakspot.cli.predict:command", "Judge code snippets from a JSON lines file."),
    "config": ("weakspot.cli.config:command", "Show the settings and where they come from."),
    "evaluate": ("weakspot.cli.evaluate:command", "Measure detectors on labelled suites."),
    "compare": ("weakspot.cli.compare:command", "Other tools beside weakspot."),
    "triage": ("weakspot.cli.triage:command", "A second opinion on a SARIF report."),
    "bench": ("weakspot.cli.bench:command", "Time models side by side."),
    "generate": ("weakspot.cli.generate:generate", "Draft, mine and compose labelled pairs."),
    "train": ("weakspot.cli.train:train", "Make a model, step by step."),
    "export": ("weakspot.cli.export:export", "Write a trained model as a model folder."),
    "review": ("weakspot.cli.review:review", "Review labelled pairs on a local page."),
    "dataset": ("weakspot.cli.dataset:dataset", "Check and build labelled data sets."),
    "doctor": ("weakspot.cli.doctor:command", "Check the installation."),
}

USAGE_ERROR = 2
NOTHING_TO_SCAN = 3
INTERRUPTED = 130
NO_READER = 141  # what a shell says of a command that SIGPIPE ended


class _Group(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise click.UsageError(f"There is no command '{args[0]}'.{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="weakspot %(version)s")
@click.option(
    "-v", "--verbose", is_flag=True, expose_value=False, help="Show where an internal error is."
)
def cli() -> None:
    """Find CWE weaknesses in Python code, on your own machine."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code (docs/scan.md lists them)."""
    if sys.platform == "win32":
        _tell("weakspot runs on Linux and macOS alone", "on Windows it runs inside of WSL")
        sys.exit(USAGE_ERROR)
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    sys.exit(run(arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; errors are told on standard error."""
    try:
        result: Any = cli.main(args=list(arguments), prog_name="weakspot", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return USAGE_ERROR
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except SystemExit:
        # No command of ours exits by itself, but click does where whoever read our output has
        # enough, with 1, which is the code for findings.
        sys.stdout = None  # Python would complain again while it exits
        return NO_READER
    except WeakspotError as error:
        _tell(error.message, error.hint)
        return NOTHING_TO_SCAN if isinstance(error, NothingToScanError) else USAGE_ERROR
    except Exception as error:  # the last line of defence: no traceback unless asked for
        if _is_verbose(arguments):
            import traceback  # noqa: PLC0415 - only where something went wrong

            traceback.print_exc()
        said = f"internal error: {type(error).__name__}: {error}"
        if isinstance(error, OSError):
            said = _of_system(error)
        _tell(said, "run `weakspot -v …` for details")
        return USAGE_ERROR
    # Outside standalone mode click returns what the command returned, or the code of an exit.
    return result if isinstance(result, int) else 0


def _tell(message: str, hint: str | None) -> None:
    for line in message.splitlines():
        click.echo(f"error: {_printable(line)}", err=True)
    if hint:
        click.echo(f"hint: {_printable(hint)}", err=True)


def _printable(text: str) -> str:
    # A message may quote a hostile file name: no escape sequence reaches the terminal.
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _of_system(error: OSError) -> str:
    """Say what the operating system refused."""
    try:
        os.getcwd()  # noqa: PTH109 - Path.cwd() is the same
    except OSError:
        return "the current folder is gone or cannot be entered"
    reason = error.strerror or type(error).__name__
    if error.filename is None:
        return f"cannot read or write: {reason}"
    return f"cannot read or write {os.fsdecode(error.filename)}: {reason}"


def _is_verbose(arguments: Sequence[str]) -> bool:
    return any(word in ("-v", "--verbose") for word in arguments)
