"""The staff pages: products, customers, mail texts and reports."""

import csv
import io
import logging
import traceback
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    render_template_string,
    request,
    url_for,
)
from sqlalchemy import select, text
from werkzeug.utils import secure_filename

from teashop import auth, suppliers
from teashop.config import IMAGE_TYPES
from teashop.models import Product, Session, User, enqueue

log = logging.getLogger(__name__)
bp = Blueprint("admin", __name__, url_prefix="/staff")

LABEL = "<strong>{{ title }}</strong> <small>{{ sku }}</small>"
PERIODS = {"day": 1, "week": 7, "month": 31}


@bp.get("/products")
@auth.staff_required
def products() -> str:
    """List all products with their stock."""
    found = Session.scalars(select(Product).order_by(Product.sku)).all()
    return render_template("staff/products.html", products=found)


@bp.post("/products/<int:product_id>/price")
# ok: CWE-862
@auth.staff_required
def set_price(product_id: int) -> Any:
    """Change the price of a product."""
    product = Session.get(Product, product_id)
    if product is None:
        abort(404)
    product.price = Decimal(request.form["price"])
    Session.commit()
    return redirect(url_for("admin.products"))


@bp.post("/products/<int:product_id>/delete")
# expect: CWE-862
def delete_product(product_id: int) -> Any:
    """Take a product out of the catalogue for good."""
    product = Session.get(Product, product_id)
    if product is None:
        abort(404)
    Session.delete(product)
    Session.commit()
    return redirect(url_for("admin.products"))


@bp.post("/products/<int:product_id>/image")
@auth.staff_required
def upload_image(product_id: int) -> Any:
    """Give a product a new picture."""
    product = Session.get(Product, product_id)
    sent = request.files["image"]
    name = secure_filename(sent.filename or "")
    if product is None or Path(name).suffix.lower() not in IMAGE_TYPES:
        abort(400)
    product.image = f"{product.id}-{name}"
    # ok: CWE-434
    sent.save(current_app.config["SHOP"].media_folder / product.image)
    enqueue("thumbnails", image=product.image)
    Session.commit()
    return redirect(url_for("admin.products"))


@bp.post("/leaflets")
@auth.staff_required
def upload_leaflet() -> Any:
    """Store a leaflet below the static files, from where the web server hands it out."""
    sent = request.files["leaflet"]
    name = secure_filename(sent.filename or "leaflet.pdf")
    folder = Path(current_app.static_folder or "static") / "leaflets"
    # expect: CWE-434
    sent.save(folder / name)
    enqueue("reindex", name=name, title=request.form["title"])
    Session.commit()
    return redirect(url_for("admin.products"))


@bp.post("/products/<int:product_id>/press")
@auth.staff_required
def press_picture(product_id: int) -> Any:
    """Have a captioned picture made for the press page."""
    enqueue("press", product_id=product_id, caption=request.form["caption"])
    Session.commit()
    return redirect(url_for("admin.products"))


@bp.post("/discounts")
@auth.staff_required
def start_discount() -> Any:
    """Lower prices by a rule; the worker applies it to all products."""
    enqueue("discount", rule=request.form["rule"])
    Session.commit()
    return redirect(url_for("admin.products"))


@bp.post("/mails/preview")
@auth.staff_required
def preview_mail() -> str:
    """Show a mail text with the values of an example customer."""
    values = {"name": "Aiko Tanaka", "order": 1024}
    # expect: CWE-1336
    return render_template_string(request.form["body"], **values)


@bp.get("/products/<int:product_id>/label")
@auth.staff_required
def label(product_id: int) -> str:
    """Return the label that goes onto the shelf."""
    product = Session.get(Product, product_id)
    if product is None:
        abort(404)
    # ok: CWE-1336
    return render_template_string(LABEL, title=product.title, sku=product.sku)


@bp.get("/customers")
@auth.staff_required
def customers() -> str:
    """Find customers for the telephone desk."""
    column = request.args.get("by", "email")
    value = request.args.get("value", "")
    # expect: CWE-89
    query = "SELECT id, email, name FROM users WHERE %s = '%s'" % (column, value)
    rows = Session.connection().exec_driver_sql(query).all()
    return render_template("staff/customers.html", customers=rows)


@bp.get("/reports/sales")
@auth.staff_required
def sales() -> Response:
    """Return what was sold in a period, as a table for the office."""
    days = PERIODS.get(request.args.get("period", "week"), PERIODS["week"])
    rows = Session.execute(
        # ok: CWE-89
        text(
            "SELECT p.sku, p.title, SUM(l.quantity) FROM order_lines l "
            "JOIN products p ON p.id = l.product_id JOIN orders o ON o.id = l.order_id "
            f"WHERE o.placed > now() - interval '{days} days' GROUP BY p.sku, p.title"
        )
    )
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["sku", "title", "sold"])
    writer.writerows(rows)
    return Response(out.getvalue(), mimetype="text/csv")


@bp.post("/stock/import")
@auth.staff_required
def import_stock() -> Any:
    """Take over the stock list that a supplier mailed us."""
    try:
        changed = suppliers.apply_stock(request.files["list"].read())
    except Exception:
        Session.rollback()
        # expect: CWE-209
        return Response(traceback.format_exc(), status=500, mimetype="text/plain")
    return redirect(url_for("admin.products", changed=changed))


@bp.post("/prices/import")
@auth.staff_required
def import_prices() -> Any:
    """Take over a supplier's price list."""
    try:
        changed = suppliers.apply_prices(request.files["list"].read())
    except (SyntaxError, ArithmeticError) as error:
        Session.rollback()
        # ok: CWE-209
        log.warning("price list refused: %r", error)
        return Response("The list could not be read.", status=400, mimetype="text/plain")
    return redirect(url_for("admin.products", changed=changed))


@bp.post("/customers/<int:user_id>/credit")
@auth.staff_required
def grant_credit(user_id: int) -> Any:
    """Give a customer credit after a complaint; the reason goes into the journal."""
    user = Session.get(User, user_id)
    if user is None:
        abort(404)
    user.credit += min(request.form.get("amount", 0, type=int), 50)
    # expect: CWE-117
    log.info("credit for customer %d: " % user.id + request.form.get("reason", ""))
    Session.commit()
    return redirect(url_for("admin.customers"))


@bp.post("/customers/<int:user_id>/note")
@auth.staff_required
def add_note(user_id: int) -> Any:
    """Write a note about a call into the journal."""
    # ok: CWE-117
    log.info("note on customer %d: %r", user_id, request.form.get("note", "")[:500])
    return redirect(url_for("admin.customers"))
