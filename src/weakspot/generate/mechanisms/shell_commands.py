"""Commands built from untrusted text (CWE-78, CWE-77)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="subprocess-run-shell-fstring",
        cwe="CWE-78",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $done = subprocess.run(f"<<ping -c 1|nslookup|whois>> {$in}", shell=True, capture_output=True, text=True)  #!
                $out = $done.stdout
                """,
        ),
        fixed=(
            """
                $done = subprocess.run([*"<<ping -c 1|nslookup|whois>>".split(), "--", $in], capture_output=True, text=True)
                $out = $done.stdout
                """,
        ),
        decoy=(
            """
                $done = subprocess.run("<<uptime|df -h|free -m>> | tail -1", shell=True, capture_output=True, text=True)
                $done.host = $in
                $out = $done.stdout
                """,
        ),
        wrong_fix=(
            """
                $done = subprocess.run(f"<<ping -c 1|nslookup|whois>> '{$in}'", shell=True, capture_output=True, text=True)  #!
                $out = $done.stdout
                """,
        ),
        imports=("import subprocess",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="subprocess-call-shell-concat",
        cwe="CWE-78",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $code = subprocess.call("<<convert|gzip|sox>> " + $in + " /var/spool/out", shell=True)  #!
                $out = $code == 0
                """,
        ),
        fixed=(
            """
                $code = subprocess.call(["<<convert|gzip|sox>>", "./" + $in, "/var/spool/out"])
                $out = $code == 0
                """,
        ),
        wrong_fix=(
            """
                $code = subprocess.call("<<convert|gzip|sox>> " + $in.replace(";", "") + " /var/spool/out", shell=True)  #!
                $out = $code == 0
                """,
        ),
        imports=("import subprocess",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="subprocess-check-output-quote",
        cwe="CWE-78",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $text = subprocess.check_output("du -sh %s | cut -f1" % $in, shell=True)  #!
                $out = $text.decode().strip()
                """,
        ),
        fixed=(
            """
                $text = subprocess.check_output("du -sh %s | cut -f1" % shlex.quote($in), shell=True)
                $out = $text.decode().strip()
                """,
        ),
        wrong_fix=(
            r"""
                $text = subprocess.check_output("du -sh \"%s\" | cut -f1" % $in, shell=True)  #!
                $out = $text.decode().strip()
                """,
        ),
        imports=(
            "import shlex",
            "import subprocess",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="os-system-fstring",
        cwe="CWE-78",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $status = os.system(f"<<tar czf|zip -r>> /tmp/backup.tgz {$in}")  #!
                $out = $status
                """,
        ),
        fixed=(
            """
                $status = subprocess.run([*"<<tar czf|zip -r>>".split(), "/tmp/backup.tgz", "--", $in]).returncode
                $out = $status
                """,
        ),
        decoy=(
            """
                $status = os.system("<<sync|date>>")
                $target = os.path.join("/srv", os.path.basename($in))
                $out = $status
                """,
        ),
        wrong_fix=(
            """
                if len($in) < 64:
                    $status = os.system(f"<<tar czf|zip -r>> /tmp/backup.tgz {$in}")  #!
                else:
                    $status = 1
                $out = $status
                """,
        ),
        imports=(
            "import os",
            "import subprocess",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="os-popen-concat",
        cwe="CWE-78",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $lines = os.popen("grep -c " + $in + " /var/log/<<syslog|app.log>>").readlines()  #!
                $out = $lines
                """,
        ),
        fixed=(
            """
                $lines = os.popen("grep -c " + shlex.quote($in) + " /var/log/<<syslog|app.log>>").readlines()
                $out = $lines
                """,
        ),
        wrong_fix=(
            """
                $lines = os.popen("grep -c " + $in.split(" ")[0] + " /var/log/<<syslog|app.log>>").readlines()  #!
                $out = $lines
                """,
        ),
        imports=(
            "import os",
            "import shlex",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="subprocess-popen-shell-list",
        cwe="CWE-78",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $proc = subprocess.Popen(["<<sh|bash>>", "-c", "ffmpeg -i " + $in + " out.mp4"], stdout=subprocess.PIPE)  #!
                $out = $proc.communicate()[0]
                """,
        ),
        fixed=(
            """
                $proc = subprocess.Popen(["ffmpeg", "-i", $in, "out.mp4"], stdout=subprocess.PIPE)
                $out = $proc.communicate()[0]
                """,
        ),
        decoy=(
            """
                $proc = subprocess.Popen(["<<sh|bash>>", "-c", 'ffmpeg -i "$1" out.mp4', "run", $in], stdout=subprocess.PIPE)
                $out = $proc.communicate()[0]
                """,
        ),
        wrong_fix=(
            """
                $proc = subprocess.Popen(["<<sh|bash>>", "-c", "ffmpeg -i '" + $in + "' out.mp4"], stdout=subprocess.PIPE)  #!
                $out = $proc.communicate()[0]
                """,
        ),
        imports=("import subprocess",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="asyncio-subprocess-shell",
        cwe="CWE-78",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $proc = await asyncio.create_subprocess_shell(f"git log -n 5 {$in}", stdout=asyncio.subprocess.PIPE)  #!
                $text, $errors = await $proc.communicate()
                $out = $text.decode()
                """,
        ),
        fixed=(
            """
                $proc = await asyncio.create_subprocess_exec("git", "log", "-n", "5", "--", $in, stdout=asyncio.subprocess.PIPE)
                $text, $errors = await $proc.communicate()
                $out = $text.decode()
                """,
        ),
        wrong_fix=(
            """
                $proc = await asyncio.create_subprocess_shell("git log -n 5 " + $in.strip(), stdout=asyncio.subprocess.PIPE)  #!
                $text, $errors = await $proc.communicate()
                $out = $text.decode()
                """,
        ),
        imports=("import asyncio",),
        frameworks=("asyncio",),
    ),
    Mechanism(
        id="subprocess-getoutput",
        cwe="CWE-78",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $text = subprocess.<<getoutput|getstatusoutput>>("id -u " + $in)  #!
                $out = $text
                """,
        ),
        fixed=(
            """
                $text = subprocess.run(["id", "-u", "--", $in], capture_output=True, text=True, check=False).stdout
                $out = $text
                """,
        ),
        decoy=(
            """
                $text = subprocess.<<getoutput|getstatusoutput>>("id -u") if $in else ""
                $out = $text
                """,
        ),
        wrong_fix=(
            """
                $text = subprocess.<<getoutput|getstatusoutput>>("id -u %s 2>/dev/null" % $in.lower())  #!
                $out = $text
                """,
        ),
        imports=("import subprocess",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="paramiko-exec-command",
        cwe="CWE-78",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $stdin, $stdout, $stderr = $client.exec_command("systemctl restart " + $in)  #!
                $out = $stdout.read().decode()
                """,
        ),
        fixed=(
            """
                $stdin, $stdout, $stderr = $client.exec_command("systemctl restart " + shlex.quote($in))
                $out = $stdout.read().decode()
                """,
        ),
        wrong_fix=(
            """
                $stdin, $stdout, $stderr = $client.exec_command("sudo systemctl restart '%s'" % $in)  #!
                $out = $stdout.read().decode()
                """,
        ),
        imports=(
            "import paramiko",
            "import shlex",
        ),
        given=(("client", "paramiko.SSHClient()"),),
        frameworks=("paramiko",),
    ),
    Mechanism(
        id="fabric-run",
        cwe="CWE-78",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $done = $host.run(f"rm -f /var/cache/app/{$in}")  #!
                $out = $done.ok
                """,
        ),
        fixed=(
            """
                $done = $host.run(f"rm -f /var/cache/app/{shlex.quote($in)}")
                $out = $done.ok
                """,
        ),
        wrong_fix=(
            r"""
                $done = $host.run("rm -f \"/var/cache/app/" + $in + "\"")  #!
                $out = $done.ok
                """,
        ),
        imports=(
            "from fabric import Connection",
            "import shlex",
        ),
        given=(("host", 'Connection("<<web1|db1>>.internal")'),),
        frameworks=("fabric",),
    ),
    Mechanism(
        id="git-argument-option",
        cwe="CWE-77",
        kind=Kind.FLOW,
        vulnerable=(
            """
                subprocess.run(["git", "clone", $in, "/srv/<<repos|build>>"], check=True)  #!
                """,
        ),
        fixed=(
            """
                subprocess.run(["git", "clone", "--", $in, "/srv/<<repos|build>>"], check=True)
                """,
        ),
        wrong_fix=(
            """
                subprocess.run(["git", "clone", $in.strip(), "/srv/<<repos|build>>"], check=True, shell=False)  #!
                """,
        ),
        imports=("import subprocess",),
        frameworks=("stdlib",),
    ),
)
