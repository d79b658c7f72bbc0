"""Login results ignored and checks that assert makes optional (CWE-252, CWE-617)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="ret-authenticate-none-unchecked",
        cwe="CWE-252",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $sign_in($request, $users):
                authenticate($request, username=$request.POST["user"], password=$request.POST["password"])  #!
                $user = $users.get(username=$request.POST["user"])
                #...
                login($request, $user)
                return HttpResponse("<<ok|welcome>>")
            """,
        ),
        fixed=(
            """
            def $sign_in($request, $users):
                $user = authenticate($request, username=$request.POST["user"], password=$request.POST["password"])
                if $user is None:
                    return HttpResponse(status=401)
                #...
                login($request, $user)
                return HttpResponse("<<ok|welcome>>")
            """,
        ),
        wrong_fix=(
            """
            def $sign_in($request, $users):
                $seen = authenticate($request, username=$request.POST["user"], password=$request.POST["password"])
                $user = $users.get(username=$request.POST["user"])
                if $user is None:
                    return HttpResponse(status=401)
                #...
                login($request, $seen or $user)  #!
                return HttpResponse("<<ok|welcome>>")
            """,
        ),
        imports=(
            "from django.contrib.auth import authenticate, login",
            "from django.http import HttpResponse",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="ret-ldap-bind-ignored",
        cwe="CWE-252",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $log_in($server, $dn: str, $password: str) -> str:
                $conn = ldap3.Connection($server, user=$dn, password=$password)
                $conn.bind()  #!
                #...
                return f"session:{$dn}"
            """,
        ),
        fixed=(
            """
            def $log_in($server, $dn: str, $password: str) -> str:
                $conn = ldap3.Connection($server, user=$dn, password=$password)
                if not $conn.bind():
                    raise PermissionError($dn)
                #...
                return f"session:{$dn}"
            """,
        ),
        wrong_fix=(
            """
            def $log_in($server, $dn: str, $password: str) -> str:
                $conn = ldap3.Connection($server, user=$dn, password=$password, read_only=True)
                $conn.bind()  #!
                #...
                if not $conn.server:
                    raise PermissionError($dn)
                return f"session:{$dn}"
            """,
        ),
        imports=("import ldap3",),
        frameworks=("ldap3",),
    ),
    Mechanism(
        id="assert-admin-check",
        cwe="CWE-617",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)


            @$app.post("/admin/<<purge|rebuild>>")
            def $purge():
                assert g.user.is_admin  #!
                #...
                $app.jobs.start("<<purge|rebuild>>")
                return "", 202
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)


            @$app.post("/admin/<<purge|rebuild>>")
            def $purge():
                if not g.user.is_admin:
                    abort(403)
                #...
                $app.jobs.start("<<purge|rebuild>>")
                return "", 202
            """,
        ),
        decoy=(
            """
            $app = Flask(__name__)


            @$app.post("/admin/<<purge|rebuild>>")
            def $purge():
                if not g.user.is_admin:
                    abort(403)
                assert g.user is not None
                #...
                $app.jobs.start("<<purge|rebuild>>")
                return "", 202
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)


            @$app.post("/admin/<<purge|rebuild>>")
            def $purge():
                try:
                    assert g.user.is_admin  #!
                except AssertionError:
                    abort(403)
                #...
                $app.jobs.start("<<purge|rebuild>>")
                return "", 202
            """,
        ),
        imports=("from flask import Flask, abort, g",),
        frameworks=("flask",),
    ),
    Mechanism(
        id="assert-owner-django",
        cwe="CWE-617",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $delete($request, $Document, pk: int):
                $doc = get_object_or_404($Document, pk=pk)
                assert $doc.owner_id == $request.user.id, "not yours"  #!
                #...
                $doc.delete()
            """,
        ),
        fixed=(
            """
            def $delete($request, $Document, pk: int):
                $doc = get_object_or_404($Document, pk=pk)
                if $doc.owner_id != $request.user.id:
                    raise PermissionDenied("not yours")
                #...
                $doc.delete()
            """,
        ),
        decoy=(
            """
            def $delete($request, $Document, pk: int):
                $doc = get_object_or_404($Document, pk=pk, owner=$request.user)
                assert $doc.owner_id == $request.user.id
                #...
                $doc.delete()
            """,
        ),
        wrong_fix=(
            """
            def $delete($request, $Document, pk: int):
                $doc = get_object_or_404($Document, pk=pk)
                if __debug__ and $doc.owner_id != $request.user.id:
                    raise PermissionDenied("not yours")
                #...
                $doc.delete()  #!
            """,
        ),
        imports=(
            "from django.core.exceptions import PermissionDenied",
            "from django.shortcuts import get_object_or_404",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="assert-token-compare",
        cwe="CWE-617",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $accept($message: dict, $token: str) -> dict:
                assert hmac.compare_digest($message["token"], $token)  #!
                #...
                return $message["<<body|payload>>"]
            """,
        ),
        fixed=(
            """
            def $accept($message: dict, $token: str) -> dict:
                if not hmac.compare_digest($message["token"], $token):
                    raise ValueError("token")
                #...
                return $message["<<body|payload>>"]
            """,
        ),
        wrong_fix=(
            """
            def $accept($message: dict, $token: str) -> dict:
                $same = hmac.compare_digest($message["token"], $token)
                #...
                assert $same is True  #!
                return $message["<<body|payload>>"]
            """,
        ),
        imports=("import hmac",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="assert-path-inside",
        cwe="CWE-617",
        kind=Kind.FLOW,
        vulnerable=(
            """
            $base = Path("/srv/<<files|media>>").resolve()
            $path = ($base / $in).resolve()
            assert $path.is_relative_to($base)  #!
            $out = $path.read_bytes()
            """,
        ),
        fixed=(
            """
            $base = Path("/srv/<<files|media>>").resolve()
            $path = ($base / $in).resolve()
            if not $path.is_relative_to($base):
                raise ValueError("path")
            $out = $path.read_bytes()
            """,
        ),
        wrong_fix=(
            """
            $base = Path("/srv/<<files|media>>").resolve()
            $path = ($base / $in).resolve()
            assert $path.is_relative_to($base), f"outside of {$base}"  #!
            $out = $path.read_bytes() if $path.exists() else b""
            """,
        ),
        imports=("from pathlib import Path",),
        frameworks=("stdlib",),
        takes="filename",
    ),
)
