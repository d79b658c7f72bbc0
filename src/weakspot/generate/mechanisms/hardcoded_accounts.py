"""Accounts and keys that ship with the code (CWE-798)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="hardcoded-seed-admin",
        cwe="CWE-798",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $create_admin($apps, $schema_editor) -> None:
                $User = get_user_model()
                #...
                $User.objects.create_superuser("admin", "admin@example.com", "<<admin123|Passw0rd|changeme>>")  #!
            """,
        ),
        fixed=(
            """
            def $create_admin($apps, $schema_editor) -> None:
                $User = get_user_model()
                #...
                $User.objects.create_superuser("admin", "admin@example.com", os.environ["ADMIN_PASSWORD"])
            """,
        ),
        decoy=(
            """
            def $create_admin($apps, $schema_editor) -> None:
                $User = get_user_model()
                $user = $User.objects.create_superuser("admin", "admin@example.com", None)
                #...
                $user.set_unusable_password()
                $user.save()
            """,
        ),
        wrong_fix=(
            """
            def $create_admin($apps, $schema_editor) -> None:
                $User = get_user_model()
                $password = os.environ.get("ADMIN_PASSWORD")
                #...
                if not $password:
                    $password = "<<admin123|Passw0rd|changeme>>"  #!
                $User.objects.create_superuser("admin", "admin@example.com", $password)
            """,
        ),
        imports=(
            "import os",
            "from django.contrib.auth import get_user_model",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="hardcoded-key-dict",
        cwe="CWE-798",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $KEYS = {"<<partner-a|mobile>>": "<<7f3c9a1be2d84f60|c0ffee12ab34cd56>>"}  #!


            def $is_partner($name: str, $sent: str) -> bool:
                #...
                return hmac.compare_digest($KEYS.get($name, ""), $sent) and bool($sent)
            """,
        ),
        fixed=(
            """
            $KEYS = {"<<partner-a|mobile>>": os.environ["PARTNER_KEY"]}


            def $is_partner($name: str, $sent: str) -> bool:
                #...
                return hmac.compare_digest($KEYS.get($name, ""), $sent) and bool($sent)
            """,
        ),
        decoy=(
            """
            $KEYS = {"<<partner-a|mobile>>": "PARTNER_KEY"}


            def $is_partner($name: str, $sent: str) -> bool:
                #...
                return hmac.compare_digest(os.environ.get($KEYS.get($name, ""), ""), $sent) and bool($sent)
            """,
        ),
        wrong_fix=(
            """
            $KEYS = {"<<partner-a|mobile>>": os.environ.get("PARTNER_KEY", "<<7f3c9a1be2d84f60|c0ffee12ab34cd56>>")}  #!


            def $is_partner($name: str, $sent: str) -> bool:
                #...
                return hmac.compare_digest($KEYS.get($name, ""), $sent) and bool($sent)
            """,
        ),
        imports=(
            "import os",
            "import hmac",
        ),
        frameworks=("stdlib",),
    ),
)
