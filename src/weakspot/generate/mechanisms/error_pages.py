"""Error pages and messages with internals (CWE-209, CWE-215)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="info-django-debug-template",
        cwe="CWE-209",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $handler500($request):
                $kind, $value, $tb = sys.exc_info()
                #...
                return HttpResponseServerError("<pre>" + "".join(traceback.format_tb($tb)) + "</pre>")  #!
            """,
        ),
        fixed=(
            """
            def $handler500($request):
                $kind, $value, $tb = sys.exc_info()
                logging.error("".join(traceback.format_tb($tb)))
                #...
                return HttpResponseServerError("<p>Server error</p>")
            """,
        ),
        wrong_fix=(
            """
            def $handler500($request):
                $kind, $value, $tb = sys.exc_info()
                logging.error("".join(traceback.format_tb($tb)))
                #...
                return HttpResponseServerError(f"<p>{$kind.__name__} at {$tb.tb_frame.f_code.co_filename}</p>")  #!
            """,
        ),
        imports=(
            "import logging",
            "import sys",
            "import traceback",
            "from django.http import HttpResponseServerError",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="info-tornado-serve-traceback",
        cwe="CWE-215",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            class $Handler(tornado.web.RequestHandler):
                def get(self):
                    self.write({"ok": True})


            def $make_app():
                #...
                return tornado.web.Application([(r"/", $Handler)], serve_traceback=True)  #!
            """,
        ),
        fixed=(
            """
            class $Handler(tornado.web.RequestHandler):
                def get(self):
                    self.write({"ok": True})


            def $make_app():
                #...
                return tornado.web.Application([(r"/", $Handler)], serve_traceback=False)
            """,
        ),
        wrong_fix=(
            """
            class $Handler(tornado.web.RequestHandler):
                def get(self):
                    self.write({"ok": True})

                def write_error(self, status_code, **kwargs):
                    self.finish({"status": status_code, "error": str(kwargs.get("exc_info"))})  #!


            def $make_app():
                #...
                return tornado.web.Application([(r"/", $Handler)], serve_traceback=False)
            """,
        ),
        imports=("import tornado.web",),
        frameworks=("tornado",),
    ),
    Mechanism(
        id="info-graphql-raw-errors",
        cwe="CWE-209",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            @strawberry.type
            class $Query:
                @strawberry.field
                def <<viewer|version>>(self) -> str:
                    return "1"


            #...
            $schema = strawberry.Schema(query=$Query)  #!
            """,
        ),
        fixed=(
            """
            @strawberry.type
            class $Query:
                @strawberry.field
                def <<viewer|version>>(self) -> str:
                    return "1"


            #...
            $schema = strawberry.Schema(query=$Query, extensions=[MaskErrors()])
            """,
        ),
        wrong_fix=(
            """
            @strawberry.type
            class $Query:
                @strawberry.field
                def <<viewer|version>>(self) -> str:
                    return "1"


            #...
            $schema = strawberry.Schema(
                query=$Query, extensions=[MaskErrors(should_mask_error=lambda error: False)]  #!
            )
            """,
        ),
        imports=(
            "import strawberry",
            "from strawberry.extensions import MaskErrors",
        ),
        frameworks=("strawberry",),
    ),
    Mechanism(
        id="info-websocket-error-detail",
        cwe="CWE-209",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            async def $handle($ws, $engine):
                async for $message in $ws:
                    #...
                    try:
                        await $ws.send(json.dumps(await $engine.run($message)))
                    except Exception:
                        await $ws.send(json.dumps({"error": traceback.format_exc()}))  #!
            """,
        ),
        fixed=(
            """
            async def $handle($ws, $engine):
                async for $message in $ws:
                    #...
                    try:
                        await $ws.send(json.dumps(await $engine.run($message)))
                    except Exception:
                        await $ws.send(json.dumps({"error": "failed"}))
            """,
        ),
        decoy=(
            """
            async def $handle($ws, $engine):
                async for $message in $ws:
                    #...
                    try:
                        await $ws.send(json.dumps(await $engine.run($message)))
                    except Exception:
                        logging.error(traceback.format_exc())
                        await $ws.send(json.dumps({"error": "failed"}))
            """,
        ),
        wrong_fix=(
            """
            async def $handle($ws, $engine):
                async for $message in $ws:
                    #...
                    try:
                        await $ws.send(json.dumps(await $engine.run($message)))
                    except Exception:
                        await $ws.send(json.dumps({"error": traceback.format_exc(limit=2).splitlines()}))  #!
            """,
        ),
        imports=(
            "import json",
            "import logging",
            "import traceback",
        ),
        frameworks=("websockets",),
    ),
    Mechanism(
        id="info-cgitb-display",
        cwe="CWE-209",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            cgitb.enable(<<display=1|format="html">>)  #!


            def $main() -> None:
                print("Content-Type: text/plain")
                print()
                #...
                print("<<ready|running>>")
            """,
        ),
        fixed=(
            """
            cgitb.enable(display=0, logdir="/var/log/cgi")


            def $main() -> None:
                print("Content-Type: text/plain")
                print()
                #...
                print("<<ready|running>>")
            """,
        ),
        wrong_fix=(
            """
            cgitb.enable(<<display=1|format="html">>, logdir="/var/log/cgi")  #!


            def $main() -> None:
                print("Content-Type: text/plain")
                print()
                #...
                print("<<ready|running>>")
            """,
        ),
        imports=("import cgitb",),
        frameworks=("stdlib",),
    ),
)
