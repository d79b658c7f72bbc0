"""Failed checks that are swallowed or ignored (CWE-703, CWE-755, CWE-390, CWE-252)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="fail-open-permission-except",
        cwe="CWE-755",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $allowed($user_id: int, $action: str) -> bool:
                #...
                try:
                    $resp = requests.get(f"https://policy.internal/{$user_id}/{$action}", timeout=3)
                    return $resp.json()["allow"]
                except requests.RequestException:
                    logging.warning("policy service unreachable")
                    return True  #!
            """,
        ),
        fixed=(
            """
            def $allowed($user_id: int, $action: str) -> bool:
                #...
                try:
                    $resp = requests.get(f"https://policy.internal/{$user_id}/{$action}", timeout=3)
                    return $resp.json()["allow"]
                except requests.RequestException:
                    logging.warning("policy service unreachable")
                    return False
            """,
        ),
        wrong_fix=(
            """
            def $allowed($user_id: int, $action: str) -> bool:
                #...
                try:
                    $resp = requests.get(f"https://policy.internal/{$user_id}/{$action}", timeout=3)
                    return $resp.json()["allow"]
                except requests.ConnectionError:
                    return False
                except requests.RequestException:
                    logging.warning("policy service unreachable")
                    return True  #!
            """,
        ),
        imports=(
            "import logging",
            "import requests",
        ),
        frameworks=("requests",),
    ),
    Mechanism(
        id="fail-pass-on-invalid-token",
        cwe="CWE-390",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $authenticate($key: str) -> None:
                g.user = None
                #...
                try:
                    g.user = jwt.decode(request.headers["X-Token"], $key, algorithms=["HS256"])["sub"]
                except jwt.PyJWTError:
                    pass  #!
            """,
        ),
        fixed=(
            """
            def $authenticate($key: str) -> None:
                g.user = None
                #...
                try:
                    g.user = jwt.decode(request.headers["X-Token"], $key, algorithms=["HS256"])["sub"]
                except jwt.PyJWTError:
                    abort(401)
            """,
        ),
        decoy=(
            """
            def $authenticate($key: str) -> None:
                g.user = None
                #...
                try:
                    g.user = jwt.decode(request.headers["X-Token"], $key, algorithms=["HS256"])["sub"]
                except jwt.PyJWTError:
                    pass
                if g.user is None:
                    abort(401)
            """,
        ),
        wrong_fix=(
            """
            def $authenticate($key: str) -> None:
                g.user = None
                #...
                try:
                    g.user = jwt.decode(request.headers["X-Token"], $key, algorithms=["HS256"])["sub"]
                except jwt.ExpiredSignatureError:
                    abort(401)
                except Exception:
                    g.user = request.headers.get("X-User")  #!
            """,
        ),
        imports=(
            "import jwt",
            "from flask import abort, g, request",
        ),
        frameworks=(
            "flask",
            "pyjwt",
        ),
    ),
    Mechanism(
        id="fail-virus-scan-swallowed",
        cwe="CWE-703",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $accept($path: str, $store) -> None:
                try:
                    subprocess.run(["<<clamdscan|clamscan>>", "--no-summary", $path], check=True)
                except Exception:
                    logging.exception("scan")  #!
                #...
                $store.add($path)
            """,
        ),
        fixed=(
            """
            def $accept($path: str, $store) -> None:
                try:
                    subprocess.run(["<<clamdscan|clamscan>>", "--no-summary", $path], check=True)
                except Exception:
                    raise PermissionError("scan") from None
                #...
                $store.add($path)
            """,
        ),
        decoy=(
            """
            def $accept($path: str, $store) -> None:
                try:
                    subprocess.run(["<<clamdscan|clamscan>>", "--no-summary", $path], check=True)
                except Exception:
                    logging.exception("scan")
                    return
                #...
                $store.add($path)
            """,
        ),
        wrong_fix=(
            """
            def $accept($path: str, $store) -> None:
                $store.add($path)  #!
                #...
                try:
                    subprocess.run(["<<clamdscan|clamscan>>", "--no-summary", $path], check=True)
                except Exception:
                    raise PermissionError("scan") from None
            """,
        ),
        imports=(
            "import logging",
            "import subprocess",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="fail-finally-return",
        cwe="CWE-703",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $verify_license($client, $key: str) -> bool:
                $valid = True
                #...
                try:
                    $valid = $client.check($key)
                finally:
                    return $valid  #!
            """,
        ),
        fixed=(
            """
            def $verify_license($client, $key: str) -> bool:
                $valid = False
                #...
                try:
                    $valid = $client.check($key)
                finally:
                    $client.close()
                return $valid
            """,
        ),
        wrong_fix=(
            """
            def $verify_license($client, $key: str) -> bool:
                $valid = True
                #...
                try:
                    $valid = $client.check($key)
                except TimeoutError:
                    $valid = False
                finally:
                    return $valid  #!
            """,
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="fail-suppress-signature",
        cwe="CWE-390",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $load_policy($public_key, $blob: bytes, $signature: bytes) -> bytes:
                with contextlib.suppress(InvalidSignature):
                    $public_key.verify($signature, $blob)  #!
                #...
                return $blob
            """,
        ),
        fixed=(
            """
            def $load_policy($public_key, $blob: bytes, $signature: bytes) -> bytes:
                $public_key.verify($signature, $blob)
                #...
                return $blob
            """,
        ),
        decoy=(
            """
            def $load_policy($public_key, $blob: bytes, $signature: bytes) -> bytes:
                with contextlib.suppress(InvalidSignature):
                    $public_key.verify($signature, $blob)
                    #...
                    return $blob
                return b""
            """,
        ),
        wrong_fix=(
            """
            def $load_policy($public_key, $blob: bytes, $signature: bytes) -> bytes:
                $checked = False
                with contextlib.suppress(InvalidSignature):
                    $public_key.verify($signature, $blob)  #!
                    $checked = True
                #...
                print("policy checked:", $checked)
                return $blob
            """,
        ),
        imports=(
            "import contextlib",
            "from cryptography.exceptions import InvalidSignature",
        ),
        frameworks=(
            "stdlib",
            "cryptography",
        ),
    ),
    Mechanism(
        id="ret-compare-digest-ignored",
        cwe="CWE-252",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $reset_password($user, $token: str, $new: str) -> None:
                hmac.compare_digest($user.reset_token, $token)  #!
                #...
                $user.set_password($new)
                $user.save()
            """,
        ),
        fixed=(
            """
            def $reset_password($user, $token: str, $new: str) -> None:
                if not hmac.compare_digest($user.reset_token, $token):
                    raise PermissionError("token")
                #...
                $user.set_password($new)
                $user.save()
            """,
        ),
        wrong_fix=(
            """
            def $reset_password($user, $token: str, $new: str) -> None:
                $same = hmac.compare_digest($user.reset_token, $token)
                if $same is None:
                    raise PermissionError("token")
                #...
                $user.set_password($new)  #!
                $user.save()
            """,
        ),
        imports=("import hmac",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="ret-subprocess-check-ignored",
        cwe="CWE-252",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $verify_and_apply($image: str) -> None:
                subprocess.run(["<<cosign|gpg>>", "<<verify|--verify>>", $image])  #!
                #...
                os.replace($image, "/boot/<<firmware|kernel>>.img")
            """,
        ),
        fixed=(
            """
            def $verify_and_apply($image: str) -> None:
                subprocess.run(["<<cosign|gpg>>", "<<verify|--verify>>", $image], check=True)
                #...
                os.replace($image, "/boot/<<firmware|kernel>>.img")
            """,
        ),
        decoy=(
            """
            def $verify_and_apply($image: str) -> None:
                $done = subprocess.run(["<<cosign|gpg>>", "<<verify|--verify>>", $image])
                $done.check_returncode()
                #...
                os.replace($image, "/boot/<<firmware|kernel>>.img")
            """,
        ),
        wrong_fix=(
            """
            def $verify_and_apply($image: str) -> None:
                $done = subprocess.run(["<<cosign|gpg>>", "<<verify|--verify>>", $image], capture_output=True)
                print("verify returned", $done.returncode)
                #...
                os.replace($image, "/boot/<<firmware|kernel>>.img")  #!
            """,
        ),
        imports=(
            "import os",
            "import subprocess",
        ),
        frameworks=("stdlib",),
    ),
)
