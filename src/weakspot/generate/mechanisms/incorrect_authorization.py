"""Checks that are made, but compare the wrong thing (CWE-863)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="authz-or-for-and",
        cwe="CWE-863",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)

                @$app.post("/<<reports|contracts>>/<int:rid>/publish")
                @login_required
                def $publish(rid):
                    $report = $reports.load(rid)
                    if current_user.role == "editor" or current_user.team_id == $report.team_id:  #!
                        #...
                        $reports.publish($report)
                        return jsonify(state="published")
                    abort(403)
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)

                @$app.post("/<<reports|contracts>>/<int:rid>/publish")
                @login_required
                def $publish(rid):
                    $report = $reports.load(rid)
                    if current_user.role == "editor" and current_user.team_id == $report.team_id:
                        #...
                        $reports.publish($report)
                        return jsonify(state="published")
                    abort(403)
                """,
        ),
        decoy=(
            """
                $app = Flask(__name__)

                @$app.post("/<<reports|contracts>>/<int:rid>/publish")
                @login_required
                def $publish(rid):
                    $report = $reports.load(rid)
                    if current_user.role in ("editor", "owner") and $report.team_id == current_user.team_id:
                        #...
                        $reports.publish($report)
                        return jsonify(state="published")
                    abort(403)
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)

                @$app.post("/<<reports|contracts>>/<int:rid>/publish")
                @login_required
                def $publish(rid):
                    $report = $reports.load(rid)
                    if current_user.role == "editor" and $report.team_id:  #!
                        #...
                        $reports.publish($report)
                        return jsonify(state="published")
                    abort(403)
                """,
        ),
        imports=(
            "from flask import Flask, abort, jsonify",
            "from flask_login import current_user, login_required",
        ),
        setup="""
            from app.reports import reports as $reports
            """,
        frameworks=("flask",),
    ),
    Mechanism(
        id="authz-role-or-literal",
        cwe="CWE-863",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $close_books($user, $ledger, $month):
                    if $user.role == "controller" or "cfo":  #!
                        #...
                        return $ledger.close($month)
                    raise PermissionError("not allowed to close the books")
                """,
        ),
        fixed=(
            """
                def $close_books($user, $ledger, $month):
                    if $user.role in ("controller", "cfo"):
                        #...
                        return $ledger.close($month)
                    raise PermissionError("not allowed to close the books")
                """,
        ),
        decoy=(
            """
                def $close_books($user, $ledger, $month):
                    if $user.role == "controller" or $user.role == "cfo":
                        #...
                        return $ledger.close($month)
                    raise PermissionError("not allowed to close the books")
                """,
        ),
        wrong_fix=(
            """
                def $close_books($user, $ledger, $month):
                    if $user.role in "controller,cfo":  #!
                        #...
                        return $ledger.close($month)
                    raise PermissionError("not allowed to close the books")
                """,
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="authz-client-flag",
        cwe="CWE-863",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)

                @$app.post("/<<discounts|coupons>>")
                def $grant():
                    $is_admin = request.json.get("is_admin", False)  #!
                    if not $is_admin:
                        abort(403)
                    #...
                    return jsonify($staff.grant(request.json["code"]))
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)

                @$app.post("/<<discounts|coupons>>")
                def $grant():
                    $is_admin = session.get("is_admin", False)
                    if not $is_admin:
                        abort(403)
                    #...
                    return jsonify($staff.grant(request.json["code"]))
                """,
        ),
        decoy=(
            """
                $app = Flask(__name__)

                @$app.post("/<<discounts|coupons>>")
                def $grant():
                    $is_admin = $staff.is_admin(session.get("uid"))
                    if not $is_admin:
                        abort(403)
                    #...
                    return jsonify($staff.grant(request.json["code"]))
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)

                @$app.post("/<<discounts|coupons>>")
                def $grant():
                    $is_admin = request.headers.get("X-Is-Admin") == "1"  #!
                    if not $is_admin:
                        abort(403)
                    #...
                    return jsonify($staff.grant(request.json["code"]))
                """,
        ),
        imports=("from flask import Flask, abort, jsonify, request, session",),
        setup="""
            import app.staff as $staff
            """,
        frameworks=("flask",),
    ),
    Mechanism(
        id="authz-path-prefix-middleware",
        cwe="CWE-863",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $AdminGate:
                    def __init__(self, get_response):
                        self.get_response = get_response

                    def __call__(self, request):
                        if request.META.get("RAW_URI", request.path).startswith("/manage/"):  #!
                            if not request.user.is_staff:
                                return HttpResponseForbidden()
                        #...
                        return self.get_response(request)
                """,
        ),
        fixed=(
            """
                class $AdminGate:
                    def __init__(self, get_response):
                        self.get_response = get_response

                    def __call__(self, request):
                        if request.path_info.lower().startswith("/manage/"):
                            if not request.user.is_staff:
                                return HttpResponseForbidden()
                        #...
                        return self.get_response(request)
                """,
        ),
        wrong_fix=(
            """
                class $AdminGate:
                    def __init__(self, get_response):
                        self.get_response = get_response

                    def __call__(self, request):
                        if request.get_full_path() == "/manage/":  #!
                            if not request.user.is_staff:
                                return HttpResponseForbidden()
                        #...
                        return self.get_response(request)
                """,
        ),
        imports=("from django.http import HttpResponseForbidden",),
        frameworks=("django",),
    ),
    Mechanism(
        id="authz-public-prefix-skip",
        cwe="CWE-863",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $OPEN = ("/login", "/health")

                class $Gate(BaseHTTPMiddleware):
                    async def dispatch(self, request, call_next):
                        $path = request.url.path
                        if any($part in $path for $part in $OPEN):  #!
                            return await call_next(request)
                        #...
                        if request.session.get("uid") is None:
                            return JSONResponse({"error": "login"}, status_code=401)
                        return await call_next(request)
                """,
        ),
        fixed=(
            """
                $OPEN = ("/login", "/health")

                class $Gate(BaseHTTPMiddleware):
                    async def dispatch(self, request, call_next):
                        $path = request.url.path
                        if $path in $OPEN:
                            return await call_next(request)
                        #...
                        if request.session.get("uid") is None:
                            return JSONResponse({"error": "login"}, status_code=401)
                        return await call_next(request)
                """,
        ),
        decoy=(
            """
                $OPEN = ("/login", "/health")

                class $Gate(BaseHTTPMiddleware):
                    async def dispatch(self, request, call_next):
                        $path = request.url.path
                        if any($part == $path for $part in $OPEN):
                            return await call_next(request)
                        #...
                        if request.session.get("uid") is None:
                            return JSONResponse({"error": "login"}, status_code=401)
                        return await call_next(request)
                """,
        ),
        wrong_fix=(
            """
                $OPEN = ("/login", "/health")

                class $Gate(BaseHTTPMiddleware):
                    async def dispatch(self, request, call_next):
                        $path = request.url.path
                        if $path.endswith($OPEN):  #!
                            return await call_next(request)
                        #...
                        if request.session.get("uid") is None:
                            return JSONResponse({"error": "login"}, status_code=401)
                        return await call_next(request)
                """,
        ),
        imports=(
            "from starlette.middleware.base import BaseHTTPMiddleware",
            "from starlette.responses import JSONResponse",
        ),
        frameworks=("starlette",),
    ),
)
