"""Untrusted text in logs, headers, mails and cells (CWE-117, CWE-113, CWE-93, CWE-1236, CWE-116)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="logging-fstring-value",
        cwe="CWE-117",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $log = logging.getLogger(__name__)
                $log.<<info|warning>>(f"<<login failed for|no such item>> {$in}")  #!
                """,
        ),
        fixed=(
            """
                $log = logging.getLogger(__name__)
                $log.<<info|warning>>(f"<<login failed for|no such item>> {$in!r}")
                """,
        ),
        wrong_fix=(
            """
                $log = logging.getLogger(__name__)
                $log.<<info|warning>>(f"<<login failed for|no such item>> '{$in!s}'")  #!
                """,
        ),
        imports=("import logging",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="logging-percent-args",
        cwe="CWE-117",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $log = logging.getLogger("<<audit|access>>")
                $log.warning("rejected %s", $in)  #!
                """,
        ),
        fixed=(
            r"""
                $log = logging.getLogger("<<audit|access>>")
                $log.warning("rejected %s", $in.replace("\r", " ").replace("\n", " "))
                """,
        ),
        decoy=(
            """
                $log = logging.getLogger("<<audit|access>>")
                $log.warning("rejected %r", $in)
                """,
        ),
        wrong_fix=(
            r"""
                $log = logging.getLogger("<<audit|access>>")
                $log.warning("rejected %s", $in.replace("\t", " ").strip(" "))  #!
                """,
        ),
        imports=("import logging",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="audit-file-write",
        cwe="CWE-117",
        kind=Kind.FLOW,
        vulnerable=(
            r"""
                with open("<<audit|events>>.log", "a", encoding="utf-8") as $handle:
                    $handle.write("user=" + $in + " action=login\n")  #!
                """,
        ),
        fixed=(
            r"""
                with open("<<audit|events>>.log", "a", encoding="utf-8") as $handle:
                    $handle.write(json.dumps({"user": $in, "action": "login"}) + "\n")
                """,
        ),
        wrong_fix=(
            r"""
                with open("<<audit|events>>.log", "a", encoding="utf-8") as $handle:
                    $handle.write("user=" + $in[:64] + " action=login\n")  #!
                """,
        ),
        imports=("import json",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="print-stderr-log",
        cwe="CWE-117",
        kind=Kind.FLOW,
        vulnerable=(
            """
                print("denied", $in, file=sys.stderr)  #!
                """,
        ),
        fixed=(
            """
                print("denied", ascii($in), file=sys.stderr)
                """,
        ),
        wrong_fix=(
            """
                print("denied", str($in).strip("'"), file=sys.stderr)  #!
                """,
        ),
        imports=("import sys",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="syslog-message",
        cwe="CWE-117",
        kind=Kind.FLOW,
        vulnerable=(
            """
                syslog.syslog(syslog.LOG_NOTICE, "session opened by " + $in)  #!
                """,
        ),
        fixed=(
            """
                syslog.syslog(syslog.LOG_NOTICE, "session opened by " + "".join(c for c in $in if c.isprintable()))
                """,
        ),
        wrong_fix=(
            r"""
                syslog.syslog(syslog.LOG_NOTICE, "session opened by " + "".join(c for c in $in if c != "\0"))  #!
                """,
        ),
        imports=("import syslog",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="raw-header-socket",
        cwe="CWE-113",
        kind=Kind.FLOW,
        vulnerable=(
            r"""
                $peer.sendall(("GET / HTTP/1.1\r\nHost: cache\r\nX-User: " + $in + "\r\n\r\n").encode())  #!
                """,
        ),
        fixed=(
            r"""
                $peer.sendall(("GET / HTTP/1.1\r\nHost: cache\r\nX-User: " + quote($in) + "\r\n\r\n").encode())
                """,
        ),
        wrong_fix=(
            r"""
                $peer.sendall(("GET / HTTP/1.1\r\nHost: cache\r\nX-User: " + $in.strip() + "\r\n\r\n").encode())  #!
                """,
        ),
        imports=(
            "import socket",
            "from urllib.parse import quote",
        ),
        given=(("peer", 'socket.create_connection(("<<cache|proxy>>", 8080))'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="wsgi-start-response",
        cwe="CWE-113",
        kind=Kind.FLOW,
        vulnerable=(
            """
                start_response("200 OK", [("Content-Type", "text/plain"), ("X-Name", $in)])  #!
                """,
        ),
        fixed=(
            """
                start_response("200 OK", [("Content-Type", "text/plain"), ("X-Name", quote($in))])
                """,
        ),
        wrong_fix=(
            r"""
                start_response("200 OK", [("Content-Type", "text/plain"), ("X-Name", $in.replace("\n", "\n "))])  #!
                """,
        ),
        imports=(
            "from urllib.parse import quote",
            "from app.server import start_response",
        ),
        frameworks=("wsgi",),
    ),
    Mechanism(
        id="basehttp-send-header",
        cwe="CWE-113",
        kind=Kind.FLOW,
        vulnerable=(
            """
                self.send_header("Content-Disposition", "attachment; filename=" + $in)  #!
                self.end_headers()
                """,
        ),
        fixed=(
            """
                self.send_header("Content-Disposition", "attachment; filename=" + quote($in))
                self.end_headers()
                """,
        ),
        wrong_fix=(
            r"""
                self.send_header("Content-Disposition", "attachment; filename=\"" + $in + "\"")  #!
                self.end_headers()
                """,
        ),
        imports=("from urllib.parse import quote",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="smtp-raw-message",
        cwe="CWE-93",
        kind=Kind.FLOW,
        vulnerable=(
            r"""
                $server = smtplib.SMTP("<<mail|localhost>>")
                $text = "From: shop@example.com\r\nTo: desk@example.com\r\nSubject: " + $in + "\r\n\r\nHello"  #!
                $server.sendmail("shop@example.com", ["desk@example.com"], $text)
                """,
        ),
        fixed=(
            """
                $server = smtplib.SMTP("<<mail|localhost>>")
                $mail = EmailMessage()
                $mail["Subject"] = $in
                $server.send_message($mail, "shop@example.com", ["desk@example.com"])
                """,
        ),
        wrong_fix=(
            r"""
                $server = smtplib.SMTP("<<mail|localhost>>")
                $text = "From: shop@example.com\r\nTo: desk@example.com\r\nSubject: %s\r\n\r\nHello" % $in.strip()  #!
                $server.sendmail("shop@example.com", ["desk@example.com"], $text)
                """,
        ),
        imports=(
            "import smtplib",
            "from email.message import EmailMessage",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="redis-raw-line",
        cwe="CWE-93",
        kind=Kind.FLOW,
        vulnerable=(
            r"""
                $link.sendall(f"SET last {$in}\r\n".encode())  #!
                """,
        ),
        fixed=(
            r"""
                $link.sendall(f"*3\r\n$3\r\nSET\r\n$4\r\nlast\r\n${len($in.encode())}\r\n{$in}\r\n".encode())
                """,
        ),
        wrong_fix=(
            r"""
                $link.sendall(f"SET last \"{$in}\"\r\n".encode())  #!
                """,
        ),
        imports=("import socket",),
        given=(("link", 'socket.create_connection(("redis", 6379))'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="ftp-command",
        cwe="CWE-93",
        kind=Kind.FLOW,
        vulnerable=(
            r"""
                $control.sendall(b"RETR " + $in.encode() + b"\r\n")  #!
                """,
        ),
        fixed=(
            r"""
                $control.sendall(b"RETR " + $in.encode().translate(None, b"\r\n") + b"\r\n")
                """,
        ),
        wrong_fix=(
            r"""
                $control.sendall(b"RETR " + $in.encode().translate(None, b" \t") + b"\r\n")  #!
                """,
        ),
        imports=("import socket",),
        given=(("control", 'socket.create_connection(("ftp.example.com", 21))'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="csv-formula-cell",
        cwe="CWE-1236",
        kind=Kind.FLOW,
        vulnerable=(
            """
                with open("<<export|orders>>.csv", "w", newline="") as $handle:
                    $writer = csv.writer($handle)
                    $writer.writerow(["<<note|title>>", $in])  #!
                """,
        ),
        fixed=(
            r"""
                with open("<<export|orders>>.csv", "w", newline="") as $handle:
                    $writer = csv.writer($handle)
                    $writer.writerow(["<<note|title>>", "'" + $in if $in[:1] in "=+-@\t\r" else $in])
                """,
        ),
        wrong_fix=(
            """
                with open("<<export|orders>>.csv", "w", newline="") as $handle:
                    $writer = csv.writer($handle)
                    $writer.writerow(["<<note|title>>", $in.replace(",", ";")])  #!
                """,
        ),
        imports=("import csv",),
        frameworks=("stdlib",),
        begins_plain=False,
    ),
)
