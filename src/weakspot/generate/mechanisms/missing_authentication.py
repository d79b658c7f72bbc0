"""Critical functions that anyone may call (CWE-306)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="noauth-flask-admin-route",
        cwe="CWE-306",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)

                @$app.get("/<<nodes|workers>>")
                @login_required
                def $index():
                    return jsonify($cluster.names())

                @$app.post("/<<shutdown|restart>>")
                def $stop():  #!
                    #...
                    $cluster.stop()
                    return jsonify(state="stopping")
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)

                @$app.get("/<<nodes|workers>>")
                @login_required
                def $index():
                    return jsonify($cluster.names())

                @$app.post("/<<shutdown|restart>>")
                @login_required
                def $stop():
                    #...
                    $cluster.stop()
                    return jsonify(state="stopping")
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)

                @$app.get("/<<nodes|workers>>")
                @login_required
                def $index():
                    return jsonify($cluster.names())

                @$app.post("/<<shutdown|restart>>")
                def $stop():  #!
                    $who = request.headers.get("X-Requested-By")
                    #...
                    $cluster.stop()
                    return jsonify(state="stopping", by=$who)
                """,
        ),
        imports=(
            "from flask import Flask, jsonify, request",
            "from flask_login import login_required",
        ),
        setup="""
            import app.cluster as $cluster
            """,
        frameworks=("flask",),
    ),
    Mechanism(
        id="noauth-fastapi-api-key",
        cwe="CWE-306",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = FastAPI()
                $header = APIKeyHeader(name="X-API-Key", auto_error=False)

                async def $check_key($key: str | None = Depends($header)):
                    if $key is None or not hmac.compare_digest($key, os.environ["API_KEY"]):
                        raise HTTPException(status_code=401)

                @$app.put("/config/{name}")
                async def $configure(name: str, value: str):  #!
                    #...
                    return $settings.put(name, value)
                """,
        ),
        fixed=(
            """
                $app = FastAPI()
                $header = APIKeyHeader(name="X-API-Key", auto_error=False)

                async def $check_key($key: str | None = Depends($header)):
                    if $key is None or not hmac.compare_digest($key, os.environ["API_KEY"]):
                        raise HTTPException(status_code=401)

                @$app.put("/config/{name}", dependencies=[Depends($check_key)])
                async def $configure(name: str, value: str):
                    #...
                    return $settings.put(name, value)
                """,
        ),
        wrong_fix=(
            """
                $app = FastAPI()
                $header = APIKeyHeader(name="X-API-Key", auto_error=False)

                async def $check_key($key: str | None = Depends($header)):
                    if $key is not None and not hmac.compare_digest($key, os.environ["API_KEY"]):  #!
                        raise HTTPException(status_code=401)

                @$app.put("/config/{name}", dependencies=[Depends($check_key)])
                async def $configure(name: str, value: str):  #!
                    #...
                    return $settings.put(name, value)
                """,
        ),
        imports=(
            "import os",
            "import hmac",
            "from fastapi import Depends, FastAPI, Header, HTTPException",
            "from fastapi.security import APIKeyHeader",
        ),
        setup="""
            from app.config_store import settings as $settings
            """,
        frameworks=("fastapi",),
    ),
    Mechanism(
        id="noauth-http-server-command",
        cwe="CWE-306",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $Control(BaseHTTPRequestHandler):
                    def do_POST(self):  #!
                        #...
                        if self.path == "/<<deploy|rollback>>":
                            $deployer.run()
                        self.send_response(204)
                        self.end_headers()
                """,
        ),
        fixed=(
            """
                class $Control(BaseHTTPRequestHandler):
                    def do_POST(self):
                        if not hmac.compare_digest(self.headers.get("Authorization", ""), "Bearer " + os.environ["CONTROL_TOKEN"]):
                            self.send_error(401)
                            return
                        #...
                        if self.path == "/<<deploy|rollback>>":
                            $deployer.run()
                        self.send_response(204)
                        self.end_headers()
                """,
        ),
        wrong_fix=(
            """
                class $Control(BaseHTTPRequestHandler):
                    def do_POST(self):  #!
                        if "Authorization" not in self.headers:
                            self.send_error(401)
                            return
                        #...
                        if self.path == "/<<deploy|rollback>>":
                            $deployer.run()
                        self.send_response(204)
                        self.end_headers()
                """,
        ),
        imports=(
            "import hmac",
            "import os",
            "from http.server import BaseHTTPRequestHandler, HTTPServer",
        ),
        setup="""
            import deployer as $deployer
            """,
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="noauth-socket-command-server",
        cwe="CWE-306",
        kind=Kind.PROGRAM,
        vulnerable=(
            r"""
                class $Handler(socketserver.StreamRequestHandler):
                    def handle(self):  #!
                        $verb = self.rfile.readline(256).strip().decode()
                        #...
                        if $verb == "<<reload|flush>>":
                            $agent.reload()
                        self.wfile.write(b"ok\n")
                """,
        ),
        fixed=(
            r"""
                class $Handler(socketserver.StreamRequestHandler):
                    def handle(self):
                        if not hmac.compare_digest(self.rfile.readline(256).strip(), os.environb[b"AGENT_KEY"]):
                            return
                        $verb = self.rfile.readline(256).strip().decode()
                        #...
                        if $verb == "<<reload|flush>>":
                            $agent.reload()
                        self.wfile.write(b"ok\n")
                """,
        ),
        wrong_fix=(
            r"""
                class $Handler(socketserver.StreamRequestHandler):
                    def handle(self):  #!
                        if not self.rfile.readline(256).strip():
                            return
                        $verb = self.rfile.readline(256).strip().decode()
                        #...
                        if $verb == "<<reload|flush>>":
                            $agent.reload()
                        self.wfile.write(b"ok\n")
                """,
        ),
        imports=(
            "import hmac",
            "import os",
            "import socketserver",
        ),
        setup="""
            import agent as $agent
            """,
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="noauth-redis-no-password",
        cwe="CWE-306",
        kind=Kind.LOCAL,
        vulnerable=(
            """
                $client = redis.Redis(host=os.environ["REDIS_HOST"], port=6379, db=0)  #!
                #...
                $client.set("<<mode|leader>>", "active")
                $out = $client.ping()
                """,
        ),
        fixed=(
            """
                $client = redis.Redis(host=os.environ["REDIS_HOST"], password=os.environ["REDIS_PASSWORD"])
                #...
                $client.set("<<mode|leader>>", "active")
                $out = $client.ping()
                """,
        ),
        wrong_fix=(
            """
                $client = redis.Redis(host=os.environ["REDIS_HOST"], password=None, username="default")  #!
                #...
                $client.set("<<mode|leader>>", "active")
                $out = $client.ping()
                """,
        ),
        imports=(
            "import os",
            "import redis",
        ),
        frameworks=("redis",),
    ),
    Mechanism(
        id="noauth-multiprocessing-manager",
        cwe="CWE-306",
        kind=Kind.LOCAL,
        vulnerable=(
            """
                $manager = BaseManager(address=("", <<50000|6001>>), authkey=b"")  #!
                #...
                $out = $manager.get_server()
                """,
        ),
        fixed=(
            """
                $manager = BaseManager(address=("", <<50000|6001>>), authkey=os.environb[b"QUEUE_KEY"])
                #...
                $out = $manager.get_server()
                """,
        ),
        decoy=(
            """
                $manager = BaseManager(address=("127.0.0.1", <<50000|6001>>), authkey=os.urandom(32))
                #...
                $out = $manager.get_server()
                """,
        ),
        wrong_fix=(
            """
                $manager = BaseManager(address=("0.0.0.0", <<50000|6001>>), authkey=bytes(0))  #!
                #...
                $out = $manager.get_server()
                """,
        ),
        imports=(
            "import os",
            "from multiprocessing.managers import BaseManager",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="noauth-jupyter-token-empty",
        cwe="CWE-306",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $launch($port):
                    #...
                    return subprocess.Popen(["jupyter", "lab", "--ip=0.0.0.0", f"--port={$port}", "--ServerApp.token="])  #!
                """,
        ),
        fixed=(
            """
                def $launch($port):
                    #...
                    return subprocess.Popen(["jupyter", "lab", "--ip=0.0.0.0", f"--port={$port}"])
                """,
        ),
        decoy=(
            """
                def $launch($port):
                    #...
                    return subprocess.Popen(["jupyter", "lab", "--ip=127.0.0.1", f"--port={$port}"])
                """,
        ),
        wrong_fix=(
            """
                def $launch($port):
                    #...
                    return subprocess.Popen(["jupyter", "lab", "--ip=0.0.0.0", f"--port={$port}", "--ServerApp.token=''", "--ServerApp.password=''"])  #!
                """,
        ),
        imports=(
            "import os",
            "import subprocess",
        ),
        frameworks=("jupyter",),
    ),
)
