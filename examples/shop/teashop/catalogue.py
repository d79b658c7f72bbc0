"""The public pages: browsing, searching, products and their reviews."""

import hashlib
import random
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from markupsafe import Markup
from sqlalchemy import select, text

from teashop import auth, media
from teashop.models import Product, Review, Session

bp = Blueprint("catalogue", __name__)

PAGE = 24
ORDERS = {"new": "id DESC", "cheap": "price ASC", "title": "title ASC"}


@bp.get("/")
def front() -> str:
    """Show the front page with one product of the day."""
    products = Session.scalars(select(Product).where(Product.stock > 0).limit(PAGE)).all()
    # ok: CWE-330
    featured = random.choice(products) if products else None
    return render_template("front.html", products=products, featured=featured)


@bp.get("/teas")
def browse() -> str:
    """List all products in one of three orders."""
    order = ORDERS.get(request.args.get("order", ""), ORDERS["new"])
    page = max(request.args.get("page", 1, type=int), 1)
    rows = Session.execute(
        # ok: CWE-89
        text(f"SELECT id, title, price FROM products ORDER BY {order} LIMIT :size OFFSET :skip"),
        {"size": PAGE, "skip": (page - 1) * PAGE},
    ).all()
    return render_template("browse.html", products=rows, page=page)


@bp.get("/search")
def search() -> str:
    """Find products by words in title or description."""
    term = request.args.get("q", "").strip()
    order = request.args.get("order", "title")
    rows = Session.execute(
        # expect: CWE-89
        text(
            "SELECT id, title, price FROM products "
            f"WHERE title LIKE '%{term}%' OR description LIKE '%{term}%' "
            f"ORDER BY {order}"
        )
    ).all()
    return render_template("browse.html", products=rows, page=1, term=term)


@bp.get("/suggest")
def suggest() -> list[dict[str, Any]]:
    """Complete what somebody types into the search field."""
    term = request.args.get("q", "")
    rows = Session.execute(
        # ok: CWE-89
        text("SELECT id, title FROM products WHERE title LIKE :start ORDER BY title LIMIT 8"),
        {"start": term + "%"},
    )
    return [{"id": row.id, "title": row.title} for row in rows]


@bp.get("/teas/<int:product_id>")
def product(product_id: int) -> Any:
    """Show one product; browsers keep the page until it changes."""
    found = Session.get(Product, product_id)
    if found is None:
        abort(404)
    # ok: CWE-328
    tag = hashlib.md5(f"{found.id}:{found.price}:{found.stock}".encode()).hexdigest()
    response = make_response(render_template("product.html", product=found))
    response.set_etag(tag)
    return response.make_conditional(request)


@bp.post("/teas/<int:product_id>/reviews")
@auth.login_required
def review(product_id: int) -> Any:
    """Add a review."""
    stars = min(max(request.form.get("stars", 5, type=int), 1), 5)
    body = request.form["body"][:4000]
    # ok: CWE-862
    user = auth.current_user()
    Session.add(Review(product_id=product_id, user_id=user.id, stars=stars, body=body))
    Session.commit()
    return redirect(url_for("catalogue.product", product_id=product_id))


@bp.get("/teas/<int:product_id>/reviews")
def reviews(product_id: int) -> str:
    """Return the reviews as a piece of HTML that the product's page loads when scrolled to."""
    found = Session.scalars(select(Review).where(Review.product_id == product_id)).all()
    # expect: CWE-79
    items = "".join(f"<li>{one.stars}/5 {one.body}</li>" for one in found)
    return f"<ul data-product='{product_id}'>{items}</ul>"


@bp.get("/teas/<int:product_id>/badge")
def badge(product_id: int) -> str:
    """Return a piece of HTML that other sites put on their pages."""
    found = Session.get(Product, product_id)
    if found is None:
        abort(404)
    label = request.args.get("label", "Our tea")
    # ok: CWE-79
    return Markup('<a class="tea" href="{}">{}: {}</a>').format(
        url_for("catalogue.product", product_id=found.id, _external=True), label, found.title
    )


@bp.get("/teas/<int:product_id>/picture")
def picture(product_id: int) -> Any:
    """Return the product's picture in the width that the page asks for."""
    found = Session.get(Product, product_id)
    if found is None or found.image is None:
        abort(404)
    width = request.args.get("width", 400, type=int)
    folder = current_app.config["SHOP"].media_folder
    response = make_response(media.scaled(folder / found.image, width))
    response.mimetype = "image/jpeg"
    return response
