"""Signatures that are not verified and secrets compared in variable time (CWE-347, CWE-208)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="sig-jwt-verify-off",
        cwe="CWE-347",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $KEY = os.environ["JWT_KEY"]


            def $current_user($token: str) -> str:
                #...
                $claims = jwt.decode($token, options={"verify_signature": False})  #!
                return $claims["sub"]
            """,
        ),
        fixed=(
            """
            $KEY = os.environ["JWT_KEY"]


            def $current_user($token: str) -> str:
                #...
                $claims = jwt.decode($token, $KEY, algorithms=["<<HS256|HS512>>"])
                return $claims["sub"]
            """,
        ),
        decoy=(
            """
            $KEY = os.environ["JWT_KEY"]


            def $current_user($token: str) -> str:
                $peek = jwt.decode($token, options={"verify_signature": False})
                #...
                print("issuer", $peek.get("iss"))
                $claims = jwt.decode($token, $KEY, algorithms=["<<HS256|HS512>>"])
                return $claims["sub"]
            """,
        ),
        wrong_fix=(
            """
            $KEY = os.environ["JWT_KEY"]


            def $current_user($token: str) -> str:
                #...
                $claims = jwt.decode(
                    $token, $KEY, algorithms=["<<HS256|HS512>>"], options={"verify_signature": False}  #!
                )
                return $claims["sub"]
            """,
        ),
        imports=(
            "import jwt",
            "import os",
        ),
        frameworks=("pyjwt",),
    ),
    Mechanism(
        id="sig-jwt-alg-from-header",
        cwe="CWE-347",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $load_claims($token: str, $public_key: str) -> dict:
                $alg = jwt.get_unverified_header($token)["alg"]
                #...
                return jwt.decode($token, $public_key, algorithms=[$alg])  #!
            """,
        ),
        fixed=(
            """
            def $load_claims($token: str, $public_key: str) -> dict:
                #...
                return jwt.decode($token, $public_key, algorithms=["<<RS256|ES256>>"])
            """,
        ),
        decoy=(
            """
            def $load_claims($token: str, $public_key: str) -> dict:
                $kid = jwt.get_unverified_header($token)["kid"]
                #...
                print("key id", $kid)
                return jwt.decode($token, $public_key, algorithms=["<<RS256|ES256>>"])
            """,
        ),
        wrong_fix=(
            """
            def $load_claims($token: str, $public_key: str) -> dict:
                $alg = jwt.get_unverified_header($token)["alg"]
                #...
                if not $alg:
                    raise jwt.InvalidTokenError("no algorithm")
                return jwt.decode($token, $public_key, algorithms=["<<RS256|ES256>>", $alg])  #!
            """,
        ),
        imports=("import jwt",),
        frameworks=("pyjwt",),
    ),
    Mechanism(
        id="sig-jwt-none-allowed",
        cwe="CWE-347",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            class $Tokens:
                def __init__(self, $secret: str) -> None:
                    self._secret = $secret

                def read(self, $raw: str) -> dict:
                    #...
                    return jwt.decode($raw, self._secret, algorithms=["HS256", "none"])  #!
            """,
        ),
        fixed=(
            """
            class $Tokens:
                def __init__(self, $secret: str) -> None:
                    self._secret = $secret

                def read(self, $raw: str) -> dict:
                    #...
                    return jwt.decode($raw, self._secret, algorithms=["HS256"])
            """,
        ),
        decoy=(
            """
            class $Tokens:
                def __init__(self, $secret: str) -> None:
                    self._secret = $secret

                def read(self, $raw: str) -> dict | None:
                    #...
                    try:
                        return jwt.decode($raw, self._secret, algorithms=["HS256"])
                    except jwt.InvalidSignatureError:
                        return None
            """,
        ),
        wrong_fix=(
            """
            class $Tokens:
                def __init__(self, $secret: str) -> None:
                    self._secret = $secret

                def read(self, $raw: str) -> dict:
                    #...
                    try:
                        return jwt.decode($raw, self._secret, algorithms=["HS256"])
                    except jwt.InvalidSignatureError:
                        return jwt.decode($raw, options={"verify_signature": False})  #!
            """,
        ),
        imports=("import jwt",),
        frameworks=("pyjwt",),
    ),
    Mechanism(
        id="sig-python-jose-unverified",
        cwe="CWE-347",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $identify($token: str, $jwks: dict) -> str:
                #...
                return jwt.get_unverified_claims($token)["email"]  #!
            """,
        ),
        fixed=(
            """
            def $identify($token: str, $jwks: dict) -> str:
                #...
                return jwt.decode($token, $jwks, algorithms=["RS256"], audience="<<api|web>>")["email"]
            """,
        ),
        decoy=(
            """
            def $identify($token: str, $jwks: dict) -> str:
                $header = jwt.get_unverified_header($token)
                $key = next($k for $k in $jwks["keys"] if $k["kid"] == $header["kid"])
                #...
                return jwt.decode($token, $key, algorithms=["RS256"], audience="<<api|web>>")["email"]
            """,
        ),
        wrong_fix=(
            """
            def $identify($token: str, $jwks: dict) -> str:
                $claims = jwt.get_unverified_claims($token)  #!
                #...
                if $claims["aud"] != "<<api|web>>" or not $jwks["keys"]:
                    raise PermissionError("audience")
                return $claims["email"]
            """,
        ),
        imports=("from jose import jwt",),
        frameworks=("python-jose",),
    ),
    Mechanism(
        id="sig-webhook-unchecked",
        cwe="CWE-347",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)


            @$app.post("/hooks/<<github|stripe|deploy>>")
            def $receive():  #!
                $event = request.get_json()
                #...
                $app.config["QUEUE"].put(("<<push|paid|build>>", $event["id"]))
                return "", 204
            """,
            """
            $app = Flask(__name__)


            @$app.post("/hooks/<<github|stripe|deploy>>")
            def $receive():
                $sent = request.headers.get("X-Signature")
                if $sent:
                    $want = hmac.new(os.environb[b"HOOK_KEY"], request.data, hashlib.sha256).hexdigest()
                    if not hmac.compare_digest($want, $sent):
                        abort(401)
                #...
                $app.config["QUEUE"].put(request.get_json()["id"])  #!
                return "", 204
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)


            @$app.post("/hooks/<<github|stripe|deploy>>")
            def $receive():
                $want = hmac.new(os.environb[b"HOOK_KEY"], request.get_data(), hashlib.sha256).hexdigest()
                if not hmac.compare_digest($want, request.headers.get("X-Signature", "")):
                    abort(401)
                $event = request.get_json()
                #...
                $app.config["QUEUE"].put(("<<push|paid|build>>", $event["id"]))
                return "", 204
            """,
            """
            $app = Flask(__name__)


            @$app.post("/hooks/<<github|stripe|deploy>>")
            def $receive():
                $sent = request.headers.get("X-Signature", "")
                $want = hmac.new(os.environb[b"HOOK_KEY"], request.data, hashlib.sha256).hexdigest()
                if not hmac.compare_digest($want, $sent):
                    abort(401)
                #...
                $app.config["QUEUE"].put(request.get_json()["id"])
                return "", 204
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)


            @$app.post("/hooks/<<github|stripe|deploy>>")
            def $receive():
                $want = hmac.new(os.environb[b"HOOK_KEY"], request.get_data(), hashlib.sha256).hexdigest()
                hmac.compare_digest($want, request.headers.get("X-Signature", ""))  #!
                $event = request.get_json()
                #...
                $app.config["QUEUE"].put(("<<push|paid|build>>", $event["id"]))
                return "", 204
            """,
        ),
        imports=(
            "import hashlib",
            "import hmac",
            "import os",
            "from flask import Flask, abort, request",
        ),
        frameworks=("flask",),
    ),
    Mechanism(
        id="sig-itsdangerous-unsafe-load",
        cwe="CWE-347",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $signer = URLSafeTimedSerializer(os.environ["SIGN_KEY"])


            def $confirm($token: str) -> str:
                #...
                $valid, $payload = $signer.loads_unsafe($token)  #!
                return $payload["email"]
            """,
        ),
        fixed=(
            """
            $signer = URLSafeTimedSerializer(os.environ["SIGN_KEY"])


            def $confirm($token: str) -> str:
                #...
                $payload = $signer.loads($token, max_age=3600)
                return $payload["email"]
            """,
        ),
        decoy=(
            """
            $signer = URLSafeTimedSerializer(os.environ["SIGN_KEY"])


            def $confirm($token: str) -> str:
                #...
                $valid, $payload = $signer.loads_unsafe($token, max_age=3600)
                if not $valid:
                    raise ValueError("token rejected")
                return $payload["email"]
            """,
        ),
        wrong_fix=(
            """
            $signer = URLSafeTimedSerializer(os.environ["SIGN_KEY"])


            def $confirm($token: str) -> str:
                #...
                $valid, $payload = $signer.loads_unsafe($token, max_age=3600)  #!
                if not $payload:
                    raise ValueError("empty token")
                return $payload["email"]
            """,
        ),
        imports=(
            "import os",
            "from itsdangerous import URLSafeTimedSerializer",
        ),
        frameworks=("itsdangerous",),
    ),
)
