"""Password hash salts and parameters (CWE-916, CWE-760)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="pwhash-bcrypt-static-salt",
        cwe="CWE-760",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $SALT = b"$2b$12$" + b"<<KIXQ4lWv6eC0dJpO8yR3Zu|abcdefghijklmnopqrstuu>>"  #!


            def $digest($password: str) -> bytes:
                #...
                return bcrypt.hashpw($password.encode(), $SALT)
            """,
        ),
        fixed=(
            """
            def $digest($password: str) -> bytes:
                #...
                return bcrypt.hashpw($password.encode(), bcrypt.gensalt())
            """,
        ),
        wrong_fix=(
            """
            $SALT = bcrypt.gensalt()  #!


            def $digest($password: str) -> bytes:
                #...
                return bcrypt.hashpw($password.encode(), $SALT)
            """,
        ),
        imports=("import bcrypt",),
        frameworks=("bcrypt",),
    ),
    Mechanism(
        id="pwhash-argon2-params",
        cwe="CWE-916",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $hasher = PasswordHasher(time_cost=1, memory_cost=<<8|64|512>>, parallelism=1)  #!


            def $enrol($users, $name: str, $password: str) -> None:
                #...
                $users[$name] = $hasher.hash($password)
            """,
        ),
        fixed=(
            """
            $hasher = PasswordHasher()


            def $enrol($users, $name: str, $password: str) -> None:
                #...
                $users[$name] = $hasher.hash($password)
            """,
        ),
        decoy=(
            """
            $hasher = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=1)


            def $enrol($users, $name: str, $password: str) -> None:
                #...
                $users[$name] = $hasher.hash($password)
            """,
        ),
        wrong_fix=(
            """
            $hasher = PasswordHasher(time_cost=1, memory_cost=<<8|64|512>>, parallelism=1, hash_len=64)  #!


            def $enrol($users, $name: str, $password: str) -> None:
                #...
                $users[$name] = $hasher.hash($password)
            """,
        ),
        imports=("from argon2 import PasswordHasher",),
        frameworks=("argon2-cffi",),
    ),
    Mechanism(
        id="pwhash-django-hashers",
        cwe="CWE-916",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            DEBUG = False
            SECRET_KEY = os.environ["SECRET_KEY"]
            #...
            PASSWORD_HASHERS = [
                "django.contrib.auth.hashers.<<MD5PasswordHasher|SHA1PasswordHasher|UnsaltedMD5PasswordHasher>>",  #!
                "django.contrib.auth.hashers.PBKDF2PasswordHasher",
            ]
            """,
        ),
        fixed=(
            """
            DEBUG = False
            SECRET_KEY = os.environ["SECRET_KEY"]
            #...
            PASSWORD_HASHERS = [
                "django.contrib.auth.hashers.Argon2PasswordHasher",
                "django.contrib.auth.hashers.PBKDF2PasswordHasher",
            ]
            """,
        ),
        decoy=(
            """
            DEBUG = False
            SECRET_KEY = os.environ["SECRET_KEY"]
            #...
            PASSWORD_HASHERS = [
                "django.contrib.auth.hashers.PBKDF2PasswordHasher",
                "django.contrib.auth.hashers.<<MD5PasswordHasher|SHA1PasswordHasher|UnsaltedMD5PasswordHasher>>",
            ]
            """,
        ),
        wrong_fix=(
            """
            DEBUG = False
            SECRET_KEY = os.environ["SECRET_KEY"]
            #...
            PASSWORD_HASHERS = ["django.contrib.auth.hashers.<<MD5PasswordHasher|SHA1PasswordHasher|UnsaltedMD5PasswordHasher>>"]  #!
            if DEBUG:
                PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
            """,
        ),
        imports=("import os",),
        frameworks=("django",),
    ),
    Mechanism(
        id="pwhash-passlib-rounds",
        cwe="CWE-916",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $out = <<pbkdf2_sha256|sha256_crypt>>.using(rounds=1000).hash($password)  #!
            """,
        ),
        fixed=(
            """
            $out = <<pbkdf2_sha256|sha256_crypt>>.using(rounds=600000).hash($password)
            """,
        ),
        decoy=(
            """
            $out = <<pbkdf2_sha256|sha256_crypt>>.hash($password)
            """,
        ),
        wrong_fix=(
            """
            $out = <<pbkdf2_sha256|sha256_crypt>>.using(rounds=1000, salt_size=16).hash($password)  #!
            """,
        ),
        imports=(
            "from passlib.hash import pbkdf2_sha256, sha256_crypt",
            "import getpass",
        ),
        given=(("password", "getpass.getpass()"),),
        frameworks=("passlib",),
    ),
    Mechanism(
        id="pwhash-username-salt",
        cwe="CWE-760",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $change_password($user, $new: str) -> None:
                $salt = $user.username.encode()  #!
                #...
                $user.salt = $salt
                $user.hash = hashlib.scrypt($new.encode(), salt=$salt, n=2**15, r=8, p=3, maxmem=2**26)
            """,
        ),
        fixed=(
            """
            def $change_password($user, $new: str) -> None:
                $salt = secrets.token_bytes(16)
                #...
                $user.salt = $salt
                $user.hash = hashlib.scrypt($new.encode(), salt=$salt, n=2**15, r=8, p=3, maxmem=2**26)
            """,
        ),
        wrong_fix=(
            """
            def $change_password($user, $new: str) -> None:
                $salt = hashlib.sha256(f"{$user.username}:{$user.id}".encode()).digest()  #!
                #...
                $user.salt = $salt
                $user.hash = hashlib.scrypt($new.encode(), salt=$salt, n=2**15, r=8, p=3, maxmem=2**26)
            """,
        ),
        imports=(
            "import hashlib",
            "import secrets",
        ),
        frameworks=("stdlib",),
    ),
)
