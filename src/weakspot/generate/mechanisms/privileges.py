"""Processes and people that get more rights than they need (CWE-269, CWE-250, CWE-284, CWE-285)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="priv-setuid-before-setgid",
        cwe="CWE-269",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $drop($name):
                    $entry = pwd.getpwnam($name)
                    #...
                    os.setuid($entry.pw_uid)
                    os.setgid($entry.pw_gid)  #!
                    return $entry.pw_name
                """,
        ),
        fixed=(
            """
                def $drop($name):
                    $entry = pwd.getpwnam($name)
                    #...
                    os.setgroups([])
                    os.setgid($entry.pw_gid)
                    os.setuid($entry.pw_uid)
                    return $entry.pw_name
                """,
        ),
        decoy=(
            """
                def $drop($name):
                    $entry = pwd.getpwnam($name)
                    #...
                    os.initgroups($name, $entry.pw_gid)
                    os.setgid($entry.pw_gid)
                    os.setuid($entry.pw_uid)
                    return $entry.pw_name
                """,
        ),
        wrong_fix=(
            """
                def $drop($name):
                    $entry = pwd.getpwnam($name)
                    #...
                    os.setuid($entry.pw_uid)
                    os.setgroups([])  #!
                    os.setgid($entry.pw_gid)
                    return $entry.pw_name
                """,
        ),
        imports=(
            "import os",
            "import pwd",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="priv-seteuid-temporary",
        cwe="CWE-269",
        kind=Kind.LOCAL,
        vulnerable=(
            """
                os.seteuid(<<1000|65534>>)  #!
                #...
                $out = os.geteuid()
                """,
        ),
        fixed=(
            """
                os.setresuid(<<1000|65534>>, <<1000|65534>>, <<1000|65534>>)
                #...
                $out = os.geteuid()
                """,
        ),
        wrong_fix=(
            """
                os.setreuid(-1, <<1000|65534>>)  #!
                #...
                $out = os.geteuid()
                """,
        ),
        imports=("import os",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="priv-role-from-registration",
        cwe="CWE-269",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)

                @$app.post("/register")
                def $register():
                    $data = request.get_json()
                    $role = $data.get("role", "member")  #!
                    #...
                    $user = $users.create($data["name"], $data["password"], role=$role)
                    return jsonify(id=$user.id)
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)

                @$app.post("/register")
                def $register():
                    $data = request.get_json()
                    $role = "member"
                    #...
                    $user = $users.create($data["name"], $data["password"], role=$role)
                    return jsonify(id=$user.id)
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)

                @$app.post("/register")
                def $register():
                    $data = request.get_json()
                    $role = str($data.get("role", "member")).lower()  #!
                    #...
                    $user = $users.create($data["name"], $data["password"], role=$role)
                    return jsonify(id=$user.id)
                """,
        ),
        imports=("from flask import Flask, jsonify, request",),
        setup="""
            from app.users import users as $users
            """,
        frameworks=("flask",),
    ),
    Mechanism(
        id="priv-docker-privileged",
        cwe="CWE-250",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $start($image, $command):
                    $client = docker.from_env()
                    #...
                    return $client.containers.run($image, $command, detach=True, privileged=True)  #!
                """,
        ),
        fixed=(
            """
                def $start($image, $command):
                    $client = docker.from_env()
                    #...
                    return $client.containers.run($image, $command, detach=True, cap_drop=["ALL"])
                """,
        ),
        decoy=(
            """
                def $start($image, $command):
                    $client = docker.from_env()
                    #...
                    return $client.containers.run($image, $command, detach=True, privileged=False)
                """,
        ),
        wrong_fix=(
            """
                def $start($image, $command):
                    $client = docker.from_env()
                    #...
                    return $client.containers.run($image, $command, detach=True, cap_add=["ALL"])  #!
                """,
        ),
        imports=("import docker",),
        frameworks=("docker",),
    ),
    Mechanism(
        id="priv-sudoers-nopasswd",
        cwe="CWE-250",
        kind=Kind.LOCAL,
        vulnerable=(
            r"""
                $line = "<<deploy|backup>> ALL=(ALL) NOPASSWD: ALL\n"  #!
                #...
                $out = pathlib.Path("/etc/sudoers.d/app").write_text($line)
                """,
        ),
        fixed=(
            r"""
                $line = "<<deploy|backup>> ALL=(root) NOPASSWD: /usr/bin/systemctl restart web\n"
                #...
                $out = pathlib.Path("/etc/sudoers.d/app").write_text($line)
                """,
        ),
        wrong_fix=(
            r"""
                $line = "<<deploy|backup>> ALL=(root) NOPASSWD: /usr/bin/env *\n"  #!
                #...
                $out = pathlib.Path("/etc/sudoers.d/app").write_text($line)
                """,
        ),
        imports=("import pathlib",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="priv-subprocess-user",
        cwe="CWE-250",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $convert($source, $target):
                    #...
                    return subprocess.run(["sudo", "<<convert|ffmpeg>>", $source, $target], check=True)  #!
                """,
        ),
        fixed=(
            """
                def $convert($source, $target):
                    #...
                    return subprocess.run(["<<convert|ffmpeg>>", $source, $target], check=True)
                """,
        ),
        decoy=(
            """
                def $convert($source, $target):
                    #...
                    return subprocess.run(["<<convert|ffmpeg>>", $source, $target], check=True, user="media")
                """,
        ),
        wrong_fix=(
            """
                def $convert($source, $target):
                    #...
                    return subprocess.run(["<<convert|ffmpeg>>", $source, $target], check=True, user="root")  #!
                """,
        ),
        imports=("import subprocess",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="priv-k8s-security-context",
        cwe="CWE-250",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $container($image):
                    #...
                    $context = client.V1SecurityContext(run_as_user=0, privileged=True)  #!
                    return client.V1Container(name="<<worker|job>>", image=$image, security_context=$context)
                """,
        ),
        fixed=(
            """
                def $container($image):
                    #...
                    $context = client.V1SecurityContext(run_as_non_root=True, privileged=False)
                    return client.V1Container(name="<<worker|job>>", image=$image, security_context=$context)
                """,
        ),
        wrong_fix=(
            """
                def $container($image):
                    #...
                    $context = client.V1SecurityContext(run_as_user=0, allow_privilege_escalation=True)  #!
                    return client.V1Container(name="<<worker|job>>", image=$image, security_context=$context)
                """,
        ),
        imports=("from kubernetes import client",),
        frameworks=("kubernetes",),
    ),
)
