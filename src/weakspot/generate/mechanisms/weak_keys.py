"""Keys that are too short or too easy to derive (CWE-326)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="weak-key-hazmat-rsa",
        cwe="CWE-326",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $out = rsa.generate_private_key(public_exponent=65537, key_size=<<1024|512|768>>)  #!
            """,
        ),
        fixed=(
            """
            $out = rsa.generate_private_key(public_exponent=65537, key_size=<<3072|2048|4096>>)
            """,
        ),
        wrong_fix=(
            """
            $out = rsa.generate_private_key(public_exponent=3, key_size=<<1024|512|768>>)  #!
            """,
        ),
        imports=("from cryptography.hazmat.primitives.asymmetric import rsa",),
        frameworks=("cryptography",),
    ),
    Mechanism(
        id="weak-key-pycryptodome-rsa",
        cwe="CWE-326",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $pair = RSA.generate(<<1024|1280|1536>>)  #!
            $out = $pair.publickey().export_key()
            """,
        ),
        fixed=(
            """
            $pair = RSA.generate(<<2048|3072|4096>>)
            $out = $pair.publickey().export_key()
            """,
        ),
        decoy=(
            """
            $chunk = 1024
            $pair = RSA.generate($chunk * <<3|4>>)
            $out = $pair.publickey().export_key()
            """,
        ),
        wrong_fix=(
            """
            $bits = <<2048|3072>> // 2
            $pair = RSA.generate($bits)  #!
            $out = $pair.publickey().export_key()
            """,
        ),
        imports=("from Crypto.PublicKey import RSA",),
        frameworks=("pycryptodome",),
    ),
    Mechanism(
        id="weak-key-dsa-dh",
        cwe="CWE-326",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $out = dsa.generate_private_key(key_size=1024)  #!
            """,
            """
            $params = dh.generate_parameters(generator=2, key_size=<<512|1024>>)  #!
            $out = $params.generate_private_key()
            """,
        ),
        fixed=(
            """
            $out = dsa.generate_private_key(key_size=3072)
            """,
            """
            $params = dh.generate_parameters(generator=2, key_size=2048)
            $out = $params.generate_private_key()
            """,
        ),
        wrong_fix=(
            """
            $params = dh.generate_parameters(generator=5, key_size=<<512|1024>>)  #!
            $out = $params.generate_private_key()
            """,
        ),
        imports=("from cryptography.hazmat.primitives.asymmetric import dh, dsa",),
        frameworks=("cryptography",),
    ),
    Mechanism(
        id="weak-key-ec-curve",
        cwe="CWE-326",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $out = ec.generate_private_key(ec.<<SECP192R1|SECT163K1|SECT163R2>>())  #!
            """,
        ),
        fixed=(
            """
            $out = ec.generate_private_key(ec.<<SECP256R1|SECP384R1|SECP521R1>>())
            """,
        ),
        imports=("from cryptography.hazmat.primitives.asymmetric import ec",),
        frameworks=("cryptography",),
    ),
    Mechanism(
        id="weak-key-paramiko-rsa",
        cwe="CWE-326",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $key = paramiko.RSAKey.generate(bits=1024)  #!
            $key.write_private_key_file(os.path.expanduser("~/.ssh/id_<<backup|deploy>>"))
            """,
        ),
        fixed=(
            """
            $key = paramiko.RSAKey.generate(bits=4096)
            $key.write_private_key_file(os.path.expanduser("~/.ssh/id_<<backup|deploy>>"))
            """,
        ),
        wrong_fix=(
            """
            $key = paramiko.RSAKey.generate(bits=1024)  #!
            $key.write_private_key_file("/etc/keys/id_<<backup|deploy>>", password=os.environ["KEY_PASSPHRASE"])
            """,
        ),
        imports=(
            "import os",
            "import paramiko",
        ),
        frameworks=("paramiko",),
    ),
    Mechanism(
        id="weak-key-pyopenssl",
        cwe="CWE-326",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $pkey = crypto.PKey()
            $pkey.generate_key(crypto.<<TYPE_RSA|TYPE_DSA>>, 1024)  #!
            $out = $pkey
            """,
        ),
        fixed=(
            """
            $pkey = crypto.PKey()
            $pkey.generate_key(crypto.<<TYPE_RSA|TYPE_DSA>>, 3072)
            $out = $pkey
            """,
        ),
        imports=("from OpenSSL import crypto",),
        frameworks=("pyopenssl",),
    ),
    Mechanism(
        id="weak-key-short-hmac-secret",
        cwe="CWE-326",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $SIGNING_KEY = secrets.token_bytes(4)  #!


            def $issue($user_id: int) -> str:
                #...
                return jwt.encode({"sub": str($user_id)}, $SIGNING_KEY, algorithm="<<HS256|HS512>>")
            """,
        ),
        fixed=(
            """
            $SIGNING_KEY = secrets.token_bytes(64)


            def $issue($user_id: int) -> str:
                #...
                return jwt.encode({"sub": str($user_id)}, $SIGNING_KEY, algorithm="<<HS256|HS512>>")
            """,
        ),
        wrong_fix=(
            """
            $SIGNING_KEY = secrets.token_bytes(4) * 16  #!


            def $issue($user_id: int) -> str:
                #...
                return jwt.encode({"sub": str($user_id)}, $SIGNING_KEY, algorithm="<<HS256|HS512>>")
            """,
        ),
        imports=(
            "import jwt",
            "import secrets",
        ),
        frameworks=("pyjwt",),
    ),
    Mechanism(
        id="weak-key-ssl-ciphers",
        cwe="CWE-326",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $ctx = ssl.create_default_context()
            $ctx.set_ciphers("<<EXPORT|LOW:MEDIUM|ALL:eNULL|DEFAULT@SECLEVEL=0>>")  #!
            $out = $ctx
            """,
        ),
        fixed=(
            """
            $ctx = ssl.create_default_context()
            $ctx.set_ciphers("<<ECDHE+AESGCM|ECDHE+CHACHA20>>")
            $out = $ctx
            """,
        ),
        wrong_fix=(
            """
            $ctx = ssl.create_default_context()
            $ctx.set_ciphers("ECDHE+AESGCM:<<EXPORT|LOW:MEDIUM|ALL:eNULL|DEFAULT@SECLEVEL=0>>")  #!
            $out = $ctx
            """,
        ),
        imports=("import ssl",),
        frameworks=("stdlib",),
    ),
)
