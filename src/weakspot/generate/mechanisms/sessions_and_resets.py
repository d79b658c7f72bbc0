"""Sessions that outlive their log-in and password resets that anyone can make (CWE-384, CWE-613, CWE-640, CWE-620, CWE-307)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="session-not-cleared",
        cwe="CWE-384",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)

                @$app.post("/login")
                def $log_in():
                    $user = $users.check(request.form["name"], request.form["password"])
                    if $user is None:
                        abort(401)
                    #...
                    session["uid"] = $user.id  #!
                    return redirect("/")
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)

                @$app.post("/login")
                def $log_in():
                    $user = $users.check(request.form["name"], request.form["password"])
                    if $user is None:
                        abort(401)
                    #...
                    session.clear()
                    session["uid"] = $user.id
                    return redirect("/")
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)

                @$app.post("/login")
                def $log_in():
                    $user = $users.check(request.form["name"], request.form["password"])
                    if $user is None:
                        abort(401)
                    #...
                    session.modified = True
                    session["uid"] = $user.id  #!
                    return redirect("/")
                """,
        ),
        imports=("from flask import Flask, abort, redirect, request, session",),
        setup="""
            from app.users import users as $users
            """,
        frameworks=("flask",),
    ),
    Mechanism(
        id="session-django-manual-login",
        cwe="CWE-384",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $sign_in(request):
                    $user = authenticate(request, username=request.POST["name"], password=request.POST["password"])
                    if $user is None:
                        return redirect("login")
                    #...
                    request.session["_auth_user_id"] = str($user.pk)  #!
                    return redirect("home")
                """,
        ),
        fixed=(
            """
                def $sign_in(request):
                    $user = authenticate(request, username=request.POST["name"], password=request.POST["password"])
                    if $user is None:
                        return redirect("login")
                    #...
                    login(request, $user)
                    return redirect("home")
                """,
        ),
        decoy=(
            """
                def $sign_in(request):
                    $user = authenticate(request, username=request.POST["name"], password=request.POST["password"])
                    if $user is None:
                        return redirect("login")
                    #...
                    request.session.cycle_key()
                    request.session["member"] = $user.pk
                    return redirect("home")
                """,
        ),
        wrong_fix=(
            """
                def $sign_in(request):
                    $user = authenticate(request, username=request.POST["name"], password=request.POST["password"])
                    if $user is None:
                        return redirect("login")
                    #...
                    request.session.save()
                    request.session["member"] = $user.pk  #!
                    return redirect("home")
                """,
        ),
        imports=(
            "from django.contrib.auth import authenticate, login",
            "from django.shortcuts import redirect",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="session-id-from-query",
        cwe="CWE-384",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                async def $open_session(request):
                    $form = await request.post()
                    $user = await $users.check($form["name"], $form["password"])
                    if $user is None:
                        raise web.HTTPUnauthorized()
                    $sid = request.cookies.get("sid") or secrets.token_urlsafe(32)  #!
                    #...
                    request.app["sessions"][$sid] = $user
                    $reply = web.HTTPFound("/")
                    $reply.set_cookie("sid", $sid, httponly=True, secure=True)
                    return $reply
                """,
        ),
        fixed=(
            """
                async def $open_session(request):
                    $form = await request.post()
                    $user = await $users.check($form["name"], $form["password"])
                    if $user is None:
                        raise web.HTTPUnauthorized()
                    $sid = secrets.token_urlsafe(32)
                    #...
                    request.app["sessions"][$sid] = $user
                    $reply = web.HTTPFound("/")
                    $reply.set_cookie("sid", $sid, httponly=True, secure=True)
                    return $reply
                """,
        ),
        wrong_fix=(
            """
                async def $open_session(request):
                    $form = await request.post()
                    $user = await $users.check($form["name"], $form["password"])
                    if $user is None:
                        raise web.HTTPUnauthorized()
                    $sid = request.query.get("sid", secrets.token_urlsafe(32))  #!
                    #...
                    request.app["sessions"][$sid] = $user
                    $reply = web.HTTPFound("/")
                    $reply.set_cookie("sid", $sid, httponly=True, secure=True)
                    return $reply
                """,
        ),
        imports=(
            "import secrets",
            "from aiohttp import web",
        ),
        setup="""
            from app.users import users as $users
            """,
        frameworks=("aiohttp",),
    ),
    Mechanism(
        id="session-jwt-no-exp",
        cwe="CWE-613",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $issue($user):
                    $now = dt.datetime.now(dt.timezone.utc)
                    #...
                    return jwt.encode({"sub": $user.id, "iat": $now}, os.environ["JWT_KEY"], algorithm="HS256")  #!
                """,
        ),
        fixed=(
            """
                def $issue($user):
                    $now = dt.datetime.now(dt.timezone.utc)
                    #...
                    return jwt.encode({"sub": $user.id, "exp": $now + dt.timedelta(minutes=15)}, os.environ["JWT_KEY"], algorithm="HS256")
                """,
        ),
        wrong_fix=(
            """
                def $issue($user):
                    $now = dt.datetime.now(dt.timezone.utc)
                    #...
                    return jwt.encode({"sub": $user.id, "nbf": $now - dt.timedelta(minutes=15)}, os.environ["JWT_KEY"], algorithm="HS256")  #!
                """,
        ),
        imports=(
            "import datetime as dt",
            "import os",
            "import jwt",
        ),
        frameworks=("pyjwt",),
    ),
    Mechanism(
        id="session-jwt-exp-not-verified",
        cwe="CWE-613",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $claims = jwt.decode($in, $key, algorithms=["HS256"], options={"verify_exp": False})  #!
                $out = $claims["sub"]
                """,
        ),
        fixed=(
            """
                $claims = jwt.decode($in, $key, algorithms=["HS256"])
                $out = $claims["sub"]
                """,
        ),
        decoy=(
            """
                $claims = jwt.decode($in, $key, algorithms=["HS256"], options={"verify_exp": True})
                $out = $claims["sub"]
                """,
        ),
        wrong_fix=(
            """
                $claims = jwt.decode($in, $key, algorithms=["HS256"], leeway=10**9)  #!
                $out = $claims["sub"]
                """,
        ),
        imports=(
            "import jwt",
            "import os",
        ),
        given=(("key", 'os.environ["JWT_KEY"]'),),
        frameworks=("pyjwt",),
    ),
    Mechanism(
        id="session-logout-cookie-only",
        cwe="CWE-613",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)

                @$app.post("/logout")
                def $log_out():
                    $sid = request.cookies.get("sid", "")
                    $store.touch($sid)  #!
                    #...
                    $reply = make_response(redirect("/"))
                    $reply.delete_cookie("sid")
                    return $reply
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)

                @$app.post("/logout")
                def $log_out():
                    $sid = request.cookies.get("sid", "")
                    $store.delete($sid)
                    #...
                    $reply = make_response(redirect("/"))
                    $reply.delete_cookie("sid")
                    return $reply
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)

                @$app.post("/logout")
                def $log_out():
                    $sid = request.cookies.get("sid", "")
                    $store.get($sid)  #!
                    #...
                    $reply = make_response(redirect("/"))
                    $reply.delete_cookie("sid")
                    return $reply
                """,
        ),
        imports=("from flask import Flask, make_response, redirect, request",),
        setup="""
            from app.sessions import store as $store
            """,
        frameworks=("flask",),
    ),
    Mechanism(
        id="session-max-age-none",
        cwe="CWE-613",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $signer = URLSafeTimedSerializer(os.environ["SIGN_KEY"])
                $out = $signer.loads($in, salt="<<invite|login>>")  #!
                """,
        ),
        fixed=(
            """
                $signer = URLSafeTimedSerializer(os.environ["SIGN_KEY"])
                $out = $signer.loads($in, salt="<<invite|login>>", max_age=1800)
                """,
        ),
        wrong_fix=(
            """
                $signer = URLSafeTimedSerializer(os.environ["SIGN_KEY"])
                $out = $signer.loads($in, salt="<<invite|login>>", max_age=None)  #!
                """,
        ),
        imports=(
            "import os",
            "from itsdangerous import URLSafeTimedSerializer",
        ),
        frameworks=("itsdangerous",),
    ),
)
