"""Answers and listings that tell more than they should (CWE-200, CWE-204, CWE-548, CWE-497)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="info-pydantic-response-model",
        cwe="CWE-200",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = FastAPI()


            class $Account(BaseModel):
                id: int
                email: str
                password_hash: str


            class $Public(BaseModel):
                id: int
                email: str


            @$app.get("/<<accounts|people>>/{account_id}", response_model=$Account)  #!
            async def $read(account_id: int):
                #...
                return await $app.state.store.load(account_id)
            """,
        ),
        fixed=(
            """
            $app = FastAPI()


            class $Account(BaseModel):
                id: int
                email: str
                password_hash: str


            class $Public(BaseModel):
                id: int
                email: str


            @$app.get("/<<accounts|people>>/{account_id}", response_model=$Public)
            async def $read(account_id: int):
                #...
                return await $app.state.store.load(account_id)
            """,
        ),
        decoy=(
            """
            $app = FastAPI()


            class $Account(BaseModel):
                id: int
                email: str
                password_hash: str


            @$app.get("/<<accounts|people>>/{account_id}", response_model=$Account, response_model_include={"id"})
            async def $read(account_id: int):
                #...
                return await $app.state.store.load(account_id)
            """,
        ),
        wrong_fix=(
            """
            $app = FastAPI()


            class $Account(BaseModel):
                id: int
                email: str
                password_hash: str


            class $Public(BaseModel):
                id: int
                email: str


            @$app.get("/<<accounts|people>>/{account_id}", response_model=$Account, response_model_exclude_none=True)  #!
            async def $read(account_id: int):
                #...
                return await $app.state.store.load(account_id)
            """,
        ),
        imports=(
            "from fastapi import FastAPI",
            "from pydantic import BaseModel",
        ),
        frameworks=("fastapi",),
    ),
    Mechanism(
        id="info-login-user-enumeration",
        cwe="CWE-204",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)


            @$app.post("/login")
            def $login():
                $user = $app.users.get(request.form["email"])
                #...
                if $user is None:
                    return jsonify(error="no account with this address"), 401  #!
                if not check_password_hash($user.password_hash, request.form["password"]):
                    return jsonify(error="wrong password"), 401
                return jsonify(token=$user.new_token())
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)


            @$app.post("/login")
            def $login():
                $user = $app.users.get(request.form["email"])
                #...
                if $user is None:
                    return jsonify(error="invalid credentials"), 401
                if not check_password_hash($user.password_hash, request.form["password"]):
                    return jsonify(error="invalid credentials"), 401
                return jsonify(token=$user.new_token())
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)


            @$app.post("/login")
            def $login():
                $user = $app.users.get(request.form["email"])
                #...
                if $user is None:
                    return jsonify(error="invalid credentials"), 404  #!
                if not check_password_hash($user.password_hash, request.form["password"]):
                    return jsonify(error="invalid credentials"), 401
                return jsonify(token=$user.new_token())
            """,
        ),
        imports=(
            "from flask import Flask, jsonify, request",
            "from werkzeug.security import check_password_hash",
        ),
        frameworks=("flask",),
    ),
    Mechanism(
        id="info-simplehttp-directory",
        cwe="CWE-548",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            class $Handler(SimpleHTTPRequestHandler):
                def __init__(self, *args, **kwargs):  #!
                    super().__init__(*args, directory="/srv/<<share|files>>", **kwargs)


            def $serve(port: int = <<8000|8080>>) -> None:
                #...
                HTTPServer(("127.0.0.1", port), $Handler).serve_forever()
            """,
        ),
        fixed=(
            """
            class $Handler(SimpleHTTPRequestHandler):
                def __init__(self, *args, **kwargs):
                    super().__init__(*args, directory="/srv/<<share|files>>", **kwargs)

                def list_directory(self, path):
                    self.send_error(403)


            def $serve(port: int = <<8000|8080>>) -> None:
                #...
                HTTPServer(("127.0.0.1", port), $Handler).serve_forever()
            """,
        ),
        wrong_fix=(
            """
            class $Handler(SimpleHTTPRequestHandler):
                def __init__(self, *args, **kwargs):
                    super().__init__(*args, directory="/srv/<<share|files>>", **kwargs)

                def list_directory(self, path):
                    self.log_message("listing %s", path)
                    return super().list_directory(path)  #!


            def $serve(port: int = <<8000|8080>>) -> None:
                #...
                HTTPServer(("127.0.0.1", port), $Handler).serve_forever()
            """,
        ),
        imports=("from http.server import HTTPServer, SimpleHTTPRequestHandler",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="info-aiohttp-show-index",
        cwe="CWE-548",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $build() -> web.Application:
                $app = web.Application()
                #...
                $app.router.add_static("/<<static|media>>", "/srv/<<static|media>>", show_index=True)  #!
                return $app
            """,
        ),
        fixed=(
            """
            def $build() -> web.Application:
                $app = web.Application()
                #...
                $app.router.add_static("/<<static|media>>", "/srv/<<static|media>>")
                return $app
            """,
        ),
        decoy=(
            """
            def $build() -> web.Application:
                $app = web.Application()
                #...
                $app.router.add_static("/<<static|media>>", "/srv/<<static|media>>", show_index=False)
                return $app
            """,
        ),
        wrong_fix=(
            """
            def $build() -> web.Application:
                $app = web.Application()
                #...
                $app.router.add_static(
                    "/<<static|media>>", "/srv/<<static|media>>", follow_symlinks=False, show_index=True  #!
                )
                return $app
            """,
        ),
        imports=("from aiohttp import web",),
        frameworks=("aiohttp",),
    ),
    Mechanism(
        id="info-version-endpoint",
        cwe="CWE-497",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)


            @$app.get("/<<status|about>>")
            def $status():
                #...
                return jsonify(os=platform.platform(), python=platform.python_version(), cwd=os.getcwd())  #!
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)


            @$app.get("/<<status|about>>")
            def $status():
                #...
                return jsonify(status="ok")
            """,
        ),
        decoy=(
            """
            $app = Flask(__name__)


            @$app.get("/<<status|about>>")
            def $status():
                $app.logger.info("%s %s", platform.platform(), os.getcwd())
                #...
                return jsonify(status="ok")
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)


            @$app.get("/<<status|about>>")
            def $status():
                #...
                return jsonify(status="ok", host=os.uname(), env=os.environ.get("PATH"))  #!
            """,
        ),
        imports=(
            "import os",
            "import platform",
            "from flask import Flask, jsonify",
        ),
        frameworks=("flask",),
    ),
)
