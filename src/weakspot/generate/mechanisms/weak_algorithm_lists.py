"""Weak algorithms chosen by configuration of a protocol or library (CWE-327)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="weak-cipher-paramiko-algorithms",
        cwe="CWE-327",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $transport = paramiko.Transport(($host, <<22|2222>>))
            $opts = $transport.get_security_options()
            $opts.ciphers = ("<<3des-cbc|aes128-cbc|arcfour>>",)  #!
            $transport.start_client()
            """,
            """
            $transport = paramiko.Transport(($host, <<22|2222>>))
            $opts = $transport.get_security_options()
            $opts.kex = ("<<diffie-hellman-group1-sha1|diffie-hellman-group14-sha1>>",)  #!
            $transport.start_client()
            """,
        ),
        fixed=(
            """
            $transport = paramiko.Transport(($host, <<22|2222>>))
            $opts = $transport.get_security_options()
            $opts.ciphers = ("aes256-ctr", "aes128-ctr")
            $transport.start_client()
            """,
            """
            $transport = paramiko.Transport(($host, <<22|2222>>))
            $opts = $transport.get_security_options()
            $opts.kex = ("diffie-hellman-group16-sha512",)
            $transport.start_client()
            """,
        ),
        decoy=(
            """
            $transport = paramiko.Transport(($host, <<22|2222>>))
            $opts = $transport.get_security_options()
            $opts.ciphers = tuple($c for $c in $opts.ciphers if $c.endswith("-ctr") or "gcm" in $c)
            $transport.start_client()
            """,
        ),
        wrong_fix=(
            """
            $transport = paramiko.Transport(($host, <<22|2222>>))
            $opts = $transport.get_security_options()
            $opts.ciphers = ("<<3des-cbc|aes128-cbc|arcfour>>", "aes256-ctr")  #!
            $transport.start_client()
            """,
        ),
        imports=(
            "import paramiko",
            "import os",
        ),
        given=(("host", 'os.environ["SFTP_HOST"]'),),
        frameworks=("paramiko",),
    ),
    Mechanism(
        id="weak-cipher-asyncssh-algorithms",
        cwe="CWE-327",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            async with asyncssh.connect(
                $host, username="deploy", encryption_algs=["<<3des-cbc|blowfish-cbc|arcfour256>>"]  #!
            ) as $conn:
                $out = (await $conn.run("uptime", check=True)).stdout
            """,
        ),
        fixed=(
            """
            async with asyncssh.connect($host, username="deploy") as $conn:
                $out = (await $conn.run("uptime", check=True)).stdout
            """,
        ),
        wrong_fix=(
            """
            async with asyncssh.connect(
                $host,
                username="deploy",
                encryption_algs=["aes256-gcm@openssh.com"],
                mac_algs=["hmac-<<md5|sha1-96|md5-96>>"],
                kex_algs=["diffie-hellman-group1-sha1"],  #!
            ) as $conn:
                $out = (await $conn.run("uptime", check=True)).stdout
            """,
        ),
        imports=(
            "import asyncssh",
            "import os",
        ),
        given=(("host", 'os.environ["DEPLOY_HOST"]'),),
        frameworks=("asyncssh",),
    ),
    Mechanism(
        id="weak-cipher-passlib-context",
        cwe="CWE-327",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $ctx = CryptContext(schemes=["<<md5_crypt|des_crypt|hex_sha1|ldap_md5|plaintext>>"])  #!
            $out = $ctx.hash($password)
            """,
        ),
        fixed=(
            """
            $ctx = CryptContext(schemes=["bcrypt"])
            $out = $ctx.hash($password)
            """,
        ),
        decoy=(
            """
            $ctx = CryptContext(
                schemes=["bcrypt", "<<md5_crypt|des_crypt|hex_sha1|ldap_md5|plaintext>>"], deprecated="auto"
            )
            $out = $ctx.hash($password)
            """,
        ),
        wrong_fix=(
            """
            $ctx = CryptContext(
                schemes=["<<md5_crypt|des_crypt|hex_sha1|ldap_md5|plaintext>>", "bcrypt"], deprecated=["bcrypt"]  #!
            )
            $out = $ctx.hash($password)
            """,
        ),
        imports=(
            "from passlib.context import CryptContext",
            "import getpass",
        ),
        given=(("password", "getpass.getpass()"),),
        frameworks=("passlib",),
    ),
    Mechanism(
        id="weak-cipher-jwe-rsa15",
        cwe="CWE-327",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $header = {"alg": "RSA1_5", "enc": "<<A128CBC-HS256|A256GCM>>"}  #!
            $box = jwe.JWE(json.dumps($claims).encode(), json.dumps($header), recipient=$public_key)
            $out = $box.serialize(compact=True)
            """,
        ),
        fixed=(
            """
            $header = {"alg": "RSA-OAEP-256", "enc": "<<A128CBC-HS256|A256GCM>>"}
            $box = jwe.JWE(json.dumps($claims).encode(), json.dumps($header), recipient=$public_key)
            $out = $box.serialize(compact=True)
            """,
        ),
        imports=(
            "from jwcrypto import jwe",
            "import json",
            "from jwcrypto import jwk",
            "from pathlib import Path",
            "import sys",
        ),
        given=(
            ("public_key", 'jwk.JWK.from_pem(Path("partner.pem").read_bytes())'),
            ("claims", "json.load(sys.stdin)"),
        ),
        frameworks=("jwcrypto",),
    ),
    Mechanism(
        id="weak-cipher-rsa-pkcs1-v15",
        cwe="CWE-327",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $out = $public_key.encrypt($session_key, padding.PKCS1v15())  #!
            """,
        ),
        fixed=(
            """
            $out = $public_key.encrypt(
                $session_key, padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
            )
            """,
        ),
        wrong_fix=(
            """
            $wrapped = hashes.Hash(hashes.SHA256())
            $wrapped.update($session_key)
            $out = $public_key.encrypt($session_key + $wrapped.finalize(), padding.PKCS1v15())  #!
            """,
        ),
        imports=(
            "from cryptography.hazmat.primitives import hashes",
            "from cryptography.hazmat.primitives.asymmetric import padding",
            "from cryptography.hazmat.primitives import serialization",
            "from pathlib import Path",
            "import os",
        ),
        given=(
            ("public_key", 'serialization.load_pem_public_key(Path("peer.pem").read_bytes())'),
            ("session_key", "os.urandom(32)"),
        ),
        frameworks=("cryptography",),
    ),
    Mechanism(
        id="weak-cipher-pgp-cbc-no-mac",
        cwe="CWE-327",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $cipher = AES.new($key, AES.MODE_<<CBC|OFB>>, iv=get_random_bytes(16))  #!
            $out = $cipher.iv + $cipher.encrypt(pad($state, 16))
            """,
        ),
        fixed=(
            """
            $cipher = AES.new($key, AES.MODE_GCM, nonce=get_random_bytes(16))
            $body, $tag = $cipher.encrypt_and_digest($state)
            $out = $cipher.nonce + $tag + $body
            """,
        ),
        wrong_fix=(
            """
            $cipher = AES.new($key, AES.MODE_<<CBC|OFB>>, iv=get_random_bytes(16))  #!
            $sum = hashlib.sha256($state).digest()
            $out = $cipher.iv + $cipher.encrypt(pad($sum + $state, 16))
            """,
        ),
        imports=(
            "from Crypto.Cipher import AES",
            "from Crypto.Random import get_random_bytes",
            "from Crypto.Util.Padding import pad",
            "import hashlib",
            "from pathlib import Path",
            "import sys",
        ),
        given=(
            ("key", 'Path("/etc/app/session.key").read_bytes()'),
            ("state", "sys.stdin.buffer.read()"),
        ),
        frameworks=("pycryptodome",),
    ),
)
