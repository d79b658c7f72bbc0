"""`weakspot explain CWE-89`: what a weakness is, how it looks, how to mend it."""

import sys

import click

from weakspot.cli.outputs import STANDARD_OUTPUT, check_writable


@click.command("explain")
@click.argument("word", nargs=-1, required=True)
def command(word: tuple[str, ...]) -> int:
    """Explain each WORD.

    A word is a CWE (CWE-89 or 89), a group or list as for --select (injection, top25), or a rule
    of Bandit or Ruff (B602, S602). What stands for several CWEs is listed.
    """
    from weakspot.cli.terminal import colors, width  # noqa: PLC0415 - not needed for --help
    from weakspot.core.catalogue import get, has, parse_selector  # noqa: PLC0415 - as above
    from weakspot.core.rules import cwes_of  # noqa: PLC0415 - as above
    from weakspot.model.bundle import embedded_labels  # noqa: PLC0415 - as above
    from weakspot.report.explain import explain_text, list_text  # noqa: PLC0415 - as above

    check_writable(STANDARD_OUTPUT)
    named = embedded_labels()
    columns, color = width(), sys.stdout.isatty() and colors()
    meant = [(each, set(filter(has, cwes_of(each))) or parse_selector(each)) for each in word]
    texts = [
        list_text(each, cwes, named)
        if len(cwes) > 1
        else explain_text(get(*cwes), width=columns, color=color, is_named=cwes <= named)
        for each, cwes in meant
    ]
    click.echo("\n".join(texts), nl=False, color=True)
    return 0
