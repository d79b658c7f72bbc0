"""Transport encryption switched off or too old (CWE-319, CWE-311, CWE-757)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="clear-ldap-bind",
        cwe="CWE-319",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $check_login($dn: str, $password: str) -> bool:
                $server = ldap3.Server("ldap://directory.<<corp|example>>.internal")
                #...
                return ldap3.Connection($server, user=$dn, password=$password).bind()  #!
            """,
        ),
        fixed=(
            """
            def $check_login($dn: str, $password: str) -> bool:
                $tls = ldap3.Tls(validate=ssl.CERT_REQUIRED)
                $server = ldap3.Server("ldaps://directory.<<corp|example>>.internal", tls=$tls)
                #...
                return ldap3.Connection($server, user=$dn, password=$password).bind()
            """,
        ),
        wrong_fix=(
            """
            def $check_login($dn: str, $password: str) -> bool:
                $tls = ldap3.Tls(validate=ssl.CERT_REQUIRED)
                $server = ldap3.Server("ldap://directory.<<corp|example>>.internal", tls=$tls)
                #...
                return ldap3.Connection($server, user=$dn, password=$password).bind()  #!
            """,
        ),
        imports=(
            "import ldap3",
            "import ssl",
        ),
        frameworks=("ldap3",),
    ),
    Mechanism(
        id="clear-imap-login",
        cwe="CWE-319",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $box = imaplib.IMAP4(os.environ["IMAP_HOST"])
            $box.login("<<tickets|invoices>>", os.environ["IMAP_PASS"])  #!
            $out = $box.select("INBOX")
            """,
        ),
        fixed=(
            """
            $box = imaplib.IMAP4_SSL(os.environ["IMAP_HOST"], ssl_context=ssl.create_default_context())
            $box.login("<<tickets|invoices>>", os.environ["IMAP_PASS"])
            $out = $box.select("INBOX")
            """,
        ),
        decoy=(
            """
            $box = imaplib.IMAP4(os.environ["IMAP_HOST"])
            $box.starttls(ssl.create_default_context())
            $box.login("<<tickets|invoices>>", os.environ["IMAP_PASS"])
            $out = $box.select("INBOX")
            """,
        ),
        wrong_fix=(
            """
            $box = imaplib.IMAP4(os.environ["IMAP_HOST"])
            $box.login("<<tickets|invoices>>", os.environ["IMAP_PASS"])  #!
            $box.starttls(ssl.create_default_context())
            $out = $box.select("INBOX")
            """,
        ),
        imports=(
            "import imaplib",
            "import os",
            "import ssl",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="clear-mysql-ssl-disabled",
        cwe="CWE-311",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $out = mysql.connector.connect(
                host=os.environ["MYSQL_HOST"], user="<<app|report>>", password=os.environ["MYSQL_PASSWORD"], ssl_disabled=True  #!
            )
            """,
        ),
        fixed=(
            """
            $out = mysql.connector.connect(
                host=os.environ["MYSQL_HOST"],
                user="<<app|report>>",
                password=os.environ["MYSQL_PASSWORD"],
                ssl_ca="/etc/ssl/mysql-ca.pem",
                ssl_verify_identity=True,
            )
            """,
        ),
        imports=(
            "import mysql.connector",
            "import os",
        ),
        frameworks=("mysql-connector",),
    ),
    Mechanism(
        id="clear-django-redirect-off",
        cwe="CWE-319",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            SECRET_KEY = os.environ["DJANGO_SECRET"]
            SECURE_SSL_REDIRECT = False  #!
            SECURE_HSTS_SECONDS = 0
            #...
            ALLOWED_HOSTS = ["<<shop|portal>>.example.com"]
            """,
        ),
        fixed=(
            """
            SECRET_KEY = os.environ["DJANGO_SECRET"]
            SECURE_SSL_REDIRECT = True
            SECURE_HSTS_SECONDS = 31536000
            #...
            ALLOWED_HOSTS = ["<<shop|portal>>.example.com"]
            """,
        ),
        wrong_fix=(
            """
            SECRET_KEY = os.environ["DJANGO_SECRET"]
            SECURE_HSTS_SECONDS = 31536000
            SECURE_SSL_REDIRECT = bool(os.environ.get("FORCE_TLS", ""))  #!
            #...
            ALLOWED_HOSTS = ["<<shop|portal>>.example.com"]
            """,
        ),
        imports=("import os",),
        frameworks=("django",),
    ),
)
