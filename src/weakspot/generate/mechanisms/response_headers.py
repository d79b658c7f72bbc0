"""Protective response headers that are missing or off (CWE-693, CWE-1021)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="headers-django-xframe-exempt",
        cwe="CWE-1021",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            @xframe_options_exempt  #!
            def $transfer($request):
                #...
                return render($request, "<<transfer|settings>>.html", {"user": $request.user})
            """,
        ),
        fixed=(
            """
            @xframe_options_deny
            def $transfer($request):
                #...
                return render($request, "<<transfer|settings>>.html", {"user": $request.user})
            """,
        ),
        decoy=(
            """
            @xframe_options_exempt
            def $transfer($request):
                $resp = render($request, "<<transfer|settings>>.html", {"user": $request.user})
                #...
                $resp["Content-Security-Policy"] = "frame-ancestors 'none'"
                return $resp
            """,
        ),
        wrong_fix=(
            """
            @xframe_options_exempt  #!
            def $transfer($request):
                $resp = render($request, "<<transfer|settings>>.html", {"user": $request.user})
                #...
                $resp["X-Frame-Option"] = "DENY"
                return $resp
            """,
        ),
        imports=(
            "from django.shortcuts import render",
            "from django.views.decorators.clickjacking import xframe_options_deny, xframe_options_exempt",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="headers-csp-unsafe-inline",
        cwe="CWE-693",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)


            @$app.after_request
            def $headers($resp):
                #...
                $resp.headers["Content-Security-Policy"] = "<<default-src *|script-src * 'unsafe-inline'>>"  #!
                return $resp
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)


            @$app.after_request
            def $headers($resp):
                #...
                $resp.headers["Content-Security-Policy"] = "default-src 'self'; object-src 'none'"
                return $resp
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)


            @$app.after_request
            def $headers($resp):
                #...
                $resp.headers["Content-Security-Policy-Report-Only"] = "default-src 'self'; object-src 'none'"  #!
                return $resp
            """,
        ),
        imports=("from flask import Flask",),
        frameworks=("flask",),
    ),
    Mechanism(
        id="headers-django-middleware-removed",
        cwe="CWE-693",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            #...
            MIDDLEWARE = [
                "django.contrib.sessions.middleware.SessionMiddleware",
                "django.middleware.common.CommonMiddleware",  #!
                "django.contrib.auth.middleware.AuthenticationMiddleware",
            ]
            """,
        ),
        fixed=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            #...
            MIDDLEWARE = [
                "django.middleware.security.SecurityMiddleware",
                "django.contrib.sessions.middleware.SessionMiddleware",
                "django.middleware.csrf.CsrfViewMiddleware",
                "django.contrib.auth.middleware.AuthenticationMiddleware",
                "django.middleware.clickjacking.XFrameOptionsMiddleware",
            ]
            """,
        ),
        wrong_fix=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            #...
            MIDDLEWARE = [
                "django.middleware.security.SecurityMiddleware",
                "django.contrib.sessions.middleware.SessionMiddleware",
                "django.middleware.common.CommonMiddleware",  #!
                "django.contrib.auth.middleware.AuthenticationMiddleware",
            ]
            """,
        ),
        imports=("import os",),
        frameworks=("django",),
    ),
    Mechanism(
        id="headers-talisman-disabled",
        cwe="CWE-1021",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)
            Talisman($app, frame_options=None, content_security_policy=None)  #!
            #...


            @$app.get("/<<pay|account>>")
            def $page():
                return "<form method=post></form>"
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)
            Talisman($app, frame_options="DENY")
            #...


            @$app.get("/<<pay|account>>")
            def $page():
                return "<form method=post></form>"
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)
            Talisman($app, frame_options="ALLOW-FROM", frame_options_allow_from="*", content_security_policy=None)  #!
            #...


            @$app.get("/<<pay|account>>")
            def $page():
                return "<form method=post></form>"
            """,
        ),
        imports=(
            "from flask import Flask",
            "from flask_talisman import Talisman",
        ),
        frameworks=("flask",),
    ),
)
