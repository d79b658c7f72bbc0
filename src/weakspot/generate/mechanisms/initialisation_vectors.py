"""Initialisation vectors and nonces that repeat or can be guessed (CWE-329, CWE-323, CWE-1204)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="iv-static-cbc",
        cwe="CWE-329",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $iv = b"<<0000000000000000|1234567890123456|initvector000001>>"  #!
            $cipher = AES.new($key, AES.MODE_CBC, $iv)
            $out = $iv + $cipher.encrypt(pad($plain, AES.block_size))
            """,
        ),
        fixed=(
            """
            $iv = get_random_bytes(16)
            $cipher = AES.new($key, AES.MODE_CBC, $iv)
            $out = $iv + $cipher.encrypt(pad($plain, AES.block_size))
            """,
        ),
        decoy=(
            """
            $zero = b"<<0000000000000000|1234567890123456|initvector000001>>"
            $cipher = AES.new($key, AES.MODE_CBC)
            $out = $cipher.iv + $cipher.encrypt(pad($zero + $plain, AES.block_size))
            """,
        ),
        wrong_fix=(
            """
            $iv = $key[:16]  #!
            $cipher = AES.new($key, AES.MODE_CBC, $iv)
            $out = $iv + $cipher.encrypt(pad(get_random_bytes(1) + $plain, AES.block_size))
            """,
        ),
        imports=(
            "from Crypto.Cipher import AES",
            "from Crypto.Random import get_random_bytes",
            "from Crypto.Util.Padding import pad",
            "import os",
            "import sys",
        ),
        given=(
            ("key", 'bytes.fromhex(os.environ["VAULT_KEY"])'),
            ("plain", "sys.stdin.buffer.read()"),
        ),
        frameworks=("pycryptodome",),
    ),
    Mechanism(
        id="nonce-reuse-aesgcm-class",
        cwe="CWE-323",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            class $Box:
                def __init__(self, $key: bytes) -> None:
                    self._aead = <<AESGCM|ChaCha20Poly1305>>($key)
                    self._nonce = os.urandom(12)  #!

                def seal(self, $data: bytes) -> bytes:
                    #...
                    return self._nonce + self._aead.encrypt(self._nonce, $data, None)
            """,
        ),
        fixed=(
            """
            class $Box:
                def __init__(self, $key: bytes) -> None:
                    self._aead = <<AESGCM|ChaCha20Poly1305>>($key)

                def seal(self, $data: bytes) -> bytes:
                    $nonce = os.urandom(12)
                    #...
                    return $nonce + self._aead.encrypt($nonce, $data, None)
            """,
        ),
        wrong_fix=(
            """
            class $Box:
                def __init__(self, $key: bytes) -> None:
                    self._aead = <<AESGCM|ChaCha20Poly1305>>($key)

                def seal(self, $data: bytes, $nonce: bytes = os.urandom(12)) -> bytes:  #!
                    #...
                    return $nonce + self._aead.encrypt($nonce, $data, None)
            """,
        ),
        imports=(
            "import os",
            "from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305",
        ),
        frameworks=("cryptography",),
    ),
    Mechanism(
        id="nonce-constant-aesgcm",
        cwe="CWE-323",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $nonce = b"<<unique-nonce|000000000000|static-nonce>>"  #!
            $out = $nonce + AESGCM($key).encrypt($nonce, $claims, None)
            """,
        ),
        fixed=(
            """
            $nonce = os.urandom(12)
            $out = $nonce + AESGCM($key).encrypt($nonce, $claims, None)
            """,
        ),
        decoy=(
            """
            $aad = b"<<unique-nonce|000000000000|static-nonce>>"
            $nonce = os.urandom(12)
            $out = $nonce + AESGCM($key).encrypt($nonce, $claims, $aad)
            """,
        ),
        wrong_fix=(
            """
            $nonce = int(time.time()).to_bytes(12, "big")  #!
            $out = $nonce + AESGCM($key).encrypt($nonce, $claims, os.urandom(12))
            """,
        ),
        imports=(
            "import os",
            "import sys",
            "import time",
            "from cryptography.hazmat.primitives.ciphers.aead import AESGCM",
        ),
        given=(
            ("key", 'bytes.fromhex(os.environ["TOKEN_KEY"])'),
            ("claims", "sys.stdin.buffer.read()"),
        ),
        frameworks=("cryptography",),
    ),
    Mechanism(
        id="iv-from-random-module",
        cwe="CWE-1204",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $iv = bytes(random.randrange(256) for _ in range(16))  #!
            $out = $iv + AES.new($key, AES.MODE_CFB, iv=$iv).encrypt($blob)
            """,
        ),
        fixed=(
            """
            $iv = get_random_bytes(16)
            $out = $iv + AES.new($key, AES.MODE_CFB, iv=$iv).encrypt($blob)
            """,
        ),
        wrong_fix=(
            """
            random.seed(get_random_bytes(2))
            $iv = random.randbytes(16)  #!
            $out = $iv + AES.new($key, AES.MODE_CFB, iv=$iv).encrypt($blob)
            """,
        ),
        imports=(
            "import random",
            "import os",
            "import sys",
            "from Crypto.Cipher import AES",
            "from Crypto.Random import get_random_bytes",
        ),
        given=(
            ("key", 'bytes.fromhex(os.environ["ARCHIVE_KEY"])'),
            ("blob", "sys.stdin.buffer.read()"),
        ),
        frameworks=("pycryptodome",),
    ),
    Mechanism(
        id="counter-fixed-ctr",
        cwe="CWE-1204",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $cipher = AES.new($key, AES.MODE_CTR, counter=Counter.new(128, initial_value=<<0|1|1000>>))  #!
            $out = $cipher.encrypt($line)
            """,
        ),
        fixed=(
            """
            $cipher = AES.new($key, AES.MODE_CTR)
            $out = $cipher.nonce + $cipher.encrypt($line)
            """,
        ),
        decoy=(
            """
            $cipher = AES.new($key, AES.MODE_CTR, nonce=os.urandom(8), initial_value=<<0|1|1000>>)
            $out = $cipher.nonce + $cipher.encrypt($line)
            """,
        ),
        imports=(
            "import os",
            "import sys",
            "from Crypto.Cipher import AES",
            "from Crypto.Util import Counter",
        ),
        given=(
            ("key", 'bytes.fromhex(os.environ["LOG_KEY"])'),
            ("line", "sys.stdin.buffer.readline()"),
        ),
        frameworks=("pycryptodome",),
    ),
)
