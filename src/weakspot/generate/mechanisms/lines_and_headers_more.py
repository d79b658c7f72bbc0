"""Untrusted text in logs, headers, mails and cells (CWE-117, CWE-113, CWE-93, CWE-1236, CWE-116)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="csv-dictwriter-formula",
        cwe="CWE-1236",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $buffer = io.StringIO()
                $writer = csv.DictWriter($buffer, ["name", "city"])
                $writer.writerow({"name": $in, "city": "<<Rome|Oslo>>"})  #!
                $out = $buffer.getvalue()
                """,
        ),
        fixed=(
            r"""
                $buffer = io.StringIO()
                $writer = csv.DictWriter($buffer, ["name", "city"])
                $writer.writerow({"name": "'" + $in.lstrip("=+-@\t\r"), "city": "<<Rome|Oslo>>"})
                $out = $buffer.getvalue()
                """,
        ),
        wrong_fix=(
            """
                $buffer = io.StringIO()
                $writer = csv.DictWriter($buffer, ["name", "city"])
                $writer.writerow({"name": $in.title(), "city": "<<Rome|Oslo>>"})  #!
                $out = $buffer.getvalue()
                """,
        ),
        imports=(
            "import csv",
            "import io",
        ),
        frameworks=("stdlib",),
        begins_plain=False,
    ),
    Mechanism(
        id="openpyxl-cell-formula",
        cwe="CWE-1236",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $book = Workbook()
                $cell = $book.active.cell(row=1, column=2)
                $cell.value = $in  #!
                $book.save("<<report|list>>.xlsx")
                """,
        ),
        fixed=(
            """
                $book = Workbook()
                $cell = $book.active.cell(row=1, column=2)
                $cell.value = $in
                $cell.data_type = "s"
                $book.save("<<report|list>>.xlsx")
                """,
        ),
        wrong_fix=(
            """
                $book = Workbook()
                $cell = $book.active.cell(row=1, column=2)
                $cell.value = $in
                $cell.number_format = "@"  #!
                $book.save("<<report|list>>.xlsx")
                """,
        ),
        imports=("from openpyxl import Workbook",),
        frameworks=("openpyxl",),
        begins_plain=False,
    ),
    Mechanism(
        id="url-query-encode",
        cwe="CWE-116",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = "https://maps.example.com/search?mode=<<walk|bike>>&q=" + $in  #!
                """,
        ),
        fixed=(
            """
                $out = "https://maps.example.com/search?mode=<<walk|bike>>&q=" + quote($in, safe="")
                """,
        ),
        decoy=(
            """
                $out = "https://maps.example.com/search?" + urlencode({"mode": "<<walk|bike>>", "q": $in})
                """,
        ),
        wrong_fix=(
            """
                $out = "https://maps.example.com/search?mode=<<walk|bike>>&q=" + $in.replace(" ", "+")  #!
                """,
        ),
        imports=("from urllib.parse import quote, urlencode",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="xml-text-concat",
        cwe="CWE-116",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = "<order><note>" + $in + "</note><<<paid/>|<open/>>></order>"  #!
                """,
        ),
        fixed=(
            """
                $out = "<order><note>" + escape($in) + "</note><<<paid/>|<open/>>></order>"
                """,
        ),
        wrong_fix=(
            """
                $out = "<order><note>" + $in.strip() + "</note><<<paid/>|<open/>>></order>"  #!
                """,
        ),
        imports=("from xml.sax.saxutils import escape",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="json-text-concat",
        cwe="CWE-116",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = '{"kind": "<<note|todo>>", "text": "' + $in + '"}'  #!
                """,
        ),
        fixed=(
            """
                $out = json.dumps({"kind": "<<note|todo>>", "text": $in})
                """,
        ),
        wrong_fix=(
            """
                $out = '{"kind": "<<note|todo>>", "text": "' + $in.replace("'", "") + '"}'  #!
                """,
        ),
        imports=("import json",),
        frameworks=("stdlib",),
    ),
)
