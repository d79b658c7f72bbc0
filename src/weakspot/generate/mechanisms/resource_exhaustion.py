"""Work, memory or time that a client can drive without limit (CWE-400, CWE-770, CWE-409, CWE-674, CWE-1333)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="res-requests-no-timeout",
        cwe="CWE-400",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $resp = requests.<<get|post|head>>($url + "/<<rates|status>>")  #!
            $out = $resp.status_code
            """,
        ),
        fixed=(
            """
            $resp = requests.<<get|post|head>>($url + "/<<rates|status>>", timeout=10)
            $out = $resp.status_code
            """,
        ),
        decoy=(
            """
            $limits = {"timeout": (3, 10)}
            $resp = requests.<<get|post|head>>($url + "/<<rates|status>>", **$limits)
            $out = $resp.status_code
            """,
        ),
        wrong_fix=(
            """
            $resp = requests.<<get|post|head>>($url + "/<<rates|status>>", timeout=None)  #!
            $out = $resp.elapsed.total_seconds() < 10
            """,
        ),
        imports=(
            "import requests",
            "import os",
        ),
        given=(("url", 'os.environ["UPSTREAM"]'),),
        frameworks=("requests",),
    ),
    Mechanism(
        id="res-httpx-timeout-none",
        cwe="CWE-400",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            async with httpx.AsyncClient(timeout=None) as $client:  #!
                $out = (await $client.get($url)).json()
            """,
        ),
        fixed=(
            """
            async with httpx.AsyncClient() as $client:
                $out = (await $client.get($url)).json()
            """,
        ),
        decoy=(
            """
            async with httpx.AsyncClient(timeout=<<5|15>>) as $client:
                $out = (await $client.get($url, follow_redirects=False)).json()
            """,
        ),
        wrong_fix=(
            """
            async with httpx.AsyncClient(timeout=<<5|15>>) as $client:
                $out = (await $client.get($url, timeout=None)).json()  #!
            """,
        ),
        imports=(
            "import httpx",
            "import os",
        ),
        given=(("url", 'os.environ["SEARCH_URL"]'),),
        frameworks=("httpx",),
    ),
    Mechanism(
        id="res-urlopen-no-timeout",
        cwe="CWE-400",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            with urllib.request.urlopen($url) as $resp:  #!
                $out = $resp.read(<<65536|1048576>>)
            """,
        ),
        fixed=(
            """
            with urllib.request.urlopen($url, timeout=10) as $resp:
                $out = $resp.read(<<65536|1048576>>)
            """,
        ),
        decoy=(
            """
            socket.setdefaulttimeout(10)
            with urllib.request.urlopen($url) as $resp:
                $out = $resp.read(<<65536|1048576>>)
            """,
        ),
        wrong_fix=(
            """
            with urllib.request.urlopen($url) as $resp:  #!
                socket.setdefaulttimeout(10)
                $out = $resp.read(<<65536|1048576>>)
            """,
        ),
        imports=(
            "import socket",
            "import urllib.request",
            "import sys",
        ),
        given=(("url", "sys.argv[1]"),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="res-range-user-count",
        cwe="CWE-400",
        kind=Kind.FLOW,
        vulnerable=(
            """
            $out = [{"<<slot|seat|page>>": $i} for $i in range(int($in))]  #!
            """,
        ),
        fixed=(
            """
            $out = [{"<<slot|seat|page>>": $i} for $i in range(min(int($in), 100))]
            """,
        ),
        decoy=(
            """
            $out = [{"<<slot|seat|page>>": $i} for $i in range(100) if str($i) == $in]
            """,
        ),
        wrong_fix=(
            """
            $out = [{"<<slot|seat|page>>": $i} for $i in range(max(int($in), 100))]  #!
            """,
        ),
        frameworks=("stdlib",),
        takes="number",
        int_is_safe=False,
    ),
    Mechanism(
        id="res-pagination-limit",
        cwe="CWE-770",
        kind=Kind.FLOW,
        vulnerable=(
            """
            $query = select($table).limit(int($in))  #!
            $out = $db.execute($query).all()
            """,
        ),
        fixed=(
            """
            $query = select($table).limit(min(int($in), <<100|200|500>>))
            $out = $db.execute($query).all()
            """,
        ),
        decoy=(
            """
            $query = select($table).offset(max(int($in), 0)).limit(<<100|200|500>>)
            $out = $db.execute($query).all()
            """,
        ),
        wrong_fix=(
            """
            $limit = int($in)
            if $limit < 0:
                $limit = <<100|200|500>>
            $out = $db.execute(select($table).limit($limit)).all()  #!
            """,
        ),
        imports=(
            "from sqlalchemy import select",
            "from sqlalchemy import Column, Integer, MetaData, Table, create_engine",
            "from sqlalchemy.orm import Session",
            "import os",
        ),
        given=(
            ("db", 'Session(create_engine(os.environ["DATABASE_URL"]))'),
            ("table", 'Table("orders", MetaData(), Column("id", Integer))'),
        ),
        frameworks=("sqlalchemy",),
        takes="number",
        int_is_safe=False,
    ),
    Mechanism(
        id="res-unbounded-body-read",
        cwe="CWE-400",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            async def $upload($request: web.Request) -> web.Response:
                $body = bytearray()
                #...
                async for $chunk in $request.content.iter_chunked(65536):
                    $body += $chunk  #!
                return web.json_response({"<<size|bytes>>": len($body)})
            """,
        ),
        fixed=(
            """
            async def $upload($request: web.Request) -> web.Response:
                $body = bytearray()
                #...
                async for $chunk in $request.content.iter_chunked(65536):
                    $body += $chunk
                    if len($body) > 10_000_000:
                        raise web.HTTPRequestEntityTooLarge(10_000_000, len($body))
                return web.json_response({"<<size|bytes>>": len($body)})
            """,
        ),
        wrong_fix=(
            """
            async def $upload($request: web.Request) -> web.Response:
                $body = bytearray()
                #...
                async for $chunk in $request.content.iter_chunked(65536):
                    $body += $chunk  #!
                if len($body) > 10_000_000:
                    raise web.HTTPRequestEntityTooLarge(10_000_000, len($body))
                return web.json_response({"<<size|bytes>>": len($body)})
            """,
        ),
        imports=("from aiohttp import web",),
        frameworks=("aiohttp",),
    ),
    Mechanism(
        id="res-client-max-size",
        cwe="CWE-770",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $build($routes) -> web.Application:
                $app = web.Application(client_max_size=<<0|1024**4>>)  #!
                #...
                $app.add_routes($routes)
                return $app
            """,
        ),
        fixed=(
            """
            def $build($routes) -> web.Application:
                $app = web.Application()
                #...
                $app.add_routes($routes)
                return $app
            """,
        ),
        decoy=(
            """
            def $build($routes) -> web.Application:
                $app = web.Application(client_max_size=4 * 1024**2)
                #...
                $app.add_routes($routes)
                return $app
            """,
        ),
        imports=("from aiohttp import web",),
        frameworks=("aiohttp",),
    ),
)
