"""Counts over a data set: what a data card and `weakspot dataset stats` tell."""

from collections import Counter
from collections.abc import Mapping
from statistics import median
from typing import Any

from weakspot.dataset.rows import DataSet, Row
from weakspot.dataset.rules import longer_share

# Libraries whose presence makes a program a web program (MODEL.md's "any web framework").
WEB = frozenset(
    {"aiohttp", "bottle", "django", "djangorestframework", "falcon", "fastapi", "flask", "quart"}
    | {"pyramid", "sanic", "starlette", "strawberry-graphql", "tornado", "graphene", "cherrypy"}
)


def counts(data: DataSet) -> Mapping[str, Any]:
    """Return plain values: numbers of rows and pairs, by CWE, frameworks, lengths, origins."""
    lengths = [len(row.code.splitlines()) for row in data.rows]
    found: dict[str, Any] = {
        "instances": len(data.rows),
        "vulnerable": sum(row.is_weak for row in data.rows),
        "pairs": len({row.pair for row in data.rows if row.pair}),
        "broken": len(data.broken),
        "cwes": _by_cwe(data.rows),
        "lines": {"least": min(lengths), "median": median(lengths), "most": max(lengths)}
        if lengths
        else {},
    }
    if data.pairs:
        frameworks = Counter(name for pair in data.pairs for name in pair.frameworks)
        without = sum(not WEB & set(pair.frameworks) for pair in data.pairs)
        found |= {
            "mechanisms": len({pair.id for pair in data.pairs}),
            "frameworks": dict(sorted(frameworks.items(), key=lambda item: (-item[1], item[0]))),
            "without_web_framework": round(without / len(data.pairs), 4),
            "standard_library_only": sum(not pair.frameworks for pair in data.pairs),
            "fixed_side_longer": round(longer_share(data.pairs), 4),
            "origins": dict(Counter(str(pair.origin) for pair in data.pairs)),
            "prompts": dict(Counter(pair.prompt for pair in data.pairs)),
        }
    return found


def _by_cwe(rows: tuple[Row, ...]) -> dict[str, int]:
    numbers = Counter(row.cwes[0] for row in rows if row.cwes)
    # By their numbers; a pair's header may name what is none, which `lint` tells.
    return dict(sorted(numbers.items(), key=lambda item: (len(item[0]), item[0])))
