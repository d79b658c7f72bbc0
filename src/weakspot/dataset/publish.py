"""Writes a data set in the forms that others read: Parquet, the paper's rows, Croissant."""

import datetime
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from weakspot.core.errors import DataError, MissingExtraError
from weakspot.dataset.about import About
from weakspot.dataset.pairs import Pair
from weakspot.dataset.rows import Row

PARQUET = "pairs.parquet"
CROISSANT = "croissant.json"
_COLUMNS = {
    "id": ("string", "the pair's name and the side"),
    "pair": ("string", "CWE and mechanism; both sides share it"),
    "side": ("string", "vulnerable or fixed"),
    "label": ("string", "vulnerable or secure"),
    "code": ("string", "the program"),
    "cwe": ("string", "the weakness, also on the fixed side"),
    "accepted": ("list<string>", "weaknesses that would be right answers, too"),
    "lines": ("list<int32>", "1-based lines that carry the weakness"),
    "mechanism": ("string", "what is done wrong and how it is mended"),
    "domain": ("string", "what the program is for"),
    "frameworks": ("list<string>", "third-party libraries that matter"),
    "origin": ("string", "drafted, composed, mined or by-hand"),
    "prompt": ("string", "the prompt a draft was written under"),
    "date": ("string", "when it was written"),
    "rationale": ("string", "why this side is weak, or why it is not"),
}


def parquet(pairs: Sequence[Pair]) -> bytes:
    """Return one row a side as Parquet; the same pairs give the same bytes.

    Raises:
        MissingExtraError: the ``data`` extra is not installed.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415  optional extra
        from pyarrow import parquet as pq  # noqa: PLC0415  as above
    except ModuleNotFoundError as error:
        raise MissingExtraError("data", "writing Parquet") from error
    kinds = {
        "string": pa.string(),
        "list<string>": pa.list_(pa.string()),
        "list<int32>": pa.list_(pa.int32()),
    }
    schema = pa.schema([(name, kinds[kind]) for name, (kind, _) in _COLUMNS.items()])
    rows = [row for pair in sorted(pairs, key=lambda pair: pair.id) for row in _sides(pair)]
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema), file, compression="zstd")
    return file.getvalue()


def paper_rows(rows: Sequence[Row], instruction: str) -> list[dict[str, str]]:
    """Return rows in the paper's form: instruction, input, output.

    Raises DataError for weak rows without a CWE: the paper's answer names it.
    """
    unnamed = [row.id for row in rows if row.is_weak and not row.cwes]
    if unnamed:
        raise DataError(f"weak rows without a CWE: {', '.join(unnamed)}")
    return [
        {
            "instruction": instruction,
            "input": row.code,
            "output": f"Vulnerable - {row.cwes[0]}" if row.is_weak else "Secure",
        }
        for row in rows
    ]


def croissant(table: bytes, about: About, newest: datetime.date) -> dict[str, Any]:
    """Return Croissant 1.0 metadata (mlcommons.org/croissant) of a Parquet file beside it.

    It has no licence, address, version or way to cite where `about` has none. `newest` is the date
    of the newest pair.
    """
    kinds = {"string": "sc:Text", "list<string>": "sc:Text", "list<int32>": "sc:Integer"}
    fields = [
        {
            "@type": "cr:Field",
            "@id": f"instances/{name}",
            "name": name,
            "description": text,
            "dataType": kinds[kind],
            **({"repeated": True} if kind.startswith("list") else {}),
            "source": {"fileObject": {"@id": PARQUET}, "extract": {"column": name}},
        }
        for name, (kind, text) in _COLUMNS.items()
    ]
    told = {
        "license": about.licence and f"https://spdx.org/licenses/{about.licence}",
        "url": about.url,
        "version": about.version,
        "citeAs": about.cite,
    }
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": about.name,
        "description": "Pairs of Python programs, one with a CWE weakness and its fixed twin.",
        **{name: text for name, text in told.items() if text},
        "datePublished": newest.isoformat(),
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": PARQUET,
                "name": PARQUET,
                "contentUrl": PARQUET,
                "encodingFormat": "application/x-parquet",
                "sha256": hashlib.sha256(table).hexdigest(),
            }
        ],
        "recordSet": [
            {"@type": "cr:RecordSet", "@id": "instances", "name": "instances", "field": fields}
        ],
    }


def write_lines(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write JSON lines."""
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, "utf-8")


def suite_row(row: Row) -> dict[str, Any]:
    """Return a row in the form of suites (docs/evaluate.md)."""
    return {
        "id": row.id,
        "source": row.source or None,
        "project": row.project or None,
        "code": row.code,
        "label": "vulnerable" if row.is_weak else "secure",
        "cwes": list(row.cwes),
        "lines": list(row.lines),
        "pair_id": row.pair or None,
        "mechanism": row.mechanism or None,
    }


def _sides(pair: Pair) -> list[dict[str, Any]]:
    shared: dict[str, Any] = {
        "pair": pair.id,
        "cwe": pair.cwe,
        "accepted": list(pair.accepted),
        "mechanism": pair.mechanism,
        "domain": pair.domain,
        "frameworks": list(pair.frameworks),
        "origin": str(pair.origin),
        "prompt": pair.prompt,
        "date": pair.date.isoformat(),
    }
    weak: dict[str, Any] = {
        "side": "vulnerable",
        "label": "vulnerable",
        "code": pair.vulnerable.code,
    }
    weak |= {"lines": list(pair.vulnerable.lines), "rationale": pair.why_vulnerable}
    fixed: dict[str, Any] = {"side": "fixed", "label": "secure", "code": pair.fixed.code}
    fixed |= {"lines": [], "rationale": pair.why_fixed}
    return [shared | side | {"id": f"{pair.id}/{side['side']}"} for side in (weak, fixed)]


_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
