"""SARIF rules and the CWE taxonomy, made from the catalogue for the CWEs a report names."""

from collections.abc import Iterable

from weakspot.core import catalogue
from weakspot.core.catalogue import Weakness
from weakspot.core.finding import Finding, Severity
from weakspot.report.document import Json

LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}


def number_of(cwe: str) -> int:
    """Return the number of a CWE id: 89 for `CWE-89`."""
    return int(cwe.removeprefix("CWE-"))


def _cwes(findings: Iterable[Finding]) -> list[str]:
    return sorted({finding.cwe for finding in findings}, key=number_of)


def definition_uri(cwe: str) -> str:
    """Return the address of MITRE's page of a CWE."""
    return f"https://cwe.mitre.org/data/definitions/{number_of(cwe)}.html"


def rules_of(findings: Iterable[Finding]) -> list[Json]:
    """Return one rule for each CWE that is found, by number; the rule id is the CWE id."""
    taxa = _cwes(findings)
    return [_rule(catalogue.get(cwe), index) for index, cwe in enumerate(taxa)]


def taxonomy_of(findings: Iterable[Finding]) -> Json:
    """Return the part of the CWE list that the rules point at, in the rules' order."""
    return {
        "name": "CWE",
        "organization": "MITRE",
        "shortDescription": {"text": "The Common Weakness Enumeration"},
        "isComprehensive": False,
        "taxa": [
            {
                "id": str(number_of(cwe)),
                "name": catalogue.get(cwe).name,
                "helpUri": definition_uri(cwe),
            }
            for cwe in _cwes(findings)
        ],
    }


def _rule(weakness: Weakness, taxon: int) -> Json:
    summary = " ".join(weakness.summary.split())
    return {
        "id": weakness.id,
        "name": "".join(word.capitalize() for word in _words(weakness.name)),
        "shortDescription": {"text": weakness.name},
        "fullDescription": {"text": summary},
        "helpUri": definition_uri(weakness.id),
        "help": {"text": _help_text(weakness), "markdown": _help_markdown(weakness)},
        "defaultConfiguration": {"level": LEVELS[weakness.severity]},
        "relationships": [
            {
                "target": {
                    "id": str(number_of(weakness.id)),
                    "index": taxon,
                    "toolComponent": {"name": "CWE", "index": 0},
                },
                "kinds": ["superset"],
            }
        ],
        "properties": {
            # Code hosts sort security alerts by this number (CVSS-like, 0 to 10, a string).
            "security-severity": f"{float(weakness.security_severity):.1f}",
            "tags": [
                "security",
                f"external/cwe/cwe-{number_of(weakness.id):03d}",
                *sorted(weakness.groups),
            ],
        },
    }


def _words(name: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in name).split()


def _help_text(weakness: Weakness) -> str:
    parts = [
        weakness.summary,
        f"In Python: {' '.join(weakness.in_python.split())}",
        f"What to do: {' '.join(weakness.remediation.split())}",
    ]
    return "\n\n".join(" ".join(part.split()) for part in parts)


def _help_markdown(weakness: Weakness) -> str:
    references = "\n".join(f"- <{uri}>" for uri in weakness.references)
    tail = f"\n\n## References\n\n{references}" if references else ""
    return (
        f"# {weakness.id}: {weakness.name}\n\n{weakness.summary.strip()}\n\n"
        f"## In Python\n\n{weakness.in_python.strip()}\n\n"
        f"## What to do\n\n{weakness.remediation.strip()}{tail}"
    )
