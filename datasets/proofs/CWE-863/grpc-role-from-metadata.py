"""A driver's tablet calls itself a dispatcher and locks a tram."""

import os
import sys
import time
from enum import Enum
from types import SimpleNamespace

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEY = ec.generate_private_key(ec.SECP256R1())


def prepare(folder):
    """Stand in for grpc, and issue the key of the identity service."""
    public = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    os.environ["DEPOT_TOKEN_PUBLIC_KEY"] = public.decode()
    sys.modules["grpc"] = SimpleNamespace(
        ServerInterceptor=object,
        StatusCode=Enum("StatusCode", "UNAUTHENTICATED PERMISSION_DENIED"),
        unary_unary_rpc_method_handler=lambda handler: handler,
        server=None,
    )


def is_called(program, role, *metadata):
    """Call LockTram with a token of a role; tell whether the method is reached."""
    claims = {"sub": "t4", "aud": "depot", "exp": time.time() + 60, "role": role}
    token = jwt.encode(claims, KEY, algorithm="ES256")
    details = SimpleNamespace(
        method="/depot.Depot/LockTram",
        invocation_metadata=(("authorization", f"Bearer {token}"), *metadata),
    )
    return (
        program.RoleInterceptor().intercept_service(lambda found: "reached", details) == "reached"
    )


def works(program, folder):
    """A dispatcher locks a tram, a driver does not."""
    assert is_called(program, "dispatcher")
    assert not is_called(program, "driver")


def holds(program, folder):
    """What the tablet says of its role does not count."""
    assert not is_called(program, "driver", ("x-role", "dispatcher")), "a driver locked a tram"
