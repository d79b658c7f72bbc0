"""Untrusted text written into pages (CWE-79, CWE-80)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="flask-fstring-page",
        cwe="CWE-79",
        kind=Kind.FLOW,
        vulnerable=(
            """
                return f"<h1>Results for {$in}</h1>"  #!
                """,
        ),
        fixed=(
            """
                return f"<h1>Results for {escape($in)}</h1>"
                """,
        ),
        decoy=(
            """
                return {"heading": f"<h1>Results for {$in}</h1>"}
                """,
        ),
        wrong_fix=(
            """
                return f"<h1>Results for {$in.strip()}</h1>"  #!
                """,
        ),
        imports=(
            "import html",
            "from markupsafe import escape",
        ),
        frameworks=("flask",),
    ),
    Mechanism(
        id="flask-markup-concat",
        cwe="CWE-79",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = Markup("<b>" + $in + "</b>")  #!
                """,
        ),
        fixed=(
            """
                $out = Markup("<b>") + $in + Markup("</b>")
                """,
        ),
        wrong_fix=(
            """
                $out = Markup("<b>%s</b>" % $in)  #!
                """,
        ),
        imports=("from markupsafe import Markup, escape",),
        frameworks=("flask",),
    ),
    Mechanism(
        id="markup-format",
        cwe="CWE-79",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = Markup("<li class='item'>{}</li>".format($in))  #!
                """,
        ),
        fixed=(
            """
                $out = Markup("<li class='item'>{}</li>").format($in)
                """,
        ),
        wrong_fix=(
            """
                $out = Markup(f"<li class='item'>{$in!s}</li>")  #!
                """,
        ),
        imports=("from markupsafe import Markup",),
        frameworks=("flask",),
    ),
    Mechanism(
        id="django-mark-safe",
        cwe="CWE-79",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = mark_safe("<p>" + $in + "</p>")  #!
                """,
        ),
        fixed=(
            """
                $out = mark_safe("<p>" + escape($in) + "</p>")
                """,
        ),
        decoy=(
            """
                $out = format_html("<p>{}</p>", $in)
                """,
        ),
        wrong_fix=(
            """
                $out = mark_safe("<p>" + $in.replace("<script>", "") + "</p>")  #!
                """,
        ),
        imports=(
            "from django.utils.html import escape, format_html",
            "from django.utils.safestring import mark_safe",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="django-format-html-fstring",
        cwe="CWE-79",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = format_html(f"<span title='{$in}'>note</span>")  #!
                """,
        ),
        fixed=(
            """
                $out = format_html("<span title='{}'>note</span>", $in)
                """,
        ),
        wrong_fix=(
            """
                $out = format_html("<span title='" + $in + "'>{}</span>", "note")  #!
                """,
        ),
        imports=("from django.utils.html import format_html",),
        frameworks=("django",),
    ),
    Mechanism(
        id="django-http-response",
        cwe="CWE-79",
        kind=Kind.FLOW,
        vulnerable=(
            """
                return HttpResponse("No such page: " + $in)  #!
                """,
        ),
        fixed=(
            """
                return HttpResponse("No such page: " + $in, content_type="text/plain")
                """,
        ),
        decoy=(
            """
                return JsonResponse({"error": "No such page: " + $in})
                """,
        ),
        wrong_fix=(
            """
                return HttpResponse("No such page: " + $in, status=404)  #!
                """,
        ),
        imports=(
            "from django.http import HttpResponse, JsonResponse",
            "from django.utils.html import escape",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="fastapi-html-response",
        cwe="CWE-79",
        kind=Kind.FLOW,
        vulnerable=(
            """
                return HTMLResponse("<p>Hello " + $in + "</p>")  #!
                """,
        ),
        fixed=(
            """
                return HTMLResponse("<p>Hello " + html.escape($in) + "</p>")
                """,
        ),
        decoy=(
            """
                return PlainTextResponse("<p>Hello " + $in + "</p>")
                """,
        ),
        wrong_fix=(
            """
                return HTMLResponse("<p>Hello " + html.unescape($in) + "</p>")  #!
                """,
        ),
        imports=(
            "import html",
            "from fastapi.responses import HTMLResponse, PlainTextResponse",
        ),
        frameworks=("fastapi",),
    ),
    Mechanism(
        id="aiohttp-response-html",
        cwe="CWE-79",
        kind=Kind.FLOW,
        vulnerable=(
            """
                return web.Response(text=f"<td>{$in}</td>", content_type="text/html")  #!
                """,
        ),
        fixed=(
            """
                return web.Response(text=f"<td>{html.escape($in)}</td>", content_type="text/html")
                """,
        ),
        decoy=(
            """
                return web.Response(text=f"<td>{$in}</td>", content_type="text/plain")
                """,
        ),
        wrong_fix=(
            """
                return web.Response(text=f"<td>{$in[:80]}</td>", content_type="text/html")  #!
                """,
        ),
        imports=(
            "import html",
            "from aiohttp import web",
        ),
        frameworks=("aiohttp",),
    ),
    Mechanism(
        id="tornado-write-raw",
        cwe="CWE-79",
        kind=Kind.FLOW,
        vulnerable=(
            """
                self.write("<div>" + $in + "</div>")  #!
                """,
        ),
        fixed=(
            """
                self.write("<div>" + xhtml_escape($in) + "</div>")
                """,
        ),
        decoy=(
            """
                self.write({"div": $in})
                """,
        ),
        wrong_fix=(
            """
                self.write("<div>" + $in.title() + "</div>")  #!
                """,
        ),
        imports=("from tornado.escape import xhtml_escape",),
        frameworks=("tornado",),
    ),
    Mechanism(
        id="jinja-autoescape-off",
        cwe="CWE-79",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $env = Environment(loader=$loader)  #!
                $out = $env.get_template("<<page|profile>>.html").render(text=$in)
                """,
        ),
        fixed=(
            """
                $env = Environment(loader=$loader, autoescape=True)
                $out = $env.get_template("<<page|profile>>.html").render(text=$in)
                """,
        ),
        wrong_fix=(
            """
                $env = Environment(loader=$loader, trim_blocks=True)  #!
                $out = $env.get_template("<<page|profile>>.html").render(text=$in)
                """,
        ),
        imports=("from jinja2 import Environment, PackageLoader",),
        given=(("loader", 'PackageLoader("<<site|portal>>")'),),
        frameworks=("jinja2",),
        checks_help=False,
    ),
    Mechanism(
        id="jinja-select-autoescape",
        cwe="CWE-79",
        kind=Kind.LOCAL,
        vulnerable=(
            """
                $env = Environment(loader=FileSystemLoader("<<templates|views>>"), autoescape=False)  #!
                $out = $env.get_template("<<list|detail>>.html").render()
                """,
        ),
        fixed=(
            """
                $env = Environment(loader=FileSystemLoader("<<templates|views>>"), autoescape=select_autoescape())
                $out = $env.get_template("<<list|detail>>.html").render()
                """,
        ),
        wrong_fix=(
            """
                $env = Environment(loader=FileSystemLoader("<<templates|views>>"), autoescape=select_autoescape([]), lstrip_blocks=True)  #!
                $out = $env.get_template("<<list|detail>>.html").render()
                """,
        ),
        imports=("from jinja2 import Environment, FileSystemLoader, select_autoescape",),
        frameworks=("jinja2",),
    ),
    Mechanism(
        id="bottle-template-raw",
        cwe="CWE-79",
        kind=Kind.FLOW,
        vulnerable=(
            """
                return template("<p>{{!text}}</p>", text=$in)  #!
                """,
        ),
        fixed=(
            """
                return template("<p>{{text}}</p>", text=$in)
                """,
        ),
        wrong_fix=(
            """
                return template("<p>{{!text}}</p>", text=$in.strip())  #!
                """,
        ),
        imports=("from bottle import template",),
        frameworks=("bottle",),
    ),
)
