"""Explains one CWE to a reader: the text of `weakspot explain` and the pages of `docs/cwe/`.

Both say the same things in the same order, taken from the catalogue, and that the embedded model
never names a weakness where its caller says so (`is_named`, `named`).
"""

import textwrap
from collections.abc import Collection, Iterator
from typing import Final

from weakspot.core import catalogue
from weakspot.core.catalogue import Weakness
from weakspot.report.painted import BLANK, SEVERITY_STYLE, Line, shown
from weakspot.report.wording import cwe_name

_PROSE_WIDTH: Final = 96  # longer lines of prose tire the eye
_NEVER: Final = "the embedded one never names this weakness"


def page_name(cwe: str) -> str:
    """Return the file name of a CWE's page in `docs/cwe/`: `cwe-089.md`."""
    return f"cwe-{catalogue.get(cwe).number:03d}.md"


def explain_text(
    weakness: Weakness, *, width: int = 80, color: bool = False, is_named: bool = True
) -> str:
    """Return the explanation for a terminal of `width` columns.

    With `color` it differs by ANSI styles alone. References and code are never wrapped, so that
    they can be copied.
    """
    return shown(_lines(weakness, width, is_named), color=color)


def list_text(word: str, cwes: Collection[str], named: Collection[str]) -> str:
    """Return the list of what a group or another tool's rule stands for, one CWE a line."""
    ordered = sorted(cwes, key=lambda cwe: int(cwe.removeprefix("CWE-")))
    rows = "".join(
        f"{cwe:<8}  {cwe_name(cwe)}{'' if cwe in named else ' *'}".rstrip() + "\n"
        for cwe in ordered
    )
    note = "" if set(ordered) <= set(named) else "\n* The embedded model never names these.\n"
    return f"{word}: {len(ordered)} weaknesses\n\n{rows}{note}"


def _lines(weakness: Weakness, width: int, is_named: bool) -> Iterator[Line]:
    """Yield the explanation as lines of styled pieces, wrapped at `width` columns."""
    width = max(min(width, _PROSE_WIDTH), 20)
    yield from _wrapped(f"{weakness.id}: {weakness.name}", width, "bold")
    yield from _facts(weakness, width)
    if not is_named:
        yield from _wrapped(f"Model: {_NEVER}", width, "dim")
    sections = (
        (None, weakness.summary),
        ("In Python", weakness.in_python),
        ("What to do", weakness.remediation),
    )
    for title, prose in sections:
        yield BLANK
        if title is not None:
            yield ((title, "bold underline"),)
        yield from _wrapped(prose, width, "")
    for title, code in (("Before", weakness.before), ("After", weakness.after)):
        yield BLANK
        yield ((title, "bold underline"),)
        yield from (((f"    {line}", "cyan"),) for line in code.splitlines())
    yield BLANK
    yield (("References", "bold underline"),)
    yield from (((uri, "blue"),) for uri in weakness.references)


def explain_markdown(weakness: Weakness, *, is_named: bool = True) -> str:
    """Return the explanation as a page; links to other pages are relative to `docs/cwe/`."""
    rows = [*_markdown_facts(weakness), *(() if is_named else [("Model", _NEVER)])]
    facts = "\n".join(f"| {key} | {value} |" for key, value in rows)
    references = "\n".join(f"- <{uri}>" for uri in weakness.references)
    return f"""\
# {weakness.id}: {weakness.name}

{weakness.summary}

| | |
|---|---|
{facts}

## In Python

{weakness.in_python}

## What to do

{weakness.remediation}

## Example

Before:

```python
{weakness.before.strip()}
```

After:

```python
{weakness.after.strip()}
```

## References

{references}
"""


def index_markdown(named: Collection[str]) -> str:
    """Return the page that lists all weaknesses, the groups and the Top 25 lists."""
    entries = catalogue.all_weaknesses()
    unnamed = {entry.id for entry in entries} - set(named)
    rows = "\n".join(
        f"| {_page_link(entry.id)}{' *' if entry.id in unnamed else ''} "
        f"| {entry.name} | {entry.severity.label} "
        f"| {', '.join(entry.groups)} | {_years(entry)} |"
        for entry in entries
    )
    selectors = [*catalogue.groups(), "top25", *(f"top25-{y}" for y in catalogue.TOP25_YEARS)]
    members = "\n".join(
        f"| `{word}` | {', '.join(_page_link(cwe) for cwe in _ordered(word))} |"
        for word in selectors
    )
    return f"""\
# The weaknesses weakspot knows

{len(entries)} entries of MITRE's Common Weakness Enumeration: the union of its Top 25 of 2023,
2024 and 2025, the weaknesses usual in Python code, and the parents needed to relate them.
Severity is how bad the weakness is where it is real, not how sure a finding is.
`weakspot explain CWE-89` prints the same text as the page.
The embedded model names {len(entries) - len(unnamed)} of them. It never names the {len(unnamed)}
with an asterisk: what is one may be found under another name, and a scan for such ones alone is
refused.

| CWE | Name | Severity | Groups | Top 25 |
|---|---|---|---|---|
{rows}

## Words for `--select` and `--ignore`

Besides single CWEs (`CWE-78`, `78`) and `all`:

| Word | Weaknesses |
|---|---|
{members}

These pages are generated from `src/weakspot/core/weaknesses/` by `python tools/docs_cwe.py`.
"""


def _facts(weakness: Weakness, width: int) -> Iterator[Line]:
    yield (
        ("Severity: ", "dim"),
        (weakness.severity.label, SEVERITY_STYLE[weakness.severity]),
        (f" ({weakness.security_severity:.1f} of 10)", ""),
    )
    facts = (
        ("Groups", ", ".join(weakness.groups)),
        ("Top 25", _years(weakness)),
        ("Parents", ", ".join(weakness.parents)),
        ("Children", ", ".join(weakness.children)),
        ("Related", ", ".join(weakness.related)),
    )
    for key, value in facts:
        if value:
            yield from _wrapped(f"{key}: {value}", width, "dim")


def _wrapped(text: str, width: int, style: str) -> Iterator[Line]:
    for line in textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False):
        yield ((line, style),)


def _markdown_facts(weakness: Weakness) -> Iterator[tuple[str, str]]:
    yield "Severity", f"{weakness.severity.label} ({weakness.security_severity:.1f} of 10)"
    yield "Groups", ", ".join(weakness.groups)
    if weakness.top25:
        yield "MITRE Top 25", _years(weakness)
    links = (
        ("Parents", weakness.parents),
        ("Children", weakness.children),
        ("Related", weakness.related),
    )
    for title, cwes in links:
        if cwes:
            yield title, ", ".join(_page_link(cwe) for cwe in cwes)


def _page_link(cwe: str) -> str:
    return f"[{cwe}]({page_name(cwe)})" if catalogue.has(cwe) else cwe


def _ordered(selector: str) -> list[str]:
    chosen = catalogue.parse_selector(selector)
    return [entry.id for entry in catalogue.all_weaknesses() if entry.id in chosen]


def _years(weakness: Weakness) -> str:
    return ", ".join(str(year) for year in weakness.top25)
