"""Log-ins that let the wrong caller through (CWE-287)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="authn-forwarded-user-header",
        cwe="CWE-287",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)

                @$app.before_request
                def $identify():
                    #...
                    $name = request.headers.get("<<X-Forwarded-User|X-Remote-User>>")  #!
                    g.user = $users.by_name($name)
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)

                @$app.before_request
                def $identify():
                    if not hmac.compare_digest(request.headers.get("X-Proxy-Key", ""), os.environ["PROXY_KEY"]):
                        abort(403)
                    #...
                    $name = request.headers.get("<<X-Forwarded-User|X-Remote-User>>")
                    g.user = $users.by_name($name)
                """,
        ),
        decoy=(
            """
                $app = Flask(__name__)

                @$app.before_request
                def $identify():
                    if request.remote_addr not in ("127.0.0.1", "::1"):
                        abort(403)
                    #...
                    $name = request.headers.get("<<X-Forwarded-User|X-Remote-User>>")
                    g.user = $users.by_name($name)
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)

                @$app.before_request
                def $identify():
                    if request.headers.get("X-Forwarded-For") not in ("127.0.0.1", "::1"):
                        abort(403)
                    #...
                    $name = request.headers.get("<<X-Forwarded-User|X-Remote-User>>")  #!
                    g.user = $users.by_name($name)
                """,
        ),
        imports=(
            "import hmac",
            "import os",
            "from flask import Flask, abort, g, request",
        ),
        setup="""
            from app.users import users as $users
            """,
        frameworks=("flask",),
    ),
    Mechanism(
        id="authn-oauth-state",
        cwe="CWE-287",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)

                @$app.get("/callback")
                def $callback():
                    $oauth = OAuth2Session($CLIENT, redirect_uri=$BACK)  #!
                    #...
                    $token = $oauth.fetch_token($TOKEN_URL, client_secret=$secret(), authorization_response=request.url)
                    session["token"] = $token
                    return redirect("/")
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)

                @$app.get("/callback")
                def $callback():
                    $oauth = OAuth2Session($CLIENT, redirect_uri=$BACK, state=session.pop("oauth_state"))
                    #...
                    $token = $oauth.fetch_token($TOKEN_URL, client_secret=$secret(), authorization_response=request.url)
                    session["token"] = $token
                    return redirect("/")
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)

                @$app.get("/callback")
                def $callback():
                    $oauth = OAuth2Session($CLIENT, redirect_uri=$BACK, state=request.args.get("state"))  #!
                    #...
                    $token = $oauth.fetch_token($TOKEN_URL, client_secret=$secret(), authorization_response=request.url)
                    session["token"] = $token
                    return redirect("/")
                """,
        ),
        imports=(
            "from flask import Flask, abort, redirect, request, session",
            "from requests_oauthlib import OAuth2Session",
        ),
        setup="""
            from app.config import CLIENT as $CLIENT, BACK as $BACK, TOKEN_URL as $TOKEN_URL, client_secret as $secret
            """,
        frameworks=(
            "flask",
            "requests-oauthlib",
        ),
    ),
    Mechanism(
        id="authn-basic-any-password",
        cwe="CWE-287",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)

                @$app.get("/<<metrics|usage>>")
                def $usage():
                    $auth = request.authorization
                    if $auth is None or $auth.username not in $USERS:  #!
                        abort(401)
                    #...
                    return jsonify($stats.dump())
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)

                @$app.get("/<<metrics|usage>>")
                def $usage():
                    $auth = request.authorization
                    if $auth is None or not check_password_hash($USERS.get($auth.username, ""), $auth.password or ""):
                        abort(401)
                    #...
                    return jsonify($stats.dump())
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)

                @$app.get("/<<metrics|usage>>")
                def $usage():
                    $auth = request.authorization
                    if $auth is None or $auth.username not in $USERS and not check_password_hash($USERS["admin"], $auth.password):  #!
                        abort(401)
                    #...
                    return jsonify($stats.dump())
                """,
        ),
        imports=(
            "from flask import Flask, abort, jsonify, request",
            "from werkzeug.security import check_password_hash",
        ),
        setup="""
            from app.stats import stats as $stats, USERS as $USERS
            """,
        frameworks=("flask",),
    ),
    Mechanism(
        id="authn-django-login-no-authenticate",
        cwe="CWE-287",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $sign_in(request):
                    $user = get_user_model().objects.filter(username=request.POST["username"], is_active=True).first()  #!
                    #...
                    if $user is None:
                        return render(request, "login.html")
                    login(request, $user, backend="django.contrib.auth.backends.ModelBackend")
                    return redirect("home")
                """,
        ),
        fixed=(
            """
                def $sign_in(request):
                    $user = authenticate(request, username=request.POST["username"], password=request.POST["password"])
                    #...
                    if $user is None:
                        return render(request, "login.html")
                    login(request, $user, backend="django.contrib.auth.backends.ModelBackend")
                    return redirect("home")
                """,
        ),
        decoy=(
            """
                def $sign_in(request):
                    $user = get_user_model().objects.filter(username=request.POST["username"]).first()
                    if $user is not None and not $user.check_password(request.POST["password"]):
                        $user = None
                    #...
                    if $user is None:
                        return render(request, "login.html")
                    login(request, $user, backend="django.contrib.auth.backends.ModelBackend")
                    return redirect("home")
                """,
        ),
        wrong_fix=(
            """
                def $sign_in(request):
                    $user = get_user_model().objects.filter(username=request.POST["username"]).first()
                    if $user is not None:
                        $user.check_password(request.POST["password"])  #!
                    #...
                    if $user is None:
                        return render(request, "login.html")
                    login(request, $user, backend="django.contrib.auth.backends.ModelBackend")
                    return redirect("home")
                """,
        ),
        imports=(
            "from django.contrib.auth import authenticate, get_user_model, login",
            "from django.shortcuts import redirect, render",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="authn-bcrypt-result-ignored",
        cwe="CWE-287",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $log_in($users, $name, $password):
                    $user = $users.find($name)
                    if $user is None:
                        return None
                    #...
                    if bcrypt.hashpw($password.encode(), $user.digest):  #!
                        return $user
                    return None
                """,
        ),
        fixed=(
            """
                def $log_in($users, $name, $password):
                    $user = $users.find($name)
                    if $user is None:
                        return None
                    #...
                    if bcrypt.checkpw($password.encode(), $user.digest):
                        return $user
                    return None
                """,
        ),
        decoy=(
            """
                def $log_in($users, $name, $password):
                    $user = $users.find($name)
                    if $user is None:
                        return None
                    #...
                    if bcrypt.hashpw($password.encode(), $user.digest) == $user.digest:
                        return $user
                    return None
                """,
        ),
        wrong_fix=(
            """
                def $log_in($users, $name, $password):
                    $user = $users.find($name)
                    if $user is None:
                        return None
                    #...
                    if bcrypt.checkpw($password.encode(), bcrypt.hashpw($password.encode(), $user.digest)):  #!
                        return $user
                    return None
                """,
        ),
        imports=("import bcrypt",),
        frameworks=("bcrypt",),
    ),
)
