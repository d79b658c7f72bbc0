"""Does what must not keep a visitor waiting: mails, invoices, pictures and the search index."""

import ast
import logging
import os
import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, current_app, url_for
from sqlalchemy import select

from teashop import mailing, media
from teashop.models import Job, Order, Product, Session, User

log = logging.getLogger(__name__)

ATTEMPTS = 5
IDLE_SECONDS = 2.0
Payload = dict[str, Any]


def confirm_mail(payload: Payload) -> None:
    """Ask a new customer to confirm the address."""
    user = Session.get_one(User, payload["user_id"])
    link = url_for("account.confirm", user_id=user.id, code=user.confirm_code, _external=True)
    mailing.confirm(current_app.config["SHOP"], user, link)


def reset_mail(payload: Payload) -> None:
    """Send a customer the code for a new password."""
    mailing.reset(current_app.config["SHOP"], Session.get_one(User, payload["user_id"]))


def invoice(payload: Payload) -> None:
    """Write the invoice of an order as a PDF and send it."""
    order = Session.get_one(Order, payload["order_id"])
    settings = current_app.config["SHOP"]
    target = settings.invoice_folder / f"{order.id:08d}.pdf"
    # ok: CWE-78
    subprocess.run(
        ["wkhtmltopdf", "--quiet", "-", str(target)],
        input=mailing.invoice_page(order).encode(),
        check=True,
        timeout=120,
    )
    mailing.invoice(settings, order, target)


def press(payload: Payload) -> None:
    """Make a captioned picture of a product for the press page."""
    product = Session.get_one(Product, payload["product_id"])
    folder = current_app.config["SHOP"].media_folder
    media.watermark(folder / str(product.image), payload["caption"])


def thumbnails(payload: Payload) -> None:
    """Make the small pictures of a product in all widths that the pages use."""
    folder: Path = current_app.config["SHOP"].media_folder
    # ok: CWE-94
    widths = ast.literal_eval(payload.get("widths", "(120, 240)"))
    for width in widths:
        content = media.thumbnail(folder / payload["image"], int(width))
        media.publish(content, folder / f"{int(width)}-{Path(payload['image']).name}")


def discount(payload: Payload) -> None:
    """Lower prices by a rule from the staff pages, such as "price * 0.9 if stock > 50"."""
    for product in Session.scalars(select(Product)):
        values = {"price": product.price, "stock": product.stock, "title": product.title}
        # expect: CWE-95
        product.price = eval(payload["rule"], {}, values)


def reindex(payload: Payload) -> None:
    """Tell the search index about a new leaflet."""
    title, name = payload["title"], payload["name"]
    # expect: CWE-78
    os.system(f'leafindex --title "{title}" --add static/leaflets/{name}')


HANDLERS: dict[str, Callable[[Payload], None]] = {
    handler.__name__: handler
    for handler in (confirm_mail, reset_mail, invoice, press, thumbnails, discount, reindex)
}


def perform(job: Job) -> None:
    """Do one job; one that fails too often is given up."""
    job.attempts += 1
    try:
        # ok: CWE-470
        HANDLERS[job.kind](job.payload)
        job.state = "done"
    except Exception:
        log.exception("job %d of kind %r failed", job.id, job.kind)
        if job.attempts >= ATTEMPTS:
            job.state = "failed"
    Session.commit()


def pause(attempt: int) -> float:
    """Return how many seconds to wait: longer each time, and never all workers at once."""
    # ok: CWE-330
    return min(60.0, IDLE_SECONDS * 2**attempt) * random.uniform(0.5, 1.5)


def run(app: Flask) -> None:
    """Work until the process is stopped."""
    idle = 0
    with app.app_context():
        while True:
            job = Session.scalar(
                select(Job).where(Job.state == "waiting").order_by(Job.id).with_for_update()
            )
            if job is None:
                Session.rollback()
                time.sleep(pause(idle))
                idle = min(idle + 1, 5)
                continue
            idle = 0
            perform(job)
