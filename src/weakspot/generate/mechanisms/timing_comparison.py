"""Secrets compared in variable time (CWE-208, CWE-385)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="timing-hmac-equality",
        cwe="CWE-208",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $verify($secret: bytes, $body: bytes, $header: str) -> bool:
                $expected = "sha256=" + hmac.new($secret, $body, hashlib.sha256).hexdigest()
                #...
                return $expected == $header  #!
            """,
        ),
        fixed=(
            """
            def $verify($secret: bytes, $body: bytes, $header: str) -> bool:
                $expected = "sha256=" + hmac.new($secret, $body, hashlib.sha256).hexdigest()
                #...
                return hmac.compare_digest($expected, $header)
            """,
        ),
        decoy=(
            """
            def $verify($secret: bytes, $body: bytes, $header: str) -> bool:
                $kind, _, $sent = $header.partition("=")
                $expected = hmac.new($secret, $body, hashlib.sha256).hexdigest()
                #...
                return $kind == "sha256" and hmac.compare_digest($expected, $sent)
            """,
        ),
        wrong_fix=(
            """
            def $verify($secret: bytes, $body: bytes, $header: str) -> bool:
                $expected = "sha256=" + hmac.new($secret, $body, hashlib.sha256).hexdigest()
                #...
                return $expected == $header and hmac.compare_digest($expected, $header)  #!
            """,
        ),
        imports=(
            "import hashlib",
            "import hmac",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="timing-api-key-equality",
        cwe="CWE-208",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = FastAPI()


            @$app.get("/<<metrics|export|admin/jobs>>")
            async def $read(x_api_key: str = Header("")):
                if x_api_key != os.environ["API_KEY"]:  #!
                    raise HTTPException(status_code=403)
                #...
                return {"status": "ok"}
            """,
        ),
        fixed=(
            """
            $app = FastAPI()


            @$app.get("/<<metrics|export|admin/jobs>>")
            async def $read(x_api_key: str = Header("")):
                if not secrets.compare_digest(x_api_key.encode(), os.environb[b"API_KEY"]):
                    raise HTTPException(status_code=403)
                #...
                return {"status": "ok"}
            """,
        ),
        decoy=(
            """
            $app = FastAPI()


            @$app.get("/<<metrics|export|admin/jobs>>")
            async def $read(x_api_key: str = Header("")):
                if x_api_key == "":
                    raise HTTPException(status_code=401)
                if not secrets.compare_digest(x_api_key.encode(), os.environb[b"API_KEY"]):
                    raise HTTPException(status_code=403)
                #...
                return {"status": "ok"}
            """,
        ),
        wrong_fix=(
            """
            $app = FastAPI()


            @$app.get("/<<metrics|export|admin/jobs>>")
            async def $read(x_api_key: str = Header("")):
                $key = os.environ["API_KEY"]
                if len(x_api_key) != len($key) or any($a != $b for $a, $b in zip(x_api_key, $key)):  #!
                    raise HTTPException(status_code=403)
                #...
                return {"status": "ok"}
            """,
        ),
        imports=(
            "import os",
            "import secrets",
            "from fastapi import FastAPI, Header, HTTPException",
        ),
        frameworks=("fastapi",),
    ),
    Mechanism(
        id="timing-password-hash-equality",
        cwe="CWE-208",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $check($stored: bytes, $salt: bytes, $password: str) -> bool:
                $derived = hashlib.pbkdf2_hmac("sha256", $password.encode(), $salt, 600_000)
                #...
                return $derived == $stored  #!
            """,
        ),
        fixed=(
            """
            def $check($stored: bytes, $salt: bytes, $password: str) -> bool:
                $derived = hashlib.pbkdf2_hmac("sha256", $password.encode(), $salt, 600_000)
                #...
                return hmac.compare_digest($derived, $stored)
            """,
        ),
        wrong_fix=(
            """
            def $check($stored: bytes, $salt: bytes, $password: str) -> bool:
                $derived = hashlib.pbkdf2_hmac("sha256", $password.encode(), $salt, 600_000)
                #...
                return $derived.hex() == $stored.hex()  #!
            """,
        ),
        imports=(
            "import hashlib",
            "import hmac",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="timing-early-return-unknown-user",
        cwe="CWE-208",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $hasher = PasswordHasher()


            def $login($users: dict, $name: str, $password: str) -> bool:
                if $name not in $users:
                    return False  #!
                #...
                try:
                    return $hasher.verify($users[$name], $password)
                except VerifyMismatchError:
                    return False
            """,
        ),
        fixed=(
            """
            $hasher = PasswordHasher()
            $DUMMY = $hasher.hash("placeholder")


            def $login($users: dict, $name: str, $password: str) -> bool:
                $stored = $users.get($name, $DUMMY)
                #...
                try:
                    return $hasher.verify($stored, $password) and $name in $users
                except VerifyMismatchError:
                    return False
            """,
        ),
        wrong_fix=(
            """
            $hasher = PasswordHasher()
            $DUMMY = $hasher.hash("placeholder")


            def $login($users: dict, $name: str, $password: str) -> bool:
                $stored = $users.get($name, $DUMMY)
                #...
                try:
                    return $name in $users and $hasher.verify($stored, $password)  #!
                except VerifyMismatchError:
                    return False
            """,
        ),
        imports=(
            "from argon2 import PasswordHasher",
            "from argon2.exceptions import VerifyMismatchError",
        ),
        frameworks=("argon2-cffi",),
    ),
    Mechanism(
        id="timing-bytewise-loop",
        cwe="CWE-385",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $out = len($given) == len($wanted)
            for $a, $b in zip($given, $wanted):
                if $a != $b:  #!
                    $out = False
                    break
            """,
        ),
        fixed=(
            """
            $out = hmac.compare_digest($given, $wanted)
            """,
        ),
        decoy=(
            """
            $diff = len($given) ^ len($wanted)
            for $a, $b in zip($given, $wanted):
                $diff |= $a ^ $b
            $out = $diff == 0
            """,
        ),
        wrong_fix=(
            """
            $out = $given.startswith($wanted[:4]) and hmac.compare_digest($given, $wanted)  #!
            """,
        ),
        imports=(
            "import hmac",
            "from pathlib import Path",
            "import sys",
        ),
        given=(
            ("given", "sys.stdin.buffer.read(32)"),
            ("wanted", 'Path("/run/keys/agent").read_bytes()'),
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="timing-django-token",
        cwe="CWE-208",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $cron_hook($request):
                $token = $request.headers.get("X-Cron-Token", "")
                #...
                if $token != settings.CRON_TOKEN:  #!
                    return HttpResponseForbidden()
                return JsonResponse({"queued": True})
            """,
        ),
        fixed=(
            """
            def $cron_hook($request):
                $token = $request.headers.get("X-Cron-Token", "")
                #...
                if not constant_time_compare($token, settings.CRON_TOKEN):
                    return HttpResponseForbidden()
                return JsonResponse({"queued": True})
            """,
        ),
        wrong_fix=(
            """
            def $cron_hook($request):
                $token = $request.headers.get("X-Cron-Token", "")
                #...
                if $token.strip() not in (settings.CRON_TOKEN,):  #!
                    return HttpResponseForbidden()
                return JsonResponse({"queued": constant_time_compare($token, settings.CRON_TOKEN)})
            """,
        ),
        imports=(
            "from django.conf import settings",
            "from django.http import HttpResponseForbidden, JsonResponse",
            "from django.utils.crypto import constant_time_compare",
        ),
        frameworks=("django",),
    ),
)
