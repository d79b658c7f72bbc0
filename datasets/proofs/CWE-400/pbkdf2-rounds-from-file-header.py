"""The header of an uploaded file makes the key derivation run for hours."""

import sys
import time
from hashlib import pbkdf2_hmac
from types import ModuleType

import tornado.web
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def prepare(folder):
    """Stand in for the choir's handler and library, which are not called here."""
    del folder
    for name in ("choirs", "choirs.accounts", "choirs.library"):
        sys.modules[name] = ModuleType(name)
    sys.modules["choirs.accounts"].ChoirHandler = tornado.web.RequestHandler
    sys.modules["choirs.library"].replace_scores = len


def works(program, folder):
    """A backup is opened with its passphrase."""
    del folder
    salt, nonce = b"s" * 16, b"n" * 12
    key = pbkdf2_hmac("sha256", b"cantata", salt, 200_000)
    head = program.HEADER.pack(b"CHOIR2", 200_000, salt, nonce)
    sealed = AESGCM(key).encrypt(nonce, b"scores", None)
    assert program.opened(head + sealed, "cantata") == b"scores"


def holds(program, folder):
    """A header that asks for fifteen times as many rounds as any release used is refused."""
    del folder
    head = program.HEADER.pack(b"CHOIR2", 3_000_000, b"s" * 16, b"n" * 12)
    began = time.process_time()
    try:
        program.opened(head + b"sealed" * 9, "cantata")
    except program.BadBackup:
        pass
    assert time.process_time() - began < 0.3, "the file decided how long it takes"
