"""Uploads that keep whatever name or type the client sent (CWE-434)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="upload-aiohttp-multipart",
        cwe="CWE-434",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                async def $accept(request):
                    $reader = await request.multipart()
                    $part = await $reader.next()
                    $name = os.path.basename($part.filename)  #!
                    #...
                    with open(os.path.join("public", "uploads", $name), "wb") as $out_file:
                        while $chunk := await $part.read_chunk():
                            $out_file.write($chunk)
                    return web.json_response({"name": $name})
                """,
        ),
        fixed=(
            """
                async def $accept(request):
                    $reader = await request.multipart()
                    $part = await $reader.next()
                    $name = f"{uuid.uuid4()}.bin"
                    #...
                    with open(os.path.join("public", "uploads", $name), "wb") as $out_file:
                        while $chunk := await $part.read_chunk():
                            $out_file.write($chunk)
                    return web.json_response({"name": $name})
                """,
        ),
        wrong_fix=(
            """
                async def $accept(request):
                    $reader = await request.multipart()
                    $part = await $reader.next()
                    $name = f"{uuid.uuid4()}-{os.path.basename($part.filename)}"  #!
                    #...
                    with open(os.path.join("public", "uploads", $name), "wb") as $out_file:
                        while $chunk := await $part.read_chunk():
                            $out_file.write($chunk)
                    return web.json_response({"name": $name})
                """,
        ),
        imports=(
            "import os",
            "import uuid",
            "from aiohttp import web",
        ),
        frameworks=("aiohttp",),
    ),
    Mechanism(
        id="upload-svg-inline",
        cwe="CWE-434",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)
                $TYPES = {"png", "jpg", "svg", "html"}  #!

                @$app.get("/u/<path:name>")
                def $serve(name):
                    if name.rsplit(".", 1)[-1].lower() not in $TYPES:
                        abort(404)
                    #...
                    return send_from_directory("uploads", name)
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)
                $TYPES = {"png", "jpg", "gif"}

                @$app.get("/u/<path:name>")
                def $serve(name):
                    if name.rsplit(".", 1)[-1].lower() not in $TYPES:
                        abort(404)
                    #...
                    return send_from_directory("uploads", name)
                """,
        ),
        decoy=(
            """
                $app = Flask(__name__)
                $TYPES = {"png", "jpg", "svg", "html"}

                @$app.get("/u/<path:name>")
                def $serve(name):
                    if name.rsplit(".", 1)[-1].lower() not in $TYPES:
                        abort(404)
                    #...
                    return send_from_directory("uploads", name, as_attachment=True)
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)
                $TYPES = {"png", "jpg", "gif", "svg"}  #!

                @$app.get("/u/<path:name>")
                def $serve(name):
                    if name.rsplit(".", 1)[-1].lower() not in $TYPES:
                        abort(404)
                    #...
                    return send_from_directory("uploads", name)
                """,
        ),
        imports=("from flask import Flask, abort, request, send_from_directory",),
        frameworks=("flask",),
    ),
    Mechanism(
        id="upload-tornado-body",
        cwe="CWE-434",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $Upload(tornado.web.RequestHandler):
                    def post(self):
                        $file = self.request.files["picture"][0]
                        $name = os.path.basename($file["filename"])
                        if not $file["body"]:
                            raise tornado.web.HTTPError(415)
                        #...
                        with open(os.path.join("static", $name), "wb") as $fh:  #!
                            $fh.write($file["body"])
                        self.finish({"name": $name})
                """,
        ),
        fixed=(
            r"""
                class $Upload(tornado.web.RequestHandler):
                    def post(self):
                        $file = self.request.files["picture"][0]
                        $name = os.path.basename($file["filename"])
                        if not $name.endswith(".png") or not $file["body"].startswith(b"\x89PNG"):
                            raise tornado.web.HTTPError(415)
                        #...
                        with open(os.path.join("static", $name), "wb") as $fh:
                            $fh.write($file["body"])
                        self.finish({"name": $name})
                """,
        ),
        wrong_fix=(
            r"""
                class $Upload(tornado.web.RequestHandler):
                    def post(self):
                        $file = self.request.files["picture"][0]
                        $name = os.path.basename($file["filename"])
                        if not $file["body"].startswith(b"\x89PNG"):
                            raise tornado.web.HTTPError(415)
                        #...
                        with open(os.path.join("static", $name), "wb") as $fh:  #!
                            $fh.write($file["body"])
                        self.finish({"name": $name})
                """,
        ),
        imports=(
            "import os",
            "import imghdr",
            "import tornado.web",
        ),
        frameworks=("tornado",),
    ),
)
