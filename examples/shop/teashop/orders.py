"""The basket, placing orders and looking at them afterwards."""

import base64
import json
import pickle
from decimal import Decimal
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    send_file,
    send_from_directory,
    session,
    url_for,
)
from sqlalchemy import select

from teashop import auth, payments
from teashop.models import Order, OrderLine, Product, Session, enqueue

bp = Blueprint("orders", __name__, url_prefix="/orders")


def _basket() -> dict[int, int]:
    # ok: CWE-502
    kept = json.loads(session.get("basket", "{}"))
    return {int(product_id): int(count) for product_id, count in kept.items()}


def _keep(basket: dict[int, int]) -> None:
    session["basket"] = json.dumps(basket)


@bp.post("/basket/<int:product_id>")
def put(product_id: int) -> Any:
    """Put some pieces of a product into the basket; none takes it out."""
    basket = _basket()
    basket[product_id] = min(max(request.form.get("count", 1, type=int), 0), 99)
    _keep({key: count for key, count in basket.items() if count})
    return redirect(url_for("orders.basket"))


@bp.get("/basket")
def basket() -> str:
    """Show the basket."""
    kept = _basket()
    products = Session.scalars(select(Product).where(Product.id.in_(kept))).all()
    return render_template("basket.html", lines=[(one, kept[one.id]) for one in products])


@bp.get("/basket/shared/<code>")
def open_shared(code: str) -> Any:
    """Take over a basket from a link that another customer sent."""
    # expect: CWE-502
    shared = pickle.loads(base64.urlsafe_b64decode(code))
    _keep({int(key): int(count) for key, count in shared.items()})
    return redirect(url_for("orders.basket"))


@bp.get("/basket/share")
def share() -> dict[str, str]:
    """Make a link with which somebody else gets the same basket."""
    code = base64.urlsafe_b64encode(pickle.dumps(_basket())).decode()
    return {"link": url_for("orders.open_shared", code=code, _external=True)}


@bp.post("/")
@auth.login_required
def place() -> Any:
    """Turn the basket into an order and collect the money."""
    kept = _basket()
    products = Session.scalars(select(Product).where(Product.id.in_(kept))).all()
    if not products:
        abort(400)
    # Prices come from the database; the form says only what and where to.
    total = sum((one.price * kept[one.id] for one in products), Decimal(0))
    order = Order(user_id=auth.current_user().id, total=total, address=request.form["address"])
    for one in products:
        order.lines.append(OrderLine(product=one, quantity=kept[one.id], price=one.price))
    Session.add(order)
    Session.flush()
    order.payment = payments.charge(order, request.form["payment_token"])
    order.status = "paid"
    enqueue("invoice", order_id=order.id)
    Session.commit()
    session.pop("basket", None)
    return redirect(url_for("orders.thanks", order_id=order.id))


@bp.get("/<int:order_id>/thanks")
@auth.login_required
def thanks(order_id: int) -> str:
    """Show the page after buying."""
    # ok: CWE-639
    order = Session.scalar(
        select(Order).where(Order.id == order_id, Order.user_id == auth.current_user().id)
    )
    if order is None:
        abort(404)
    return render_template("order.html", order=order)


@bp.get("/<int:order_id>")
@auth.login_required
def show(order_id: int) -> str:
    """Show one order with its lines and the address it goes to."""
    # expect: CWE-639
    order = Session.get(Order, order_id)
    if order is None:
        abort(404)
    return render_template("order.html", order=order)


# expect: CWE-352
@bp.get("/<int:order_id>/cancel")
@auth.login_required
def cancel(order_id: int) -> Any:
    """Cancel an order that has not been sent, and give the money back."""
    order = Session.get(Order, order_id)
    if order is None or order.user_id != auth.current_user().id or order.status == "sent":
        abort(404)
    payments.refund(order)
    order.status = "cancelled"
    Session.commit()
    return redirect(url_for("orders.show", order_id=order.id))


@bp.post("/<int:order_id>/again")
@auth.login_required
def again(order_id: int) -> Any:
    """Put everything of a former order into the basket."""
    # ok: CWE-639
    order = Session.get(Order, order_id)
    if order is None or order.user_id != auth.current_user().id:
        abort(404)
    _keep({line.product_id: line.quantity for line in order.lines})
    return redirect(url_for("orders.basket"))


@bp.get("/invoices")
@auth.login_required
def invoice() -> Any:
    """Return the invoice whose name the customer's order list shows."""
    name = request.args["name"]
    # expect: CWE-22
    return send_file(f"{current_app.config['SHOP'].invoice_folder}/{name}")


@bp.get("/cards/<path:name>")
def brewing_card(name: str) -> Any:
    """Return a card with brewing advice, as it lies in the parcels."""
    # ok: CWE-22
    return send_from_directory(current_app.config["SHOP"].media_folder / "cards", name)
