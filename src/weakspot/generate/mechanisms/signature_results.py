"""Verification results that are ignored and authentication tags skipped (CWE-347)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="sig-gpg-valid-ignored",
        cwe="CWE-347",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $install($package: str, $sig_path: str) -> None:
                $gpg = gnupg.GPG(gnupghome="/etc/installer/keys")
                with open($sig_path, "rb") as $fh:
                    $gpg.verify_file($fh, $package)  #!
                #...
                subprocess.run(["<<dpkg|rpm>>", "-i", $package], check=True)
            """,
        ),
        fixed=(
            """
            def $install($package: str, $sig_path: str) -> None:
                $gpg = gnupg.GPG(gnupghome="/etc/installer/keys")
                with open($sig_path, "rb") as $fh:
                    if not $gpg.verify_file($fh, $package).valid:
                        raise RuntimeError("signature")
                #...
                subprocess.run(["<<dpkg|rpm>>", "-i", $package], check=True)
            """,
        ),
        wrong_fix=(
            """
            def $install($package: str, $sig_path: str) -> None:
                $gpg = gnupg.GPG(gnupghome="/etc/installer/keys")
                with open($sig_path, "rb") as $fh:
                    if $gpg.verify_file($fh, $package) is None:  #!
                        raise RuntimeError("signature")
                #...
                subprocess.run(["<<dpkg|rpm>>", "-i", $package], check=True)
            """,
        ),
        imports=(
            "import gnupg",
            "import subprocess",
        ),
        frameworks=("python-gnupg",),
    ),
    Mechanism(
        id="sig-aes-gcm-tag-skipped",
        cwe="CWE-347",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $open_box($key: bytes, $box: bytes) -> bytes:
                $nonce, $tag, $body = $box[:16], $box[16:32], $box[32:]
                $cipher = AES.new($key, AES.MODE_<<GCM|EAX>>, nonce=$nonce)
                #...
                return $cipher.decrypt($body)  #!
            """,
        ),
        fixed=(
            """
            def $open_box($key: bytes, $box: bytes) -> bytes:
                $nonce, $tag, $body = $box[:16], $box[16:32], $box[32:]
                $cipher = AES.new($key, AES.MODE_<<GCM|EAX>>, nonce=$nonce)
                #...
                return $cipher.decrypt_and_verify($body, $tag)
            """,
        ),
        wrong_fix=(
            """
            def $open_box($key: bytes, $box: bytes) -> bytes:
                $nonce, $tag, $body = $box[:16], $box[16:32], $box[32:]
                $cipher = AES.new($key, AES.MODE_<<GCM|EAX>>, nonce=$nonce)
                #...
                $plain = $cipher.decrypt($body)  #!
                try:
                    $cipher.verify($tag)
                except ValueError:
                    print("tag mismatch")
                return $plain
            """,
        ),
        imports=("from Crypto.Cipher import AES",),
        frameworks=("pycryptodome",),
    ),
)
