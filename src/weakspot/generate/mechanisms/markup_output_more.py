"""Untrusted text written into pages (CWE-79, CWE-80)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="html-attribute-quote",
        cwe="CWE-79",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = '<a title="' + html.escape($in, quote=False) + '">more</a>'  #!
                """,
        ),
        fixed=(
            """
                $out = '<a title="' + html.escape($in) + '">more</a>'
                """,
        ),
        wrong_fix=(
            """
                $out = "<a title=" + html.escape($in) + ">more</a>"  #!
                """,
        ),
        imports=("import html",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="href-scheme",
        cwe="CWE-79",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = '<a href="' + html.escape($in) + '">homepage</a>'  #!
                """,
        ),
        fixed=(
            """
                if urlsplit($in).scheme not in ("http", "https"):
                    raise ValueError("not a web address")
                $out = '<a href="' + html.escape($in) + '">homepage</a>'
                """,
        ),
        wrong_fix=(
            """
                if urlsplit($in).scheme == "file":
                    raise ValueError("not a web address")
                $out = '<a href="' + html.escape($in) + '">homepage</a>'  #!
                """,
        ),
        imports=(
            "import html",
            "from urllib.parse import urlsplit",
        ),
        frameworks=("stdlib",),
        takes="url",
    ),
    Mechanism(
        id="script-json-island",
        cwe="CWE-79",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = "<script>var state = " + json.dumps($in) + ";</script>"  #!
                """,
        ),
        fixed=(
            r"""
                $out = "<script>var state = " + json.dumps($in).replace("<", "\\u003c") + ";</script>"
                """,
        ),
        wrong_fix=(
            r"""
                $out = "<script>var state = '" + $in.replace("'", "\\'") + "';</script>"  #!
                """,
        ),
        imports=("import json",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="markdown-raw-html",
        cwe="CWE-79",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = markdown.markdown($in)  #!
                """,
        ),
        fixed=(
            """
                $out = bleach.clean(markdown.markdown($in), tags=["p", "em", "a"])
                """,
        ),
        wrong_fix=(
            """
                $out = markdown.markdown(bleach.linkify($in))  #!
                """,
        ),
        imports=(
            "import bleach",
            "import markdown",
        ),
        frameworks=("markdown",),
    ),
    Mechanism(
        id="bleach-tags",
        cwe="CWE-79",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = bleach.clean($in, tags=["p", "b", "script"])  #!
                """,
        ),
        fixed=(
            """
                $out = bleach.clean($in, tags=["p", "b"])
                """,
        ),
        wrong_fix=(
            """
                $out = bleach.clean($in, tags=["p", "b", "img"], attributes={"img": ["src", "onerror"]})  #!
                """,
        ),
        imports=("import bleach",),
        frameworks=("bleach",),
    ),
    Mechanism(
        id="lines-join-table",
        cwe="CWE-79",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $cells = $in.split(",")
                $out = "<tr>" + "".join(f"<td>{$cell}</td>" for $cell in $cells) + "</tr>"  #!
                """,
        ),
        fixed=(
            """
                $cells = $in.split(",")
                $out = "<tr>" + "".join(f"<td>{html.escape($cell)}</td>" for $cell in $cells) + "</tr>"
                """,
        ),
        wrong_fix=(
            """
                $cells = $in.split(",")
                $out = "<tr>" + "".join("<td>" + $cell.strip() + "</td>" for $cell in $cells) + "</tr>"  #!
                """,
        ),
        imports=("import html",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="streamlit-unsafe-html",
        cwe="CWE-79",
        kind=Kind.FLOW,
        vulnerable=(
            """
                st.markdown(f"<h3>{$in}</h3>", unsafe_allow_html=True)  #!
                """,
        ),
        fixed=(
            """
                st.markdown(f"<h3>{html.escape($in)}</h3>", unsafe_allow_html=True)
                """,
        ),
        decoy=(
            """
                st.markdown(f"### {$in}")
                """,
        ),
        wrong_fix=(
            """
                st.markdown("<h3>" + $in.capitalize() + "</h3>", unsafe_allow_html=True)  #!
                """,
        ),
        imports=(
            "import html",
            "import streamlit as st",
        ),
        frameworks=("streamlit",),
    ),
    Mechanism(
        id="regex-strip-tags",
        cwe="CWE-79",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = "<p>" + re.sub(r"</?script>", "", $in) + "</p>"  #!
                """,
        ),
        fixed=(
            """
                $out = "<p>" + html.escape(re.sub(r"</?script>", "", $in)) + "</p>"
                """,
        ),
        wrong_fix=(
            """
                $out = "<p>" + re.sub(r"</?script>|javascript:", "", $in, flags=re.I) + "</p>"  #!
                """,
        ),
        imports=(
            "import html",
            "import re",
        ),
        frameworks=("stdlib",),
    ),
)
