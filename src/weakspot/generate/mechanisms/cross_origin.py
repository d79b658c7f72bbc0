"""Cross-origin rules and origin checks (CWE-942, CWE-346)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="cors-flask-cors-star-credentials",
        cwe="CWE-942",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)
            CORS($app, origins="<<*|.*>>", supports_credentials=True)  #!
            #...


            @$app.get("/api/<<me|balance>>")
            def $me():
                return {"ok": True}
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)
            CORS($app, origins="https://app.example.com", supports_credentials=True)
            #...


            @$app.get("/api/<<me|balance>>")
            def $me():
                return {"ok": True}
            """,
        ),
        decoy=(
            """
            $app = Flask(__name__)
            CORS($app, origins="<<*|.*>>", supports_credentials=False, resources=["/public/.*"])
            #...


            @$app.get("/public/<<news|prices>>")
            def $me():
                return {"ok": True}
            """,
        ),
        wrong_fix=(
            r"""
            $app = Flask(__name__)
            CORS($app, origins=[r"https?://.*example\.com"], supports_credentials=True)  #!
            #...


            @$app.get("/api/<<me|balance>>")
            def $me():
                return {"ok": True}
            """,
        ),
        imports=(
            "from flask import Flask",
            "from flask_cors import CORS",
        ),
        frameworks=("flask",),
    ),
    Mechanism(
        id="cors-fastapi-star",
        cwe="CWE-942",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = FastAPI()
            $app.add_middleware(
                CORSMiddleware,
                allow_origins=["*"],  #!
                allow_credentials=True,
                allow_methods=["<<*|GET>>"],
            )
            #...
            """,
        ),
        fixed=(
            """
            $app = FastAPI()
            $app.add_middleware(
                CORSMiddleware,
                allow_origins=["https://app.example.com"],
                allow_credentials=True,
                allow_methods=["<<*|GET>>"],
            )
            #...
            """,
        ),
        decoy=(
            r"""
            $app = FastAPI()
            $app.add_middleware(
                CORSMiddleware,
                allow_origin_regex=r"https://[a-z0-9-]+\.example\.com",
                allow_credentials=True,
                allow_methods=["<<*|GET>>"],
            )
            #...
            """,
        ),
        wrong_fix=(
            """
            $app = FastAPI()
            $app.add_middleware(
                CORSMiddleware,
                allow_origin_regex="https://app.*",  #!
                allow_credentials=True,
                allow_methods=["<<*|GET>>"],
            )
            #...
            """,
        ),
        imports=(
            "from fastapi import FastAPI",
            "from fastapi.middleware.cors import CORSMiddleware",
        ),
        frameworks=("fastapi",),
    ),
    Mechanism(
        id="cors-reflect-origin",
        cwe="CWE-346",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)
            $ORIGINS = {"https://<<app|admin>>.example.com"}


            @$app.after_request
            def $cors($resp):
                $origin = request.headers.get("Origin", "")
                #...
                $resp.headers["Access-Control-Allow-Origin"] = $origin  #!
                $resp.headers["Access-Control-Allow-Credentials"] = "true"
                return $resp
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)
            $ORIGINS = {"https://<<app|admin>>.example.com"}


            @$app.after_request
            def $cors($resp):
                $origin = request.headers.get("Origin", "")
                #...
                if $origin in $ORIGINS:
                    $resp.headers["Access-Control-Allow-Origin"] = $origin
                    $resp.headers["Access-Control-Allow-Credentials"] = "true"
                return $resp
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)
            $ORIGINS = {"https://<<app|admin>>.example.com"}


            @$app.after_request
            def $cors($resp):
                $origin = request.headers.get("Origin", "")
                #...
                if any($origin.startswith($o) for $o in $ORIGINS):
                    $resp.headers["Access-Control-Allow-Origin"] = $origin  #!
                    $resp.headers["Access-Control-Allow-Credentials"] = "true"
                return $resp
            """,
        ),
        imports=("from flask import Flask, request",),
        frameworks=("flask",),
    ),
    Mechanism(
        id="cors-django-allow-all",
        cwe="CWE-942",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            <<CORS_ALLOW_ALL_ORIGINS|CORS_ORIGIN_ALLOW_ALL>> = True  #!
            CORS_ALLOW_CREDENTIALS = True
            #...
            """,
        ),
        fixed=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            CORS_ALLOWED_ORIGINS = ["https://app.example.com"]
            CORS_ALLOW_CREDENTIALS = True
            #...
            """,
        ),
        decoy=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            <<CORS_ALLOW_ALL_ORIGINS|CORS_ORIGIN_ALLOW_ALL>> = False
            CORS_ALLOWED_ORIGINS = ["https://app.example.com"]
            CORS_ALLOW_CREDENTIALS = True
            #...
            """,
        ),
        wrong_fix=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            CORS_ALLOWED_ORIGIN_REGEXES = ["example.com"]  #!
            CORS_ALLOW_CREDENTIALS = True
            #...
            """,
        ),
        imports=("import os",),
        frameworks=("django",),
    ),
    Mechanism(
        id="origin-tornado-websocket",
        cwe="CWE-346",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            class $Socket(tornado.websocket.WebSocketHandler):
                def check_origin(self, origin):
                    return True  #!

                def on_message(self, message):
                    #...
                    self.write_message({"<<echo|ack>>": message})
            """,
        ),
        fixed=(
            """
            class $Socket(tornado.websocket.WebSocketHandler):
                def check_origin(self, origin):
                    return urlparse(origin).netloc == "app.example.com"

                def on_message(self, message):
                    #...
                    self.write_message({"<<echo|ack>>": message})
            """,
        ),
        decoy=(
            """
            class $Socket(tornado.websocket.WebSocketHandler):
                def check_origin(self, origin):
                    return urlparse(origin).netloc.endswith(".example.com")

                def on_message(self, message):
                    #...
                    self.write_message({"<<echo|ack>>": message})
            """,
        ),
        wrong_fix=(
            """
            class $Socket(tornado.websocket.WebSocketHandler):
                def check_origin(self, origin):
                    return urlparse(origin).netloc.endswith("example.com")  #!

                def on_message(self, message):
                    #...
                    self.write_message({"<<echo|ack>>": message})
            """,
        ),
        imports=(
            "from urllib.parse import urlparse",
            "import tornado.websocket",
        ),
        frameworks=("tornado",),
    ),
    Mechanism(
        id="origin-socketio-star",
        cwe="CWE-346",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $sio = socketio.<<AsyncServer|Server>>(cors_allowed_origins="*")  #!


            @$sio.event
            def connect(sid, environ):
                #...
                print("client", sid)
            """,
        ),
        fixed=(
            """
            $sio = socketio.<<AsyncServer|Server>>(cors_allowed_origins="https://chat.example.com")


            @$sio.event
            def connect(sid, environ):
                #...
                print("client", sid)
            """,
        ),
        wrong_fix=(
            """
            $sio = socketio.<<AsyncServer|Server>>(cors_allowed_origins=["https://chat.example.com", "*"])  #!


            @$sio.event
            def connect(sid, environ):
                #...
                print("client", sid)
            """,
        ),
        imports=("import socketio",),
        frameworks=("python-socketio",),
    ),
)
