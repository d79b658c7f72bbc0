"""Permissions of sockets, stores, copies and uploads (CWE-732, CWE-276)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="perm-unix-socket",
        cwe="CWE-732",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $listen($path: str = "/run/<<agentd|cached>>.sock") -> socket.socket:
                $sock = socket.socket(socket.AF_UNIX)
                $sock.bind($path)
                os.chmod($path, 0o<<777|666>>)  #!
                #...
                $sock.listen()
                return $sock
            """,
        ),
        fixed=(
            """
            def $listen($path: str = "/run/<<agentd|cached>>.sock") -> socket.socket:
                $sock = socket.socket(socket.AF_UNIX)
                $sock.bind($path)
                os.chmod($path, 0o<<600|660>>)
                #...
                $sock.listen()
                return $sock
            """,
        ),
        wrong_fix=(
            """
            def $listen($path: str = "/run/<<agentd|cached>>.sock") -> socket.socket:
                $sock = socket.socket(socket.AF_UNIX)
                $sock.bind($path)
                os.chown($path, os.getuid(), os.getgid())
                os.chmod($path, 0o<<777|666>>)  #!
                #...
                $sock.listen()
                return $sock
            """,
        ),
        imports=(
            "import os",
            "import socket",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="perm-sqlite-file",
        cwe="CWE-732",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $open_store($path: str) -> sqlite3.Connection:
                $db = sqlite3.connect($path)
                $db.execute("CREATE TABLE IF NOT EXISTS <<tokens|sessions>> (id TEXT PRIMARY KEY, value TEXT)")
                os.chmod($path, 0o<<666|664|644>>)  #!
                #...
                return $db
            """,
        ),
        fixed=(
            """
            def $open_store($path: str) -> sqlite3.Connection:
                $db = sqlite3.connect($path)
                os.chmod($path, 0o600)
                $db.execute("CREATE TABLE IF NOT EXISTS <<tokens|sessions>> (id TEXT PRIMARY KEY, value TEXT)")
                #...
                return $db
            """,
        ),
        wrong_fix=(
            """
            def $open_store($path: str) -> sqlite3.Connection:
                os.umask(0o077)
                $db = sqlite3.connect($path)
                $db.execute("CREATE TABLE IF NOT EXISTS <<tokens|sessions>> (id TEXT PRIMARY KEY, value TEXT)")
                os.chmod($path, os.stat($path).st_mode | 0o<<666|664|644>>)  #!
                #...
                return $db
            """,
        ),
        imports=(
            "import os",
            "import sqlite3",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="perm-shutil-copy-mode",
        cwe="CWE-276",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $copy = "/srv/backup/<<keys|identity>>/id_ed25519"
            shutil.copyfile($source, $copy)  #!
            $out = $copy
            """,
        ),
        fixed=(
            """
            $copy = "/srv/backup/<<keys|identity>>/id_ed25519"
            os.close(os.open($copy, os.O_CREAT | os.O_EXCL, 0o600))
            shutil.copyfile($source, $copy)
            $out = $copy
            """,
        ),
        decoy=(
            """
            $old = os.umask(0o077)
            $copy = "/srv/backup/<<keys|identity>>/id_ed25519"
            shutil.copyfile($source, $copy)
            os.umask($old)
            $out = $copy
            """,
        ),
        wrong_fix=(
            """
            $copy = "/srv/backup/<<keys|identity>>/id_ed25519"
            shutil.copyfile($source, $copy)  #!
            shutil.copystat(os.path.dirname($source), os.path.dirname($copy))
            $out = $copy
            """,
        ),
        imports=(
            "import os",
            "import shutil",
        ),
        given=(("source", 'os.path.expanduser("~/.ssh/id_ed25519")'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="perm-gcs-all-users",
        cwe="CWE-732",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $blob = storage.Client().bucket("<<statements|scans>>").blob("2024.zip")
            $blob.upload_from_filename("2024.zip")
            $blob.make_public()  #!
            $out = $blob.public_url
            """,
        ),
        fixed=(
            """
            $blob = storage.Client().bucket("<<statements|scans>>").blob("2024.zip")
            $blob.upload_from_filename("2024.zip")
            $blob.make_private()
            $out = $blob.generate_signed_url(expiration=900, version="v4")
            """,
        ),
        wrong_fix=(
            """
            $blob = storage.Client().bucket("<<statements|scans>>").blob("2024.zip")
            $blob.upload_from_filename("2024.zip", predefined_acl="publicRead")  #!
            $out = $blob.generate_signed_url(expiration=900, version="v4")
            """,
        ),
        imports=("from google.cloud import storage",),
        frameworks=("google-cloud-storage",),
    ),
    Mechanism(
        id="perm-django-file-upload",
        cwe="CWE-276",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            MEDIA_ROOT = "/srv/<<media|attachments>>"
            FILE_UPLOAD_PERMISSIONS = 0o666  #!
            FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o777
            #...
            USE_TZ = True
            """,
        ),
        fixed=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            MEDIA_ROOT = "/srv/<<media|attachments>>"
            FILE_UPLOAD_PERMISSIONS = 0o640
            FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750
            #...
            USE_TZ = True
            """,
        ),
        wrong_fix=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            MEDIA_ROOT = "/srv/<<media|attachments>>"
            FILE_UPLOAD_PERMISSIONS = 0o640
            FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o777  #!
            #...
            USE_TZ = True
            """,
        ),
        imports=("import os",),
        frameworks=("django",),
    ),
    Mechanism(
        id="perm-subprocess-chmod",
        cwe="CWE-732",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            subprocess.run(["chmod", "<<777|a+w|o+rw>>", $script], check=True)  #!
            """,
        ),
        fixed=(
            """
            subprocess.run(["chmod", "<<750|u+x|o-rwx>>", $script], check=True)
            """,
        ),
        wrong_fix=(
            """
            subprocess.run(["chmod", "-R", "<<777|a+w|o+rw>>", os.path.dirname($script)], check=True)  #!
            """,
        ),
        imports=(
            "import os",
            "import subprocess",
        ),
        given=(("script", '"/opt/<<jobs|hooks>>/nightly.sh"'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="perm-logging-handler-open",
        cwe="CWE-276",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $path = "/var/log/<<payments|auth>>.log"
            $handler = logging.FileHandler($path)
            os.chmod($path, 0o<<666|777>>)  #!
            logging.getLogger().addHandler($handler)
            """,
        ),
        fixed=(
            """
            $path = "/var/log/<<payments|auth>>.log"
            $handler = logging.FileHandler($path)
            os.chmod($path, 0o<<640|600>>)
            logging.getLogger().addHandler($handler)
            """,
        ),
        imports=(
            "import logging",
            "import os",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="perm-mkfifo",
        cwe="CWE-276",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            os.umask(0)
            os.mkfifo("/run/<<control|events>>", 0o<<666|622>>)  #!
            """,
        ),
        fixed=(
            """
            os.umask(0o077)
            os.mkfifo("/run/<<control|events>>", 0o600)
            """,
        ),
        wrong_fix=(
            """
            os.umask(0o077)
            os.mkfifo("/run/<<control|events>>", 0o600)
            os.chmod("/run/<<control|events>>", 0o<<666|622>>)  #!
            """,
        ),
        imports=("import os",),
        frameworks=("stdlib",),
    ),
)
