"""The table of report formats: a name a user types, and where the code for it lives."""

from difflib import get_close_matches
from importlib import import_module
from typing import Final, cast

from weakspot.core.errors import UsageError
from weakspot.report.rendering import Format

# Strings, so that `--help` and a text report never import jinja2 or an XML writer.
_TABLE: Final = {
    "text": "weakspot.report.text:TextFormat",
    "concise": "weakspot.report.concise:ConciseFormat",
    "json": "weakspot.report.document:JsonFormat",
    "jsonl": "weakspot.report.document:JsonLinesFormat",
    "sarif": "weakspot.report.sarif:SarifFormat",
    "html": "weakspot.report.page:HtmlFormat",
    "github": "weakspot.report.github:GithubFormat",
    "gitlab": "weakspot.report.gitlab:GitlabFormat",
    "junit": "weakspot.report.junit:JunitFormat",
    "csv": "weakspot.report.spreadsheet:CsvFormat",
    "markdown": "weakspot.report.markdown:MarkdownFormat",
}


def names() -> tuple[str, ...]:
    """Return the names of all formats, in the order they are documented."""
    return tuple(_TABLE)


def load(name: str) -> Format:
    """Import and return the format called `name`.

    Raises:
        UsageError: there is none of that name; the message lists the choices.
    """
    place = _TABLE.get(name)
    if place is None:
        close = get_close_matches(name.lower(), _TABLE, n=1)
        raise UsageError(
            f"unknown report format {name!r}; choose from {', '.join(_TABLE)}",
            hint=f"did you mean '{close[0]}'?" if close else None,
        )
    module, _, attribute = place.partition(":")
    return cast(Format, getattr(import_module(module), attribute)())
