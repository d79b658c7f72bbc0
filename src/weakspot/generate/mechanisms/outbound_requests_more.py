"""Requests to addresses of the caller's choice and redirects (CWE-918, CWE-601)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="image-from-address",
        cwe="CWE-918",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $raw = requests.get($in, stream=True, timeout=10).raw  #!
                $out = Image.open(io.BytesIO($raw.read())).size
                """,
        ),
        fixed=(
            """
                $raw = requests.get("https://images.example.com/by-id", params={"id": $in}, stream=True, timeout=10).raw
                $out = Image.open(io.BytesIO($raw.read())).size
                """,
        ),
        wrong_fix=(
            """
                if not $in.endswith((".png", ".jpg")):
                    raise ValueError("no picture")
                $raw = requests.get($in, stream=True, timeout=10).raw  #!
                $out = Image.open(io.BytesIO($raw.read())).size
                """,
        ),
        imports=(
            "import io",
            "import requests",
            "from PIL import Image",
        ),
        frameworks=("pillow",),
        takes="url",
    ),
    Mechanism(
        id="pandas-read-url",
        cwe="CWE-918",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $frame = pd.read_<<csv|json>>($in)  #!
                $out = $frame.to_dict("records")
                """,
        ),
        fixed=(
            """
                $frame = pd.read_<<csv|json>>({"sales": "https://data.example.com/sales", "stock": "https://data.example.com/stock"}[$in])
                $out = $frame.to_dict("records")
                """,
        ),
        wrong_fix=(
            """
                $frame = pd.read_<<csv|json>>($in.strip(), encoding="utf-8")  #!
                $out = $frame.to_dict("records")
                """,
        ),
        imports=("import pandas as pd",),
        frameworks=("pandas",),
        takes="url",
    ),
    Mechanism(
        id="flask-redirect-next",
        cwe="CWE-601",
        kind=Kind.FLOW,
        vulnerable=(
            """
                return redirect($in)  #!
                """,
        ),
        fixed=(
            r"""
                if urlsplit($in).netloc or urlsplit($in).scheme or $in.startswith(("//", "\\", "/\\")):
                    return redirect(url_for("<<index|home>>"))
                return redirect($in)
                """,
        ),
        decoy=(
            """
                return redirect(url_for("<<index|home>>", next=$in))
                """,
        ),
        wrong_fix=(
            """
                if not $in.startswith(("http", "/")):
                    return redirect(url_for("<<index|home>>"))
                return redirect($in)  #!
                """,
        ),
        imports=(
            "from flask import redirect, url_for",
            "from urllib.parse import urlsplit",
        ),
        frameworks=("flask",),
        takes="url",
    ),
    Mechanism(
        id="django-redirect-next",
        cwe="CWE-601",
        kind=Kind.FLOW,
        vulnerable=(
            """
                return <<redirect|HttpResponseRedirect>>($in)  #!
                """,
        ),
        fixed=(
            """
                return <<redirect|HttpResponseRedirect>>($in if url_has_allowed_host_and_scheme($in, allowed_hosts=None) else "/")
                """,
        ),
        wrong_fix=(
            """
                return <<redirect|HttpResponseRedirect>>($in if "://" not in $in else "/")  #!
                """,
        ),
        imports=(
            "from django.http import HttpResponseRedirect",
            "from django.shortcuts import redirect",
            "from django.utils.http import url_has_allowed_host_and_scheme",
        ),
        frameworks=("django",),
        takes="url",
    ),
    Mechanism(
        id="fastapi-redirect",
        cwe="CWE-601",
        kind=Kind.FLOW,
        vulnerable=(
            """
                return RedirectResponse($in, status_code=<<302|303|307>>)  #!
                """,
        ),
        fixed=(
            r"""
                return RedirectResponse("/" + quote($in.lstrip("/\\")), status_code=<<302|303|307>>)
                """,
        ),
        wrong_fix=(
            """
                return RedirectResponse($in or "/", status_code=<<302|303|307>>)  #!
                """,
        ),
        imports=(
            "from fastapi.responses import RedirectResponse",
            "from urllib.parse import quote, urlsplit",
        ),
        frameworks=("fastapi",),
        takes="url",
    ),
    Mechanism(
        id="tornado-redirect",
        cwe="CWE-601",
        kind=Kind.FLOW,
        vulnerable=(
            """
                self.redirect($in)  #!
                """,
        ),
        fixed=(
            """
                self.redirect($in if urlsplit($in).netloc == "www.example.com" and $in.startswith("https://") else "/")
                """,
        ),
        wrong_fix=(
            """
                self.redirect($in if urlsplit($in).netloc.endswith("example.com") else "/")  #!
                """,
        ),
        imports=("from urllib.parse import urlsplit",),
        frameworks=("tornado",),
        takes="url",
    ),
    Mechanism(
        id="aiohttp-found",
        cwe="CWE-601",
        kind=Kind.FLOW,
        vulnerable=(
            """
                raise web.HTTPFound(location=$in)  #!
                """,
        ),
        fixed=(
            """
                raise web.HTTPFound(location="/<<go|back>>?to=" + str(len($in)))
                """,
        ),
        wrong_fix=(
            """
                raise web.HTTPFound(location=$in.strip())  #!
                """,
        ),
        imports=("from aiohttp import web",),
        frameworks=("aiohttp",),
        takes="url",
    ),
    Mechanism(
        id="location-header",
        cwe="CWE-601",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $response = Response(status=302)
                $response.headers["Location"] = $in  #!
                return $response
                """,
        ),
        fixed=(
            r"""
                $response = Response(status=302)
                $response.headers["Location"] = "/" + urlsplit($in).path.lstrip("/\\")
                return $response
                """,
        ),
        wrong_fix=(
            """
                $response = Response(status=302)
                $response.headers["Location"] = $in.split("#")[0]  #!
                return $response
                """,
        ),
        imports=(
            "from flask import Response",
            "from urllib.parse import urlsplit",
        ),
        frameworks=("flask",),
        takes="url",
    ),
    Mechanism(
        id="redirect-same-host",
        cwe="CWE-601",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $goal = urljoin(request.host_url, $in)
                return redirect($goal)  #!
                """,
        ),
        fixed=(
            """
                $goal = urljoin(request.host_url, $in)
                if urlsplit($goal).netloc != request.host:
                    $goal = request.host_url
                return redirect($goal)
                """,
        ),
        wrong_fix=(
            """
                $goal = urljoin(request.host_url, $in)
                if urlsplit($goal).scheme not in ("http", "https"):
                    $goal = request.host_url
                return redirect($goal)  #!
                """,
        ),
        imports=(
            "from flask import redirect, request",
            "from urllib.parse import urljoin, urlsplit",
        ),
        frameworks=("flask",),
        takes="url",
    ),
    Mechanism(
        id="bottle-redirect",
        cwe="CWE-601",
        kind=Kind.FLOW,
        vulnerable=(
            """
                redirect($in)  #!
                """,
        ),
        fixed=(
            """
                redirect({"cart": "/cart", "help": "/help"}.get($in, "/"))
                """,
        ),
        wrong_fix=(
            """
                redirect($in, 303)  #!
                """,
        ),
        imports=("from bottle import redirect",),
        frameworks=("bottle",),
        takes="url",
    ),
)
