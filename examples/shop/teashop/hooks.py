"""What other systems call: the payment provider, the warehouse and marketplaces."""

import hashlib
import hmac
import logging
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Blueprint, abort, current_app, request
from sqlalchemy import select

from teashop import auth, suppliers
from teashop.config import API_KEY_HEADER, WAREHOUSE_LOGIN
from teashop.models import Order, Product, Session

log = logging.getLogger(__name__)
bp = Blueprint("hooks", __name__, url_prefix="/hooks")

TRACKING_HOSTS = {"track.greenpost.example", "api.fastparcel.example"}


@bp.post("/payments")
def payment_event() -> dict[str, str]:
    """Note what the payment provider says about an order."""
    secret = current_app.config["SHOP"].partner_secret
    wanted = hmac.new(secret, request.get_data(), hashlib.sha256).hexdigest()
    # ok: CWE-347
    if not hmac.compare_digest(wanted.encode(), request.headers.get("X-Signature", "").encode()):
        abort(401)
    event = request.get_json()
    order = Session.scalar(select(Order).where(Order.payment == event["payment"]))
    if order is not None and event["type"] == "refunded":
        order.status = "cancelled"
        Session.commit()
    return {"result": "noted"}


@bp.post("/warehouse/sent")
def parcel_sent() -> dict[str, str]:
    """Mark orders as sent."""
    login = request.authorization
    name, password = WAREHOUSE_LOGIN
    if login is None or login.username != name:
        abort(401)
    if not hmac.compare_digest(password.encode(), (login.password or "").encode()):
        abort(401)
    for order_id in request.get_json()["orders"]:
        order = Session.get(Order, int(order_id))
        if order is not None:
            order.status = "sent"
    Session.commit()
    return {"result": "noted"}


@bp.post("/stock")
def stock_feed() -> dict[str, int]:
    """Take a stock list that a supplier's system delivers."""
    key = current_app.config["SHOP"].partner_secret.hex()
    # expect: CWE-208
    if request.headers.get(API_KEY_HEADER) != key:
        abort(401)
    return {"changed": suppliers.apply_stock(request.get_data())}


@bp.get("/marketplace/orders")
def marketplace_orders() -> list[dict[str, Any]]:
    """Return the orders that a marketplace sold for us."""
    claims = auth.read_partner_token(request.headers.get("X-Token", ""))
    orders = Session.scalars(select(Order).where(Order.channel == claims["iss"])).all()
    return [{"id": one.id, "status": one.status, "total": str(one.total)} for one in orders]


@bp.post("/app/picture")
def picture_from_link() -> dict[str, int]:
    """Take a product picture from where the phone app's user found it."""
    claims = auth.read_app_token(request.headers.get("X-Token", ""))
    product = Session.get(Product, int(request.get_json()["product"]))
    if product is None or claims.get("role") not in {"staff", "owner"}:
        abort(404)
    # expect: CWE-918
    answer = requests.get(request.get_json()["link"], timeout=10)
    answer.raise_for_status()
    product.image = f"{product.id}.jpg"
    (current_app.config["SHOP"].media_folder / product.image).write_bytes(answer.content)
    Session.commit()
    return {"bytes": len(answer.content)}


@bp.get("/app/tracking")
def tracking() -> Any:
    """Ask a parcel service where a parcel is."""
    auth.read_app_token(request.headers.get("X-Token", ""))
    link = request.args.get("link", "")
    target = urlsplit(link)
    if target.scheme != "https" or target.netloc not in TRACKING_HOSTS:
        abort(400)
    # ok: CWE-918
    answer = requests.get(link, timeout=5, allow_redirects=False)
    if answer.status_code != 200:
        abort(502)
    return answer.json()
