"""Origins, hosts and cookies that are believed (CWE-346, CWE-345, CWE-1385, CWE-565, CWE-697, CWE-749)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="ws-tornado-check-origin",
        cwe="CWE-1385",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $Feed(WebSocketHandler):
                    def check_origin(self, origin):
                        return True  #!

                    def on_message(self, message):
                        #...
                        self.write_message($desk.handle(self.get_secure_cookie("sid"), message))
                """,
        ),
        fixed=(
            """
                class $Feed(WebSocketHandler):
                    def check_origin(self, origin):
                        return urlsplit(origin).hostname == "<<app|www>>.example.com"

                    def on_message(self, message):
                        #...
                        self.write_message($desk.handle(self.get_secure_cookie("sid"), message))
                """,
        ),
        decoy=(
            """
                class $Feed(WebSocketHandler):
                    def check_origin(self, origin):
                        return super().check_origin(origin)

                    def on_message(self, message):
                        #...
                        self.write_message($desk.handle(self.get_secure_cookie("sid"), message))
                """,
        ),
        wrong_fix=(
            """
                class $Feed(WebSocketHandler):
                    def check_origin(self, origin):
                        return "<<app|www>>.example.com" in origin  #!

                    def on_message(self, message):
                        #...
                        self.write_message($desk.handle(self.get_secure_cookie("sid"), message))
                """,
        ),
        imports=(
            "from urllib.parse import urlsplit",
            "from tornado.websocket import WebSocketHandler",
        ),
        setup="""
            from app.desk import desk as $desk
            """,
        frameworks=("tornado",),
    ),
    Mechanism(
        id="ws-websockets-origins",
        cwe="CWE-1385",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                async def $main($handler):
                    async with websockets.serve($handler, "0.0.0.0", 8765, origins=None) as $server:  #!
                        #...
                        await $server.wait_closed()
                """,
        ),
        fixed=(
            """
                async def $main($handler):
                    async with websockets.serve($handler, "0.0.0.0", 8765, origins=["https://<<app|www>>.example.com"]) as $server:
                        #...
                        await $server.wait_closed()
                """,
        ),
        wrong_fix=(
            """
                async def $main($handler):
                    async with websockets.serve($handler, "0.0.0.0", 8765, origins=[None, "null", "https://<<app|www>>.example.com", "http://localhost:3000"]) as $server:  #!
                        #...
                        await $server.wait_closed()
                """,
        ),
        imports=("import websockets",),
        frameworks=("websockets",),
    ),
    Mechanism(
        id="ws-socketio-cors-any",
        cwe="CWE-346",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)
                $io = SocketIO($app, cors_allowed_origins="*")  #!

                @$io.on("<<pay|vote>>")
                def $on_event($data):
                    #...
                    $votes.add($data["choice"])
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)
                $io = SocketIO($app)

                @$io.on("<<pay|vote>>")
                def $on_event($data):
                    #...
                    $votes.add($data["choice"])
                """,
        ),
        decoy=(
            """
                $app = Flask(__name__)
                $io = SocketIO($app, cors_allowed_origins=["https://<<app|www>>.example.com"])

                @$io.on("<<pay|vote>>")
                def $on_event($data):
                    #...
                    $votes.add($data["choice"])
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)
                $io = SocketIO($app, cors_allowed_origins=["*"], manage_session=False)  #!

                @$io.on("<<pay|vote>>")
                def $on_event($data):
                    #...
                    $votes.add($data["choice"])
                """,
        ),
        imports=(
            "from flask import Flask",
            "from flask_socketio import SocketIO",
        ),
        setup="""
            from app.votes import votes as $votes
            """,
        frameworks=(
            "flask",
            "socketio",
        ),
    ),
    Mechanism(
        id="origin-suffix-match",
        cwe="CWE-346",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)

                @$app.after_request
                def $cors($response):
                    $origin = request.headers.get("Origin", "")
                    #...
                    if $origin.endswith("example.com"):  #!
                        $response.headers["Access-Control-Allow-Origin"] = $origin
                        $response.headers["Access-Control-Allow-Credentials"] = "true"
                    return $response
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)

                @$app.after_request
                def $cors($response):
                    $origin = request.headers.get("Origin", "")
                    #...
                    if $origin == "https://app.example.com":
                        $response.headers["Access-Control-Allow-Origin"] = $origin
                        $response.headers["Access-Control-Allow-Credentials"] = "true"
                    return $response
                """,
        ),
        decoy=(
            """
                $app = Flask(__name__)

                @$app.after_request
                def $cors($response):
                    $origin = request.headers.get("Origin", "")
                    #...
                    if urlsplit($origin).scheme == "https" and (urlsplit($origin).hostname or "").endswith(".example.com"):
                        $response.headers["Access-Control-Allow-Origin"] = $origin
                        $response.headers["Access-Control-Allow-Credentials"] = "true"
                    return $response
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)

                @$app.after_request
                def $cors($response):
                    $origin = request.headers.get("Origin", "")
                    #...
                    if $origin.startswith("https://app.example.com"):  #!
                        $response.headers["Access-Control-Allow-Origin"] = $origin
                        $response.headers["Access-Control-Allow-Credentials"] = "true"
                    return $response
                """,
        ),
        imports=(
            "from urllib.parse import urlsplit",
            "from flask import Flask, request",
        ),
        frameworks=("flask",),
    ),
    Mechanism(
        id="host-header-in-link",
        cwe="CWE-345",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)

                @$app.post("/<<forgot|invite>>")
                def $send_link():
                    $user = $users.by_email(request.form["email"])
                    #...
                    $base = request.host_url  #!
                    $mail.send($user.email, $base + "reset/" + $user.new_token())
                    return "", 204
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)

                @$app.post("/<<forgot|invite>>")
                def $send_link():
                    $user = $users.by_email(request.form["email"])
                    #...
                    $base = os.environ["BASE_URL"]
                    $mail.send($user.email, $base + "reset/" + $user.new_token())
                    return "", 204
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)

                @$app.post("/<<forgot|invite>>")
                def $send_link():
                    $user = $users.by_email(request.form["email"])
                    #...
                    $base = "https://" + request.headers["Host"] + "/"  #!
                    $mail.send($user.email, $base + "reset/" + $user.new_token())
                    return "", 204
                """,
        ),
        imports=(
            "import os",
            "from flask import Flask, request",
        ),
        setup="""
            from app.accounts import mail as $mail, users as $users
            """,
        frameworks=("flask",),
    ),
    Mechanism(
        id="cookie-role-trusted",
        cwe="CWE-565",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)

                @$app.get("/<<audit|admin>>")
                def $panel():
                    if request.cookies.get("role") != "admin":  #!
                        abort(403)
                    #...
                    return jsonify($trail.latest())
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)

                @$app.get("/<<audit|admin>>")
                def $panel():
                    if session.get("role") != "admin":
                        abort(403)
                    #...
                    return jsonify($trail.latest())
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)

                @$app.get("/<<audit|admin>>")
                def $panel():
                    if request.cookies.get("role", "").lower() != "admin":  #!
                        abort(403)
                    #...
                    return jsonify($trail.latest())
                """,
        ),
        imports=("from flask import Flask, abort, jsonify, request, session",),
        setup="""
            from app.trail import trail as $trail
            """,
        frameworks=("flask",),
    ),
)
