"""Names, keys and salts that an attacker can guess (CWE-330, CWE-331, CWE-338)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="rand-upload-name-guessable",
        cwe="CWE-330",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $store_private($upload, $folder: str) -> str:
                $name = f"{int(time.time())}_{random.randint(100, 999)}"  #!
                #...
                $upload.save(os.path.join($folder, $name))
                return f"/shared/{$name}"
            """,
        ),
        fixed=(
            """
            def $store_private($upload, $folder: str) -> str:
                $name = secrets.token_urlsafe(24)
                #...
                $upload.save(os.path.join($folder, $name))
                return f"/shared/{$name}"
            """,
        ),
        decoy=(
            """
            def $store_private($upload, $folder: str) -> str:
                $name = f"{int(time.time())}_{secrets.token_urlsafe(24)}"
                #...
                $upload.save(os.path.join($folder, $name))
                return f"/shared/{$name}"
            """,
        ),
        wrong_fix=(
            """
            def $store_private($upload, $folder: str) -> str:
                $name = f"{int(time.time())}_{random.random()}".replace(".", "")  #!
                #...
                while os.path.exists(os.path.join($folder, $name)):
                    $name = f"{int(time.time())}_{random.randint(100, 999)}"
                $upload.save(os.path.join($folder, $name))
                return f"/shared/{$name}"
            """,
        ),
        imports=(
            "import os",
            "import random",
            "import secrets",
            "import time",
        ),
        frameworks=("flask",),
    ),
    Mechanism(
        id="rand-short-entropy-token",
        cwe="CWE-331",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $out = secrets.token_hex(<<2|3|4>>)  #!
            """,
        ),
        fixed=(
            """
            $out = secrets.token_hex(<<16|24|32>>)
            """,
        ),
        decoy=(
            """
            $code = secrets.token_hex(<<2|3|4>>)
            $out = f"{$code}-{secrets.token_hex(<<16|24|32>>)}"
            """,
        ),
        wrong_fix=(
            """
            $part = secrets.token_hex(<<2|3|4>>)  #!
            $out = $part * 8
            """,
        ),
        imports=("import secrets",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="rand-invite-counter-hash",
        cwe="CWE-330",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $SEQUENCE = itertools.count(1000)


            def $invite($team: str) -> str:
                $number = next($SEQUENCE)
                #...
                return hashlib.sha256(f"{$team}-{$number}".encode()).hexdigest()[:20]  #!
            """,
        ),
        fixed=(
            """
            $SEQUENCE = itertools.count(1000)


            def $invite($team: str) -> str:
                $number = next($SEQUENCE)
                #...
                return f"{$team}-{$number}-{secrets.token_hex(10)}"
            """,
        ),
        wrong_fix=(
            """
            $SEQUENCE = itertools.count(secrets.randbelow(1000))


            def $invite($team: str) -> str:
                $number = next($SEQUENCE)
                #...
                return hashlib.sha512(f"{$team}-{$number}".encode()).hexdigest()[:20]  #!
            """,
        ),
        imports=(
            "import hashlib",
            "import itertools",
            "import secrets",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="rand-state-oauth-random",
        cwe="CWE-338",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)


            @$app.get("/login/<<github|gitlab|okta>>")
            def $begin():
                $state = str(random.random())[2:]  #!
                session["oauth_state"] = $state
                #...
                $query = urlencode({"client_id": $app.config["CLIENT_ID"], "state": $state})
                return redirect(f"https://<<github|gitlab|okta>>.com/oauth/authorize?{$query}")
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)


            @$app.get("/login/<<github|gitlab|okta>>")
            def $begin():
                $state = secrets.token_urlsafe()
                session["oauth_state"] = $state
                #...
                $query = urlencode({"client_id": $app.config["CLIENT_ID"], "state": $state})
                return redirect(f"https://<<github|gitlab|okta>>.com/oauth/authorize?{$query}")
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)


            @$app.get("/login/<<github|gitlab|okta>>")
            def $begin():
                $state = hex(random.getrandbits(64))[2:]  #!
                session["oauth_state"] = $state
                #...
                $query = urlencode({"client_id": $app.config["CLIENT_ID"], "state": $state})
                return redirect(f"https://<<github|gitlab|okta>>.com/oauth/authorize?{$query}")
            """,
        ),
        imports=(
            "import random",
            "import secrets",
            "from flask import Flask, redirect, session",
            "from urllib.parse import urlencode",
        ),
        frameworks=(
            "flask",
            "requests-oauthlib",
        ),
    ),
    Mechanism(
        id="rand-django-random-string",
        cwe="CWE-338",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $activation_key($profile) -> str:
                $profile.key = "".join(random.sample("abcdefghjkmnpqrstuvwxyz23456789", 20))  #!
                #...
                $profile.save(update_fields=["key"])
                return $profile.key
            """,
        ),
        fixed=(
            """
            def $activation_key($profile) -> str:
                $profile.key = get_random_string(20)
                #...
                $profile.save(update_fields=["key"])
                return $profile.key
            """,
        ),
        decoy=(
            """
            def $activation_key($profile) -> str:
                $profile.badge = random.sample(["fox", "owl", "elk"], 1)[0]
                $profile.key = get_random_string(20)
                #...
                $profile.save(update_fields=["badge", "key"])
                return $profile.key
            """,
        ),
        wrong_fix=(
            """
            def $activation_key($profile) -> str:
                random.seed(get_random_string(2))
                $profile.key = "".join(random.sample("abcdefghjkmnpqrstuvwxyz23456789", 20))  #!
                #...
                $profile.save(update_fields=["key"])
                return $profile.key
            """,
        ),
        imports=(
            "import random",
            "from django.utils.crypto import get_random_string",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="rand-csrf-token-uniform",
        cwe="CWE-338",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            async def $form($request):
                $token = f"{random.uniform(0, 1e18):.0f}"  #!
                #...
                $request.session["csrf"] = $token
                return {"csrf": $token}
            """,
        ),
        fixed=(
            """
            async def $form($request):
                $token = secrets.token_hex()
                #...
                $request.session["csrf"] = $token
                return {"csrf": $token}
            """,
        ),
        decoy=(
            """
            async def $form($request):
                $token = secrets.token_hex()
                $retry = random.uniform(0, 3)
                #...
                $request.session["csrf"] = $token
                return {"csrf": $token, "retry_after": $retry}
            """,
        ),
        imports=(
            "import random",
            "import secrets",
        ),
        frameworks=("starlette",),
    ),
    Mechanism(
        id="rand-salt-from-random",
        cwe="CWE-330",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $salt = str(random.randint(1, 10000)).encode()  #!
            $out = $salt + hashlib.pbkdf2_hmac("sha256", $password.encode(), $salt, 600000)
            """,
        ),
        fixed=(
            """
            $salt = os.urandom(16)
            $out = $salt + hashlib.pbkdf2_hmac("sha256", $password.encode(), $salt, 600000)
            """,
        ),
        wrong_fix=(
            """
            $salt = str(random.randint(1, 10000)).encode().zfill(16)  #!
            $out = $salt + hashlib.pbkdf2_hmac("sha512", $password.encode(), $salt, 600000)
            """,
        ),
        imports=(
            "import hashlib",
            "import os",
            "import random",
            "import getpass",
        ),
        given=(("password", "getpass.getpass()"),),
        frameworks=("stdlib",),
    ),
)
