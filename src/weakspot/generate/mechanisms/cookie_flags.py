"""Cookie flags in Flask, Django, Starlette and aiohttp (CWE-614, CWE-1004, CWE-1275)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="cookie-flask-not-secure",
        cwe="CWE-614",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $log_in($sessions, $user):
                $resp = make_response(redirect("/<<home|dashboard>>"))
                #...
                $resp.set_cookie("<<session|auth>>", $sessions.open($user), httponly=True, samesite="Lax")  #!
                return $resp
            """,
        ),
        fixed=(
            """
            def $log_in($sessions, $user):
                $resp = make_response(redirect("/<<home|dashboard>>"))
                #...
                $resp.set_cookie("<<session|auth>>", $sessions.open($user), secure=True, httponly=True, samesite="Lax")
                return $resp
            """,
        ),
        decoy=(
            """
            def $log_in($sessions, $user):
                $resp = make_response(redirect("/<<home|dashboard>>"))
                #...
                $resp.set_cookie("theme", $user.theme, samesite="Lax")
                $resp.set_cookie("<<session|auth>>", $sessions.open($user), secure=True, httponly=True, samesite="Lax")
                return $resp
            """,
        ),
        wrong_fix=(
            """
            def $log_in($sessions, $user):
                $resp = make_response(redirect("/<<home|dashboard>>"))
                #...
                $resp.set_cookie("<<session|auth>>", $sessions.open($user), secure=False, httponly=True, max_age=3600)  #!
                return $resp
            """,
        ),
        imports=("from flask import make_response, redirect",),
        frameworks=("flask",),
    ),
    Mechanism(
        id="cookie-flask-config",
        cwe="CWE-1004",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)
            $app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_HTTPONLY=False)  #!
            #...


            @$app.get("/")
            def $index():
                return "<<ok|ready>>"
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)
            $app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_HTTPONLY=True)
            #...


            @$app.get("/")
            def $index():
                return "<<ok|ready>>"
            """,
        ),
        decoy=(
            """
            $app = Flask(__name__)
            $app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax")
            #...


            @$app.get("/")
            def $index():
                return "<<ok|ready>>"
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)
            $app.config.update(SESSION_COOKIE_SECURE=True, REMEMBER_COOKIE_HTTPONLY=True)
            $app.config["SESSION_COOKIE_HTTPONLY"] = False  #!
            #...


            @$app.get("/")
            def $index():
                return "<<ok|ready>>"
            """,
        ),
        imports=("from flask import Flask",),
        frameworks=("flask",),
    ),
    Mechanism(
        id="cookie-django-settings-secure",
        cwe="CWE-614",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            SESSION_ENGINE = "django.contrib.sessions.backends.<<db|cache>>"
            SESSION_COOKIE_SECURE = False  #!
            CSRF_COOKIE_SECURE = False
            #...
            SECURE_SSL_REDIRECT = True
            """,
        ),
        fixed=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            SESSION_ENGINE = "django.contrib.sessions.backends.<<db|cache>>"
            SESSION_COOKIE_SECURE = True
            CSRF_COOKIE_SECURE = True
            #...
            SECURE_SSL_REDIRECT = True
            """,
        ),
        wrong_fix=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            SESSION_ENGINE = "django.contrib.sessions.backends.<<db|cache>>"
            CSRF_COOKIE_SECURE = True
            SESSION_COOKIE_SECURE = False  #!
            #...
            SECURE_SSL_REDIRECT = True
            """,
        ),
        imports=("import os",),
        frameworks=("django",),
    ),
    Mechanism(
        id="cookie-django-set-cookie-httponly",
        cwe="CWE-1004",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $sign_in($request):
                $resp = JsonResponse({"ok": True})
                #...
                $resp.set_cookie("<<auth_token|sid>>", secrets.token_urlsafe(32), secure=True, samesite="Strict")  #!
                return $resp
            """,
        ),
        fixed=(
            """
            def $sign_in($request):
                $resp = JsonResponse({"ok": True})
                #...
                $resp.set_cookie("<<auth_token|sid>>", secrets.token_urlsafe(32), secure=True, httponly=True)
                return $resp
            """,
        ),
        decoy=(
            """
            def $sign_in($request):
                $resp = JsonResponse({"ok": True})
                #...
                $resp.set_cookie("language", $request.LANGUAGE_CODE, secure=True, samesite="Strict")
                return $resp
            """,
        ),
        wrong_fix=(
            """
            def $sign_in($request):
                $resp = JsonResponse({"ok": True})
                #...
                $resp.set_cookie("<<auth_token|sid>>", secrets.token_urlsafe(32), secure=True, httponly=$request.GET.get("h"))  #!
                return $resp
            """,
        ),
        imports=(
            "from django.http import JsonResponse",
            "import secrets",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="cookie-starlette-session-https",
        cwe="CWE-614",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $build($routes):
                $app = Starlette(routes=$routes)
                #...
                $app.add_middleware(SessionMiddleware, secret_key=os.environ["SESSION_KEY"])  #!
                return $app
            """,
        ),
        fixed=(
            """
            def $build($routes):
                $app = Starlette(routes=$routes)
                #...
                $app.add_middleware(SessionMiddleware, secret_key=os.environ["SESSION_KEY"], https_only=True)
                return $app
            """,
        ),
        wrong_fix=(
            """
            def $build($routes):
                $app = Starlette(routes=$routes)
                #...
                $app.add_middleware(
                    SessionMiddleware, secret_key=os.environ["SESSION_KEY"], same_site="strict", https_only=False  #!
                )
                return $app
            """,
        ),
        imports=(
            "import os",
            "from starlette.applications import Starlette",
            "from starlette.middleware.sessions import SessionMiddleware",
        ),
        frameworks=("starlette",),
    ),
    Mechanism(
        id="cookie-fastapi-samesite-none",
        cwe="CWE-1275",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = FastAPI()


            @$app.post("/<<login|token>>")
            async def $login($response: Response):
                #...
                $response.set_cookie(
                    "<<sid|session>>", secrets.token_hex(32), secure=True, httponly=True, samesite="none"  #!
                )
                return {"ok": True}
            """,
        ),
        fixed=(
            """
            $app = FastAPI()


            @$app.post("/<<login|token>>")
            async def $login($response: Response):
                #...
                $response.set_cookie(
                    "<<sid|session>>", secrets.token_hex(32), secure=True, httponly=True, samesite="<<lax|strict>>"
                )
                return {"ok": True}
            """,
        ),
        wrong_fix=(
            """
            $app = FastAPI()


            @$app.post("/<<login|token>>")
            async def $login($response: Response):
                #...
                $response.set_cookie(
                    "<<sid|session>>", secrets.token_hex(32), secure=True, httponly=True, max_age=600, samesite=None  #!
                )
                return {"ok": True}
            """,
        ),
        imports=(
            "import secrets",
            "from fastapi import FastAPI, Response",
        ),
        frameworks=("fastapi",),
    ),
    Mechanism(
        id="cookie-aiohttp-encrypted",
        cwe="CWE-614",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $make_app() -> web.Application:
                $app = web.Application()
                #...
                setup($app, EncryptedCookieStorage(os.environb[b"COOKIE_KEY"], httponly=True))  #!
                return $app
            """,
        ),
        fixed=(
            """
            def $make_app() -> web.Application:
                $app = web.Application()
                #...
                setup($app, EncryptedCookieStorage(os.environb[b"COOKIE_KEY"], secure=True))
                return $app
            """,
        ),
        decoy=(
            """
            def $make_app() -> web.Application:
                $app = web.Application()
                #...
                setup($app, EncryptedCookieStorage(os.environb[b"COOKIE_KEY"], secure=True, max_age=3600))
                return $app
            """,
        ),
        wrong_fix=(
            """
            def $make_app() -> web.Application:
                $app = web.Application()
                #...
                setup($app, EncryptedCookieStorage(os.environb[b"COOKIE_KEY"], secure=None, samesite="Lax"))  #!
                return $app
            """,
        ),
        imports=(
            "import os",
            "from aiohttp import web",
            "from aiohttp_session import setup",
            "from aiohttp_session.cookie_storage import EncryptedCookieStorage",
        ),
        frameworks=("aiohttp",),
    ),
)
