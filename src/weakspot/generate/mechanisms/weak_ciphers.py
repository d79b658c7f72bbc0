"""Weak ciphers, modes and algorithm lists (CWE-327)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="weak-cipher-pycryptodome-des",
        cwe="CWE-327",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $cipher = <<DES|DES3|Blowfish|ARC2>>.new($key, <<DES|DES3|Blowfish|ARC2>>.MODE_EAX)  #!
            $body, $tag = $cipher.encrypt_and_digest($data)
            $out = $cipher.nonce + $tag + $body
            """,
        ),
        fixed=(
            """
            $cipher = AES.new($key, AES.MODE_EAX)
            $body, $tag = $cipher.encrypt_and_digest($data)
            $out = $cipher.nonce + $tag + $body
            """,
        ),
        decoy=(
            """
            $cipher = AES.new($key, AES.MODE_GCM, nonce=get_random_bytes(12))
            $body, $tag = $cipher.encrypt_and_digest($data)
            $out = $cipher.nonce + $tag + $body
            """,
        ),
        wrong_fix=(
            """
            $cipher = DES3.new(DES3.adjust_key_parity($key[:24]), DES3.MODE_EAX)  #!
            $body, $tag = $cipher.encrypt_and_digest($data)
            $out = $cipher.nonce + $tag + $body
            """,
        ),
        imports=(
            "from Crypto.Cipher import AES, ARC2, Blowfish, DES, DES3",
            "from Crypto.Random import get_random_bytes",
            "from pathlib import Path",
            "import sys",
        ),
        given=(
            ("key", 'Path("/run/secrets/data_key").read_bytes()'),
            ("data", "sys.stdin.buffer.read()"),
        ),
        frameworks=("pycryptodome",),
    ),
    Mechanism(
        id="weak-cipher-aes-ecb",
        cwe="CWE-327",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $cipher = AES.new($key, AES.MODE_ECB)  #!
            $out = $cipher.encrypt(pad($record, AES.block_size))
            """,
        ),
        fixed=(
            """
            $cipher = AES.new($key, AES.MODE_SIV, nonce=os.urandom(16))
            $body, $tag = $cipher.encrypt_and_digest($record)
            $out = $cipher.nonce + $tag + $body
            """,
        ),
        decoy=(
            """
            $cipher = AES.new($key, AES.MODE_GCM)
            $body, $tag = $cipher.encrypt_and_digest(pad($record, AES.block_size))
            $out = $cipher.nonce + $tag + $body
            """,
        ),
        wrong_fix=(
            """
            $cipher = AES.new($key, AES.MODE_ECB)  #!
            $prefix = os.urandom(16)
            $out = $cipher.encrypt(pad($prefix + $record, AES.block_size))
            """,
        ),
        imports=(
            "from Crypto.Cipher import AES",
            "from Crypto.Util.Padding import pad",
            "import os",
            "import sys",
        ),
        given=(
            ("key", 'bytes.fromhex(os.environ["DATA_KEY"])'),
            ("record", "sys.stdin.buffer.read()"),
        ),
        frameworks=("pycryptodome",),
    ),
    Mechanism(
        id="weak-cipher-hazmat-ecb",
        cwe="CWE-327",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $encryptor = Cipher(algorithms.AES($key), modes.ECB()).encryptor()  #!
            $out = $encryptor.update($block) + $encryptor.finalize()
            """,
        ),
        fixed=(
            """
            $nonce = os.urandom(12)
            $encryptor = Cipher(algorithms.AES($key), modes.GCM($nonce)).encryptor()
            $out = $nonce + $encryptor.update($block) + $encryptor.finalize() + $encryptor.tag
            """,
        ),
        wrong_fix=(
            """
            $nonce = os.urandom(16)
            $encryptor = Cipher(algorithms.AES($key), modes.ECB()).encryptor()  #!
            $out = $nonce + $encryptor.update($block) + $encryptor.finalize()
            """,
        ),
        imports=(
            "import os",
            "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes",
            "import base64",
            "import sys",
        ),
        given=(
            ("key", 'base64.b64decode(os.environ["CARD_KEY"])'),
            ("block", "sys.stdin.buffer.read(64)"),
        ),
        frameworks=("cryptography",),
    ),
    Mechanism(
        id="weak-cipher-hazmat-3des",
        cwe="CWE-327",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $iv = os.urandom(<<8|8>>)
            $cipher = Cipher(algorithms.<<TripleDES|Blowfish|CAST5>>($key), modes.CFB($iv))  #!
            $enc = $cipher.encryptor()
            $out = $iv + $enc.update($chunk) + $enc.finalize()
            """,
        ),
        fixed=(
            """
            $iv = os.urandom(12)
            $cipher = Cipher(algorithms.AES($key), modes.GCM($iv))
            $enc = $cipher.encryptor()
            $out = $iv + $enc.update($chunk) + $enc.finalize() + $enc.tag
            """,
        ),
        wrong_fix=(
            """
            $iv = os.urandom(8)
            $cipher = Cipher(algorithms.<<TripleDES|Blowfish|CAST5>>($key[:16]), modes.CBC($iv))  #!
            $enc = $cipher.encryptor()
            $out = $iv + $enc.update($chunk) + $enc.finalize()
            """,
        ),
        imports=(
            "import os",
            "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes",
            "import keyring",
            "import sys",
        ),
        given=(
            ("key", 'keyring.get_password("export", "backup").encode()'),
            ("chunk", "sys.stdin.buffer.read(4096)"),
        ),
        frameworks=("cryptography",),
    ),
    Mechanism(
        id="weak-cipher-arc4",
        cwe="CWE-327",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $enc = Cipher(algorithms.ARC4($key), mode=None).encryptor()  #!
            $out = $enc.update($frame)
            """,
        ),
        fixed=(
            """
            $nonce = os.urandom(12)
            $out = $nonce + ChaCha20Poly1305($key).encrypt($nonce, $frame, None)
            """,
        ),
        wrong_fix=(
            """
            $nonce = os.urandom(12)
            $enc = Cipher(algorithms.ARC4(hashlib.sha256($nonce + $key).digest()), mode=None).encryptor()  #!
            $out = $nonce + $enc.update($frame)
            """,
        ),
        imports=(
            "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms",
            "from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305",
            "import hashlib",
            "import os",
            "import sys",
        ),
        given=(
            ("key", 'bytes.fromhex(os.environ["STREAM_KEY"])'),
            ("frame", "sys.stdin.buffer.read()"),
        ),
        frameworks=("cryptography",),
    ),
    Mechanism(
        id="weak-cipher-arc4-pycryptodome",
        cwe="CWE-327",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            class $Channel:
                def __init__(self, $key: bytes, $sock) -> None:
                    self.key = $key
                    self.sock = $sock

                def send(self, $message: bytes) -> None:
                    #...
                    self.sock.sendall(ARC4.new(self.key).encrypt($message))  #!
            """,
        ),
        fixed=(
            """
            class $Channel:
                def __init__(self, $key: bytes, $sock) -> None:
                    self.key = $key
                    self.sock = $sock

                def send(self, $message: bytes) -> None:
                    $cipher = ChaCha20_Poly1305.new(key=self.key)
                    #...
                    $body, $tag = $cipher.encrypt_and_digest($message)
                    self.sock.sendall($cipher.nonce + $tag + $body)
            """,
        ),
        wrong_fix=(
            """
            class $Channel:
                def __init__(self, $key: bytes, $sock) -> None:
                    self.key = $key
                    self.sock = $sock

                def send(self, $message: bytes) -> None:
                    $cipher = ARC4.new(self.key, drop=<<256|768|3072>>)  #!
                    #...
                    self.sock.sendall($cipher.encrypt($message))
            """,
        ),
        imports=("from Crypto.Cipher import ARC4, ChaCha20_Poly1305",),
        frameworks=("pycryptodome",),
    ),
    Mechanism(
        id="weak-cipher-xor-obfuscation",
        cwe="CWE-327",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $mixed = bytes($b ^ $k for $b, $k in zip($text, itertools.cycle($secret)))  #!
            $out = base64.b64encode($mixed)
            """,
        ),
        fixed=(
            """
            $mixed = Fernet($secret).encrypt($text)
            $out = base64.b64encode($mixed)
            """,
        ),
        decoy=(
            """
            $mixed = Fernet($secret).encrypt($text)
            $parity = bytes($b ^ $k for $b, $k in zip($mixed, itertools.cycle($mixed[:8])))
            $out = base64.b64encode($mixed) + b":" + base64.b64encode($parity[-4:])
            """,
        ),
        wrong_fix=(
            """
            $mixed = bytes($b ^ $k for $b, $k in zip($text[::-1], itertools.cycle($secret)))  #!
            $out = base64.b85encode(base64.b64encode($mixed))
            """,
        ),
        imports=(
            "from cryptography.fernet import Fernet",
            "import itertools",
            "import base64",
            "import os",
            "import sys",
        ),
        given=(
            ("secret", 'os.environb[b"PROFILE_KEY"]'),
            ("text", "sys.stdin.buffer.read()"),
        ),
        frameworks=("stdlib",),
    ),
)
