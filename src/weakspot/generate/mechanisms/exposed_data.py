"""Exposed files and crossed trust boundaries (CWE-538, CWE-552, CWE-501)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="exposed-static-root",
        cwe="CWE-552",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__, static_folder="<<.|..>>", static_url_path="/static")  #!


            @$app.get("/")
            def $index():
                #...
                return $app.send_static_file("index.html")
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__, static_folder="static", static_url_path="/static")


            @$app.get("/")
            def $index():
                #...
                return $app.send_static_file("index.html")
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__, static_folder="<<.|..>>", static_url_path="/assets-7c1e")  #!


            @$app.get("/")
            def $index():
                #...
                return $app.send_static_file("index.html")
            """,
        ),
        imports=("from flask import Flask",),
        frameworks=("flask",),
    ),
    Mechanism(
        id="exposed-starlette-mount-root",
        cwe="CWE-552",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            #...
            $app = Starlette(routes=[Mount("/<<assets|public>>", StaticFiles(directory="<</|/etc|.>>"))])  #!
            """,
        ),
        fixed=(
            """
            #...
            $app = Starlette(routes=[Mount("/<<assets|public>>", StaticFiles(directory="public"))])
            """,
        ),
        wrong_fix=(
            """
            #...
            $app = Starlette(
                routes=[Mount("/<<assets|public>>", StaticFiles(directory="<</|/etc|.>>", follow_symlink=False))]  #!
            )
            """,
        ),
        imports=(
            "from starlette.applications import Starlette",
            "from starlette.routing import Mount",
            "from starlette.staticfiles import StaticFiles",
        ),
        frameworks=("starlette",),
    ),
    Mechanism(
        id="exposed-backup-in-webroot",
        cwe="CWE-538",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $backup($db: str) -> str:
                $target = f"/var/www/html/<<backup|dump>>-{date.today()}.sql"
                #...
                with open($target, "wb") as $fh:  #!
                    subprocess.run(["pg_dump", $db], stdout=$fh, check=True)
                return $target
            """,
        ),
        fixed=(
            """
            def $backup($db: str) -> str:
                $target = f"/var/backups/app/<<backup|dump>>-{date.today()}.sql"
                #...
                with open($target, "wb") as $fh:
                    subprocess.run(["pg_dump", $db], stdout=$fh, check=True)
                return $target
            """,
        ),
        wrong_fix=(
            """
            def $backup($db: str) -> str:
                $target = f"/var/backups/app/<<backup|dump>>-{date.today()}.sql"
                #...
                with open($target, "wb") as $fh:
                    subprocess.run(["pg_dump", $db], stdout=$fh, check=True)
                return shutil.copy($target, "/var/www/html/")  #!
            """,
        ),
        imports=(
            "import shutil",
            "import subprocess",
            "from datetime import date",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="exposed-django-media-report",
        cwe="CWE-538",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $write_report($report) -> str:
                $path = Path(settings.STATIC_ROOT) / f"<<payroll|audit>>-{$report.id}.csv"  #!
                #...
                $path.write_text($report.as_csv())
                return $path.name
            """,
        ),
        fixed=(
            """
            def $write_report($report) -> str:
                $path = Path(settings.PRIVATE_ROOT) / f"<<payroll|audit>>-{$report.id}.csv"
                #...
                $path.write_text($report.as_csv())
                return $path.name
            """,
        ),
        wrong_fix=(
            """
            def $write_report($report) -> str:
                $path = Path(settings.STATIC_ROOT) / f".<<payroll|audit>>-{$report.id:08d}.csv"  #!
                #...
                $path.write_text($report.as_csv())
                return $path.name
            """,
        ),
        imports=(
            "from django.conf import settings",
            "from pathlib import Path",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="exposed-log-download-route",
        cwe="CWE-552",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)


            @$app.get("/<<logs|debug-log>>")
            def $logs():  #!
                #...
                return send_file("/var/log/app/app.log")
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)


            @$app.get("/<<logs|debug-log>>")
            def $logs():
                if not g.user.is_admin:
                    abort(404)
                #...
                return send_file("/var/log/app/app.log")
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)


            @$app.get("/<<logs|debug-log>>")
            def $logs():
                if not g.user.is_admin:
                    $app.logger.warning("log download by %s", g.user.id)
                #...
                return send_file("/var/log/app/app.log")  #!
            """,
        ),
        imports=("from flask import Flask, abort, g, send_file",),
        frameworks=("flask",),
    ),
    Mechanism(
        id="trust-session-role-from-form",
        cwe="CWE-501",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)


            @$app.post("/<<profile|switch>>")
            def $update():
                #...
                session["<<role|is_admin>>"] = request.form["<<role|is_admin>>"]  #!
                return redirect("/")
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)


            @$app.post("/<<profile|switch>>")
            def $update():
                #...
                session["<<role|is_admin>>"] = $app.users.lookup(session["user_id"], "<<role|is_admin>>")
                return redirect("/")
            """,
        ),
        decoy=(
            """
            $app = Flask(__name__)


            @$app.post("/<<profile|switch>>")
            def $update():
                #...
                session["theme"] = "dark" if request.form["theme"] == "dark" else "light"
                return redirect("/")
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)


            @$app.post("/<<profile|switch>>")
            def $update():
                #...
                if session["user_id"] and request.form["<<role|is_admin>>"]:
                    session["<<role|is_admin>>"] = request.form["<<role|is_admin>>"].strip()  #!
                return redirect("/")
            """,
        ),
        imports=("from flask import Flask, redirect, request, session",),
        frameworks=("flask",),
    ),
    Mechanism(
        id="trust-session-update-all",
        cwe="CWE-501",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $save_preferences($request):
                #...
                $request.session.update($request.POST.dict())  #!
                return $request.session.session_key
            """,
        ),
        fixed=(
            """
            def $save_preferences($request):
                #...
                $request.session["preferences"] = $request.POST.dict()
                return $request.session.session_key
            """,
        ),
        wrong_fix=(
            """
            def $save_preferences($request):
                $data = $request.POST.dict()
                $data.pop("csrfmiddlewaretoken", None)
                #...
                $request.session.update($data)  #!
                return $request.session.session_key
            """,
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="trust-forwarded-user-header",
        cwe="CWE-501",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)


            @$app.before_request
            def $load_user():
                #...
                if "X-User-Id" in request.headers:
                    session["user_id"] = int(request.headers["X-User-Id"])  #!
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)


            @$app.before_request
            def $load_user():
                #...
                if "X-Api-Token" in request.headers:
                    session["user_id"] = $app.tokens.owner(request.headers["X-Api-Token"])
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)


            @$app.before_request
            def $load_user():
                #...
                if request.headers.get("X-User-Id", "").isdigit():
                    session["user_id"] = int(request.headers["X-User-Id"])  #!
            """,
        ),
        imports=("from flask import Flask, request, session",),
        frameworks=("flask",),
    ),
)
