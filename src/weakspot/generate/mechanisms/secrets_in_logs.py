"""Secrets that reach files and logs (CWE-312, CWE-532)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="stored-pickle-cookies-jar",
        cwe="CWE-312",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $sign_in($http, $user: str, $password: str) -> None:
                $resp = $http.post("https://api.example.com/session", json={"u": $user, "p": $password})
                #...
                Path.home().joinpath(".<<shopcli|devtool>>-session").write_text($resp.json()["token"])  #!
            """,
        ),
        fixed=(
            """
            def $sign_in($http, $user: str, $password: str) -> None:
                $resp = $http.post("https://api.example.com/session", json={"u": $user, "p": $password})
                #...
                keyring.set_password("<<shopcli|devtool>>", $user, $resp.json()["token"])
            """,
        ),
        decoy=(
            """
            def $sign_in($http, $user: str, $password: str) -> None:
                $resp = $http.post("https://api.example.com/session", json={"u": $user, "p": $password})
                #...
                keyring.set_password("<<shopcli|devtool>>", $user, $resp.json()["token"])
                Path.home().joinpath(".<<shopcli|devtool>>-session").write_text($resp.json()["expires"])
            """,
        ),
        imports=(
            "import keyring",
            "from pathlib import Path",
        ),
        frameworks=("requests",),
    ),
    Mechanism(
        id="log-password-argument",
        cwe="CWE-532",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $log = logging.getLogger(__name__)


            def $authenticate($backend, $user: str, $password: str) -> bool:
                $log.<<info|debug|warning>>("login attempt user=%s password=%s", $user, $password)  #!
                #...
                return $backend.check($user, $password)
            """,
        ),
        fixed=(
            """
            $log = logging.getLogger(__name__)


            def $authenticate($backend, $user: str, $password: str) -> bool:
                $log.<<info|debug|warning>>("login attempt user=%s", $user)
                #...
                return $backend.check($user, $password)
            """,
        ),
        decoy=(
            """
            $log = logging.getLogger(__name__)


            def $authenticate($backend, $user: str, $password: str) -> bool:
                $log.<<info|debug|warning>>("login attempt user=%s password=%s", $user, "*" * 8)
                #...
                return $backend.check($user, $password)
            """,
        ),
        wrong_fix=(
            """
            $log = logging.getLogger(__name__)


            def $authenticate($backend, $user: str, $password: str) -> bool:
                $log.<<info|debug|warning>>("login attempt user=%s password=%r", $user, $password.strip())  #!
                #...
                return $backend.check($user, $password)
            """,
        ),
        imports=("import logging",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="log-request-headers",
        cwe="CWE-532",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)


            @$app.before_request
            def $trace():
                #...
                logging.info("%s %s %s", request.method, request.path, dict(request.headers))  #!
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)


            @$app.before_request
            def $trace():
                #...
                logging.info("%s %s %s", request.method, request.path, request.user_agent.string)
            """,
        ),
        decoy=(
            """
            $app = Flask(__name__)


            @$app.before_request
            def $trace():
                $headers = {$k: $v for $k, $v in request.headers if $k not in ("Authorization", "Cookie")}
                #...
                logging.info("%s %s %s", request.method, request.path, sorted($headers))
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)


            @$app.before_request
            def $trace():
                $headers = dict(request.headers)
                $headers.pop("Cookie", None)
                #...
                logging.info("%s %s %s", request.method, request.path, $headers)  #!
            """,
        ),
        imports=(
            "import logging",
            "from flask import Flask, request",
        ),
        frameworks=("flask",),
    ),
    Mechanism(
        id="log-environment-dump",
        cwe="CWE-532",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            logging.<<info|debug>>("starting with environment %s", dict(os.environ))  #!
            $out = os.environ.get("<<REGION|STAGE>>", "local")
            """,
        ),
        fixed=(
            """
            logging.<<info|debug>>("starting in %s", os.environ.get("<<REGION|STAGE>>", "local"))
            $out = os.environ.get("<<REGION|STAGE>>", "local")
            """,
        ),
        decoy=(
            """
            logging.<<info|debug>>("starting with variables %s", sorted(os.environ))
            $out = os.environ.get("<<REGION|STAGE>>", "local")
            """,
        ),
        wrong_fix=(
            """
            $env = {$k: $v for $k, $v in os.environ.items() if $k != "DB_PASSWORD"}
            logging.<<info|debug>>("starting with environment %s", $env)  #!
            $out = os.environ.get("<<REGION|STAGE>>", "local")
            """,
        ),
        imports=(
            "import logging",
            "import os",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="log-token-print",
        cwe="CWE-532",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $fetch_token($client_id: str, $client_secret: str) -> str:
                $resp = requests.post(
                    "https://id.example.com/oauth/token",
                    data={"grant_type": "client_credentials"},
                    auth=($client_id, $client_secret),
                    timeout=10,
                )
                print("token response", $resp.<<json()|text>>)  #!
                #...
                return $resp.json()["access_token"]
            """,
        ),
        fixed=(
            """
            def $fetch_token($client_id: str, $client_secret: str) -> str:
                $resp = requests.post(
                    "https://id.example.com/oauth/token",
                    data={"grant_type": "client_credentials"},
                    auth=($client_id, $client_secret),
                    timeout=10,
                )
                print("token response", $resp.status_code)
                #...
                return $resp.json()["access_token"]
            """,
        ),
        wrong_fix=(
            """
            def $fetch_token($client_id: str, $client_secret: str) -> str:
                $resp = requests.post(
                    "https://id.example.com/oauth/token",
                    data={"grant_type": "client_credentials"},
                    auth=($client_id, $client_secret),
                    timeout=10,
                )
                print("token response", $resp.status_code, $resp.json()["access_token"][:-2])  #!
                #...
                return $resp.json()["access_token"]
            """,
        ),
        imports=("import requests",),
        frameworks=("requests",),
    ),
    Mechanism(
        id="log-db-url",
        cwe="CWE-532",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $engine():
                $url = os.environ["DATABASE_URL"]
                logging.info("connecting to %s", $url)  #!
                #...
                return create_engine($url)
            """,
        ),
        fixed=(
            """
            def $engine():
                $url = make_url(os.environ["DATABASE_URL"])
                logging.info("connecting to %s", $url)
                #...
                return create_engine($url)
            """,
        ),
        decoy=(
            """
            def $engine():
                $url = make_url(os.environ["DATABASE_URL"])
                logging.info("connecting to %s", $url.render_as_string(hide_password=True))
                #...
                return create_engine($url)
            """,
        ),
        wrong_fix=(
            """
            def $engine():
                $url = make_url(os.environ["DATABASE_URL"])
                logging.info("connecting to %s", $url.render_as_string(hide_password=False))  #!
                #...
                return create_engine($url)
            """,
        ),
        imports=(
            "import logging",
            "import os",
            "from sqlalchemy import create_engine",
            "from sqlalchemy.engine import make_url",
        ),
        frameworks=("sqlalchemy",),
    ),
    Mechanism(
        id="log-exception-with-command",
        cwe="CWE-532",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $dump($host: str, $password: str) -> None:
                $cmd = ["mysqldump", "-h", $host, f"-p{$password}", "<<shop|crm>>"]
                #...
                try:
                    subprocess.run($cmd, check=True)
                except subprocess.CalledProcessError as $exc:
                    logging.error("dump failed: %s", $exc)  #!
            """,
        ),
        fixed=(
            """
            def $dump($host: str, $password: str) -> None:
                $cmd = ["mysqldump", "-h", $host, f"-p{$password}", "<<shop|crm>>"]
                #...
                try:
                    subprocess.run($cmd, check=True)
                except subprocess.CalledProcessError as $exc:
                    logging.error("dump failed: %s", $exc.returncode)
            """,
        ),
        wrong_fix=(
            """
            def $dump($host: str, $password: str) -> None:
                $cmd = ["mysqldump", "-h", $host, f"-p{$password}", "<<shop|crm>>"]
                #...
                try:
                    subprocess.run($cmd, check=True)
                except subprocess.CalledProcessError as $exc:
                    logging.error("dump failed: %s", " ".join($exc.cmd[:4]))  #!
            """,
        ),
        imports=(
            "import logging",
            "import subprocess",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="log-form-data",
        cwe="CWE-532",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $logger = logging.getLogger("<<accounts|signup>>")


            def $register($request, $form_class):
                $logger.info("registration %s", $request.POST.dict())  #!
                $form = $form_class($request.POST)
                #...
                return $form.save() if $form.is_valid() else None
            """,
        ),
        fixed=(
            """
            $logger = logging.getLogger("<<accounts|signup>>")


            def $register($request, $form_class):
                $logger.info("registration %s", sorted($request.POST))
                $form = $form_class($request.POST)
                #...
                return $form.save() if $form.is_valid() else None
            """,
        ),
        wrong_fix=(
            """
            $logger = logging.getLogger("<<accounts|signup>>")


            def $register($request, $form_class):
                $data = $request.POST.dict()
                $data.pop("csrfmiddlewaretoken", None)
                $logger.info("registration %s", $data)  #!
                $form = $form_class($request.POST)
                #...
                return $form.save() if $form.is_valid() else None
            """,
        ),
        imports=("import logging",),
        frameworks=("django",),
    ),
)
