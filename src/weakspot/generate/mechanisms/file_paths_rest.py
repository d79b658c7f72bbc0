"""Paths built from untrusted text (CWE-22, CWE-73)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="aiofiles-open",
        cwe="CWE-22",
        kind=Kind.FLOW,
        vulnerable=(
            """
                async with aiofiles.open("<<notes|drafts>>/" + $in) as $handle:  #!
                    $out = await $handle.read()
                """,
        ),
        fixed=(
            """
                async with aiofiles.open("<<notes|drafts>>/" + os.path.basename($in)) as $handle:
                    $out = await $handle.read()
                """,
        ),
        wrong_fix=(
            """
                async with aiofiles.open("<<notes|drafts>>/" + $in.strip()) as $handle:  #!
                    $out = await $handle.read()
                """,
        ),
        imports=(
            "import aiofiles",
            "import os",
        ),
        frameworks=("aiofiles",),
    ),
)
