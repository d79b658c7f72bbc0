"""Tokens, passwords and private keys written into the code (CWE-798, CWE-259, CWE-321)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="hardcoded-bearer-token",
        cwe="CWE-798",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $headers = {"Authorization": "Bearer <<ghp_9aB8cD7eF6gH5iJ4kL3mN2oP1q|sk_live_51Hx8mQzR7vT2yW|xoxb-284719-Kq7Zp2>>"}  #!
            $out = requests.get("https://api.example.com/v1/<<orders|issues>>", headers=$headers, timeout=10).json()
            """,
        ),
        fixed=(
            """
            $headers = {"Authorization": f"Bearer {os.environ['API_TOKEN']}"}
            $out = requests.get("https://api.example.com/v1/<<orders|issues>>", headers=$headers, timeout=10).json()
            """,
        ),
        decoy=(
            """
            $headers = {"Authorization": "Bearer {token}".format(token=os.environ["API_TOKEN"])}
            $out = requests.get("https://api.example.com/v1/<<orders|issues>>", headers=$headers, timeout=10).json()
            """,
        ),
        wrong_fix=(
            """
            $token = "".join(reversed("<<ghp_9aB8cD7eF6gH5iJ4kL3mN2oP1q|sk_live_51Hx8mQzR7vT2yW|xoxb-284719-Kq7Zp2>>"))  #!
            $headers = {"Authorization": "Bearer " + $token[::-1]}
            $out = requests.get("https://api.example.com/v1/<<orders|issues>>", headers=$headers, timeout=10).json()
            """,
        ),
        imports=(
            "import os",
            "import requests",
        ),
        frameworks=("requests",),
    ),
    Mechanism(
        id="hardcoded-basic-auth-check",
        cwe="CWE-798",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)


            @$app.get("/admin/<<stats|flags>>")
            def $stats():
                $auth = request.authorization
                if not $auth or $auth.username != "admin" or $auth.password != "<<hunter22|Adm1n!2022>>":  #!
                    abort(401)
                #...
                return {"ok": True}
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)


            @$app.get("/admin/<<stats|flags>>")
            def $stats():
                $auth = request.authorization
                if not $auth or not check_password_hash(os.environ["ADMIN_HASH"], $auth.password):
                    abort(401)
                #...
                return {"ok": True}
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)


            @$app.get("/admin/<<stats|flags>>")
            def $stats():
                $auth = request.authorization
                if not $auth or $auth.password not in (os.environ.get("ADMIN_PASSWORD"), "<<hunter22|Adm1n!2022>>"):  #!
                    abort(401)
                #...
                return {"ok": True}
            """,
        ),
        imports=(
            "import os",
            "from flask import Flask, abort, request",
            "from werkzeug.security import check_password_hash",
        ),
        frameworks=("flask",),
    ),
    Mechanism(
        id="hardcoded-default-argument",
        cwe="CWE-259",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $open_mail($host: str, $user: str, $password: str = "<<Winter2023!|mailpass1|N0reply77>>"):  #!
                $smtp = smtplib.SMTP_SSL($host, 465, context=ssl.create_default_context())
                #...
                $smtp.login($user, $password)
                return $smtp
            """,
        ),
        fixed=(
            """
            def $open_mail($host: str, $user: str, $password: str):
                $smtp = smtplib.SMTP_SSL($host, 465, context=ssl.create_default_context())
                #...
                $smtp.login($user, $password)
                return $smtp
            """,
        ),
        decoy=(
            """
            def $open_mail($host: str, $user: str, $password: str = ""):
                $smtp = smtplib.SMTP_SSL($host, 465, context=ssl.create_default_context())
                #...
                $smtp.login($user, $password or getpass.getpass("Mail password: "))
                return $smtp
            """,
        ),
        wrong_fix=(
            """
            def $open_mail($host: str, $user: str, $password: str | None = None):
                $smtp = smtplib.SMTP_SSL($host, 465, context=ssl.create_default_context())
                #...
                $smtp.login($user, $password or "<<Winter2023!|mailpass1|N0reply77>>")  #!
                return $smtp
            """,
        ),
        imports=(
            "import getpass",
            "import smtplib",
            "import ssl",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="hardcoded-password-compare",
        cwe="CWE-259",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $unlock() -> bool:
                $entered = getpass.getpass("<<Maintenance|Operator>> password: ")
                #...
                return $entered == "<<letmein99|0p3nS3same|m4int3nance>>"  #!
            """,
        ),
        fixed=(
            """
            def $unlock() -> bool:
                $entered = getpass.getpass("<<Maintenance|Operator>> password: ")
                #...
                return hmac.compare_digest($entered.encode(), os.environb[b"MAINTENANCE_PASSWORD"])
            """,
        ),
        decoy=(
            """
            def $unlock() -> bool:
                $entered = getpass.getpass("<<Maintenance|Operator>> password: ")
                if $entered == "":
                    return False
                #...
                return hmac.compare_digest($entered.encode(), os.environb[b"MAINTENANCE_PASSWORD"])
            """,
        ),
        wrong_fix=(
            """
            def $unlock() -> bool:
                $entered = getpass.getpass("<<Maintenance|Operator>> password: ")
                #...
                return hmac.compare_digest($entered.encode(), b"<<letmein99|0p3nS3same|m4int3nance>>")  #!
            """,
        ),
        imports=(
            "import getpass",
            "import hmac",
            "import os",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="hardcoded-private-key-pem",
        cwe="CWE-321",
        kind=Kind.PROGRAM,
        vulnerable=(
            r"""
            $PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow<<IBAAKCAQEAv9pT|IBAAKCAQEA2fKz>>\n-----END RSA PRIVATE KEY-----\n"  #!


            def $connect($host: str):
                $ssh = paramiko.SSHClient()
                $ssh.load_system_host_keys()
                #...
                $ssh.connect($host, username="deploy", pkey=paramiko.RSAKey.from_private_key(io.StringIO($PEM)))
                return $ssh
            """,
        ),
        fixed=(
            """
            $PEM = "/run/secrets/deploy_key"


            def $connect($host: str):
                $ssh = paramiko.SSHClient()
                $ssh.load_system_host_keys()
                #...
                $ssh.connect($host, username="deploy", pkey=paramiko.RSAKey.from_private_key_file($PEM))
                return $ssh
            """,
        ),
        decoy=(
            r"""
            $HEADER = "-----BEGIN RSA PRIVATE KEY-----\n"


            def $connect($host: str):
                $ssh = paramiko.SSHClient()
                $ssh.load_system_host_keys()
                #...
                with open("/run/secrets/deploy_key") as $fh:
                    $body = $fh.read().removeprefix($HEADER)
                    $key = paramiko.RSAKey.from_private_key(io.StringIO($HEADER + $body))
                $ssh.connect($host, username="deploy", pkey=$key)
                return $ssh
            """,
        ),
        imports=(
            "import io",
            "import paramiko",
        ),
        frameworks=("paramiko",),
    ),
    Mechanism(
        id="hardcoded-redis-password",
        cwe="CWE-798",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $app = Celery("<<tasks|worker>>", broker="redis://:<<R3dis4pp|f00barqueue>>@queue.internal:6379/0")  #!
            $out = $app
            """,
        ),
        fixed=(
            """
            $app = Celery("<<tasks|worker>>", broker=os.environ["BROKER_URL"])
            $out = $app
            """,
        ),
        decoy=(
            """
            $app = Celery("<<tasks|worker>>", broker="redis://localhost:6379/0")
            $app.conf.result_backend = os.environ["BROKER_URL"]
            $out = $app
            """,
        ),
        wrong_fix=(
            """
            $password = "<<R3dis4pp|f00barqueue>>"  #!
            $app = Celery("<<tasks|worker>>", broker=f"redis://:{$password}@{os.environ['BROKER_HOST']}/0")
            $out = $app
            """,
        ),
        imports=(
            "import os",
            "from celery import Celery",
        ),
        frameworks=(
            "redis",
            "celery",
        ),
    ),
    Mechanism(
        id="hardcoded-settings-class",
        cwe="CWE-798",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            class $Settings(BaseSettings):
                api_url: str = "https://api.example.com"
                timeout: int = <<10|30>>
                stripe_key: SecretStr = SecretStr("<<sk_live_4eC39HqLyjWD|rk_live_8sKf02mZQa>>")  #!
                #...


            $settings = $Settings()
            """,
        ),
        fixed=(
            """
            class $Settings(BaseSettings):
                api_url: str = "https://api.example.com"
                timeout: int = <<10|30>>
                stripe_key: SecretStr
                #...


            $settings = $Settings()
            """,
        ),
        decoy=(
            """
            class $Settings(BaseSettings):
                api_url: str = "https://api.example.com"
                timeout: int = <<10|30>>
                stripe_key: SecretStr
                stripe_key_prefix: str = "sk_live_"
                #...


            $settings = $Settings()
            """,
        ),
        wrong_fix=(
            """
            class $Settings(BaseSettings):
                api_url: str = "https://api.example.com"
                timeout: int = <<10|30>>
                stripe_key: SecretStr | None = None
                #...


            $settings = $Settings(stripe_key=SecretStr("<<sk_live_4eC39HqLyjWD|rk_live_8sKf02mZQa>>"))  #!
            """,
        ),
        imports=(
            "from pydantic import SecretStr",
            "from pydantic_settings import BaseSettings",
        ),
        frameworks=("pydantic",),
    ),
)
