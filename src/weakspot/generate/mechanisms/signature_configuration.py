"""Signature settings and verification failures that are swallowed (CWE-347)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="sig-saml-config",
        cwe="CWE-347",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $conf = SPConfig()
            $conf.load({
                "entityid": "https://<<portal|intra>>.example.com/saml",
                "metadata": {"local": [$metadata]},
                "service": {"sp": {"want_response_signed": False, "want_assertions_signed": False}},  #!
            })
            $out = $conf
            """,
        ),
        fixed=(
            """
            $conf = SPConfig()
            $conf.load({
                "entityid": "https://<<portal|intra>>.example.com/saml",
                "metadata": {"local": [$metadata]},
                "service": {"sp": {"want_response_signed": True, "want_assertions_signed": True}},
            })
            $out = $conf
            """,
        ),
        wrong_fix=(
            """
            $conf = SPConfig()
            $conf.load({
                "entityid": "https://<<portal|intra>>.example.com/saml",
                "metadata": {"local": [$metadata]},
                "service": {
                    "sp": {
                        "authn_requests_signed": True,
                        "want_response_signed": False,  #!
                        "want_assertions_signed": False,
                    }
                },
            })
            $out = $conf
            """,
        ),
        imports=(
            "from saml2.config import SPConfig",
            "import os",
        ),
        given=(("metadata", 'os.environ["IDP_METADATA"]'),),
        frameworks=("pysaml2",),
    ),
    Mechanism(
        id="sig-rsa-verify-swallowed",
        cwe="CWE-347",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $apply_update($public_key, $image: bytes, $signature: bytes, $device) -> None:
                try:
                    $public_key.verify($signature, $image, padding.PKCS1v15(), hashes.SHA256())
                except InvalidSignature:
                    print("signature mismatch")  #!
                #...
                $device.flash($image)
            """,
        ),
        fixed=(
            """
            def $apply_update($public_key, $image: bytes, $signature: bytes, $device) -> None:
                try:
                    $public_key.verify($signature, $image, padding.PKCS1v15(), hashes.SHA256())
                except InvalidSignature:
                    raise SystemExit("signature mismatch")
                #...
                $device.flash($image)
            """,
        ),
        decoy=(
            """
            def $apply_update($public_key, $image: bytes, $signature: bytes, $device) -> None:
                try:
                    $public_key.verify($signature, $image, padding.PKCS1v15(), hashes.SHA256())
                except InvalidSignature:
                    print("signature mismatch")
                else:
                    #...
                    $device.flash($image)
            """,
        ),
        wrong_fix=(
            """
            def $apply_update($public_key, $image: bytes, $signature: bytes, $device) -> None:
                $device.flash($image)  #!
                #...
                try:
                    $public_key.verify($signature, $image, padding.PKCS1v15(), hashes.SHA256())
                except InvalidSignature:
                    raise SystemExit("signature mismatch")
            """,
        ),
        imports=(
            "from cryptography.exceptions import InvalidSignature",
            "from cryptography.hazmat.primitives import hashes",
            "from cryptography.hazmat.primitives.asymmetric import padding",
        ),
        frameworks=("cryptography",),
    ),
)
