"""The report as one self-contained HTML page, to send around or keep as a build's artifact.

Three defences stand one behind the other: names and code pass `neutral`, jinja2 escapes all it is
given, and a Content-Security-Policy allows nothing but the page's own style and script, by their
hashes. The page loads nothing, and all of it can be read with scripts switched off.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from weakspot.core.finding import Finding, Severity
from weakspot.core.report import FileStatus, ScanReport
from weakspot.report import wording
from weakspot.report.neutral import visible
from weakspot.report.page_source import SourceLine, lines_of, source_lines
from weakspot.report.rendering import RenderContext
from weakspot.report.sarif_rules import definition_uri, number_of
from weakspot.report.selection import Selection, by_file, select, severity_counts


@dataclass(frozen=True, slots=True)
class Card:
    """One finding as the template shows it."""

    anchor: str
    finding: Finding
    name: str
    place: str
    likelihood: str
    per_cent: int
    why: str
    fix: str
    others: tuple[str, ...]
    tried: str
    state: str
    lines: tuple[SourceLine, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one file."""

    path: str
    is_test: bool
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one CWE was found, for the filter and the overview."""

    cwe: str
    name: str
    uri: str
    severity: Severity
    count: int


class HtmlFormat:
    """A page with filters, sources, the coverage of every file, and no outside resource."""

    name = "html"

    def render(self, report: ScanReport, context: RenderContext) -> str:
        """Return the page."""
        chosen = select(report, context)
        style, script = _asset("page.css"), _asset("page.js")
        page = _environment().get_template("page.html.j2")
        return page.render(
            policy=_policy(style, script),
            # Our own files, which must reach the page exactly as they were hashed.
            style=Markup(style),  # noqa: S704 - packaged asset, not input
            script=Markup(script),  # noqa: S704 - packaged asset, not input
            report=report,
            chosen=chosen,
            verdict=wording.verdict(report, chosen),
            hidden=wording.hidden(chosen),
            model=wording.model_line(report),
            groups=_groups(chosen, context),
            tallies=_tallies(chosen),
            severities=severity_counts(chosen.shown),
            is_good=_is_good(report),
            status=wording.status,
            reasons=wording.reasons,
            notice_place=wording.notice_place,
            analysed=report.coverage.with_status(FileStatus.ANALYSED),
        )


def _is_good(report: ScanReport) -> bool:
    """Say whether the page may look reassuring: something was read, all of it, and is unmarked.

    Findings below the chosen severity or confidence count as marks, too.
    """
    coverage = report.coverage
    is_unmarked = not report.active and not report.filters.below
    return bool(coverage.files) and coverage.is_complete and is_unmarked


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _asset(name: str) -> str:
    # Line ends are normalised as an HTML parser does before it hashes (a checkout may hold CRLF).
    return files("weakspot.report").joinpath("pages", name).read_text("utf-8").replace("\r\n", "\n")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=DictLoader({"page.html.j2": _asset("page.html.j2")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["visible"] = visible
    environment.filters["place"] = wording.step_place
    environment.filters["prose"] = _prose
    return environment


def _prose(text: str) -> Markup:
    """Return a catalogue paragraph with what stands in its backquotes as code elements."""
    pieces = [Markup.escape(piece) for piece in text.split("`")]
    return Markup().join(  # each piece is escaped
        Markup("<code>{}</code>").format(piece) if index % 2 else piece
        for index, piece in enumerate(pieces)
    )


def _groups(chosen: Selection, context: RenderContext) -> tuple[Group, ...]:
    number = 0
    groups = []
    for path, findings in by_file(chosen.shown):
        texts = lines_of(context.sources(path))
        cards = []
        for finding in findings:
            number += 1
            cards.append(_card(f"f{number}", finding, texts))
        groups.append(Group(path, findings[0].is_test, tuple(cards)))
    return tuple(groups)


def _card(anchor: str, finding: Finding, texts: Sequence[str]) -> Card:
    return Card(
        anchor=anchor,
        finding=finding,
        name=wording.cwe_name(finding.cwe),
        place=wording.place(finding),
        likelihood=wording.likelihood(finding),
        per_cent=round(finding.probability * 100),
        why=wording.why(finding),
        fix=wording.fix(finding),
        others=wording.alternatives(finding),
        tried=wording.tried(finding),
        state=wording.state(finding),
        lines=source_lines(finding, texts),
    )


def _tallies(chosen: Selection) -> tuple[Tally, ...]:
    found: dict[str, list[Finding]] = {}
    for finding in chosen.shown:
        found.setdefault(finding.cwe, []).append(finding)
    tallies = [
        Tally(
            cwe=cwe,
            name=wording.cwe_name(cwe),
            uri=definition_uri(cwe),
            severity=max(finding.severity for finding in group),
            count=len(group),
        )
        for cwe, group in found.items()
    ]
    return tuple(sorted(tallies, key=lambda t: (-t.severity, -t.count, number_of(t.cwe))))
