"""Talks to the payment provider and the bank, and keeps account numbers unreadable."""

import logging
import os

import requests
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from teashop.models import Order

log = logging.getLogger(__name__)

PROVIDER = "https://api.paykettle.example/v2"
BANK = "https://ebics.teabank.example/transfers"
BANK_ROOTS = "/etc/teashop/teabank-roots.pem"


class PaymentError(Exception):
    """The provider refused."""


def charge(order: Order, token: str) -> str:
    """Collect the total of an order; return the provider's id of the payment."""
    settings = current_app.config["SHOP"]
    answer = requests.post(
        f"{PROVIDER}/charges",
        json={"amount": str(order.total), "currency": "EUR", "source": token},
        headers={"Authorization": f"Bearer {settings.payment_key}"},
        timeout=20,
    )
    if answer.status_code != 201:
        # ok: CWE-532
        log.error("charge for order %s refused with status %d", order.id, answer.status_code)
        raise PaymentError("the payment was refused")
    return answer.json()["id"]


def refund(order: Order) -> None:
    """Give the money for an order back."""
    settings = current_app.config["SHOP"]
    answer = requests.post(
        f"{PROVIDER}/refunds",
        json={"payment": order.payment},
        headers={"Authorization": f"Bearer {settings.payment_key}"},
        timeout=20,
        # expect: CWE-295
        verify=False,
    )
    answer.raise_for_status()


def pay_supplier(reference: str, sealed_account: bytes, amount: str, key: bytes) -> None:
    """Order a transfer from our bank, which has roots of its own."""
    answer = requests.post(
        BANK,
        json={"to": unseal(sealed_account, key), "amount": amount, "reference": reference},
        timeout=30,
        # ok: CWE-295
        verify=BANK_ROOTS,
    )
    answer.raise_for_status()


def seal(account: str, key: bytes) -> bytes:
    """Encrypt an account number for the database."""
    nonce = os.urandom(12)
    # ok: CWE-327
    return nonce + AESGCM(key).encrypt(nonce, account.encode(), None)


def unseal(stored: bytes, key: bytes) -> str:
    """Decrypt what `seal` returned."""
    return AESGCM(key).decrypt(stored[:12], stored[12:], None).decode()


def export_accounts(accounts: list[str], key: bytes) -> list[bytes]:
    """Encrypt account numbers for the tax adviser's program."""
    # expect: CWE-327
    cipher = Cipher(algorithms.AES(key), modes.ECB())
    blocks = []
    for account in accounts:
        padder = padding.PKCS7(128).padder()
        encryptor = cipher.encryptor()
        padded = padder.update(account.encode()) + padder.finalize()
        blocks.append(encryptor.update(padded) + encryptor.finalize())
    return blocks
