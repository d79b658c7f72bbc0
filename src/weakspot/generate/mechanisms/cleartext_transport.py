"""Credentials sent in clear text (CWE-319)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="clear-http-credentials",
        cwe="CWE-319",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $login = {"user": "<<sync|batch>>", "password": os.environ["API_PASSWORD"]}
            $out = requests.post("http://<<auth|billing|crm>>.example.com/login", json=$login, timeout=10).json()  #!
            """,
        ),
        fixed=(
            """
            $login = {"user": "<<sync|batch>>", "password": os.environ["API_PASSWORD"]}
            $out = requests.post("https://<<auth|billing|crm>>.example.com/login", json=$login, timeout=10).json()
            """,
        ),
        decoy=(
            """
            $login = {"user": "<<sync|batch>>", "password": os.environ["API_PASSWORD"]}
            $out = requests.post("http://127.0.0.1:8500/login", json=$login, timeout=10).json()
            """,
        ),
        wrong_fix=(
            """
            $login = {"user": "<<sync|batch>>", "password": os.environ["API_PASSWORD"]}
            $out = requests.post("http://<<auth|billing|crm>>.example.com:443/login", json=$login, verify=True, timeout=10).json()  #!
            """,
        ),
        imports=(
            "import os",
            "import requests",
        ),
        frameworks=("requests",),
    ),
    Mechanism(
        id="clear-ftp-login",
        cwe="CWE-319",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            with ftplib.FTP(os.environ["FTP_HOST"]) as $ftp:
                $ftp.login("<<edi|export>>", os.environ["FTP_PASS"])  #!
                $out = $ftp.nlst()
            """,
        ),
        fixed=(
            """
            with ftplib.FTP_TLS(os.environ["FTP_HOST"]) as $ftp:
                $ftp.login("<<edi|export>>", os.environ["FTP_PASS"])
                $ftp.prot_p()
                $out = $ftp.nlst()
            """,
        ),
        decoy=(
            """
            with ftplib.FTP(os.environ["FTP_HOST"]) as $ftp:
                $ftp.login()
                $out = $ftp.nlst("<<edi|export>>")
            """,
        ),
        wrong_fix=(
            """
            with ftplib.FTP_TLS(os.environ["FTP_HOST"]) as $ftp:
                $ftp.login("<<edi|export>>", os.environ["FTP_PASS"], secure=False)  #!
                $ftp.prot_p()
                $out = $ftp.nlst()
            """,
        ),
        imports=(
            "import ftplib",
            "import os",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="clear-smtp-login",
        cwe="CWE-319",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            with smtplib.SMTP(os.environ["MAIL_HOST"], <<25|587>>) as $smtp:
                $smtp.login("mailer", os.environ["MAIL_PASS"])  #!
                $out = $smtp.noop()
            """,
        ),
        fixed=(
            """
            with smtplib.SMTP(os.environ["MAIL_HOST"], <<25|587>>) as $smtp:
                $smtp.starttls(context=ssl.create_default_context())
                $smtp.login("mailer", os.environ["MAIL_PASS"])
                $out = $smtp.noop()
            """,
        ),
        wrong_fix=(
            """
            with smtplib.SMTP(os.environ["MAIL_HOST"], <<25|587>>) as $smtp:
                $smtp.login("mailer", os.environ["MAIL_PASS"])  #!
                $smtp.starttls(context=ssl.create_default_context())
                $out = $smtp.noop()
            """,
        ),
        imports=(
            "import os",
            "import smtplib",
            "import ssl",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="clear-redis-no-tls",
        cwe="CWE-319",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $store = redis.from_url(f"redis://:{os.environ['REDIS_PASSWORD']}@cache.example.com/<<0|1>>")  #!
            $out = $store.ping()
            """,
        ),
        fixed=(
            """
            $store = redis.from_url(f"rediss://:{os.environ['REDIS_PASSWORD']}@cache.example.com/<<0|1>>")
            $out = $store.ping()
            """,
        ),
        decoy=(
            """
            $store = redis.Redis(unix_socket_path="/run/redis.sock", password=os.environ["REDIS_PASSWORD"])
            $out = $store.ping()
            """,
        ),
        wrong_fix=(
            """
            $store = redis.from_url(f"redis://:{os.environ['REDIS_PASSWORD']}@cache.example.com:6380/<<0|1>>")  #!
            $out = $store.ping()
            """,
        ),
        imports=(
            "import os",
            "import redis",
        ),
        frameworks=("redis",),
    ),
    Mechanism(
        id="clear-grpc-channel",
        cwe="CWE-319",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $out = grpc.insecure_channel(os.environ["LEDGER_ADDR"])  #!
            """,
        ),
        fixed=(
            """
            $out = grpc.secure_channel(os.environ["LEDGER_ADDR"], grpc.ssl_channel_credentials())
            """,
        ),
        decoy=(
            """
            $out = grpc.insecure_channel("unix:///run/ledger.sock")
            """,
        ),
        imports=(
            "import grpc",
            "import os",
        ),
        frameworks=("grpcio",),
    ),
    Mechanism(
        id="oldtls-minimum-version",
        cwe="CWE-757",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $ctx = ssl.create_default_context()
            $ctx.minimum_version = ssl.TLSVersion.<<TLSv1|TLSv1_1|SSLv3|MINIMUM_SUPPORTED>>  #!
            $out = $ctx
            """,
        ),
        fixed=(
            """
            $ctx = ssl.create_default_context()
            $ctx.minimum_version = ssl.TLSVersion.<<TLSv1_2|TLSv1_3>>
            $out = $ctx
            """,
        ),
        wrong_fix=(
            """
            $ctx = ssl.create_default_context()
            $ctx.maximum_version = ssl.TLSVersion.<<TLSv1_2|TLSv1_3>>
            $ctx.minimum_version = ssl.TLSVersion.<<TLSv1|TLSv1_1|SSLv3|MINIMUM_SUPPORTED>>  #!
            $out = $ctx
            """,
        ),
        imports=("import ssl",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="oldtls-protocol-constant",
        cwe="CWE-757",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $ctx = ssl.SSLContext(ssl.<<PROTOCOL_TLSv1|PROTOCOL_TLSv1_1>>)  #!
            $ctx.load_cert_chain("/etc/ssl/server.pem")
            $out = $ctx
            """,
        ),
        fixed=(
            """
            $ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            $ctx.load_cert_chain("/etc/ssl/server.pem")
            $out = $ctx
            """,
        ),
        wrong_fix=(
            """
            $ctx = ssl.SSLContext(ssl.<<PROTOCOL_TLSv1|PROTOCOL_TLSv1_1>>)  #!
            $ctx.options |= ssl.OP_NO_SSLv3
            $ctx.load_cert_chain("/etc/ssl/server.pem")
            $out = $ctx
            """,
        ),
        imports=("import ssl",),
        frameworks=("stdlib",),
    ),
)
