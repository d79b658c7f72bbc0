"""Search paths that others can write to (CWE-426, CWE-427)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="path-sys-path-tmp",
        cwe="CWE-427",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            sys.path.insert(0, "<</tmp/plugins|/var/tmp|.>>")  #!
            $out = importlib.import_module("<<site_hooks|local_rules>>")
            """,
        ),
        fixed=(
            """
            sys.path.append("/usr/lib/app/plugins")
            $out = importlib.import_module("<<site_hooks|local_rules>>")
            """,
        ),
        decoy=(
            """
            sys.path[:] = [$p for $p in sys.path if $p not in ("<</tmp/plugins|/var/tmp|.>>", "")]
            $out = importlib.import_module("<<site_hooks|local_rules>>")
            """,
        ),
        wrong_fix=(
            """
            sys.path.append("/usr/lib/app/plugins")
            sys.path.insert(0, "<</tmp/plugins|/var/tmp|.>>")  #!
            $out = importlib.import_module("<<site_hooks|local_rules>>")
            """,
        ),
        imports=(
            "import importlib",
            "import sys",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="path-relative-binary-root",
        cwe="CWE-426",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $backup($target: str) -> None:
                #...
                os.setuid(0)
                subprocess.run(["<<rsync|tar>>", "--version"], check=True)  #!
                print("ready for", $target)
            """,
        ),
        fixed=(
            """
            def $backup($target: str) -> None:
                #...
                os.setuid(0)
                subprocess.run(["/usr/bin/<<rsync|tar>>", "--version"], check=True)
                print("ready for", $target)
            """,
        ),
        decoy=(
            """
            def $backup($target: str) -> None:
                #...
                os.setuid(0)
                subprocess.run(["<<rsync|tar>>", "--version"], check=True, env={"PATH": "/usr/bin:/bin"})
                print("ready for", $target)
            """,
        ),
        wrong_fix=(
            """
            def $backup($target: str) -> None:
                #...
                os.setuid(0)
                os.environ["PATH"] = os.environ["PATH"] + ":/usr/bin"
                subprocess.run(["<<rsync|tar>>", "--version"], check=True)  #!
                print("ready for", $target)
            """,
        ),
        imports=(
            "import os",
            "import subprocess",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="path-env-from-user",
        cwe="CWE-426",
        kind=Kind.FLOW,
        vulnerable=(
            """
            os.environ["PATH"] = $in + os.pathsep + os.environ["PATH"]  #!
            $out = subprocess.run(["<<git|ffmpeg|node>>", "--version"], capture_output=True, check=False).stdout
            """,
        ),
        fixed=(
            """
            os.environ["APP_EXTRA"] = $in
            $out = subprocess.run(["<<git|ffmpeg|node>>", "--version"], capture_output=True, check=False).stdout
            """,
        ),
        wrong_fix=(
            """
            os.environ["PATH"] = os.path.expanduser($in) + os.pathsep + "/usr/bin"  #!
            $out = subprocess.run(["<<git|ffmpeg|node>>", "--version"], capture_output=True, check=False).stdout
            """,
        ),
        imports=(
            "import os",
            "import subprocess",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="path-ctypes-load",
        cwe="CWE-427",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $lib = ctypes.CDLL(os.path.join(os.getcwd(), "<<libcodec.so|libhash.so>>"))  #!
            $out = $lib.<<codec_version|hash_version>>()
            """,
        ),
        fixed=(
            """
            $lib = ctypes.CDLL("/usr/lib/app/<<libcodec.so|libhash.so>>")
            $out = $lib.<<codec_version|hash_version>>()
            """,
        ),
        decoy=(
            """
            $path = os.path.join(os.path.dirname(os.path.abspath(os.__file__)), "<<libcodec.so|libhash.so>>")
            $lib = ctypes.CDLL($path)
            $out = $lib.<<codec_version|hash_version>>()
            """,
        ),
        wrong_fix=(
            """
            $path = os.path.join(os.getcwd(), "<<libcodec.so|libhash.so>>")
            if os.path.isfile($path) and os.access($path, os.R_OK):
                $lib = ctypes.CDLL($path)  #!
                $out = $lib.<<codec_version|hash_version>>()
            """,
        ),
        imports=(
            "import ctypes",
            "import os",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="path-env-ld-preload",
        cwe="CWE-426",
        kind=Kind.FLOW,
        vulnerable=(
            """
            $env = dict(os.environ, <<LD_LIBRARY_PATH|PYTHONPATH|LD_PRELOAD>>=$in)  #!
            $out = subprocess.run(["/usr/bin/<<report|render>>"], env=$env, capture_output=True).stdout
            """,
        ),
        fixed=(
            """
            $env = {"LANG": "C.UTF-8", "REPORT_TITLE": $in}
            $out = subprocess.run(["/usr/bin/<<report|render>>"], env=$env, capture_output=True).stdout
            """,
        ),
        wrong_fix=(
            """
            $env = {"LANG": "C.UTF-8", "<<LD_LIBRARY_PATH|PYTHONPATH|LD_PRELOAD>>": os.path.abspath($in)}  #!
            $out = subprocess.run(["/usr/bin/<<report|render>>"], env=$env, capture_output=True).stdout
            """,
        ),
        imports=(
            "import os",
            "import subprocess",
        ),
        frameworks=("stdlib",),
    ),
)
