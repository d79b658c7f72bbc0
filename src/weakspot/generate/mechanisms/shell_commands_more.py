"""Commands built from untrusted text (CWE-78, CWE-77)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="tar-argument-option",
        cwe="CWE-77",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $done = subprocess.run(["tar", "-tf", "in.tar", $in], capture_output=True)  #!
                $out = $done.stdout.decode()
                """,
        ),
        fixed=(
            """
                $done = subprocess.run(["tar", "-tf", "in.tar", "--", $in], capture_output=True)
                $out = $done.stdout.decode()
                """,
        ),
        decoy=(
            """
                $done = subprocess.run(["tar", "-tf", "in.tar", "./" + $in], capture_output=True)
                $out = $done.stdout.decode()
                """,
        ),
        wrong_fix=(
            """
                $done = subprocess.run(["tar", "-tf", "in.tar"] + $in.split(), capture_output=True)  #!
                $out = $done.stdout.decode()
                """,
        ),
        imports=("import subprocess",),
        frameworks=("stdlib",),
    ),
)
