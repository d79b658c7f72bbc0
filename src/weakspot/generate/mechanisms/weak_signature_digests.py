"""Weak digests inside signatures, authenticators and stored keys (CWE-327, CWE-328)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="weak-digest-pycryptodome-sha1-signature",
        cwe="CWE-327",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $key = RSA.import_key($pem)
            $digest = <<MD5|SHA1>>.new($document)  #!
            $out = pkcs1_15.new($key).sign($digest)
            """,
        ),
        fixed=(
            """
            $key = RSA.import_key($pem)
            $digest = SHA256.new($document)
            $out = pkcs1_15.new($key).sign($digest)
            """,
        ),
        wrong_fix=(
            """
            $key = RSA.import_key($pem)
            $inner = SHA256.new($document).digest()
            $digest = <<MD5|SHA1>>.new($inner)  #!
            $out = pkcs1_15.new($key).sign($digest)
            """,
        ),
        imports=(
            "from Crypto.Hash import MD5, SHA1, SHA256",
            "from Crypto.PublicKey import RSA",
            "from Crypto.Signature import pkcs1_15",
            "from pathlib import Path",
            "import sys",
        ),
        given=(
            ("pem", 'Path("signing.pem").read_text()'),
            ("document", "sys.stdin.buffer.read()"),
        ),
        frameworks=("pycryptodome",),
    ),
    Mechanism(
        id="weak-digest-rsa-hazmat-sign",
        cwe="CWE-327",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $signature = $private_key.sign($message, padding.PKCS1v15(), hashes.<<SHA1|MD5>>())  #!
            $out = $signature.hex()
            """,
        ),
        fixed=(
            """
            $signature = $private_key.sign($message, padding.PKCS1v15(), hashes.SHA256())
            $out = $signature.hex()
            """,
        ),
        decoy=(
            """
            $signature = $private_key.sign(
                $message,
                padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.MAX_LENGTH),
                hashes.SHA256(),
            )
            $out = $signature.hex()
            """,
        ),
        wrong_fix=(
            """
            $signature = $private_key.sign(
                $message,
                padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.MAX_LENGTH),
                hashes.<<SHA1|MD5>>(),  #!
            )
            $out = $signature.hex()
            """,
        ),
        imports=(
            "from cryptography.hazmat.primitives import hashes",
            "from cryptography.hazmat.primitives.asymmetric import padding",
            "from cryptography.hazmat.primitives import serialization",
            "from pathlib import Path",
            "import sys",
        ),
        given=(
            (
                "private_key",
                'serialization.load_pem_private_key(Path("key.pem").read_bytes(), password=None)',
            ),
            ("message", "sys.stdin.buffer.read()"),
        ),
        frameworks=("cryptography",),
    ),
    Mechanism(
        id="weak-digest-api-key-lookup",
        cwe="CWE-328",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $create_key($session, $Key, $owner_id: int) -> str:
                $raw = secrets.token_urlsafe(32)
                #...
                $session.add($Key(owner_id=$owner_id, digest=hashlib.md5($raw.encode()).hexdigest()))  #!
                $session.commit()
                return $raw
            """,
        ),
        fixed=(
            """
            def $create_key($session, $Key, $owner_id: int) -> str:
                $raw = secrets.token_urlsafe(32)
                #...
                $session.add($Key(owner_id=$owner_id, digest=hashlib.sha256($raw.encode()).hexdigest()))
                $session.commit()
                return $raw
            """,
        ),
        decoy=(
            """
            def $create_key($session, $Key, $owner_id: int) -> str:
                $raw = secrets.token_urlsafe(32)
                $shard = hashlib.md5(str($owner_id).encode(), usedforsecurity=False).hexdigest()[:2]
                #...
                $session.add(
                    $Key(owner_id=$owner_id, shard=$shard, digest=hashlib.sha256($raw.encode()).hexdigest())
                )
                $session.commit()
                return $raw
            """,
        ),
        wrong_fix=(
            """
            def $create_key($session, $Key, $owner_id: int) -> str:
                $raw = secrets.token_urlsafe(32)
                #...
                $session.add($Key(owner_id=$owner_id, digest=hashlib.md5(f"key:{$raw}".encode()).hexdigest()))  #!
                $session.commit()
                return $raw
            """,
        ),
        imports=(
            "import hashlib",
            "import secrets",
        ),
        frameworks=("sqlalchemy",),
    ),
    Mechanism(
        id="weak-digest-dedup-store",
        cwe="CWE-328",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            class $Store:
                def __init__(self, $root: Path) -> None:
                    self.root = $root

                def put(self, $blob: bytes) -> str:
                    $name = hashlib.<<md5|sha1>>($blob).hexdigest()  #!
                    #...
                    $target = self.root / $name[:2] / $name
                    $target.parent.mkdir(parents=True, exist_ok=True)
                    if not $target.exists():
                        $target.write_bytes($blob)
                    return $name
            """,
        ),
        fixed=(
            """
            class $Store:
                def __init__(self, $root: Path) -> None:
                    self.root = $root

                def put(self, $blob: bytes) -> str:
                    $name = hashlib.blake2b($blob).hexdigest()
                    #...
                    $target = self.root / $name[:2] / $name
                    $target.parent.mkdir(parents=True, exist_ok=True)
                    if not $target.exists():
                        $target.write_bytes($blob)
                    return $name
            """,
        ),
        wrong_fix=(
            """
            class $Store:
                def __init__(self, $root: Path) -> None:
                    self.root = $root

                def put(self, $blob: bytes) -> str:
                    $name = hashlib.blake2b($blob, digest_size=4).hexdigest()  #!
                    #...
                    $target = self.root / $name[:2] / $name
                    $target.parent.mkdir(parents=True, exist_ok=True)
                    if not $target.exists():
                        $target.write_bytes($blob)
                    return $name
            """,
        ),
        imports=(
            "import hashlib",
            "from pathlib import Path",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="weak-digest-crc-authenticator",
        cwe="CWE-328",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $tag = zlib.<<crc32|adler32>>($key + $payload)  #!
            $out = $payload + b"." + str($tag).encode()
            """,
        ),
        fixed=(
            """
            $tag = hmac.new($key, $payload, hashlib.sha256).hexdigest()
            $out = $payload + b"." + $tag.encode()
            """,
        ),
        decoy=(
            """
            $tag = hashlib.blake2b($payload, key=$key).hexdigest()
            $sum = zlib.<<crc32|adler32>>($payload)
            $out = $payload + b"." + $tag.encode() + b"." + str($sum).encode()
            """,
        ),
        wrong_fix=(
            """
            $tag = zlib.<<crc32|adler32>>(hmac.new($key, $payload, hashlib.sha256).digest())  #!
            $out = $payload + b"." + str($tag).encode()
            """,
        ),
        imports=(
            "import hashlib",
            "import hmac",
            "import zlib",
            "import os",
            "import sys",
        ),
        given=(
            ("payload", "sys.stdin.buffer.read()"),
            ("key", 'os.environb[b"SYNC_KEY"]'),
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="weak-digest-xmlsec-rsa-sha1",
        cwe="CWE-327",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $sign($root, $key_path: str):
                $node = xmlsec.template.create(
                    $root, xmlsec.constants.TransformExclC14N, xmlsec.constants.TransformRsaSha1  #!
                )
                $root.append($node)
                $ref = xmlsec.template.add_reference($node, xmlsec.constants.TransformSha256)
                xmlsec.template.add_transform($ref, xmlsec.constants.TransformEnveloped)
                #...
                $ctx = xmlsec.SignatureContext()
                $ctx.key = xmlsec.Key.from_file($key_path, xmlsec.constants.KeyDataFormatPem)
                $ctx.sign($node)
                return $root
            """,
        ),
        fixed=(
            """
            def $sign($root, $key_path: str):
                $node = xmlsec.template.create(
                    $root, xmlsec.constants.TransformExclC14N, xmlsec.constants.TransformRsaSha256
                )
                $root.append($node)
                $ref = xmlsec.template.add_reference($node, xmlsec.constants.TransformSha256)
                xmlsec.template.add_transform($ref, xmlsec.constants.TransformEnveloped)
                #...
                $ctx = xmlsec.SignatureContext()
                $ctx.key = xmlsec.Key.from_file($key_path, xmlsec.constants.KeyDataFormatPem)
                $ctx.sign($node)
                return $root
            """,
        ),
        wrong_fix=(
            """
            def $sign($root, $key_path: str):
                $node = xmlsec.template.create(
                    $root, xmlsec.constants.TransformExclC14N, xmlsec.constants.TransformRsaSha256
                )
                $root.append($node)
                $ref = xmlsec.template.add_reference($node, xmlsec.constants.TransformSha1)  #!
                xmlsec.template.add_transform($ref, xmlsec.constants.TransformEnveloped)
                #...
                $ctx = xmlsec.SignatureContext()
                $ctx.key = xmlsec.Key.from_file($key_path, xmlsec.constants.KeyDataFormatPem)
                $ctx.sign($node)
                return $root
            """,
        ),
        imports=("import xmlsec",),
        frameworks=("xmlsec",),
    ),
    Mechanism(
        id="weak-digest-reset-token-md5-email",
        cwe="CWE-327",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $token = hashlib.md5($user.email.encode()).hexdigest()  #!
            $out = f"/<<reset|activate|unsubscribe>>/{$user.id}/{$token}"
            """,
        ),
        fixed=(
            """
            $token = secrets.token_urlsafe(32)
            $out = f"/<<reset|activate|unsubscribe>>/{$user.id}/{$token}"
            """,
        ),
        decoy=(
            """
            $avatar = hashlib.md5($user.email.strip().lower().encode(), usedforsecurity=False).hexdigest()
            $out = f"https://www.gravatar.com/avatar/{$avatar}?d=identicon"
            """,
        ),
        wrong_fix=(
            """
            $token = hashlib.sha256($user.email.encode()).hexdigest()  #!
            $out = f"/<<reset|activate|unsubscribe>>/{$user.id}/{$token}"
            """,
        ),
        imports=(
            "import hashlib",
            "import secrets",
            "from types import SimpleNamespace",
            "import sys",
        ),
        given=(("user", "SimpleNamespace(email=sys.argv[1], id=7)"),),
        frameworks=("stdlib",),
    ),
)
