"""Sessions that outlive their log-in and password resets that anyone can make (CWE-384, CWE-613, CWE-640, CWE-620, CWE-307)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="reset-predictable-token",
        cwe="CWE-640",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $start_reset($user, $mailer):
                    $token = hashlib.sha256(f"{$user.email}{int(time.time())}".encode()).hexdigest()  #!
                    #...
                    $user.reset_token = $token
                    $mailer.send($user.email, $token)
                    return $user
                """,
        ),
        fixed=(
            """
                def $start_reset($user, $mailer):
                    $token = secrets.token_urlsafe(32)
                    #...
                    $user.reset_token = $token
                    $mailer.send($user.email, $token)
                    return $user
                """,
        ),
        decoy=(
            """
                def $start_reset($user, $mailer):
                    $token = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
                    #...
                    $user.reset_token = $token
                    $mailer.send($user.email, $token)
                    return $user
                """,
        ),
        wrong_fix=(
            """
                def $start_reset($user, $mailer):
                    $token = hashlib.sha512(f"{$user.id}:{$user.email}".encode()).hexdigest()  #!
                    #...
                    $user.reset_token = $token
                    $mailer.send($user.email, $token)
                    return $user
                """,
        ),
        imports=(
            "import hashlib",
            "import secrets",
            "import time",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="reset-user-from-form",
        cwe="CWE-640",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)

                @$app.post("/reset/<token>")
                def $reset(token):
                    $entry = $resets.find(token)
                    if $entry is None or $entry.expired():
                        abort(404)
                    #...
                    $user = $users.by_email(request.form["email"])  #!
                    $user.set_password(request.form["password"])
                    $resets.drop($entry)
                    return redirect("/login")
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)

                @$app.post("/reset/<token>")
                def $reset(token):
                    $entry = $resets.find(token)
                    if $entry is None or $entry.expired():
                        abort(404)
                    #...
                    $user = $users.by_id($entry.user_id)
                    $user.set_password(request.form["password"])
                    $resets.drop($entry)
                    return redirect("/login")
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)

                @$app.post("/reset/<token>")
                def $reset(token):
                    $entry = $resets.find(token)
                    if $entry is None or $entry.expired():
                        abort(404)
                    #...
                    $user = $users.by_id(int(request.form.get("uid", $entry.user_id)))  #!
                    $user.set_password(request.form["password"])
                    $resets.drop($entry)
                    return redirect("/login")
                """,
        ),
        imports=("from flask import Flask, abort, redirect, request",),
        setup="""
            from app.accounts import resets as $resets, users as $users
            """,
        frameworks=("flask",),
    ),
    Mechanism(
        id="reset-short-code",
        cwe="CWE-640",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $recovery_code($cache, $phone):
                    $code = str(random.randint(1000, 9999))  #!
                    #...
                    $cache.set(f"recover:{$phone}", $code, <<300|600>>)
                    return $code
                """,
        ),
        fixed=(
            """
                def $recovery_code($cache, $phone):
                    $code = secrets.token_hex(5)
                    #...
                    $cache.set(f"recover:{$phone}", $code, <<300|600>>)
                    return $code
                """,
        ),
        wrong_fix=(
            """
                def $recovery_code($cache, $phone):
                    $code = str(secrets.randbelow(1000))  #!
                    #...
                    $cache.set(f"recover:{$phone}", $code, <<300|600>>)
                    return $code
                """,
        ),
        imports=(
            "import random",
            "import secrets",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="password-change-no-old",
        cwe="CWE-620",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                @login_required
                def $change_password(request):
                    #...
                    request.user.set_password(request.POST["password"])  #!
                    request.user.save()
                    return redirect("profile")
                """,
        ),
        fixed=(
            """
                @login_required
                def $change_password(request):
                    if not request.user.check_password(request.POST["current"]):
                        return HttpResponseForbidden()
                    #...
                    request.user.set_password(request.POST["password"])
                    request.user.save()
                    return redirect("profile")
                """,
        ),
        wrong_fix=(
            """
                @login_required
                def $change_password(request):
                    if request.POST["again"] != request.POST["password"]:
                        return HttpResponseForbidden()
                    #...
                    request.user.set_password(request.POST["password"])  #!
                    request.user.save()
                    return redirect("profile")
                """,
        ),
        imports=(
            "from django.contrib.auth.decorators import login_required",
            "from django.http import HttpResponseForbidden",
            "from django.shortcuts import redirect",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="login-no-throttle-drf",
        cwe="CWE-307",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $LoginRate(AnonRateThrottle):
                    rate = "5/min"

                class $Login(ObtainAuthToken):  #!
                    throttle_classes = ()
                    #...
                """,
        ),
        fixed=(
            """
                class $LoginRate(AnonRateThrottle):
                    rate = "5/min"

                class $Login(ObtainAuthToken):
                    throttle_classes = ($LoginRate,)
                    #...
                """,
        ),
        wrong_fix=(
            """
                class $LoginRate(AnonRateThrottle):
                    rate = "5/min"

                class $Login(ObtainAuthToken):  #!
                    throttle_classes = (UserRateThrottle,)
                    #...
                """,
        ),
        imports=(
            "from rest_framework.authtoken.views import ObtainAuthToken",
            "from rest_framework.throttling import AnonRateThrottle, UserRateThrottle",
        ),
        frameworks=(
            "django",
            "drf",
        ),
    ),
    Mechanism(
        id="login-no-limit-flask",
        cwe="CWE-307",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)
                $limiter = Limiter(get_remote_address, app=$app)

                @$app.post("/<<otp|login>>")
                @$limiter.exempt
                def $verify():  #!
                    #...
                    if not $codes.match(session["uid"], request.form["code"]):
                        abort(401)
                    session["mfa"] = True
                    return "", 204
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)
                $limiter = Limiter(get_remote_address, app=$app)

                @$app.post("/<<otp|login>>")
                @$limiter.limit("5/minute")
                def $verify():
                    #...
                    if not $codes.match(session["uid"], request.form["code"]):
                        abort(401)
                    session["mfa"] = True
                    return "", 204
                """,
        ),
        decoy=(
            """
                $app = Flask(__name__)
                $limiter = Limiter(get_remote_address, app=$app)

                @$app.post("/<<otp|login>>")
                @$limiter.limit("20 per hour")
                def $verify():
                    #...
                    if not $codes.match(session["uid"], request.form["code"]):
                        abort(401)
                    session["mfa"] = True
                    return "", 204
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)
                $limiter = Limiter(get_remote_address, app=$app)

                @$app.post("/<<otp|login>>")
                @$limiter.exempt
                def $verify():  #!
                    if len(request.form["code"]) != 6:
                        abort(400)
                    #...
                    if not $codes.match(session["uid"], request.form["code"]):
                        abort(401)
                    session["mfa"] = True
                    return "", 204
                """,
        ),
        imports=(
            "from flask import Flask, abort, request, session",
            "from flask_limiter import Limiter",
            "from flask_limiter.util import get_remote_address",
        ),
        setup="""
            from app.codes import codes as $codes
            """,
        frameworks=(
            "flask",
            "flask-limiter",
        ),
    ),
)
