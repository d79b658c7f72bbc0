"""`weakspot explain CWE-89`: what a weakness is, how it looks, how to mend it."""

import textwrap

import click

from weakspot.core.catalogue import Weakness, get

WIDTH = 88


@click.command("explain")
@click.argument("cwe", nargs=-1, required=True)
def command(cwe: tuple[str, ...]) -> int:
    """Explain each CWE, written as CWE-89 or 89."""
    for index, weakness in enumerate([get(name) for name in cwe]):
        if index:
            click.echo()
        click.echo("\n".join(_rows(weakness)))
    return 0


def _rows(weakness: Weakness) -> list[str]:
    rows = [f"{weakness.id}: {weakness.name}"]
    rows += ["", f"Severity: {weakness.severity.label} ({weakness.security_severity:g} of 10)"]
    if weakness.groups:
        rows.append(f"Groups: {', '.join(weakness.groups)}")
    if weakness.top25:
        rows.append(f"MITRE Top 25: {', '.join(map(str, weakness.top25))}")
    for title, text in (
        ("What it is", weakness.summary),
        ("How it looks in Python", weakness.in_python),
        ("What to do", weakness.remediation),
    ):
        rows += [
            "",
            title,
            *textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  "),
        ]
    for title, code in (("Before", weakness.before), ("After", weakness.after)):
        rows += ["", title, textwrap.indent(code.strip("\n"), "    ")]
    for title, names in (("Parents", weakness.parents), ("Children", weakness.children)):
        if names:
            rows += ["", f"{title}: {', '.join(names)}"]
    return [*rows, "", *(f"  {reference}" for reference in weakness.references)]
