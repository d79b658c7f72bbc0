"""Log-ins that let the wrong caller through (CWE-287)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="authn-ldap-empty-password",
        cwe="CWE-287",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $sign_in($name, $password):
                    #...
                    $server = ldap3.Server($LDAP_URL, use_ssl=True)
                    $dn = f"uid={ldap3.utils.dn.escape_rdn($name)},{$BASE}"
                    $conn = ldap3.Connection($server, user=$dn, password=$password, authentication=ldap3.SIMPLE)
                    return $conn.bind()  #!
                """,
        ),
        fixed=(
            """
                def $sign_in($name, $password):
                    if not $name or not $password:
                        return False
                    #...
                    $server = ldap3.Server($LDAP_URL, use_ssl=True)
                    $dn = f"uid={ldap3.utils.dn.escape_rdn($name)},{$BASE}"
                    $conn = ldap3.Connection($server, user=$dn, password=$password, authentication=ldap3.SIMPLE)
                    return $conn.bind()
                """,
        ),
        decoy=(
            """
                def $sign_in($name, $password):
                    if len($name) == 0 or len($password) == 0:
                        return False
                    #...
                    $server = ldap3.Server($LDAP_URL, use_ssl=True)
                    $dn = f"uid={ldap3.utils.dn.escape_rdn($name)},{$BASE}"
                    $conn = ldap3.Connection($server, user=$dn, password=$password, authentication=ldap3.SIMPLE)
                    return $conn.bind()
                """,
        ),
        wrong_fix=(
            """
                def $sign_in($name, $password):
                    if $name is None or $password is None:
                        return False
                    #...
                    $server = ldap3.Server($LDAP_URL, use_ssl=True)
                    $dn = f"uid={ldap3.utils.dn.escape_rdn($name)},{$BASE}"
                    $conn = ldap3.Connection($server, user=$dn, password=$password, authentication=ldap3.SIMPLE)
                    return $conn.bind()  #!
                """,
        ),
        imports=("import ldap3",),
        setup="""
            $LDAP_URL = "ldaps://<<ldap|directory>>.corp.example"
            $BASE = "ou=people,dc=corp,dc=example"
            """,
        frameworks=("ldap3",),
    ),
    Mechanism(
        id="authn-password-in",
        cwe="CWE-287",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $check_pin($user, $pin):
                    #...
                    return $pin in $user.pin  #!
                """,
        ),
        fixed=(
            """
                def $check_pin($user, $pin):
                    #...
                    return hmac.compare_digest($pin, $user.pin)
                """,
        ),
        decoy=(
            """
                def $check_pin($user, $pin):
                    #...
                    return len($pin) >= 6 and hmac.compare_digest($user.pin, $pin)
                """,
        ),
        wrong_fix=(
            """
                def $check_pin($user, $pin):
                    #...
                    return hmac.compare_digest($pin, $user.pin[: len($pin)])  #!
                """,
        ),
        imports=("import hmac",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="authn-none-token-equal",
        cwe="CWE-287",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)

                @$app.get("/<<feed|export>>/<name>")
                def $export(name):
                    $user = $users.get(name)
                    $token = request.args.get("token")
                    if $user.feed_token != $token:  #!
                        abort(403)
                    #...
                    return jsonify($user.items())
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)

                @$app.get("/<<feed|export>>/<name>")
                def $export(name):
                    $user = $users.get(name)
                    $token = request.args.get("token")
                    if not $token or not $user.feed_token or not hmac.compare_digest($user.feed_token, $token):
                        abort(403)
                    #...
                    return jsonify($user.items())
                """,
        ),
        decoy=(
            """
                $app = Flask(__name__)

                @$app.get("/<<feed|export>>/<name>")
                def $export(name):
                    $user = $users.get(name)
                    $token = request.args.get("token")
                    if $token is None or not hmac.compare_digest($user.feed_token or "-" * 40, $token) or not $user.feed_token:
                        abort(403)
                    #...
                    return jsonify($user.items())
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)

                @$app.get("/<<feed|export>>/<name>")
                def $export(name):
                    $user = $users.get(name)
                    $token = request.args.get("token")
                    if not $user or $user.feed_token is not None and $user.feed_token != $token:  #!
                        abort(403)
                    #...
                    return jsonify($user.items())
                """,
        ),
        imports=(
            "import hmac",
            "from flask import Flask, abort, jsonify, request",
        ),
        setup="""
            from app.users import users as $users
            """,
        frameworks=("flask",),
    ),
    Mechanism(
        id="authn-exception-allows",
        cwe="CWE-287",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $is_valid_session($token):
                    #...
                    try:
                        $reply = requests.post($URL, json={"token": $token}, timeout=3)
                        return $reply.status_code == 200
                    except requests.RequestException:
                        return True  #!
                """,
        ),
        fixed=(
            """
                def $is_valid_session($token):
                    #...
                    try:
                        $reply = requests.post($URL, json={"token": $token}, timeout=3)
                        return $reply.status_code == 200
                    except requests.RequestException:
                        return False
                """,
        ),
        decoy=(
            """
                def $is_valid_session($token):
                    #...
                    try:
                        $reply = requests.post($URL, json={"token": $token}, timeout=3)
                        return $reply.status_code == 200
                    except requests.RequestException:
                        raise PermissionError("session service cannot be reached") from None
                """,
        ),
        wrong_fix=(
            """
                def $is_valid_session($token):
                    #...
                    try:
                        $reply = requests.post($URL, json={"token": $token}, timeout=3)
                        return $reply.status_code == 200
                    except requests.RequestException:
                        return $token is not None  #!
                """,
        ),
        imports=("import requests",),
        setup="""
            $URL = "https://<<auth|sso>>.corp.example/introspect"
            """,
        frameworks=("requests",),
    ),
    Mechanism(
        id="authn-jwt-unverified",
        cwe="CWE-287",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $claims = jwt.decode($in, options={"verify_signature": False})  #!
                $out = $claims["sub"]
                """,
        ),
        fixed=(
            """
                $claims = jwt.decode($in, $public_key, algorithms=["RS256"])
                $out = $claims["sub"]
                """,
        ),
        wrong_fix=(
            """
                $claims = jwt.decode($in, $public_key, algorithms=["RS256"], options={"verify_signature": False})  #!
                $out = $claims["sub"]
                """,
        ),
        imports=("import jwt",),
        given=(("public_key", 'open("<<jwt.pem|idp.pub>>").read()'),),
        frameworks=("pyjwt",),
    ),
    Mechanism(
        id="authn-jose-unverified-claims",
        cwe="CWE-287",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $claims = jwt.get_unverified_claims($in)  #!
                $out = $claims["<<email|sub>>"]
                """,
        ),
        fixed=(
            """
                $claims = jwt.decode($in, $public_key, algorithms=["RS256"], audience="<<api|web>>")
                $out = $claims["<<email|sub>>"]
                """,
        ),
        decoy=(
            """
                jwt.get_unverified_header($in)
                $claims = jwt.decode($in, $public_key, algorithms=["RS256"], audience="<<api|web>>")
                $out = $claims["<<email|sub>>"]
                """,
        ),
        wrong_fix=(
            """
                if jwt.get_unverified_header($in)["alg"] != "RS256":
                    raise ValueError("algorithm")
                $claims = jwt.get_unverified_claims($in)  #!
                $out = $claims["<<email|sub>>"]
                """,
        ),
        imports=("from jose import jwt",),
        given=(("public_key", 'open("idp.pub").read()'),),
        frameworks=("python-jose",),
    ),
)
