"""Temporary files others can predict, read or replace (CWE-377, CWE-378, CWE-379)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="temp-mktemp",
        cwe="CWE-377",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $path = tempfile.mktemp(suffix="<<.csv|.pdf|.tar>>")  #!
            with open($path, "w") as $fh:
                $fh.write("<<id,total|%PDF|header>>")
            $out = $path
            """,
        ),
        fixed=(
            """
            $fd, $path = tempfile.mkstemp(suffix="<<.csv|.pdf|.tar>>")
            with os.fdopen($fd, "w") as $fh:
                $fh.write("<<id,total|%PDF|header>>")
            $out = $path
            """,
        ),
        decoy=(
            """
            $folder = tempfile.mkdtemp()
            $path = os.path.join($folder, "output<<.csv|.pdf|.tar>>")
            with open($path, "w") as $fh:
                $fh.write("<<id,total|%PDF|header>>")
            $out = $path
            """,
        ),
        wrong_fix=(
            """
            $path = tempfile.mktemp(suffix="<<.csv|.pdf|.tar>>")  #!
            if not os.path.exists($path):
                with open($path, "w") as $fh:
                    $fh.write("<<id,total|%PDF|header>>")
            $out = $path
            """,
        ),
        imports=(
            "import os",
            "import tempfile",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="temp-fixed-path",
        cwe="CWE-377",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $path = "/tmp/<<report|export|upload_cache>>.txt"
            with open($path, "w") as $fh:  #!
                $fh.write($report)
            $out = $path
            """,
        ),
        fixed=(
            """
            with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as $fh:
                $fh.write($report)
            $out = $fh.name
            """,
        ),
        decoy=(
            """
            $path = os.path.join(tempfile.mkdtemp(), "<<report|export|upload_cache>>.txt")
            with open($path, "w") as $fh:
                $fh.write($report)
            $out = $path
            """,
        ),
        wrong_fix=(
            """
            $path = os.path.join(tempfile.gettempdir(), "<<report|export|upload_cache>>.txt")
            with open($path, "w") as $fh:  #!
                $fh.write($report)
            $out = $path
            """,
        ),
        imports=(
            "import tempfile",
            "import os",
            "import sys",
        ),
        given=(("report", "sys.stdin.read()"),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="temp-pid-name",
        cwe="CWE-377",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $render($html: str) -> bytes:
                $source = f"/tmp/render-{os.getpid()}.html"  #!
                #...
                with open($source, "w") as $fh:
                    $fh.write($html)
                return subprocess.run(["<<wkhtmltopdf|weasyprint>>", $source, "-"], stdout=subprocess.PIPE).stdout
            """,
        ),
        fixed=(
            """
            def $render($html: str) -> bytes:
                $fh = tempfile.NamedTemporaryFile("w", suffix=".html")
                #...
                with $fh:
                    $fh.write($html)
                    $fh.flush()
                    return subprocess.run(["<<wkhtmltopdf|weasyprint>>", $fh.name, "-"], stdout=subprocess.PIPE).stdout
            """,
        ),
        decoy=(
            """
            def $render($html: str) -> bytes:
                $source = os.path.join(tempfile.mkdtemp(), f"render-{os.getpid()}.html")
                #...
                with open($source, "w") as $fh:
                    $fh.write($html)
                return subprocess.run(["<<wkhtmltopdf|weasyprint>>", $source, "-"], stdout=subprocess.PIPE).stdout
            """,
        ),
        wrong_fix=(
            """
            def $render($html: str) -> bytes:
                $source = f"/tmp/render-{os.getpid()}.html"  #!
                #...
                if os.path.lexists($source):
                    os.unlink($source)
                with open($source, "w") as $fh:
                    $fh.write($html)
                return subprocess.run(["<<wkhtmltopdf|weasyprint>>", $source, "-"], stdout=subprocess.PIPE).stdout
            """,
        ),
        imports=(
            "import os",
            "import subprocess",
            "import tempfile",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="temp-named-reopen-by-name",
        cwe="CWE-377",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $tmp = tempfile.NamedTemporaryFile(delete=False)
            $tmp.close()
            os.unlink($tmp.name)
            with open($tmp.name + "<<.img|.bin>>", "wb") as $fh:  #!
                $fh.write($data)
            $out = $fh.name
            """,
        ),
        fixed=(
            """
            $tmp = tempfile.NamedTemporaryFile(delete=False, suffix="<<.img|.bin>>")
            with $tmp as $fh:
                $fh.write($data)
            $out = $fh.name
            """,
        ),
        imports=(
            "import os",
            "import tempfile",
            "import sys",
        ),
        given=(("data", "sys.stdin.buffer.read()"),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="temp-os-open-no-excl",
        cwe="CWE-377",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $path = f"/tmp/{getpass.getuser()}-<<session|agent>>"
            $fd = os.open($path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  #!
            os.write($fd, $token)
            os.close($fd)
            """,
        ),
        fixed=(
            """
            $path = f"/tmp/{getpass.getuser()}-<<session|agent>>"
            $fd = os.open($path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.write($fd, $token)
            os.close($fd)
            """,
        ),
        wrong_fix=(
            """
            $path = f"/tmp/{getpass.getuser()}-<<session|agent>>"
            $fd = os.open($path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)  #!
            os.ftruncate($fd, 0)
            os.write($fd, $token)
            os.close($fd)
            """,
        ),
        imports=(
            "import os",
            "import getpass",
        ),
        given=(("token", "os.urandom(16)"),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="temp-world-readable-file",
        cwe="CWE-378",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $fd, $path = tempfile.mkstemp(prefix="<<netrc|askpass>>")
            os.fchmod($fd, 0o<<644|666|755>>)  #!
            os.write($fd, $secret)
            os.close($fd)
            $out = $path
            """,
        ),
        fixed=(
            """
            $fd, $path = tempfile.mkstemp(prefix="<<netrc|askpass>>")
            os.write($fd, $secret)
            os.close($fd)
            $out = $path
            """,
        ),
        decoy=(
            """
            $fd, $path = tempfile.mkstemp(prefix="<<netrc|askpass>>")
            os.fchmod($fd, 0o600)
            os.write($fd, $secret)
            os.close($fd)
            $out = $path
            """,
        ),
        wrong_fix=(
            """
            $fd, $path = tempfile.mkstemp(prefix="<<netrc|askpass>>")
            os.fchmod($fd, 0o<<644|666|755>>)  #!
            os.write($fd, $secret)
            os.fchmod($fd, 0o600)
            os.close($fd)
            $out = $path
            """,
        ),
        imports=(
            "import os",
            "import tempfile",
        ),
        given=(("secret", 'os.environb[b"DEPLOY_TOKEN"]'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="temp-shared-directory",
        cwe="CWE-379",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $folder = "/tmp/<<backup|unpack>>"
            os.makedirs($folder, exist_ok=True)  #!
            $target = os.path.join($folder, "dump.sql")
            with open($target, "wb") as $fh:
                $fh.write($dump)
            $out = $target
            """,
        ),
        fixed=(
            """
            $folder = tempfile.mkdtemp(prefix="<<backup|unpack>>")
            $target = os.path.join($folder, "dump.sql")
            with open($target, "wb") as $fh:
                $fh.write($dump)
            $out = $target
            """,
        ),
        decoy=(
            """
            $folder = os.path.expanduser("~/.cache/<<backup|unpack>>")
            os.makedirs($folder, mode=0o700, exist_ok=True)
            $target = os.path.join($folder, "dump.sql")
            with open($target, "wb") as $fh:
                $fh.write($dump)
            $out = $target
            """,
        ),
        wrong_fix=(
            """
            $folder = os.path.join(tempfile.gettempdir(), "<<backup|unpack>>")
            os.makedirs($folder, mode=0o700, exist_ok=True)  #!
            $target = os.path.join($folder, "dump.sql")
            with open($target, "wb") as $fh:
                $fh.write($dump)
            $out = $target
            """,
        ),
        imports=(
            "import os",
            "import tempfile",
            "import sys",
        ),
        given=(("dump", "sys.stdin.buffer.read()"),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="temp-mkdtemp-chmod",
        cwe="CWE-379",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $work = tempfile.mkdtemp(prefix="<<build|job>>-")
            os.chmod($work, 0o777)  #!
            $out = $work
            """,
        ),
        fixed=(
            """
            $work = tempfile.mkdtemp(prefix="<<build|job>>-")
            os.chmod($work, 0o700)
            $out = $work
            """,
        ),
        wrong_fix=(
            """
            $work = tempfile.mkdtemp(prefix="<<build|job>>-")
            os.chmod($work, 0o1777)  #!
            $out = $work
            """,
        ),
        imports=(
            "import os",
            "import tempfile",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="temp-download-guess",
        cwe="CWE-377",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $fetch($url: str) -> str:
                $path = "/tmp/dl_%d<<.zip|.whl>>" % time.time()  #!
                with requests.get($url, stream=True, timeout=30) as $resp, open($path, "wb") as $fh:
                    #...
                    shutil.copyfileobj($resp.raw, $fh)
                return $path
            """,
        ),
        fixed=(
            """
            def $fetch($url: str) -> str:
                $dst = tempfile.NamedTemporaryFile(suffix="<<.zip|.whl>>", delete=False)
                with requests.get($url, stream=True, timeout=30) as $resp, $dst as $fh:
                    #...
                    shutil.copyfileobj($resp.raw, $fh)
                return $dst.name
            """,
        ),
        wrong_fix=(
            """
            def $fetch($url: str) -> str:
                $path = tempfile.gettempdir() + "/dl_%d<<.zip|.whl>>" % time.monotonic_ns()  #!
                with requests.get($url, stream=True, timeout=30) as $resp, open($path, "wb") as $fh:
                    #...
                    shutil.copyfileobj($resp.raw, $fh)
                return $path
            """,
        ),
        imports=(
            "import requests",
            "import shutil",
            "import tempfile",
            "import time",
        ),
        frameworks=("requests",),
    ),
)
