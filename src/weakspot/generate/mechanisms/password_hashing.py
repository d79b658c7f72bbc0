"""Passwords hashed too fast or with a known salt (CWE-916, CWE-759, CWE-760)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="pwhash-sha256-plain",
        cwe="CWE-916",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $register($db, $email: str, $password: str) -> None:
                $hashed = hashlib.<<sha256|sha512|sha3_256>>($password.encode()).hexdigest()  #!
                #...
                $db.execute("INSERT INTO users (email, password_hash) VALUES (?, ?)", ($email, $hashed))
                $db.commit()
            """,
        ),
        fixed=(
            """
            def $register($db, $email: str, $password: str) -> None:
                $hashed = generate_password_hash($password)
                #...
                $db.execute("INSERT INTO users (email, password_hash) VALUES (?, ?)", ($email, $hashed))
                $db.commit()
            """,
        ),
        decoy=(
            """
            def $register($db, $email: str, $password: str) -> None:
                $key = hashlib.<<sha256|sha512|sha3_256>>($email.lower().encode()).hexdigest()
                $hashed = generate_password_hash($password)
                #...
                $db.execute("INSERT INTO users (email, password_hash) VALUES (?, ?)", ($key, $hashed))
                $db.commit()
            """,
        ),
        wrong_fix=(
            """
            def $register($db, $email: str, $password: str) -> None:
                $hashed = hashlib.<<sha256|sha512|sha3_256>>(($email + $password).encode()).hexdigest()  #!
                #...
                $db.execute("INSERT INTO users (email, password_hash) VALUES (?, ?)", ($email, $hashed))
                $db.commit()
            """,
        ),
        imports=(
            "import hashlib",
            "from werkzeug.security import generate_password_hash",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="pwhash-md5-password",
        cwe="CWE-916",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            class $Account:
                def __init__(self, $name: str) -> None:
                    self.name = $name
                    self.password_hash = b""

                def set_password(self, $raw: str) -> None:
                    #...
                    self.password_hash = hashlib.md5($raw.encode()).digest()  #!
            """,
        ),
        fixed=(
            """
            class $Account:
                def __init__(self, $name: str) -> None:
                    self.name = $name
                    self.password_hash = b""

                def set_password(self, $raw: str) -> None:
                    #...
                    self.password_hash = bcrypt.hashpw($raw.encode(), bcrypt.gensalt())
            """,
        ),
        decoy=(
            """
            class $Account:
                def __init__(self, $name: str) -> None:
                    self.name = $name
                    self.avatar = hashlib.md5($name.encode(), usedforsecurity=False).hexdigest()
                    self.password_hash = b""

                def set_password(self, $raw: str) -> None:
                    #...
                    self.password_hash = bcrypt.hashpw($raw.encode(), bcrypt.gensalt())
            """,
        ),
        wrong_fix=(
            """
            class $Account:
                def __init__(self, $name: str) -> None:
                    self.name = $name
                    self.password_hash = b""

                def set_password(self, $raw: str) -> None:
                    #...
                    self.password_hash = hashlib.md5(bcrypt.gensalt() + $raw.encode()).digest()  #!
            """,
        ),
        imports=(
            "import hashlib",
            "import bcrypt",
        ),
        frameworks=("bcrypt",),
    ),
    Mechanism(
        id="pwhash-static-salt-pbkdf2",
        cwe="CWE-760",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $SALT = b"<<a8F2kk19|app-salt-2019|NaCl>>"  #!


            def $hash_password($password: str) -> str:
                #...
                return hashlib.pbkdf2_hmac("sha256", $password.encode(), $SALT, 600_000).hex()
            """,
        ),
        fixed=(
            """
            def $hash_password($password: str) -> str:
                $salt = os.urandom(16)
                #...
                return $salt.hex() + hashlib.pbkdf2_hmac("sha256", $password.encode(), $salt, 600_000).hex()
            """,
        ),
        decoy=(
            """
            $PEPPER = os.environb[b"PASSWORD_PEPPER"]


            def $hash_password($password: str) -> str:
                $salt = os.urandom(16)
                #...
                $raw = $PEPPER + $password.encode()
                return $salt.hex() + hashlib.pbkdf2_hmac("sha256", $raw, $salt, 600_000).hex()
            """,
        ),
        wrong_fix=(
            """
            $SALT = hashlib.sha256(b"<<a8F2kk19|app-salt-2019|NaCl>>").digest()  #!


            def $hash_password($password: str) -> str:
                #...
                return hashlib.pbkdf2_hmac("sha512", $password.encode(), $SALT, 600_000).hex()
            """,
        ),
        imports=(
            "import hashlib",
            "import os",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="pwhash-no-salt-scrypt",
        cwe="CWE-759",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $out = hashlib.scrypt($password.encode(), salt=b"", n=2**14, r=8, p=5)  #!
            """,
        ),
        fixed=(
            """
            $salt = os.urandom(16)
            $out = $salt + hashlib.scrypt($password.encode(), salt=$salt, n=2**14, r=8, p=5)
            """,
        ),
        wrong_fix=(
            """
            $salt = os.urandom(16)
            $out = $salt + hashlib.scrypt($password.encode() + $salt[:0], salt=b"", n=2**14, r=8, p=5)  #!
            """,
        ),
        imports=(
            "import hashlib",
            "import os",
            "import getpass",
        ),
        given=(("password", "getpass.getpass()"),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="pwhash-pbkdf2-low-iterations",
        cwe="CWE-916",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $salt = os.urandom(16)
            $key = hashlib.pbkdf2_hmac("sha256", $password.encode(), $salt, <<1000|100|5000|1>>)  #!
            $out = $salt + $key
            """,
        ),
        fixed=(
            """
            $salt = os.urandom(16)
            $key = hashlib.pbkdf2_hmac("sha256", $password.encode(), $salt, <<600000|800000|1000000>>)
            $out = $salt + $key
            """,
        ),
        wrong_fix=(
            """
            $salt = os.urandom(64)
            $key = hashlib.pbkdf2_hmac("sha256", $password.encode(), $salt, <<1000|100|5000|1>>, dklen=64)  #!
            $out = $salt + $key
            """,
        ),
        imports=(
            "import hashlib",
            "import os",
            "import getpass",
        ),
        given=(("password", "getpass.getpass()"),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="pwhash-hazmat-pbkdf2",
        cwe="CWE-916",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $salt = os.urandom(16)
            $kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=$salt, iterations=<<1000|2048|10>>)  #!
            $out = $salt + $kdf.derive($passphrase.encode())
            """,
        ),
        fixed=(
            """
            $salt = os.urandom(16)
            $kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=$salt, iterations=1_200_000)
            $out = $salt + $kdf.derive($passphrase.encode())
            """,
        ),
        wrong_fix=(
            """
            $salt = os.urandom(16)
            $kdf = PBKDF2HMAC(algorithm=hashes.SHA512(), length=64, salt=$salt, iterations=<<1000|2048|10>>)  #!
            $out = $salt + $kdf.derive($passphrase.encode())
            """,
        ),
        imports=(
            "import os",
            "from cryptography.hazmat.primitives import hashes",
            "from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC",
            "import getpass",
        ),
        given=(("passphrase", 'getpass.getpass("Passphrase: ")'),),
        frameworks=("cryptography",),
    ),
    Mechanism(
        id="pwhash-bcrypt-rounds",
        cwe="CWE-916",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $salt = bcrypt.gensalt(rounds=<<4|5|6>>)  #!
            $out = bcrypt.hashpw($password.encode(), $salt)
            """,
        ),
        fixed=(
            """
            $salt = bcrypt.gensalt()
            $out = bcrypt.hashpw($password.encode(), $salt)
            """,
        ),
        decoy=(
            """
            $salt = bcrypt.gensalt(rounds=<<12|13|14>>, prefix=b"2b")
            $out = bcrypt.hashpw($password.encode(), $salt)
            """,
        ),
        wrong_fix=(
            """
            $salt = bcrypt.gensalt(rounds=<<4|5|6>>, prefix=b"2b")  #!
            $out = bcrypt.hashpw($password.encode(), $salt)
            """,
        ),
        imports=(
            "import bcrypt",
            "import getpass",
        ),
        given=(("password", "getpass.getpass()"),),
        frameworks=("bcrypt",),
    ),
)
