"""Secrets stored in clear text or written to logs (CWE-312, CWE-313, CWE-256, CWE-522, CWE-532)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="stored-plain-password-model",
        cwe="CWE-256",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $Base = declarative_base()


            class $User($Base):
                __tablename__ = "<<users|accounts>>"
                id = Column(Integer, primary_key=True)
                email = Column(String(255), unique=True)
                password = Column(String(255))


            def $sign_up($session, $email: str, $raw: str) -> None:
                #...
                $session.add($User(email=$email, password=$raw))  #!
                $session.commit()
            """,
        ),
        fixed=(
            """
            $Base = declarative_base()


            class $User($Base):
                __tablename__ = "<<users|accounts>>"
                id = Column(Integer, primary_key=True)
                email = Column(String(255), unique=True)
                password = Column(String(255))


            def $sign_up($session, $email: str, $raw: str) -> None:
                #...
                $session.add($User(email=$email, password=generate_password_hash($raw)))
                $session.commit()
            """,
        ),
        wrong_fix=(
            """
            $Base = declarative_base()


            class $User($Base):
                __tablename__ = "<<users|accounts>>"
                id = Column(Integer, primary_key=True)
                email = Column(String(255), unique=True)
                password = Column(String(255))


            def $sign_up($session, $email: str, $raw: str) -> None:
                #...
                if not generate_password_hash($raw):
                    raise ValueError("password")
                $session.add($User(email=$email, password=$raw))  #!
                $session.commit()
            """,
        ),
        imports=(
            "from sqlalchemy import Column, Integer, String",
            "from sqlalchemy.orm import declarative_base",
            "from werkzeug.security import generate_password_hash",
        ),
        frameworks=("sqlalchemy",),
    ),
    Mechanism(
        id="stored-django-plain-set",
        cwe="CWE-256",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $change_password($request):
                $user = $request.user
                #...
                $user.password = $request.POST["password"]  #!
                $user.save()
            """,
            """
            def $create($request):
                $User = get_user_model()
                #...
                return $User.objects.create(username=$request.POST["name"], password=$request.POST["password"])  #!
            """,
        ),
        fixed=(
            """
            def $change_password($request):
                $user = $request.user
                #...
                $user.set_password($request.POST["password"])
                $user.save()
            """,
            """
            def $create($request):
                $User = get_user_model()
                #...
                return $User.objects.create_user(username=$request.POST["name"], password=$request.POST["password"])
            """,
        ),
        wrong_fix=(
            """
            def $change_password($request):
                $user = $request.user
                $user.set_password($request.POST["password"])
                #...
                $user.password = $request.POST["password"]  #!
                $user.save()
            """,
        ),
        imports=("from django.contrib.auth import get_user_model",),
        frameworks=("django",),
    ),
    Mechanism(
        id="stored-base64-password",
        cwe="CWE-522",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $remember($path: Path, $user: str, $password: str) -> None:
                $data = {"user": $user, "password": base64.b64encode($password.encode()).decode()}  #!
                #...
                $path.write_text(json.dumps($data))
            """,
        ),
        fixed=(
            """
            def $remember($path: Path, $user: str, $password: str) -> None:
                keyring.set_password("<<sync-client|backup-agent>>", $user, $password)
                #...
                $path.write_text(json.dumps({"user": $user}))
            """,
        ),
        wrong_fix=(
            """
            def $remember($path: Path, $user: str, $password: str) -> None:
                $data = {"user": $user, "password": $password[::-1].encode().hex()}  #!
                #...
                $path.write_text(json.dumps($data))
            """,
        ),
        imports=(
            "import base64",
            "import json",
            "import keyring",
            "from pathlib import Path",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="stored-token-in-config-file",
        cwe="CWE-312",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $save_login($token: str) -> None:
                $conf = configparser.ConfigParser()
                $conf["auth"] = {"server": "api.example.com", "token": $token}  #!
                #...
                with open(os.path.expanduser("~/.<<syncrc|toolrc>>"), "w") as $fh:
                    $conf.write($fh)
            """,
        ),
        fixed=(
            """
            def $save_login($token: str) -> None:
                $conf = configparser.ConfigParser()
                $conf["auth"] = {"server": "api.example.com"}
                keyring.set_password("api.example.com", "token", $token)
                #...
                with open(os.path.expanduser("~/.<<syncrc|toolrc>>"), "w") as $fh:
                    $conf.write($fh)
            """,
        ),
        wrong_fix=(
            """
            def $save_login($token: str) -> None:
                $conf = configparser.ConfigParser()
                $conf["auth"] = {"server": "api.example.com", "token": "".join(chr(ord($c) + 1) for $c in $token)}  #!
                #...
                with open(os.path.expanduser("~/.<<syncrc|toolrc>>"), "w") as $fh:
                    $conf.write($fh)
            """,
        ),
        imports=(
            "import configparser",
            "import keyring",
            "import os",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="stored-card-number-column",
        cwe="CWE-312",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $add_card($db: sqlite3.Connection, $user_id: int, $number: str) -> None:
                #...
                $db.execute("INSERT INTO <<cards|payment_methods>> VALUES (?, ?)", ($user_id, $number))  #!
                $db.commit()
            """,
        ),
        fixed=(
            """
            def $add_card($db: sqlite3.Connection, $user_id: int, $number: str) -> None:
                $sealed = Fernet(os.environb[b"CARD_KEY"]).encrypt($number.encode())
                #...
                $db.execute("INSERT INTO <<cards|payment_methods>> VALUES (?, ?)", ($user_id, $sealed))
                $db.commit()
            """,
        ),
        decoy=(
            """
            def $add_card($db: sqlite3.Connection, $user_id: int, $number: str) -> None:
                #...
                $db.execute("INSERT INTO <<cards|payment_methods>> VALUES (?, ?)", ($user_id, $number[-4:]))
                $db.commit()
            """,
        ),
        wrong_fix=(
            """
            def $add_card($db: sqlite3.Connection, $user_id: int, $number: str) -> None:
                $sealed = Fernet(os.environb[b"CARD_KEY"]).encrypt($number.encode())
                #...
                $db.execute(
                    "INSERT INTO <<cards|payment_methods>> VALUES (?, ?, ?)", ($user_id, $sealed, $number)  #!
                )
                $db.commit()
            """,
        ),
        imports=(
            "import os",
            "import sqlite3",
            "from cryptography.fernet import Fernet",
        ),
        frameworks=("sqlite3",),
    ),
    Mechanism(
        id="stored-password-in-cookie",
        cwe="CWE-312",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $login($users):
                $name, $password = request.form["name"], request.form["password"]
                if not $users.check($name, $password):
                    return redirect("/login")
                #...
                $resp = make_response(redirect("/"))
                $resp.set_cookie("remember", f"{$name}:{$password}", secure=True, httponly=True)  #!
                return $resp
            """,
        ),
        fixed=(
            """
            def $login($users):
                $name, $password = request.form["name"], request.form["password"]
                if not $users.check($name, $password):
                    return redirect("/login")
                #...
                $resp = make_response(redirect("/"))
                $resp.set_cookie("remember", $users.remember($name), secure=True, httponly=True)
                return $resp
            """,
        ),
        wrong_fix=(
            """
            def $login($users):
                $name, $password = request.form["name"], request.form["password"]
                if not $users.check($name, $password):
                    return redirect("/login")
                #...
                $resp = make_response(redirect("/"))
                $value = f"{secrets.token_hex(8)}:{$name}:{$password}"
                $resp.set_cookie("remember", $value, secure=True, httponly=True)  #!
                return $resp
            """,
        ),
        imports=(
            "import secrets",
            "from flask import make_response, redirect, request",
        ),
        frameworks=("flask",),
    ),
    Mechanism(
        id="stored-key-unencrypted-pem",
        cwe="CWE-313",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $key = ec.generate_private_key(ec.SECP256R1())
            $pem = $key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),  #!
            )
            $path.write_bytes($pem)
            """,
        ),
        fixed=(
            """
            $key = ec.generate_private_key(ec.SECP256R1())
            $pem = $key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(os.environb[b"KEY_PASSPHRASE"]),
            )
            $path.write_bytes($pem)
            """,
        ),
        decoy=(
            """
            $key = ec.generate_private_key(ec.SECP256R1())
            $pem = $key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            $path.write_bytes($pem)
            """,
        ),
        wrong_fix=(
            """
            $key = ec.generate_private_key(ec.SECP256R1())
            $pem = $key.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.TraditionalOpenSSL,
                serialization.NoEncryption(),  #!
            )
            $path.write_bytes($pem)
            """,
        ),
        imports=(
            "import os",
            "from cryptography.hazmat.primitives import serialization",
            "from cryptography.hazmat.primitives.asymmetric import ec",
            "from pathlib import Path",
        ),
        given=(("path", 'Path("/var/lib/agent/identity.pem")'),),
        frameworks=("cryptography",),
    ),
    Mechanism(
        id="stored-token-in-session-plain",
        cwe="CWE-522",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $finish_login($oauth, $store):
                $token = $oauth.authorize_access_token()
                #...
                session["<<access_token|refresh_token>>"] = $token["<<access_token|refresh_token>>"]  #!
                return $token["userinfo"]
            """,
        ),
        fixed=(
            """
            def $finish_login($oauth, $store):
                $token = $oauth.authorize_access_token()
                #...
                session["token_ref"] = $store.put($token["<<access_token|refresh_token>>"])
                return $token["userinfo"]
            """,
        ),
        wrong_fix=(
            """
            def $finish_login($oauth, $store):
                $token = $oauth.authorize_access_token()
                #...
                $store.put($token["<<access_token|refresh_token>>"])
                session["token_ref"] = $token["<<access_token|refresh_token>>"]  #!
                return $token["userinfo"]
            """,
        ),
        imports=("from flask import session",),
        frameworks=("flask",),
    ),
)
