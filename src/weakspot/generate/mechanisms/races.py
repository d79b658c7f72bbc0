"""File checks that another process can overtake (CWE-367)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="race-access-then-open",
        cwe="CWE-367",
        kind=Kind.FLOW,
        vulnerable=(
            """
            if os.access($in, os.<<R_OK|W_OK>>):
                with open($in, "<<rb|r+b>>") as $fh:  #!
                    $out = $fh.read(4096)
            """,
        ),
        fixed=(
            """
            try:
                with open($in, "<<rb|r+b>>") as $fh:
                    $out = $fh.read(4096)
            except PermissionError:
                $out = b""
            """,
        ),
        decoy=(
            """
            $fd = os.open($in, os.O_RDWR | os.O_NOFOLLOW)
            with os.fdopen($fd, "<<rb|r+b>>") as $fh:
                $out = $fh.read(4096)
            """,
        ),
        wrong_fix=(
            """
            if os.path.isfile($in) and not os.path.islink($in):
                with open($in, "<<rb|r+b>>") as $fh:  #!
                    $out = $fh.read(4096)
            """,
        ),
        imports=("import os",),
        frameworks=("stdlib",),
        takes="filename",
    ),
    Mechanism(
        id="race-exists-then-create",
        cwe="CWE-367",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $claim($path: str, $owner: str) -> bool:
                if os.path.exists($path):
                    return False
                #...
                with open($path, "w") as $fh:  #!
                    $fh.write($owner)
                return True
            """,
        ),
        fixed=(
            """
            def $claim($path: str, $owner: str) -> bool:
                #...
                try:
                    with open($path, "x") as $fh:
                        $fh.write($owner)
                except FileExistsError:
                    return False
                return True
            """,
        ),
        decoy=(
            """
            def $claim($path: str, $owner: str) -> bool:
                if os.path.exists($path):
                    return False
                #...
                $fd = os.open($path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
                with os.fdopen($fd, "w") as $fh:
                    $fh.write($owner)
                return True
            """,
        ),
        wrong_fix=(
            """
            def $claim($path: str, $owner: str) -> bool:
                if os.path.exists($path):
                    return False
                #...
                with open($path, "a+") as $fh:  #!
                    $fh.write($owner)
                return os.path.exists($path)
            """,
        ),
        imports=("import os",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="race-symlink-check-chown",
        cwe="CWE-367",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $hand_over($path: str, $uid: int) -> None:
                if os.path.islink($path):
                    raise OSError("link")
                #...
                os.chown($path, $uid, -1)  #!
            """,
        ),
        fixed=(
            """
            def $hand_over($path: str, $uid: int) -> None:
                $fd = os.open($path, os.O_RDONLY | os.O_NOFOLLOW)
                #...
                os.fchown($fd, $uid, -1)
                os.close($fd)
            """,
        ),
        decoy=(
            """
            def $hand_over($path: str, $uid: int) -> None:
                if os.path.islink($path):
                    raise OSError("link")
                #...
                os.chown($path, $uid, -1, follow_symlinks=False)
            """,
        ),
        wrong_fix=(
            """
            def $hand_over($path: str, $uid: int) -> None:
                if os.path.islink($path) or os.path.realpath($path) != os.path.abspath($path):
                    raise OSError("link")
                #...
                os.chown(os.path.realpath($path), $uid, -1)  #!
            """,
        ),
        imports=("import os",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="race-size-check-then-read",
        cwe="CWE-367",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $load($path: str) -> bytes:
                if os.path.getsize($path) > <<1_000_000|65_536>>:
                    raise ValueError("too large")
                #...
                with open($path, "rb") as $fh:
                    return $fh.read()  #!
            """,
        ),
        fixed=(
            """
            def $load($path: str) -> bytes:
                #...
                with open($path, "rb") as $fh:
                    if os.fstat($fh.fileno()).st_size > <<1_000_000|65_536>>:
                        raise ValueError("too large")
                    return $fh.read(<<1_000_000|65_536>>)
            """,
        ),
        wrong_fix=(
            """
            def $load($path: str) -> bytes:
                $before = os.stat($path)
                if $before.st_size > <<1_000_000|65_536>>:
                    raise ValueError("too large")
                #...
                with open(os.path.realpath($path), "rb") as $fh:
                    return $fh.read()  #!
            """,
        ),
        imports=("import os",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="race-verify-then-reopen",
        cwe="CWE-367",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $run_checked($script: str, $sha256: str) -> None:
                with open($script, "rb") as $fh:
                    $body = $fh.read()
                if hashlib.sha256($body).hexdigest() != $sha256:
                    raise ValueError("digest")
                #...
                subprocess.run(["<</bin/sh|/usr/bin/python3>>", $script], check=True)  #!
            """,
        ),
        fixed=(
            """
            def $run_checked($script: str, $sha256: str) -> None:
                with open($script, "rb") as $fh:
                    $body = $fh.read()
                if hashlib.sha256($body).hexdigest() != $sha256:
                    raise ValueError("digest")
                #...
                subprocess.run(["<</bin/sh|/usr/bin/python3>>", "-"], input=$body, check=True)
            """,
        ),
        wrong_fix=(
            """
            def $run_checked($script: str, $sha256: str) -> None:
                for $attempt in range(2):
                    with open($script, "rb") as $fh:
                        if hashlib.sha256($fh.read()).hexdigest() != $sha256:
                            raise ValueError("digest")
                #...
                subprocess.run(["<</bin/sh|/usr/bin/python3>>", $script], check=True)  #!
            """,
        ),
        imports=(
            "import hashlib",
            "import subprocess",
        ),
        frameworks=("stdlib",),
    ),
)
