"""Files, sockets and buckets open to more users than needed (CWE-732, CWE-276)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="perm-chmod-777",
        cwe="CWE-732",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            os.chmod($target, 0o<<777|666|776>>)  #!
            """,
        ),
        fixed=(
            """
            os.chmod($target, 0o<<700|600|750>>)
            """,
        ),
        decoy=(
            """
            $mode = 0o777 & ~0o077
            os.chmod($target, $mode)
            """,
        ),
        wrong_fix=(
            """
            os.chmod($target, 0o<<700|600|750>> | 0o007)  #!
            """,
        ),
        imports=("import os",),
        given=(("target", '"/var/lib/<<app|collector>>/state"'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="perm-path-chmod-stat-flags",
        cwe="CWE-732",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $path = Path("/etc/<<agent|relay>>/<<token|credentials.json>>")
            $path.chmod(stat.S_IRUSR | stat.S_IWUSR | stat.S_IRGRP | stat.S_IROTH)  #!
            """,
        ),
        fixed=(
            """
            $path = Path("/etc/<<agent|relay>>/<<token|credentials.json>>")
            $path.chmod(stat.S_IRUSR | stat.S_IWUSR)
            """,
        ),
        decoy=(
            """
            $path = Path("/etc/<<agent|relay>>/<<token|credentials.json>>")
            $path.chmod(($path.stat().st_mode | stat.S_IRUSR) & ~(stat.S_IRWXG | stat.S_IRWXO))
            """,
        ),
        wrong_fix=(
            """
            $path = Path("/etc/<<agent|relay>>/<<token|credentials.json>>")
            $path.chmod(stat.S_IRUSR | stat.S_IWUSR | stat.S_IWOTH)  #!
            """,
        ),
        imports=(
            "import stat",
            "from pathlib import Path",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="perm-umask-zero",
        cwe="CWE-276",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $daemonize($pidfile: str) -> None:
                if os.fork():
                    os._exit(0)
                os.setsid()
                os.umask(0)  #!
                #...
                with open($pidfile, "w") as $fh:
                    $fh.write(str(os.getpid()))
            """,
        ),
        fixed=(
            """
            def $daemonize($pidfile: str) -> None:
                if os.fork():
                    os._exit(0)
                os.setsid()
                os.umask(0o077)
                #...
                with open($pidfile, "w") as $fh:
                    $fh.write(str(os.getpid()))
            """,
        ),
        decoy=(
            """
            def $daemonize($pidfile: str) -> None:
                if os.fork():
                    os._exit(0)
                os.setsid()
                $old = os.umask(0)
                os.umask($old | 0o077)
                #...
                with open($pidfile, "w") as $fh:
                    $fh.write(str(os.getpid()))
            """,
        ),
        wrong_fix=(
            """
            def $daemonize($pidfile: str) -> None:
                $old = os.umask(0o077)
                if os.fork():
                    os._exit(0)
                os.setsid()
                os.umask($old & 0)  #!
                #...
                with open($pidfile, "w") as $fh:
                    $fh.write(str(os.getpid()))
            """,
        ),
        imports=("import os",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="perm-os-open-mode",
        cwe="CWE-732",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $fd = os.open("/var/lib/<<vault|mesh>>/node.key", os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o<<644|666|777>>)  #!
            os.write($fd, $key)
            os.close($fd)
            """,
            """
            with open("/var/lib/<<vault|mesh>>/node.key", "wb") as $fh:  #!
                $fh.write($key)
            """,
        ),
        fixed=(
            """
            $fd = os.open("/var/lib/<<vault|mesh>>/node.key", os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
            os.write($fd, $key)
            os.close($fd)
            """,
            """
            with open("/var/lib/<<vault|mesh>>/node.key", "wb", opener=lambda p, f: os.open(p, f, 0o600)) as $fh:
                $fh.write($key)
            """,
        ),
        wrong_fix=(
            """
            $fd = os.open("/var/lib/<<vault|mesh>>/node.key", os.O_CREAT | os.O_WRONLY | os.O_EXCL)  #!
            os.write($fd, $key)
            os.close($fd)
            """,
        ),
        imports=("import os",),
        given=(("key", "os.urandom(32)"),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="perm-write-then-chmod",
        cwe="CWE-276",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $save_key($path: Path, $pem: bytes) -> None:
                $path.write_bytes($pem)  #!
                #...
                $path.chmod(0o600)
            """,
        ),
        fixed=(
            """
            def $save_key($path: Path, $pem: bytes) -> None:
                $path.touch(mode=0o600, exist_ok=False)
                #...
                $path.write_bytes($pem)
            """,
        ),
        decoy=(
            """
            def $save_key($path: Path, $pem: bytes) -> None:
                $path.write_bytes(b"")
                $path.chmod(0o600)
                #...
                $path.write_bytes($pem)
            """,
        ),
        wrong_fix=(
            """
            def $save_key($path: Path, $pem: bytes) -> None:
                $path.write_bytes($pem)  #!
                #...
                os.umask(0o077)
                os.chmod($path, 0o600)
            """,
        ),
        imports=(
            "import os",
            "from pathlib import Path",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="perm-makedirs-open",
        cwe="CWE-732",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            os.umask(0)
            os.makedirs("/srv/<<uploads|spool>>", mode=0o777, exist_ok=True)  #!
            """,
        ),
        fixed=(
            """
            os.umask(0o027)
            os.makedirs("/srv/<<uploads|spool>>", mode=0o750, exist_ok=True)
            """,
        ),
        decoy=(
            """
            os.makedirs("/srv/<<uploads|spool>>", mode=0o777, exist_ok=True)
            os.chmod("/srv/<<uploads|spool>>", 0o750)
            """,
        ),
        wrong_fix=(
            """
            os.makedirs("/srv/<<uploads|spool>>", mode=0o750, exist_ok=True)
            os.chmod("/srv/<<uploads|spool>>", 0o777)  #!
            """,
        ),
        imports=("import os",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="perm-s3-public-acl",
        cwe="CWE-732",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $s3 = boto3.client("s3")
            $s3.put_object(
                Bucket="<<acme-exports|crm-backups>>", Key="latest.csv", Body=$export, ACL="public-read"  #!
            )
            """,
            """
            $s3 = boto3.resource("s3")
            $s3.Bucket("<<acme-exports|crm-backups>>").Acl().put(ACL="<<public-read|public-read-write>>")  #!
            """,
        ),
        fixed=(
            """
            $s3 = boto3.client("s3")
            $s3.put_object(
                Bucket="<<acme-exports|crm-backups>>", Key="latest.csv", Body=$export, ACL="private"
            )
            """,
            """
            $s3 = boto3.resource("s3")
            $s3.Bucket("<<acme-exports|crm-backups>>").Acl().put(ACL="private")
            """,
        ),
        decoy=(
            """
            $s3 = boto3.client("s3")
            $s3.put_public_access_block(
                Bucket="<<acme-exports|crm-backups>>",
                PublicAccessBlockConfiguration={"BlockPublicAcls": True, "BlockPublicPolicy": True},
            )
            """,
        ),
        wrong_fix=(
            """
            $s3 = boto3.client("s3")
            $s3.put_object(
                Bucket="<<acme-exports|crm-backups>>",
                Key="latest.csv",
                Body=$export,
                ServerSideEncryption="aws:kms",
                ACL="public-read",  #!
            )
            """,
        ),
        imports=(
            "import boto3",
            "import sys",
        ),
        given=(("export", "sys.stdin.buffer.read()"),),
        frameworks=("boto3",),
    ),
    Mechanism(
        id="perm-s3-policy-star",
        cwe="CWE-732",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $policy = {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": "*",  #!
                        "Action": "s3:<<GetObject|PutObject>>",
                        "Resource": "arn:aws:s3:::<<invoices|payroll>>/*",
                    }
                ],
            }
            boto3.client("s3").put_bucket_policy(Bucket="<<invoices|payroll>>", Policy=json.dumps($policy))
            """,
        ),
        fixed=(
            """
            $policy = {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": "arn:aws:iam::210987654321:role/<<reader|exporter>>"},
                        "Action": "s3:<<GetObject|PutObject>>",
                        "Resource": "arn:aws:s3:::<<invoices|payroll>>/*",
                    }
                ],
            }
            boto3.client("s3").put_bucket_policy(Bucket="<<invoices|payroll>>", Policy=json.dumps($policy))
            """,
        ),
        decoy=(
            """
            $policy = {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "s3:<<GetObject|PutObject>>",
                        "Resource": "arn:aws:s3:::<<invoices|payroll>>/*",
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    }
                ],
            }
            boto3.client("s3").put_bucket_policy(Bucket="<<invoices|payroll>>", Policy=json.dumps($policy))
            """,
        ),
        wrong_fix=(
            """
            $policy = {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": "*"},  #!
                        "Action": "s3:<<GetObject|PutObject>>",
                        "Resource": "arn:aws:s3:::<<invoices|payroll>>/*",
                    }
                ],
            }
            boto3.client("s3").put_bucket_policy(Bucket="<<invoices|payroll>>", Policy=json.dumps($policy))
            """,
        ),
        imports=(
            "import boto3",
            "import json",
        ),
        frameworks=("boto3",),
    ),
)
