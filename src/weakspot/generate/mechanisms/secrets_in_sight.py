"""Secrets in source, URLs and command lines (CWE-540, CWE-598, CWE-214)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="source-comment-secret",
        cwe="CWE-540",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)
            $PAGE = "<!-- db: <<report|crm>> / pw: <<k9Zp22|q7Tw81>> --><h1>Reports</h1>"  #!


            @$app.get("/<<reports|overview>>")
            def $page():
                #...
                return render_template_string($PAGE)
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)
            $PAGE = "<!-- <<report|crm>> --><h1>Reports</h1>"


            @$app.get("/<<reports|overview>>")
            def $page():
                #...
                return render_template_string($PAGE)
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)
            $PAGE = "<!-- db: {{ url }} --><h1>Reports</h1>"


            @$app.get("/<<reports|overview>>")
            def $page():
                #...
                return render_template_string($PAGE, url=os.environ["DATABASE_URL"])  #!
            """,
        ),
        imports=(
            "import os",
            "from flask import Flask, render_template_string",
        ),
        frameworks=("flask",),
    ),
    Mechanism(
        id="source-served-as-static",
        cwe="CWE-540",
        kind=Kind.FLOW,
        vulnerable=(
            """
            $path = os.path.join(os.path.dirname(__file__), os.path.basename($in))
            with open($path, "rb") as $fh:  #!
                $out = $fh.read()
            """,
        ),
        fixed=(
            """
            $path = os.path.join(os.path.dirname(__file__), "static", os.path.basename($in))
            with open($path, "rb") as $fh:
                $out = $fh.read()
            """,
        ),
        wrong_fix=(
            """
            $path = os.path.join(os.path.dirname(__file__), os.path.basename($in))
            if os.path.isfile($path) and not $path.endswith(".pyc"):
                with open($path, "rb") as $fh:  #!
                    $out = $fh.read()
            """,
        ),
        imports=("import os",),
        frameworks=("stdlib",),
        takes="filename",
    ),
    Mechanism(
        id="url-secret-in-query",
        cwe="CWE-598",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $out = requests.get(
                "https://api.example.com/v2/<<usage|accounts>>?token=" + os.environ["API_TOKEN"], timeout=10  #!
            ).json()
            """,
        ),
        fixed=(
            """
            $out = requests.get(
                "https://api.example.com/v2/<<usage|accounts>>", headers={"X-Token": os.environ["API_TOKEN"]}, timeout=10
            ).json()
            """,
        ),
        wrong_fix=(
            """
            $out = requests.get(
                "https://api.example.com/v2/<<usage|accounts>>", params={"token": os.environ["API_TOKEN"]}, timeout=10  #!
            ).json()
            """,
        ),
        imports=(
            "import os",
            "import requests",
        ),
        frameworks=("requests",),
    ),
    Mechanism(
        id="url-password-get-route",
        cwe="CWE-598",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)


            @$app.route("/<<login|auth>>", methods=["GET"])
            def $login():
                #...
                return $app.auth.check(request.args["user"], request.args["password"])  #!
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)


            @$app.route("/<<login|auth>>", methods=["POST"])
            def $login():
                #...
                return $app.auth.check(request.form["user"], request.form["password"])
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)


            @$app.route("/<<login|auth>>", methods=["POST"])
            def $login():
                #...
                return $app.auth.check(request.form["user"], request.args["password"])  #!
            """,
        ),
        imports=("from flask import Flask, request",),
        frameworks=("flask",),
    ),
    Mechanism(
        id="url-session-id-redirect",
        cwe="CWE-598",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $after_login($request):
                #...
                return redirect(f"/<<home|dashboard>>?sid={$request.session.session_key}")  #!
            """,
        ),
        fixed=(
            """
            def $after_login($request):
                #...
                return redirect("/<<home|dashboard>>")
            """,
        ),
        wrong_fix=(
            """
            def $after_login($request):
                $request.session.cycle_key()
                #...
                return redirect(f"/<<home|dashboard>>?sid={$request.session.session_key}")  #!
            """,
        ),
        imports=("from django.shortcuts import redirect",),
        frameworks=("django",),
    ),
    Mechanism(
        id="cmdline-password-visible",
        cwe="CWE-214",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $dump($database: str) -> bytes:
                $password = os.environ["MYSQL_PASSWORD"]
                #...
                return subprocess.check_output(["mysqldump", "-u", "<<backup|root>>", f"-p{$password}", $database])  #!
            """,
        ),
        fixed=(
            """
            def $dump($database: str) -> bytes:
                $env = {**os.environ, "MYSQL_PWD": os.environ["MYSQL_PASSWORD"]}
                #...
                return subprocess.check_output(["mysqldump", "-u", "<<backup|root>>", $database], env=$env)
            """,
        ),
        wrong_fix=(
            """
            def $dump($database: str) -> bytes:
                $env = {**os.environ, "MYSQL_PWD": os.environ["MYSQL_PASSWORD"]}
                #...
                return subprocess.check_output(
                    ["mysqldump", "-u", "<<backup|root>>", f"--password={$env['MYSQL_PWD']}", $database], env=$env  #!
                )
            """,
        ),
        imports=(
            "import os",
            "import subprocess",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="cli-password-option",
        cwe="CWE-214",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            @click.command()
            @click.option("--user", required=True)
            @click.option("--password", required=True)  #!
            def $login(user: str, password: str) -> None:
                #...
                click.echo(f"<<signed in|hello>> {user} {len(password) > 0}")
            """,
        ),
        fixed=(
            """
            @click.command()
            @click.option("--user", required=True)
            @click.password_option(confirmation_prompt=False)
            def $login(user: str, password: str) -> None:
                #...
                click.echo(f"<<signed in|hello>> {user} {len(password) > 0}")
            """,
        ),
        imports=("import click",),
        frameworks=("click",),
    ),
)
