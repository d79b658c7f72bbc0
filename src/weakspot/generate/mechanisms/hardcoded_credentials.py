"""Passwords and keys written into the code (CWE-798, CWE-259, CWE-321)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="hardcoded-db-password",
        cwe="CWE-798",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $conn = psycopg2.connect(
                host="<<db.internal|10.0.3.12>>", user="<<app|reporting>>", password="<<Tr0ub4dor#9|p0stgres!2021|xK8mQ2vL>>"  #!
            )
            $out = $conn
            """,
        ),
        fixed=(
            """
            $conn = psycopg2.connect(
                host="<<db.internal|10.0.3.12>>", user="<<app|reporting>>", password=os.environ["DB_PASSWORD"]
            )
            $out = $conn
            """,
        ),
        decoy=(
            """
            $conn = psycopg2.connect(
                host="<<db.internal|10.0.3.12>>", user="<<app|reporting>>", passfile="/run/secrets/pgpass"
            )
            $out = $conn
            """,
        ),
        wrong_fix=(
            """
            $conn = psycopg2.connect(
                host="<<db.internal|10.0.3.12>>",
                user="<<app|reporting>>",
                password=os.environ.get("DB_PASSWORD", "<<Tr0ub4dor#9|p0stgres!2021|xK8mQ2vL>>"),  #!
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
    Mechanism(
        id="hardcoded-aws-keys",
        cwe="CWE-798",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $client = boto3.client(
                "<<s3|ses|sns>>",
                aws_access_key_id="AKIA<<Q3ZL7XWTN4P2VK6M|RB2HJ5TYC8ENW4SD>>",
                aws_secret_access_key="<<h8Zk2pVqL0sXwR5tYbNc3mJd7GfAe9UiOoP1QvSx|T4nB9yWc6LrK1mZxV8qHsEd3JfUp0GaIo2XkRt7Q>>",  #!
            )
            $out = $client
            """,
        ),
        fixed=(
            """
            $client = boto3.client("<<s3|ses|sns>>")
            $out = $client
            """,
        ),
        decoy=(
            """
            $client = boto3.client(
                "<<s3|ses|sns>>",
                aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"],
            )
            $out = $client
            """,
        ),
        wrong_fix=(
            """
            $client = boto3.client(
                "<<s3|ses|sns>>",
                aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key="<<h8Zk2pVqL0sXwR5tYbNc3mJd7GfAe9UiOoP1QvSx|T4nB9yWc6LrK1mZxV8qHsEd3JfUp0GaIo2XkRt7Q>>",  #!
            )
            $out = $client
            """,
        ),
        imports=(
            "import boto3",
            "import os",
        ),
        frameworks=("boto3",),
    ),
    Mechanism(
        id="hardcoded-flask-secret",
        cwe="CWE-798",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)
            $app.<<secret_key|config["SECRET_KEY"]>> = "<<dev-9f8a7c|my-shop-key|change_me_2020>>"  #!
            #...


            @$app.get("/whoami")
            def $whoami():
                return {"user": session.get("user_id")}
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)
            $app.<<secret_key|config["SECRET_KEY"]>> = os.environ["SECRET_KEY"]
            #...


            @$app.get("/whoami")
            def $whoami():
                return {"user": session.get("user_id")}
            """,
        ),
        decoy=(
            """
            $app = Flask(__name__)
            $app.<<secret_key|config["SECRET_KEY"]>> = os.environ["SECRET_KEY"]
            $app.config["SESSION_COOKIE_NAME"] = "<<dev-9f8a7c|my-shop-key|change_me_2020>>"
            #...


            @$app.get("/whoami")
            def $whoami():
                return {"user": session.get("user_id")}
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)
            $app.<<secret_key|config["SECRET_KEY"]>> = os.getenv("SECRET_KEY") or "<<dev-9f8a7c|my-shop-key|change_me_2020>>"  #!
            #...


            @$app.get("/whoami")
            def $whoami():
                return {"user": session.get("user_id")}
            """,
        ),
        imports=(
            "import os",
            "from flask import Flask, session",
        ),
        frameworks=("flask",),
    ),
    Mechanism(
        id="hardcoded-django-secret",
        cwe="CWE-798",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            BASE_DIR = Path(__file__).resolve().parent.parent
            SECRET_KEY = "<<django-k2m!x8#qz0v^w4t6y-r9u1p3s5|f7@jd)2lm8xo%nb4c6vq1ws>>"  #!
            DEBUG = False
            #...
            ALLOWED_HOSTS = ["<<www|app>>.example.com"]
            """,
        ),
        fixed=(
            """
            BASE_DIR = Path(__file__).resolve().parent.parent
            SECRET_KEY = os.environ["DJANGO_SECRET_KEY"]
            DEBUG = False
            #...
            ALLOWED_HOSTS = ["<<www|app>>.example.com"]
            """,
        ),
        decoy=(
            """
            BASE_DIR = Path(__file__).resolve().parent.parent
            SECRET_KEY = (BASE_DIR / "django_secret_key.txt").read_text().strip()
            DEBUG = False
            #...
            ALLOWED_HOSTS = ["<<www|app>>.example.com"]
            """,
        ),
        wrong_fix=(
            """
            BASE_DIR = Path(__file__).resolve().parent.parent
            SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "<<django-k2m!x8#qz0v^w4t6y-r9u1p3s5|f7@jd)2lm8xo%nb4c6vq1ws>>")  #!
            DEBUG = False
            #...
            ALLOWED_HOSTS = ["<<www|app>>.example.com"]
            """,
        ),
        imports=(
            "import os",
            "from pathlib import Path",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="hardcoded-jwt-secret",
        cwe="CWE-321",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $SECRET = "<<s3cr3t-signing|jwt-hs256-prod|q8w7e6r5t4>>"  #!


            def $login_token($user_id: int) -> str:
                $now = int(time.time())
                #...
                return jwt.encode({"sub": str($user_id), "iat": $now}, $SECRET, algorithm="HS256")
            """,
        ),
        fixed=(
            """
            $SECRET = os.environ["JWT_SECRET"]


            def $login_token($user_id: int) -> str:
                $now = int(time.time())
                #...
                return jwt.encode({"sub": str($user_id), "iat": $now}, $SECRET, algorithm="HS256")
            """,
        ),
        decoy=(
            """
            $SECRET = "JWT_SECRET"


            def $login_token($user_id: int) -> str:
                $now = int(time.time())
                #...
                return jwt.encode({"sub": str($user_id), "iat": $now}, os.environ[$SECRET], algorithm="HS256")
            """,
        ),
        wrong_fix=(
            """
            $SECRET = "".join(["<<s3cr3t-signing|jwt-hs256-prod|q8w7e6r5t4>>", "-v2"])  #!


            def $login_token($user_id: int) -> str:
                $now = int(time.time())
                #...
                return jwt.encode({"sub": str($user_id), "iat": $now}, $SECRET, algorithm="HS256")
            """,
        ),
        imports=(
            "import jwt",
            "import os",
            "import time",
        ),
        frameworks=("pyjwt",),
    ),
    Mechanism(
        id="hardcoded-fernet-key",
        cwe="CWE-321",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $box = Fernet(b"<<8hQ2v0Yt5fK9mL3xR7wZ1pN6sD4jG8uB2cE5aH0oT3k=|Zk3vX9qW1eR5tY7uI2oP4aS6dF8gH0jK1lM3nB5vC7x=>>")  #!
            $out = $box.encrypt($value)
            """,
        ),
        fixed=(
            """
            $box = Fernet(os.environb[b"FIELD_KEY"])
            $out = $box.encrypt($value)
            """,
        ),
        decoy=(
            """
            $key = Fernet.generate_key()
            $out = ($key, Fernet($key).encrypt($value))
            """,
        ),
        wrong_fix=(
            """
            $box = Fernet(os.environb.get(b"FIELD_KEY", b"<<8hQ2v0Yt5fK9mL3xR7wZ1pN6sD4jG8uB2cE5aH0oT3k=|Zk3vX9qW1eR5tY7uI2oP4aS6dF8gH0jK1lM3nB5vC7x=>>"))  #!
            $out = $box.encrypt($value)
            """,
        ),
        imports=(
            "import os",
            "from cryptography.fernet import Fernet",
            "import sys",
        ),
        given=(("value", "sys.stdin.buffer.read()"),),
        frameworks=("cryptography",),
    ),
    Mechanism(
        id="hardcoded-aes-key",
        cwe="CWE-321",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $KEY = b"<<Sixteen byte key|0123456789abcdef|companykey2018!!>>"  #!


            def $encrypt($data: bytes) -> bytes:
                $cipher = AES.new($KEY, AES.MODE_GCM)
                #...
                $body, $tag = $cipher.encrypt_and_digest($data)
                return $cipher.nonce + $tag + $body
            """,
        ),
        fixed=(
            """
            $KEY = bytes.fromhex(os.environ["DATA_KEY"])


            def $encrypt($data: bytes) -> bytes:
                $cipher = AES.new($KEY, AES.MODE_GCM)
                #...
                $body, $tag = $cipher.encrypt_and_digest($data)
                return $cipher.nonce + $tag + $body
            """,
        ),
        decoy=(
            """
            $LABEL = b"<<Sixteen byte key|0123456789abcdef|companykey2018!!>>"


            def $encrypt($data: bytes) -> bytes:
                $cipher = AES.new(bytes.fromhex(os.environ["DATA_KEY"]), AES.MODE_GCM)
                #...
                $cipher.update($LABEL)
                $body, $tag = $cipher.encrypt_and_digest($data)
                return $cipher.nonce + $tag + $body
            """,
        ),
        wrong_fix=(
            """
            $KEY = bytes(reversed(b"<<Sixteen byte key|0123456789abcdef|companykey2018!!>>"))  #!


            def $encrypt($data: bytes) -> bytes:
                $cipher = AES.new($KEY, AES.MODE_GCM)
                #...
                $body, $tag = $cipher.encrypt_and_digest($data)
                return $cipher.nonce + $tag + $body
            """,
        ),
        imports=(
            "import os",
            "from Crypto.Cipher import AES",
        ),
        frameworks=("pycryptodome",),
    ),
    Mechanism(
        id="hardcoded-database-url",
        cwe="CWE-798",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $URL = "<<postgresql|mysql+pymysql>>://<<shop:Gr33nTea@db|root:toor42@mysql>>.internal/<<shop|main>>"  #!
            $engine = create_engine($URL, pool_pre_ping=True)
            #...
            $Session = sessionmaker(bind=$engine)
            """,
        ),
        fixed=(
            """
            $URL = os.environ["DATABASE_URL"]
            $engine = create_engine($URL, pool_pre_ping=True)
            #...
            $Session = sessionmaker(bind=$engine)
            """,
        ),
        decoy=(
            """
            $URL = "sqlite:///<<shop|main>>.db"
            $engine = create_engine(os.getenv("DATABASE_URL", $URL), pool_pre_ping=True)
            #...
            $Session = sessionmaker(bind=$engine)
            """,
        ),
        wrong_fix=(
            """
            $URL = os.getenv("DATABASE_URL", "<<postgresql|mysql+pymysql>>://<<shop:Gr33nTea@db|root:toor42@mysql>>.internal/<<shop|main>>")  #!
            $engine = create_engine($URL, pool_pre_ping=True)
            #...
            $Session = sessionmaker(bind=$engine)
            """,
        ),
        imports=(
            "import os",
            "from sqlalchemy import create_engine",
            "from sqlalchemy.orm import sessionmaker",
        ),
        frameworks=("sqlalchemy",),
    ),
)
