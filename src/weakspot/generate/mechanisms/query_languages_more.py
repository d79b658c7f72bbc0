"""Untrusted text in LDAP, XPath and document queries (CWE-90, CWE-643, CWE-943)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="dynamo-partiql",
        cwe="CWE-943",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = $client.execute_statement(Statement=f"SELECT * FROM orders WHERE customer = '{$in}'")  #!
                """,
        ),
        fixed=(
            """
                $out = $client.execute_statement(Statement="SELECT * FROM orders WHERE customer = ?", Parameters=[{"S": $in}])
                """,
        ),
        wrong_fix=(
            """
                $out = $client.execute_statement(Statement="SELECT * FROM orders WHERE customer = '%s'" % $in)  #!
                """,
        ),
        imports=("import boto3",),
        given=(("client", 'boto3.client("dynamodb")'),),
        frameworks=("boto3",),
    ),
)
