"""Commands for those who run the shop: `python -m teashop.cli`."""

import getpass
import hashlib
import sqlite3
import subprocess
from pathlib import Path
from typing import TextIO

import click
from sqlalchemy import select

from teashop import create_app, media, payments, suppliers, worker
from teashop.auth import hash_password
from teashop.config import Settings
from teashop.models import Base, Product, Session, User


@click.group()
def main() -> None:
    """Run and look after the shop."""


@main.command()
@click.option("--port", default=8000)
def serve(port: int) -> None:
    """Serve the shop."""
    # expect: CWE-489
    create_app().run(host="0.0.0.0", port=port, debug=True)


@main.command()
@click.option("--port", default=8001)
def preview(port: int) -> None:
    """Serve the shop to this machine only, as customers will see it."""
    # ok: CWE-489
    create_app().run(host="127.0.0.1", port=port, debug=False)


@main.command()
def work() -> None:
    """Work through the jobs."""
    worker.run(create_app())


@main.command("create-tables")
def create_tables() -> None:
    """Create the tables and the first account of the owner."""
    create_app()
    Base.metadata.create_all(Session.get_bind())
    # expect: CWE-798
    owner = User(email="owner@kettleleaf.example", password=hash_password("sencha-2021"))
    owner.role = "owner"
    Session.add(owner)
    Session.commit()


@main.command("add-staff")
@click.argument("email")
def add_staff(email: str) -> None:
    """Give somebody a staff account."""
    create_app()
    # ok: CWE-798
    password = getpass.getpass("password for the account: ")
    Session.add(User(email=email.lower(), password=hash_password(password), role="staff"))
    Session.commit()


@main.command("import-old")
@click.argument("database", type=click.Path(exists=True, dir_okay=False))
def import_old(database: str) -> None:
    """Take over the customers of the former shop system."""
    create_app()
    with sqlite3.connect(database) as old:
        columns = {row[1] for row in old.execute("PRAGMA table_info(customers)")}
        phone = "phone" if "phone" in columns else "''"
        # ok: CWE-89
        for email, name, digest, number in old.execute(
            f"SELECT email, name, pw_sha1, {phone} FROM customers"
        ):
            Session.add(User(email=email, name=name, phone=number, password=f"sha1${digest}"))
    Session.commit()


@main.command("import-teas")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("harvests", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_teas(file: Path, harvests: Path) -> None:
    """Add the teas that a supplier describes, with the harvest in the description."""
    create_app()
    picked = suppliers.read_harvests(harvests.read_bytes())
    for tea in suppliers.read_descriptions(file.read_bytes()):
        known = Session.scalar(select(Product).where(Product.sku == tea["sku"]))
        if known is None:
            text = picked.get(tea["sku"], "")
            Session.add(
                Product(sku=tea["sku"], title=tea["title"], price=tea["price"], description=text)
            )
    Session.commit()


@main.command("import-press")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_press(archive: Path) -> None:
    """Unpack the photos of an agency and put them on one sheet."""
    folder = Settings.from_environment().media_folder / "press"
    media.prepare_folder(folder)
    media.unpack_press(archive, folder)
    click.echo(media.contact_sheet(sorted(folder.glob("*.jpg"))))


@main.command("import-pictures")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_pictures(archive: Path) -> None:
    """Unpack product pictures; prints the names of those taken."""
    for name in media.unpack_products(archive, Settings.from_environment().media_folder):
        click.echo(name)


@main.command("pay")
@click.argument("reference")
@click.argument("amount")
def pay(reference: str, amount: str) -> None:
    """Pay a supplier; asks for the account number, which is never shown."""
    key = Settings.from_environment().field_key
    account = payments.seal(getpass.getpass("account: "), key)
    payments.pay_supplier(reference, account, amount, key)


@main.command("export-accounts")
@click.argument("file", type=click.File("r"))
def export_accounts(file: TextIO) -> None:
    """Print account numbers, one a line in the file, as the tax adviser's program reads them."""
    key = Settings.from_environment().field_key
    for block in payments.export_accounts(file.read().split(), key):
        click.echo(block.hex())


@main.command()
@click.argument("target", type=click.Path(path_type=Path))
def backup(target: Path) -> None:
    """Write the database to a file and print its check sum."""
    settings = Settings.from_environment()
    # ok: CWE-78
    subprocess.run(["pg_dump", "--file", str(target), settings.database_url], check=True)
    # ok: CWE-328
    click.echo(hashlib.sha256(target.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
