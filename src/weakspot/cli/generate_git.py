"""`weakspot generate from-git`: drafts of pairs from the security fixes in a history."""

from pathlib import Path

import click

from weakspot.core.errors import UsageError

NOTHING_FOUND = 1
_READABLE = click.Path(path_type=Path, exists=True)


@click.command("from-git")
@click.argument("repository", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder of the drafts.",
)
@click.option("--rev", default="HEAD", show_default=True, help="Branch, tag or commit to mine.")
@click.option("--since", help="Only commits after this date.")
@click.option("--most-commits", type=click.IntRange(1), help="Look at so many commits only.")
@click.option("--ids-only", is_flag=True, help="Without the commits that only words speak for.")
@click.option("--include-tests", is_flag=True, help="Test files as well.")
@click.option(
    "--most-functions",
    type=click.IntRange(1),
    default=8,
    show_default=True,
    help="Leave commits out that change more functions.",
)
@click.option("--test-data", type=_READABLE, multiple=True, help="Suite that no draft may repeat.")
@click.option("--project", help="The project's name (default: from where it was cloned).")
@click.option("--allow-reserved", is_flag=True, help="Mine projects reserved for evaluation too.")
def from_git(
    repository: Path,
    output: Path,
    rev: str,
    since: str | None,
    most_commits: int | None,
    ids_only: bool,
    include_tests: bool,
    most_functions: int,
    test_data: tuple[Path, ...],
    project: str | None,
    allow_reserved: bool,
) -> int:
    """Mine the security fixes of REPOSITORY into drafts for people to review.

    A commit counts when its message or an advisory in the repository names a CVE, GHSA, PYSEC or
    CWE id for it, or says in words that a weakness was mended. OUTPUT/drafts.jsonl holds every
    changed function before and after; OUTPUT/pairs those whose CWE is known, as pair files.

    Exit codes: 0 drafts were found, 1 none was, 2 an error.
    """
    from weakspot.dataset.overlap import suite_overlap  # noqa: PLC0415  as above
    from weakspot.generate.history.git import Repository  # noqa: PLC0415  --help needs it not
    from weakspot.generate.history.mine import Miner, Wish  # noqa: PLC0415  as above
    from weakspot.generate.history.project import project_name  # noqa: PLC0415  as above
    from weakspot.generate.history.write import write_drafts  # noqa: PLC0415  as above
    from weakspot.train.reserved import is_reserved  # noqa: PLC0415  as above

    opened = Repository(repository)
    name = project or project_name(opened)
    if is_reserved(name) and not allow_reserved:
        raise UsageError(
            f"{name} is reserved for evaluation: who trains on it cannot be measured on it",
            hint="--allow-reserved mines it all the same; --project corrects the name",
        )
    wish = Wish(
        revision=rev,
        since=since,
        most_commits=most_commits,
        words=not ids_only,
        tests=include_tests,
        most_functions=most_functions,
    )
    miner = Miner(opened, wish, suite_overlap(test_data))
    written, cwes = write_drafts(miner.drafts(), output, name)
    click.echo(f"{cwes.total()} drafts from {miner.seen} commits of {name}, {written} pair files")
    for cwe, count in sorted(cwes.items()):
        click.echo(f"  {cwe}: {count}")
    for why, count in sorted(miner.skipped.items()):
        click.echo(f"passed over: {why}: {count}")
    return 0 if cwes else NOTHING_FOUND
