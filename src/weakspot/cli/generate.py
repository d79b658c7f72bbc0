"""`weakspot generate …`: labelled pairs from a language model, from git history, from programs."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from weakspot.cli.generate_git import from_git
from weakspot.cli.generate_llm import llm

if TYPE_CHECKING:
    from weakspot.generate.mechanism import Mechanism

# What may stand in place of the subcommand: `generate --from-git REPO`, `generate --llm URL`.
_SPELLED = {"--from-git": ("from-git",), "--llm": ("llm", "--endpoint")}


class _Group(click.Group):
    """Takes `--from-git REPO` and `--llm URL` for the subcommands they mean."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, _as_subcommand(args, tuple(self.commands)))


def _as_subcommand(args: Sequence[str], commands: Sequence[str]) -> list[str]:
    if args and args[0] in commands:
        return list(args)
    for at, word in enumerate(args):
        name, equals, value = word.partition("=")
        if name not in _SPELLED:
            continue
        rest = [*args[:at], *args[at + 1 :]]
        if equals:
            return [*_SPELLED[name], value, *rest]
        return [*_SPELLED[name], *args[at + 1 : at + 2], *args[:at], *args[at + 2 :]]
    return list(args)


@click.group(cls=_Group)
def generate() -> None:
    """Make labelled pairs: by a language model, from git history, from programs.

    `weakspot generate --llm URL …` is `weakspot generate llm --endpoint URL …`;
    `weakspot generate --from-git REPO …` is `weakspot generate from-git REPO …`.
    """


generate.add_command(llm)
generate.add_command(from_git)


@generate.command("compose")
@click.option("--cwe", "words", multiple=True, help="CWE, group or top25 (default: all).")
@click.option("--mechanism", "names", multiple=True, help="Only these mechanisms.")
@click.option("--per-mechanism", type=click.IntRange(1), default=1, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    required=True,
    help="JSON lines file, or - for standard output.",
)
def compose(
    words: tuple[str, ...], names: tuple[str, ...], per_mechanism: int, seed: int, output: Path
) -> int:
    """Compose families of programs: vulnerable, fixed, decoy and wrong fix, one a line."""
    from weakspot.generate.compose import compose_all  # noqa: PLC0415  many modules
    from weakspot.generate.rows import write_rows  # noqa: PLC0415  as above

    chosen = _chosen(words, names)
    count, families = write_rows(compose_all(chosen, per_mechanism, seed), output)
    click.echo(f"{count} programs in {families} families of {len(chosen)} mechanisms", err=True)
    return 0


def _chosen(words: Sequence[str], names: Sequence[str]) -> "list[Mechanism]":
    from weakspot.core.catalogue import parse_selector  # noqa: PLC0415  --help needs it not
    from weakspot.core.errors import UsageError  # noqa: PLC0415  as above
    from weakspot.generate.mechanisms import all_mechanisms  # noqa: PLC0415  many modules

    pool = all_mechanisms()
    if unknown := sorted(set(names) - {one.id for one in pool}):
        raise UsageError(f"no such mechanism: {', '.join(unknown)}")
    cwes = frozenset().union(*map(parse_selector, words)) if words else None
    chosen = [
        one for one in pool if (cwes is None or one.cwe in cwes) and (not names or one.id in names)
    ]
    if not chosen:
        raise UsageError(f"no mechanism shows {', '.join(words)}")
    return chosen
