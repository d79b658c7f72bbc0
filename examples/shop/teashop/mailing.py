"""Writes and sends the mails of the shop."""

import logging
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape

from teashop.config import Settings
from teashop.models import Order, User

log = logging.getLogger(__name__)

_texts = Environment(
    loader=PackageLoader("teashop", "templates/mail"),
    # ok: CWE-79
    autoescape=select_autoescape(["html"]),
)


def _send(settings: Settings, message: EmailMessage) -> None:
    message["From"] = "Kettle & Leaf <hello@kettleleaf.example>"
    # ok: CWE-295
    context = ssl.create_default_context()
    with smtplib.SMTP(settings.smtp_host, 587, timeout=30) as server:
        server.starttls(context=context)
        server.login(settings.smtp_user, settings.smtp_password)
        server.send_message(message)


def confirm(settings: Settings, user: User, link: str) -> None:
    """Ask a new customer to confirm the address."""
    message = EmailMessage()
    message["To"] = user.email
    message["Subject"] = "Please confirm your address"
    message.set_content(_texts.get_template("confirm.txt").render(user=user, link=link))
    message.add_alternative(
        _texts.get_template("confirm.html").render(user=user, link=link), subtype="html"
    )
    _send(settings, message)
    # ok: CWE-532
    log.info("confirmation sent to customer %d", user.id)


def reset(settings: Settings, user: User) -> None:
    """Send the code with which a new password can be set."""
    message = EmailMessage()
    message["To"] = user.email
    message["Subject"] = "Your code"
    message.set_content(_texts.get_template("reset.txt").render(code=user.reset_code))
    _send(settings, message)
    # expect: CWE-532
    log.info("reset code %s sent to %s", user.reset_code, user.email)


def invoice_page(order: Order) -> str:
    """Return an order's invoice as the page of which the PDF is made."""
    return _texts.get_template("invoice.html").render(order=order)


def invoice(settings: Settings, order: Order, document: Path) -> None:
    """Send an order's invoice."""
    message = EmailMessage()
    message["To"] = order.user.email
    message["Subject"] = f"Invoice for order {order.id}"
    message.set_content(_texts.get_template("invoice.txt").render(order=order))
    message.add_attachment(
        document.read_bytes(), maintype="application", subtype="pdf", filename=document.name
    )
    _send(settings, message)
    if settings.archive_host:
        _archive(settings, settings.archive_host, message)


def _archive(settings: Settings, host: str, message: EmailMessage) -> None:
    """Copy a mail to the archive that the bookkeeper's office runs."""
    # expect: CWE-295
    context = ssl._create_unverified_context()
    with smtplib.SMTP_SSL(host, 465, context=context, timeout=30) as server:
        server.login(settings.smtp_user, settings.smtp_password)
        server.send_message(message)
