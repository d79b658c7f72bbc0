"""Code fetched or loaded without a check of what it is (CWE-494, CWE-829)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="dl-exec-remote-script",
        cwe="CWE-494",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $URL = "https://cdn.example.com/<<bootstrap|migrate>>.py"
            $SHA256 = "<<9b2f6a7c1d|5e8840aa31>>c3f0e4d7b6a5f8091e2d3c4b5a69788f7e6d5c4b3a29180f0e1d2c"


            def $bootstrap() -> None:
                $code = requests.get($URL, timeout=30).text
                #...
                exec(compile($code, $URL, "exec"), {})  #!
            """,
        ),
        fixed=(
            """
            $URL = "https://cdn.example.com/<<bootstrap|migrate>>.py"
            $SHA256 = "<<9b2f6a7c1d|5e8840aa31>>c3f0e4d7b6a5f8091e2d3c4b5a69788f7e6d5c4b3a29180f0e1d2c"


            def $bootstrap() -> None:
                $code = requests.get($URL, timeout=30).text
                #...
                if hashlib.sha256($code.encode()).hexdigest() != $SHA256:
                    raise RuntimeError("unexpected content")
                exec(compile($code, $URL, "exec"), {})
            """,
        ),
        wrong_fix=(
            """
            $URL = "https://cdn.example.com/<<bootstrap|migrate>>.py"
            $SHA256 = "<<9b2f6a7c1d|5e8840aa31>>c3f0e4d7b6a5f8091e2d3c4b5a69788f7e6d5c4b3a29180f0e1d2c"


            def $bootstrap() -> None:
                $code = requests.get($URL, timeout=30).text
                #...
                exec(compile($code, $URL, "exec"), {})  #!
                if hashlib.sha256($code.encode()).hexdigest() != $SHA256:
                    raise RuntimeError("unexpected content")
            """,
        ),
        imports=(
            "import hashlib",
            "import requests",
        ),
        frameworks=("requests",),
    ),
    Mechanism(
        id="dl-curl-bash",
        cwe="CWE-494",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            subprocess.run(["<<sh|bash>>", "-c", "curl -fsSL https://get.example.com/install.sh | <<sh|bash>>"], check=True)  #!
            """,
        ),
        fixed=(
            """
            subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "example-agent"], check=True)
            """,
        ),
        wrong_fix=(
            """
            subprocess.run(["curl", "-fsSL", "--tlsv1.2", "-o", "/opt/i.sh", "https://get.example.com/install.sh"], check=True)
            subprocess.run(["<<sh|bash>>", "-n", "/opt/i.sh"], check=True)
            subprocess.run(["<<sh|bash>>", "/opt/i.sh"], check=True)  #!
            """,
        ),
        imports=("import subprocess",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="dl-urlretrieve-run",
        cwe="CWE-494",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $install_tool($url: str, $sha256: str, $dest: str = "/usr/local/bin/<<kubectl|terraform>>") -> None:
                urllib.request.urlretrieve($url, $dest)
                #...
                os.chmod($dest, 0o755)
                subprocess.run([$dest, "version"], check=True)  #!
            """,
        ),
        fixed=(
            """
            def $install_tool($url: str, $sha256: str, $dest: str = "/usr/local/bin/<<kubectl|terraform>>") -> None:
                urllib.request.urlretrieve($url, $dest)
                #...
                with open($dest, "rb") as $fh:
                    if hashlib.file_digest($fh, "sha256").hexdigest() != $sha256:
                        raise ValueError("digest mismatch")
                os.chmod($dest, 0o755)
                subprocess.run([$dest, "version"], check=True)
            """,
        ),
        wrong_fix=(
            """
            def $install_tool($url: str, $sha256: str, $dest: str = "/usr/local/bin/<<kubectl|terraform>>") -> None:
                urllib.request.urlretrieve($url, $dest)
                #...
                with open($dest, "rb") as $fh:
                    $sum = hashlib.file_digest($fh, "sha256").hexdigest()
                print("digest", $sum, $sum == $sha256)
                os.chmod($dest, 0o755)
                subprocess.run([$dest, "version"], check=True)  #!
            """,
        ),
        imports=(
            "import hashlib",
            "import os",
            "import subprocess",
            "import urllib.request",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="dl-pip-from-url",
        cwe="CWE-494",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            subprocess.check_call([
                sys.executable, "-m", "pip", "install", "http://pkgs.example.com/<<core|agent>>-1.4.tar.gz"  #!
            ])
            """,
        ),
        fixed=(
            """
            subprocess.check_call([
                sys.executable, "-m", "pip", "install", "--require-hashes", "-r", "requirements.txt"
            ])
            """,
        ),
        wrong_fix=(
            """
            subprocess.check_call([
                sys.executable,
                "-m",
                "pip",
                "install",
                "--no-cache-dir",
                "--trusted-host",
                "pkgs.example.com",  #!
                "<<core|agent>>==1.4",
            ])
            """,
        ),
        imports=(
            "import subprocess",
            "import sys",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="dl-extra-index-url",
        cwe="CWE-829",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $cmd = [sys.executable, "-m", "pip", "install", "acme-<<billing|auth>>"]
            subprocess.check_call([*$cmd, "--extra-index-url", "https://pkgs.acme.example/simple"])  #!
            """,
        ),
        fixed=(
            """
            $cmd = [sys.executable, "-m", "pip", "install", "acme-<<billing|auth>>"]
            subprocess.check_call([*$cmd, "--index-url", "https://pkgs.acme.example/simple"])
            """,
        ),
        wrong_fix=(
            """
            $cmd = [sys.executable, "-m", "pip", "install", "--upgrade", "--pre", "acme-<<billing|auth>>"]
            subprocess.check_call([*$cmd, "--extra-index-url=https://pkgs.acme.example/simple"])  #!
            """,
        ),
        imports=(
            "import subprocess",
            "import sys",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="dl-hub-trust-remote-code",
        cwe="CWE-829",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $out = <<AutoModel|AutoTokenizer>>.from_pretrained("acme/<<ranker|encoder>>", trust_remote_code=True)  #!
            """,
        ),
        fixed=(
            """
            $out = <<AutoModel|AutoTokenizer>>.from_pretrained("acme/<<ranker|encoder>>")
            """,
        ),
        decoy=(
            """
            $out = <<AutoModel|AutoTokenizer>>.from_pretrained("acme/<<ranker|encoder>>", trust_remote_code=False)
            """,
        ),
        wrong_fix=(
            """
            $out = <<AutoModel|AutoTokenizer>>.from_pretrained(
                "acme/<<ranker|encoder>>", use_safetensors=True, revision="main", trust_remote_code=True  #!
            )
            """,
        ),
        imports=("from transformers import AutoModel, AutoTokenizer",),
        frameworks=("transformers",),
    ),
    Mechanism(
        id="dl-plugin-dir-import",
        cwe="CWE-829",
        kind=Kind.FLOW,
        vulnerable=(
            """
            $spec = importlib.util.spec_from_file_location("plugin", $in)
            $module = importlib.util.module_from_spec($spec)
            $spec.loader.exec_module($module)  #!
            $out = $module.<<run|setup>>()
            """,
        ),
        fixed=(
            """
            $path = Path("/usr/lib/app/plugins").joinpath(Path($in).name)
            $spec = importlib.util.spec_from_file_location("plugin", $path)
            $module = importlib.util.module_from_spec($spec)
            $spec.loader.exec_module($module)
            $out = $module.<<run|setup>>()
            """,
        ),
        wrong_fix=(
            """
            if not Path($in).name.endswith(".py"):
                raise ValueError("plugin")
            $spec = importlib.util.spec_from_file_location("plugin", $in)
            $module = importlib.util.module_from_spec($spec)
            $spec.loader.exec_module($module)  #!
            $out = $module.<<run|setup>>()
            """,
        ),
        imports=(
            "import importlib.util",
            "from pathlib import Path",
        ),
        frameworks=("stdlib",),
        takes="filename",
    ),
    Mechanism(
        id="dl-auto-update-wheel",
        cwe="CWE-494",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $self_update($channel: str) -> None:
                $info = httpx.get(f"https://updates.example.com/{$channel}.json").raise_for_status().json()
                $wheel = httpx.get($info["url"]).raise_for_status().content
                #...
                with open("/var/cache/app/<<update|next>>.whl", "wb") as $fh:
                    $fh.write($wheel)
                subprocess.check_call([sys.executable, "-m", "pip", "install", $fh.name])  #!
            """,
        ),
        fixed=(
            """
            def $self_update($channel: str) -> None:
                $info = httpx.get(f"https://updates.example.com/{$channel}.json").raise_for_status().json()
                $wheel = httpx.get($info["url"]).raise_for_status().content
                #...
                $mac = hmac.new(os.environb[b"UPDATE_KEY"], $wheel, hashlib.sha256).hexdigest()
                if not hmac.compare_digest($mac, $info["mac"]):
                    raise RuntimeError("update rejected")
                with open("/var/cache/app/<<update|next>>.whl", "wb") as $fh:
                    $fh.write($wheel)
                subprocess.check_call([sys.executable, "-m", "pip", "install", $fh.name])
            """,
        ),
        wrong_fix=(
            """
            def $self_update($channel: str) -> None:
                $info = httpx.get(f"https://updates.example.com/{$channel}.json").raise_for_status().json()
                $wheel = httpx.get($info["url"]).raise_for_status().content
                #...
                if len($wheel) != $info["size"] or hashlib.sha256($wheel).hexdigest() != $info["sha256"]:
                    raise RuntimeError("update rejected")
                with open("/var/cache/app/<<update|next>>.whl", "wb") as $fh:
                    $fh.write($wheel)
                subprocess.check_call([sys.executable, "-m", "pip", "install", $fh.name])  #!
            """,
        ),
        imports=(
            "import hmac",
            "import hashlib",
            "import httpx",
            "import os",
            "import subprocess",
            "import sys",
        ),
        frameworks=("httpx",),
    ),
)
