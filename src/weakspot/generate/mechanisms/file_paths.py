"""Paths built from untrusted text (CWE-22, CWE-73)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="open-join-read",
        cwe="CWE-22",
        kind=Kind.FLOW,
        vulnerable=(
            """
                with open(os.path.join("<<uploads|/srv/files|static>>", $in)) as $handle:  #!
                    $out = $handle.read()
                """,
        ),
        fixed=(
            """
                with open(os.path.join("<<uploads|/srv/files|static>>", os.path.basename($in))) as $handle:
                    $out = $handle.read()
                """,
        ),
        wrong_fix=(
            """
                with open(os.path.join("<<uploads|/srv/files|static>>", os.path.normpath($in))) as $handle:  #!
                    $out = $handle.read()
                """,
        ),
        imports=(
            "import os",
            "from pathlib import Path",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="open-fstring-binary",
        cwe="CWE-22",
        kind=Kind.FLOW,
        vulnerable=(
            """
                with open(f"/var/<<data|lib/app>>/{$in}.json", "rb") as $handle:  #!
                    $out = $handle.read()
                """,
        ),
        fixed=(
            """
                with open(f"/var/<<data|lib/app>>/{Path($in).name}.json", "rb") as $handle:
                    $out = $handle.read()
                """,
        ),
        decoy=(
            """
                with open("/var/<<data|lib/app>>/index.json", "rb") as $handle:
                    $out = {"name": $in, "body": $handle.read()}
                """,
        ),
        wrong_fix=(
            """
                with open(f"/var/<<data|lib/app>>/{$in.lstrip('/')}.json", "rb") as $handle:  #!
                    $out = $handle.read()
                """,
        ),
        imports=(
            "import os",
            "from pathlib import Path",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="pathlib-slash-read",
        cwe="CWE-22",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $path = $root / $in
                $out = $path.read_text()  #!
                """,
        ),
        fixed=(
            """
                $path = ($root / $in).resolve()
                if not $path.is_relative_to($root.resolve()):
                    raise ValueError("outside the folder")
                $out = $path.read_text()
                """,
        ),
        decoy=(
            """
                $path = $root / Path($in).name
                $out = $path.read_text()
                """,
        ),
        wrong_fix=(
            """
                $path = ($root / $in).resolve()
                if not $path.exists():
                    raise ValueError("no such file")
                $out = $path.read_text()  #!
                """,
        ),
        imports=("from pathlib import Path",),
        given=(("root", 'Path("<<reports|exports|documents>>")'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="realpath-prefix",
        cwe="CWE-22",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $path = os.path.realpath(os.path.join($base, $in))
                $out = os.stat($path).st_size  #!
                """,
        ),
        fixed=(
            """
                $path = os.path.realpath(os.path.join($base, $in))
                if os.path.commonpath([$base, $path]) != $base:
                    raise PermissionError($path)
                $out = os.stat($path).st_size
                """,
        ),
        wrong_fix=(
            """
                $path = os.path.join($base, $in)
                if not $path.startswith($base):
                    raise PermissionError($path)
                $out = os.stat($path).st_size  #!
                """,
        ),
        imports=("import os",),
        given=(("base", '"/srv/<<media|downloads>>"'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="flask-send-file",
        cwe="CWE-22",
        kind=Kind.FLOW,
        vulnerable=(
            """
                return send_file(os.path.join("<<invoices|photos>>", $in))  #!
                """,
        ),
        fixed=(
            """
                return send_from_directory("<<invoices|photos>>", $in)
                """,
        ),
        decoy=(
            """
                return send_file(os.path.join("<<invoices|photos>>", "cover.png"), download_name=os.path.basename($in))
                """,
        ),
        wrong_fix=(
            """
                return send_file(os.path.join("<<invoices|photos>>", $in.replace("../", "")))  #!
                """,
        ),
        imports=(
            "import os",
            "from flask import send_file, send_from_directory",
        ),
        frameworks=("flask",),
    ),
    Mechanism(
        id="fastapi-file-response",
        cwe="CWE-22",
        kind=Kind.FLOW,
        vulnerable=(
            """
                return FileResponse(f"<<covers|maps>>/{$in}")  #!
                """,
        ),
        fixed=(
            """
                return FileResponse(f"<<covers|maps>>/{Path($in).name}")
                """,
        ),
        wrong_fix=(
            """
                return FileResponse(f"<<covers|maps>>/{$in.strip('/')}")  #!
                """,
        ),
        imports=(
            "from pathlib import Path",
            "from fastapi.responses import FileResponse",
        ),
        frameworks=("fastapi",),
    ),
    Mechanism(
        id="aiohttp-file-response",
        cwe="CWE-22",
        kind=Kind.FLOW,
        vulnerable=(
            """
                return web.FileResponse(os.path.join("/srv/<<tiles|assets>>", $in))  #!
                """,
        ),
        fixed=(
            """
                return web.FileResponse(os.path.join("/srv/<<tiles|assets>>", os.path.basename($in)))
                """,
        ),
        wrong_fix=(
            """
                return web.FileResponse(os.path.join("/srv/<<tiles|assets>>", os.path.expanduser($in)))  #!
                """,
        ),
        imports=(
            "import os",
            "from aiohttp import web",
        ),
        frameworks=("aiohttp",),
    ),
    Mechanism(
        id="django-file-response-open",
        cwe="CWE-22",
        kind=Kind.FLOW,
        vulnerable=(
            """
                return FileResponse(open(os.path.join(settings.MEDIA_ROOT, $in), "rb"))  #!
                """,
        ),
        fixed=(
            """
                return FileResponse(open(safe_join(settings.MEDIA_ROOT, $in), "rb"))
                """,
        ),
        wrong_fix=(
            """
                return FileResponse(open(os.path.join(settings.MEDIA_ROOT, os.path.normpath($in)), "rb"))  #!
                """,
        ),
        imports=(
            "import os",
            "from django.conf import settings",
            "from django.http import FileResponse",
            "from django.utils._os import safe_join",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="os-remove-joined",
        cwe="CWE-22",
        kind=Kind.FLOW,
        vulnerable=(
            """
                os.remove(os.path.join($folder, $in))  #!
                $out = True
                """,
        ),
        fixed=(
            """
                os.remove(os.path.join($folder, os.path.split($in)[1]))
                $out = True
                """,
        ),
        wrong_fix=(
            """
                if os.path.isfile(os.path.join($folder, $in)):
                    os.remove(os.path.join($folder, $in))  #!
                $out = True
                """,
        ),
        imports=("import os",),
        given=(("folder", '"<<cache|tmp/previews|spool>>"'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="shutil-rmtree-tenant",
        cwe="CWE-22",
        kind=Kind.FLOW,
        vulnerable=(
            """
                shutil.rmtree("/srv/tenants/" + $in)  #!
                $out = True
                """,
        ),
        fixed=(
            """
                if "/" in $in or $in in ("", ".", ".."):
                    raise ValueError("not a tenant")
                shutil.rmtree("/srv/tenants/" + $in)
                $out = True
                """,
        ),
        wrong_fix=(
            """
                if " " in $in or $in in ("", "."):
                    raise ValueError("not a tenant")
                shutil.rmtree("/srv/tenants/" + $in)  #!
                $out = True
                """,
        ),
        imports=(
            "import shutil",
            "from pathlib import Path",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="write-upload-name",
        cwe="CWE-22",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $path = ""
                $path = os.path.join("<<inbox|attachments>>", $in)
                with open($path, "wb") as $handle:  #!
                    $handle.write(b"")
                $out = {"stored": $path, "name": $in}
                """,
        ),
        fixed=(
            """
                $path = ""
                $path = os.path.join("<<inbox|attachments>>", uuid.uuid4().hex)
                with open($path, "wb") as $handle:
                    $handle.write(b"")
                $out = {"stored": $path, "name": $in}
                """,
        ),
        decoy=(
            """
                $path = ""
                $path = os.path.join("<<inbox|attachments>>", str(abs(hash($in))))
                with open($path, "wb") as $handle:
                    $handle.write(b"")
                $out = {"stored": $path, "name": $in}
                """,
        ),
        wrong_fix=(
            """
                $path = ""
                $path = os.path.join("<<inbox|attachments>>", "new_", $in)
                with open($path, "wb") as $handle:  #!
                    $handle.write(b"")
                $out = {"stored": $path, "name": $in}
                """,
        ),
        imports=(
            "import os",
            "import uuid",
        ),
        frameworks=("stdlib",),
    ),
)
