"""`weakspot dataset …`: check the pair files and build what is published from them."""

from pathlib import Path

import click


@click.group()
def dataset() -> None:
    """Check and build labelled data sets."""


@dataset.command("check")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def check(folder: Path) -> None:
    """Check every pair file below FOLDER; exit 1 when a rule is broken."""
    from weakspot.core.errors import DataError  # noqa: PLC0415  only this command needs it
    from weakspot.dataset.pairs import SUFFIX, Pair, read_pair  # noqa: PLC0415  as above
    from weakspot.dataset.rules import breaches, longer_share  # noqa: PLC0415  as above

    pairs: list[Pair] = []
    broken = 0
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        try:
            pair = read_pair(path)
        except DataError as error:
            broken += 1
            click.echo(error.message)
            continue
        if (path.parent.name, path.stem) != (pair.cwe, pair.mechanism):
            broken += 1
            click.echo(f"{path}: holds {pair.id}; folder and file name must say the same")
        pairs.append(pair)
    for breach in breaches(pairs):
        broken += 1
        click.echo(f"{breach.pair}: {breach.rule}: {breach.text}")
    click.echo(
        f"{len(pairs)} pairs, {broken} breaches, fixed side longer in {longer_share(pairs):.0%}"
    )
    if broken:
        raise SystemExit(1)
