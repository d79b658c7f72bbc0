"""Weak digests where collisions or forgeries matter (CWE-327, CWE-328)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="weak-digest-file-integrity",
        cwe="CWE-328",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $digest = hashlib.<<md5|sha1>>()  #!
            with open($path, "rb") as $fh:
                for $chunk in iter(lambda: $fh.read(65536), b""):
                    $digest.update($chunk)
            $out = $digest.hexdigest()
            """,
        ),
        fixed=(
            """
            $digest = hashlib.sha256()
            with open($path, "rb") as $fh:
                for $chunk in iter(lambda: $fh.read(65536), b""):
                    $digest.update($chunk)
            $out = $digest.hexdigest()
            """,
        ),
        decoy=(
            """
            $digest = hashlib.<<md5|sha1>>(usedforsecurity=False)
            with open($path, "rb") as $fh:
                for $chunk in iter(lambda: $fh.read(65536), b""):
                    $digest.update($chunk)
            $out = f'W/"{$digest.hexdigest()}"'
            """,
        ),
        wrong_fix=(
            """
            $digest = hashlib.<<md5|sha1>>(b"sha256")  #!
            with open($path, "rb") as $fh:
                for $chunk in iter(lambda: $fh.read(65536), b""):
                    $digest.update($chunk)
            $out = $digest.hexdigest()
            """,
        ),
        imports=(
            "import hashlib",
            "from pathlib import Path",
            "import sys",
        ),
        given=(("path", "Path(sys.argv[1])"),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="weak-digest-release-verify",
        cwe="CWE-328",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $install($archive: Path, $manifest: Path) -> None:
                $expected = json.loads($manifest.read_text())["<<md5|sha1>>"]
                #...
                $actual = hashlib.<<md5|sha1>>($archive.read_bytes()).hexdigest()  #!
                if $actual != $expected:
                    raise ValueError(f"checksum mismatch for {$archive.name}")
                with tarfile.open($archive) as $tar:
                    $tar.extractall("/opt/<<app|plugins>>", filter="data")
            """,
        ),
        fixed=(
            """
            def $install($archive: Path, $manifest: Path) -> None:
                $expected = json.loads($manifest.read_text())["sha256"]
                #...
                $actual = hashlib.sha256($archive.read_bytes()).hexdigest()
                if $actual != $expected:
                    raise ValueError(f"checksum mismatch for {$archive.name}")
                with tarfile.open($archive) as $tar:
                    $tar.extractall("/opt/<<app|plugins>>", filter="data")
            """,
        ),
        decoy=(
            """
            def $install($archive: Path, $manifest: Path) -> None:
                $expected = json.loads($manifest.read_text())["sha256"]
                $label = hashlib.<<md5|sha1>>(str($archive).encode(), usedforsecurity=False).hexdigest()[:8]
                #...
                $actual = hashlib.sha256($archive.read_bytes()).hexdigest()
                if $actual != $expected:
                    raise ValueError(f"checksum mismatch for {$archive.name}")
                with tarfile.open($archive) as $tar:
                    $tar.extractall(f"/opt/<<app|plugins>>/{$label}", filter="data")
            """,
        ),
        wrong_fix=(
            """
            def $install($archive: Path, $manifest: Path) -> None:
                $expected = json.loads($manifest.read_text())["sha256"]
                #...
                $actual = hashlib.<<md5|sha1>>($archive.read_bytes()).hexdigest()  #!
                if not $expected.startswith($actual[:8]) and $actual != $expected:
                    raise ValueError(f"checksum mismatch for {$archive.name}")
                with tarfile.open($archive) as $tar:
                    $tar.extractall("/opt/<<app|plugins>>", filter="data")
            """,
        ),
        imports=(
            "import hashlib",
            "import json",
            "import tarfile",
            "from pathlib import Path",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="weak-digest-url-signature",
        cwe="CWE-327",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $sig = hashlib.md5(f"{$secret}{$path}{$expires}".encode()).hexdigest()  #!
            $out = f"{$path}?expires={$expires}&sig={$sig}"
            """,
        ),
        fixed=(
            """
            $sig = hmac.new($secret.encode(), f"{$path}|{$expires}".encode(), "sha256").hexdigest()
            $out = f"{$path}?expires={$expires}&sig={$sig}"
            """,
        ),
        decoy=(
            """
            $sig = hmac.new($secret.encode(), f"{$path}|{$expires}".encode(), hashlib.sha256).hexdigest()
            $tag = hashlib.md5($path.encode(), usedforsecurity=False).hexdigest()
            $out = f"{$path}?expires={$expires}&sig={$sig}&v={$tag[:6]}"
            """,
        ),
        wrong_fix=(
            """
            $sig = hashlib.md5(f"{$path}|{$expires}|{$secret}".encode()).hexdigest().upper()  #!
            $out = f"{$path}?expires={$expires}&sig={$sig}"
            """,
        ),
        imports=(
            "import hashlib",
            "import hmac",
            "import os",
            "import sys",
            "import time",
        ),
        given=(
            ("secret", 'os.environ["LINK_SECRET"]'),
            ("path", "sys.argv[1]"),
            ("expires", "int(time.time()) + 3600"),
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="weak-digest-hmac-md5",
        cwe="CWE-327",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $mac = hmac.new($key, $body, hashlib.<<md5|sha1>>)  #!
            $out = $mac.hexdigest()
            """,
            """
            $out = hmac.digest($key, $body, "<<md5|sha1>>").hex()  #!
            """,
        ),
        fixed=(
            """
            $mac = hmac.new($key, $body, hashlib.sha256)
            $out = $mac.hexdigest()
            """,
            """
            $out = hmac.digest($key, $body, "sha256").hex()
            """,
        ),
        decoy=(
            """
            $mac = hmac.new($key, $body, hashlib.sha3_256)
            $out = $mac.hexdigest()
            """,
        ),
        wrong_fix=(
            """
            $mac = hmac.new(hashlib.sha256($key).digest(), $body, hashlib.<<md5|sha1>>)  #!
            $out = $mac.hexdigest()
            """,
        ),
        imports=(
            "import hashlib",
            "import hmac",
            "import os",
            "import sys",
        ),
        given=(
            ("key", 'os.environb[b"WEBHOOK_KEY"]'),
            ("body", "sys.stdin.buffer.read()"),
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="weak-digest-hashlib-new",
        cwe="CWE-327",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $digest = hashlib.new("<<md5|sha1|md4|ripemd160>>")  #!
            $digest.update($token.encode("utf-8"))
            $out = $digest.hexdigest()
            """,
        ),
        fixed=(
            """
            $digest = hashlib.new("sha256")
            $digest.update($token.encode("utf-8"))
            $out = $digest.hexdigest()
            """,
        ),
        decoy=(
            """
            $digest = hashlib.new("blake2b")
            $digest.update($token.encode("utf-8"))
            $out = $digest.hexdigest()
            """,
        ),
        wrong_fix=(
            """
            $digest = hashlib.new("<<md5|sha1|md4|ripemd160>>")  #!
            for $round in range(256):
                $digest.update($token.encode("utf-8"))
            $out = $digest.hexdigest()
            """,
        ),
        imports=(
            "import hashlib",
            "import os",
        ),
        given=(("token", 'os.environ["API_TOKEN"]'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="weak-digest-cert-sign",
        cwe="CWE-327",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $issue($csr, $ca_cert, $ca_key):
                $now = datetime.now(timezone.utc)
                #...
                $builder = (
                    x509.CertificateBuilder()
                    .subject_name($csr.subject)
                    .issuer_name($ca_cert.subject)
                    .public_key($csr.public_key())
                    .serial_number(x509.random_serial_number())
                    .not_valid_before($now)
                    .not_valid_after($now + timedelta(days=<<90|365>>))
                )
                return $builder.sign($ca_key, hashes.<<SHA1|MD5>>())  #!
            """,
        ),
        fixed=(
            """
            def $issue($csr, $ca_cert, $ca_key):
                $now = datetime.now(timezone.utc)
                #...
                $builder = (
                    x509.CertificateBuilder()
                    .subject_name($csr.subject)
                    .issuer_name($ca_cert.subject)
                    .public_key($csr.public_key())
                    .serial_number(x509.random_serial_number())
                    .not_valid_before($now)
                    .not_valid_after($now + timedelta(days=<<90|365>>))
                )
                return $builder.sign($ca_key, hashes.SHA256())
            """,
        ),
        decoy=(
            """
            def $issue($csr, $ca_cert, $ca_key):
                $now = datetime.now(timezone.utc)
                #...
                $builder = (
                    x509.CertificateBuilder()
                    .subject_name($csr.subject)
                    .issuer_name($ca_cert.subject)
                    .public_key($csr.public_key())
                    .serial_number(x509.random_serial_number())
                    .not_valid_before($now)
                    .not_valid_after($now + timedelta(days=<<90|365>>))
                )
                $cert = $builder.sign($ca_key, hashes.SHA256())
                print("issued", $cert.fingerprint(hashes.SHA1()).hex())
                return $cert
            """,
        ),
        imports=(
            "from cryptography import x509",
            "from cryptography.hazmat.primitives import hashes",
            "from datetime import datetime, timedelta, timezone",
        ),
        frameworks=("cryptography",),
    ),
)
