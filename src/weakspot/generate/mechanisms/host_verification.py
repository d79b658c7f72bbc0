"""SSH host keys and certificates of mail, directory and database servers (CWE-295)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="tls-paramiko-auto-add",
        cwe="CWE-295",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $push($host: str, $user: str, $local: str, $remote: str) -> None:
                $ssh = paramiko.SSHClient()
                $ssh.set_missing_host_key_policy(paramiko.<<AutoAddPolicy|WarningPolicy>>())  #!
                #...
                $ssh.connect($host, username=$user)
                with $ssh.open_sftp() as $sftp:
                    $sftp.put($local, $remote)
            """,
        ),
        fixed=(
            """
            def $push($host: str, $user: str, $local: str, $remote: str) -> None:
                $ssh = paramiko.SSHClient()
                $ssh.load_system_host_keys()
                #...
                $ssh.connect($host, username=$user)
                with $ssh.open_sftp() as $sftp:
                    $sftp.put($local, $remote)
            """,
        ),
        decoy=(
            """
            def $push($host: str, $user: str, $local: str, $remote: str) -> None:
                $ssh = paramiko.SSHClient()
                $ssh.load_host_keys("/etc/deploy/known_hosts")
                $ssh.set_missing_host_key_policy(paramiko.RejectPolicy())
                #...
                $ssh.connect($host, username=$user)
                with $ssh.open_sftp() as $sftp:
                    $sftp.put($local, $remote)
            """,
        ),
        wrong_fix=(
            """
            def $push($host: str, $user: str, $local: str, $remote: str) -> None:
                $ssh = paramiko.SSHClient()
                $ssh.load_system_host_keys()
                $ssh.set_missing_host_key_policy(paramiko.<<AutoAddPolicy|WarningPolicy>>())  #!
                #...
                $ssh.connect($host, username=$user)
                with $ssh.open_sftp() as $sftp:
                    $sftp.put($local, $remote)
            """,
        ),
        imports=("import paramiko",),
        frameworks=("paramiko",),
    ),
    Mechanism(
        id="tls-asyncssh-known-hosts-none",
        cwe="CWE-295",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            async with asyncssh.connect($host, username="<<ops|backup>>", known_hosts=None) as $conn:  #!
                $out = await $conn.run("<<df -h|uptime>>")
            """,
        ),
        fixed=(
            """
            async with asyncssh.connect($host, username="<<ops|backup>>") as $conn:
                $out = await $conn.run("<<df -h|uptime>>")
            """,
        ),
        decoy=(
            """
            async with asyncssh.connect(
                $host, username="<<ops|backup>>", known_hosts="/etc/ssh/ssh_known_hosts", client_keys=None
            ) as $conn:
                $out = await $conn.run("<<df -h|uptime>>")
            """,
        ),
        wrong_fix=(
            """
            async with asyncssh.connect($host, username="<<ops|backup>>", known_hosts=None) as $conn:  #!
                $seen = $conn.get_server_host_key()
                print($seen.get_fingerprint())
                $out = await $conn.run("<<df -h|uptime>>")
            """,
        ),
        imports=(
            "import asyncssh",
            "import sys",
        ),
        given=(("host", "sys.argv[1]"),),
        frameworks=("asyncssh",),
    ),
    Mechanism(
        id="tls-pysftp-hostkeys-none",
        cwe="CWE-295",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $opts = pysftp.CnOpts()
            $opts.hostkeys = None  #!
            with pysftp.Connection(os.environ["SFTP_HOST"], username="edi", cnopts=$opts) as $sftp:
                $out = $sftp.listdir("<<inbox|outbox>>")
            """,
        ),
        fixed=(
            """
            $opts = pysftp.CnOpts(knownhosts="/etc/edi/known_hosts")
            with pysftp.Connection(os.environ["SFTP_HOST"], username="edi", cnopts=$opts) as $sftp:
                $out = $sftp.listdir("<<inbox|outbox>>")
            """,
        ),
        wrong_fix=(
            """
            $opts = pysftp.CnOpts(knownhosts="/etc/edi/known_hosts")
            if not $opts.hostkeys.lookup(os.environ["SFTP_HOST"]):
                $opts.hostkeys = None  #!
            with pysftp.Connection(os.environ["SFTP_HOST"], username="edi", cnopts=$opts) as $sftp:
                $out = $sftp.listdir("<<inbox|outbox>>")
            """,
        ),
        imports=(
            "import pysftp",
            "import os",
        ),
        frameworks=("pysftp",),
    ),
    Mechanism(
        id="tls-ldap3-validate-none",
        cwe="CWE-295",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $tls = Tls(validate=ssl.CERT_NONE)  #!
            $server = Server(os.environ["LDAP_HOST"], port=636, use_ssl=True, tls=$tls)
            $out = Connection($server, os.environ["LDAP_DN"], os.environ["LDAP_PW"], auto_bind=True)
            """,
        ),
        fixed=(
            """
            $tls = Tls(validate=ssl.CERT_REQUIRED)
            $server = Server(os.environ["LDAP_HOST"], port=636, use_ssl=True, tls=$tls)
            $out = Connection($server, os.environ["LDAP_DN"], os.environ["LDAP_PW"], auto_bind=True)
            """,
        ),
        wrong_fix=(
            """
            $tls = Tls(version=ssl.PROTOCOL_TLS_CLIENT, ca_certs_file="/etc/ssl/ldap.pem", validate=ssl.CERT_NONE)  #!
            $server = Server(os.environ["LDAP_HOST"], port=636, use_ssl=True, tls=$tls)
            $out = Connection($server, os.environ["LDAP_DN"], os.environ["LDAP_PW"], auto_bind=True)
            """,
        ),
        imports=(
            "import ssl",
            "from ldap3 import Connection, Server, Tls",
            "import os",
        ),
        frameworks=("ldap3",),
    ),
    Mechanism(
        id="tls-smtp-starttls-no-context",
        cwe="CWE-295",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $deliver($message) -> None:
                with smtplib.SMTP(os.environ["SMTP_HOST"], 587) as $smtp:
                    $smtp.starttls(context=ssl._create_stdlib_context())  #!
                    #...
                    $smtp.login(os.environ["SMTP_USER"], os.environ["SMTP_PASS"])
                    $smtp.send_message($message)
            """,
            """
            def $deliver($message) -> None:
                with smtplib.SMTP_SSL(os.environ["SMTP_HOST"], 465) as $smtp:  #!
                    #...
                    $smtp.login(os.environ["SMTP_USER"], os.environ["SMTP_PASS"])
                    $smtp.send_message($message)
            """,
        ),
        fixed=(
            """
            def $deliver($message) -> None:
                with smtplib.SMTP(os.environ["SMTP_HOST"], 587) as $smtp:
                    $smtp.starttls(context=ssl.create_default_context())
                    #...
                    $smtp.login(os.environ["SMTP_USER"], os.environ["SMTP_PASS"])
                    $smtp.send_message($message)
            """,
            """
            def $deliver($message) -> None:
                $ctx = ssl.create_default_context()
                with smtplib.SMTP_SSL(os.environ["SMTP_HOST"], 465, context=$ctx) as $smtp:
                    #...
                    $smtp.login(os.environ["SMTP_USER"], os.environ["SMTP_PASS"])
                    $smtp.send_message($message)
            """,
        ),
        wrong_fix=(
            """
            def $deliver($message) -> None:
                $context = ssl.create_default_context()
                with smtplib.SMTP(os.environ["SMTP_HOST"], 587) as $smtp:
                    $smtp.starttls()  #!
                    #...
                    print($context.verify_mode)
                    $smtp.login(os.environ["SMTP_USER"], os.environ["SMTP_PASS"])
                    $smtp.send_message($message)
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
        id="tls-mongo-allow-invalid",
        cwe="CWE-295",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $open_db():
                $client = MongoClient(os.environ["MONGO_URL"], tls=True, <<tlsAllowInvalidCertificates|tlsAllowInvalidHostnames|tlsInsecure>>=True)  #!
                #...
                return $client["<<orders|ledger>>"]
            """,
        ),
        fixed=(
            """
            def $open_db():
                $client = MongoClient(os.environ["MONGO_URL"], tls=True)
                #...
                return $client["<<orders|ledger>>"]
            """,
        ),
        decoy=(
            """
            def $open_db():
                $client = MongoClient(
                    os.environ["MONGO_URL"], tls=True, tlsCAFile="/etc/ssl/mongo-ca.pem", tlsAllowInvalidHostnames=False
                )
                #...
                return $client["<<orders|ledger>>"]
            """,
        ),
        wrong_fix=(
            """
            def $open_db():
                $client = MongoClient(
                    os.environ["MONGO_URL"],
                    tls=True,
                    tlsCAFile="/etc/ssl/mongo-ca.pem",
                    <<tlsAllowInvalidCertificates|tlsAllowInvalidHostnames|tlsInsecure>>=True,  #!
                )
                #...
                return $client["<<orders|ledger>>"]
            """,
        ),
        imports=(
            "import os",
            "from pymongo import MongoClient",
        ),
        frameworks=("pymongo",),
    ),
    Mechanism(
        id="tls-psycopg-sslmode",
        cwe="CWE-295",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $conn = psycopg2.connect(
                host=os.environ["PG_HOST"],
                dbname="<<billing|crm>>",
                password=os.environ["PG_PASSWORD"],
                sslmode="<<require|allow|prefer>>",  #!
            )
            $out = $conn
            """,
        ),
        fixed=(
            """
            $conn = psycopg2.connect(
                host=os.environ["PG_HOST"],
                dbname="<<billing|crm>>",
                password=os.environ["PG_PASSWORD"],
                sslmode="verify-full",
            )
            $out = $conn
            """,
        ),
        wrong_fix=(
            """
            $conn = psycopg2.connect(
                host=os.environ["PG_HOST"],
                dbname="<<billing|crm>>",
                password=os.environ["PG_PASSWORD"],
                sslmode="<<require|allow|prefer>>",  #!
                sslcert="/etc/ssl/client.pem",
                sslkey="/etc/ssl/client.key",
            )
            $out = $conn
            """,
        ),
        imports=(
            "import os",
            "import psycopg2",
        ),
        frameworks=("psycopg",),
    ),
)
