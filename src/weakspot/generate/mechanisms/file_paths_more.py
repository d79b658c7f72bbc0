"""Paths built from untrusted text (CWE-22, CWE-73)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="werkzeug-secure-name",
        cwe="CWE-22",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $target = os.path.join($folder, $in)
                $out = open($target, "rb").read()  #!
                """,
        ),
        fixed=(
            """
                $target = os.path.join($folder, secure_filename($in))
                $out = open($target, "rb").read()
                """,
        ),
        wrong_fix=(
            """
                secure_filename($in)
                $target = os.path.join($folder, $in)
                $out = open($target, "rb").read()  #!
                """,
        ),
        imports=(
            "import os",
            "from werkzeug.utils import secure_filename",
        ),
        given=(("folder", '"/srv/<<avatars|resumes>>"'),),
        frameworks=("flask",),
    ),
    Mechanism(
        id="zip-extract-member",
        cwe="CWE-22",
        kind=Kind.FLOW,
        vulnerable=(
            """
                with zipfile.ZipFile($in) as $archive:
                    for $member in $archive.infolist():
                        $place = os.path.join($target, $member.filename)
                        with open($place, "wb") as $handle:  #!
                            $handle.write($archive.read($member))
                """,
        ),
        fixed=(
            """
                with zipfile.ZipFile($in) as $archive:
                    for $member in $archive.infolist():
                        $archive.extract($member, $target)
                """,
        ),
        decoy=(
            """
                with zipfile.ZipFile($in) as $archive:
                    for $member in $archive.infolist():
                        $place = os.path.join($target, os.path.basename($member.filename))
                        with open($place, "wb") as $handle:
                            $handle.write($archive.read($member))
                """,
        ),
        wrong_fix=(
            """
                with zipfile.ZipFile($in) as $archive:
                    for $member in $archive.infolist():
                        $place = $target + os.sep + $member.filename
                        os.makedirs(os.path.dirname($place), exist_ok=True)
                        with open($place, "wb") as $handle:  #!
                            $handle.write($archive.read($member))
                """,
        ),
        imports=(
            "import os",
            "import zipfile",
        ),
        given=(("target", '"<<themes|plugins>>"'),),
        frameworks=("stdlib",),
        takes="filename",
        checks_help=False,
    ),
    Mechanism(
        id="tar-extractall",
        cwe="CWE-22",
        kind=Kind.FLOW,
        vulnerable=(
            """
                with tarfile.open($in) as $archive:
                    $archive.extractall("<<restore|build|models>>")  #!
                """,
        ),
        fixed=(
            """
                with tarfile.open($in) as $archive:
                    $archive.extractall("<<restore|build|models>>", filter="data")
                """,
        ),
        decoy=(
            """
                with tarfile.open($in) as $archive:
                    $out = $archive.getnames()
                """,
        ),
        wrong_fix=(
            """
                with tarfile.open($in) as $archive:
                    $archive.extractall("<<restore|build|models>>", filter="fully_trusted")  #!
                """,
        ),
        imports=("import tarfile",),
        frameworks=("stdlib",),
        takes="filename",
        checks_help=False,
    ),
    Mechanism(
        id="tar-members-check",
        cwe="CWE-22",
        kind=Kind.FLOW,
        vulnerable=(
            """
                with tarfile.open($in, "r:gz") as $archive:
                    for $member in $archive.getmembers():
                        $archive.extract($member, $target)  #!
                """,
        ),
        fixed=(
            """
                with tarfile.open($in, "r:gz") as $archive:
                    for $member in $archive.getmembers():
                        if not $member.isreg() or not os.path.realpath(os.path.join($target, $member.name)).startswith($target + os.sep):
                            raise ValueError($member.name)
                        $archive.extract($member, $target)
                """,
        ),
        wrong_fix=(
            """
                with tarfile.open($in, "r:gz") as $archive:
                    for $member in $archive.getmembers():
                        if $member.name.startswith("/"):
                            raise ValueError($member.name)
                        $archive.extract($member, $target)  #!
                """,
        ),
        imports=(
            "import os",
            "import tarfile",
        ),
        given=(("target", 'os.path.abspath("<<snapshot|package>>")'),),
        frameworks=("stdlib",),
        takes="filename",
        checks_help=False,
    ),
    Mechanism(
        id="template-name-loader",
        cwe="CWE-22",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $source = ($folder / ($in + ".html")).read_text()  #!
                $out = $source
                """,
        ),
        fixed=(
            """
                $source = {path.stem: path for path in $folder.glob("*.html")}[$in].read_text()
                $out = $source
                """,
        ),
        wrong_fix=(
            """
                $source = ($folder / ($in.lower() + ".html")).read_text()  #!
                $out = $source
                """,
        ),
        imports=("from pathlib import Path",),
        given=(("folder", 'Path("<<mails|letters>>")'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="glob-user-pattern",
        cwe="CWE-22",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = [open($name).read() for $name in glob.glob(os.path.join($base, $in))]  #!
                """,
        ),
        fixed=(
            """
                $out = [open($name).read() for $name in glob.glob(os.path.join($base, glob.escape(os.path.basename($in))))]
                """,
        ),
        wrong_fix=(
            """
                $out = [open($name).read() for $name in glob.glob(os.path.join($base, $in + "*"))]  #!
                """,
        ),
        imports=(
            "import glob",
            "import os",
        ),
        given=(("base", '"/srv/<<logs|scans>>"'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="config-file-location",
        cwe="CWE-73",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $config = configparser.ConfigParser()
                $config.read($in)  #!
                $out = $config.sections()
                """,
        ),
        fixed=(
            """
                $config = configparser.ConfigParser()
                $config.read({"dev": "etc/dev.ini", "live": "etc/live.ini"}[$in])
                $out = $config.sections()
                """,
        ),
        decoy=(
            r"""
                $config = configparser.ConfigParser()
                $config.read_string("[main]\nname = x\n")
                $config["main"]["name"] = $in
                $out = $config.sections()
                """,
        ),
        wrong_fix=(
            """
                $config = configparser.ConfigParser()
                $config.read($in + ".ini")  #!
                $out = $config.sections()
                """,
        ),
        imports=("import configparser",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="log-file-location",
        cwe="CWE-73",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $handler = logging.FileHandler($in)  #!
                logging.getLogger("<<app|jobs>>").addHandler($handler)
                """,
        ),
        fixed=(
            """
                $handler = logging.FileHandler("/var/log/<<app|jobs>>.log")
                $handler.name = $in
                logging.getLogger("<<app|jobs>>").addHandler($handler)
                """,
        ),
        wrong_fix=(
            """
                $handler = logging.FileHandler($in, mode="a", delay=True)  #!
                logging.getLogger("<<app|jobs>>").addHandler($handler)
                """,
        ),
        imports=("import logging",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="tornado-static-read",
        cwe="CWE-22",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $full = os.path.abspath(os.path.join($root, $in))
                with open($full, encoding="utf-8") as $page:  #!
                    $out = $page.read()
                """,
        ),
        fixed=(
            """
                $full = os.path.abspath(os.path.join($root, $in))
                if not $full.startswith($root + os.sep):
                    raise FileNotFoundError($in)
                with open($full, encoding="utf-8") as $page:
                    $out = $page.read()
                """,
        ),
        wrong_fix=(
            """
                $full = os.path.abspath(os.path.join($root, $in))
                if not $full.endswith((".html", ".txt", "")):
                    raise FileNotFoundError($in)
                with open($full, encoding="utf-8") as $page:  #!
                    $out = $page.read()
                """,
        ),
        imports=("import os",),
        given=(("root", '"/srv/<<docs|help>>"'),),
        frameworks=("tornado",),
    ),
    Mechanism(
        id="s3-download-to-key-path",
        cwe="CWE-22",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $store.download_file("<<reports|backups>>", $in, "/tmp/jobs/" + $in)  #!
                $out = True
                """,
        ),
        fixed=(
            """
                $store.download_file("<<reports|backups>>", $in, "/tmp/jobs/" + os.path.basename($in))
                $out = True
                """,
        ),
        wrong_fix=(
            """
                $store.download_file("<<reports|backups>>", $in, "/tmp/jobs/" + $in.replace("../", ""))  #!
                $out = True
                """,
        ),
        imports=(
            "import boto3",
            "import os",
        ),
        given=(("store", 'boto3.client("s3")'),),
        frameworks=("boto3",),
    ),
)
