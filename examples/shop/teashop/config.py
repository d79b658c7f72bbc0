"""Settings of one installation, read from the environment once at start."""

import os
from dataclasses import dataclass
from pathlib import Path

IMAGE_TYPES = frozenset({".jpg", ".jpeg", ".png", ".webp"})
# ok: CWE-798
API_KEY_HEADER = "X-Partner-Key"
# ok: CWE-798
PASSWORD_FIELD = "new_password"

# expect: CWE-798
WAREHOUSE_LOGIN = ("fulfilment", "Gyokuro!harvest-88")


@dataclass(frozen=True)
class Settings:
    """What differs between the installations."""

    secret_key: str
    database_url: str
    media_folder: Path
    invoice_folder: Path
    payment_key: str
    field_key: bytes
    partner_secret: bytes
    smtp_host: str
    smtp_user: str
    smtp_password: str
    archive_host: str | None = None
    local: bool = False

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read the settings; a missing one is a KeyError that names it."""
        root = Path(os.environ.get("TEASHOP_ROOT", "/srv/teashop"))
        return cls(
            # ok: CWE-798
            secret_key=os.environ["TEASHOP_SECRET_KEY"],
            database_url=os.environ["TEASHOP_DATABASE_URL"],
            media_folder=root / "media",
            invoice_folder=root / "invoices",
            payment_key=os.environ["TEASHOP_PAYMENT_KEY"],
            field_key=bytes.fromhex(os.environ["TEASHOP_FIELD_KEY"]),
            partner_secret=os.environ["TEASHOP_PARTNER_SECRET"].encode(),
            smtp_host=os.environ.get("TEASHOP_SMTP_HOST", "localhost"),
            smtp_user=os.environ["TEASHOP_SMTP_USER"],
            smtp_password=os.environ["TEASHOP_SMTP_PASSWORD"],
            archive_host=os.environ.get("TEASHOP_ARCHIVE_HOST"),
            local=os.environ.get("TEASHOP_LOCAL") == "1",
        )
