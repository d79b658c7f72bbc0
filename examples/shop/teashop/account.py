"""Signing up, signing in and what customers change about themselves."""

import logging
import random
import secrets
import string
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from sqlalchemy import select

from teashop import auth
from teashop.config import PASSWORD_FIELD
from teashop.models import Session, User, enqueue

log = logging.getLogger(__name__)
bp = Blueprint("account", __name__, url_prefix="/account")

LANGUAGES = {"en", "de", "fr", "ja"}
EDITABLE = ("name", "phone", "language")


@bp.route("/register", methods=["GET", "POST"])
def register() -> Any:
    """Open an account."""
    if request.method == "GET":
        return render_template("register.html")
    # expect: CWE-532
    log.info("new registration: %s", request.form.to_dict())
    email = request.form["email"].strip().lower()
    if Session.scalar(select(User).where(User.email == email)):
        return render_template("register.html", error="Please choose another address."), 409
    user = User(
        email=email,
        password=auth.hash_password(request.form["password"]),
        # ok: CWE-330
        confirm_code=secrets.token_urlsafe(32),
    )
    Session.add(user)
    Session.flush()
    enqueue("confirm_mail", user_id=user.id)
    Session.commit()
    auth.sign_in(user)
    return redirect(url_for("catalogue.front"))


@bp.route("/login", methods=["GET", "POST"])
def login() -> Any:
    """Sign in and go back to where the visitor came from."""
    if request.method == "GET":
        return render_template("login.html", next=request.args.get("next", ""))
    email = request.form["email"].strip().lower()
    user = Session.scalar(select(User).where(User.email == email))
    if user is None or not auth.verify_password(user, request.form["password"]):
        # ok: CWE-532
        log.warning("sign-in refused from %s", request.remote_addr)
        return render_template("login.html", error="That did not match."), 401
    auth.sign_in(user)
    target = request.form.get("next") or url_for("catalogue.front")
    # expect: CWE-601
    return redirect(target)


@bp.get("/language/<code>")
def language(code: str) -> Any:
    """Remember a language and return to the page it was chosen on."""
    if code not in LANGUAGES:
        abort(404)
    back = urlsplit(request.args.get("back", "/"))
    if back.scheme or back.netloc or not back.path.startswith("/") or back.path.startswith("//"):
        back = urlsplit("/")
    # ok: CWE-601
    response = redirect("/" + back.path.lstrip("/\\"))
    # ok: CWE-614
    response.set_cookie("language", code, secure=True, httponly=True, samesite="Lax")
    return response


@bp.route("/forgotten", methods=["GET", "POST"])
def forgotten() -> Any:
    """Send a code with which a new password can be set."""
    if request.method == "POST":
        user = Session.scalar(select(User).where(User.email == request.form["email"].lower()))
        if user is not None:
            # expect: CWE-338
            user.reset_code = "".join(random.choices(string.ascii_uppercase + string.digits, k=12))
            enqueue("reset_mail", user_id=user.id)
            Session.commit()
    return render_template("forgotten.html", sent=request.method == "POST")


@bp.post("/reset")
def reset() -> Any:
    """Set a new password with the code from the mail."""
    user = Session.scalar(select(User).where(User.email == request.form["email"].lower()))
    code = request.form.get("code", "").encode()
    if user is None or not user.reset_code:
        abort(400)
    if not secrets.compare_digest(user.reset_code.encode(), code):
        return render_template("forgotten.html", error="That code is not valid."), 400
    user.password = auth.hash_password(request.form[PASSWORD_FIELD])
    user.reset_code = None
    Session.commit()
    auth.sign_in(user)
    return redirect(url_for("catalogue.front"))


@bp.get("/confirm/<int:user_id>/<code>")
def confirm(user_id: int, code: str) -> Any:
    """Follow the link in the mail that greets new customers."""
    user = Session.get(User, user_id)
    if user is None or user.confirm_code is None:
        abort(404)
    if not secrets.compare_digest(user.confirm_code.encode(), code.encode()):
        abort(404)
    user.confirm_code = None
    Session.commit()
    return render_template("message.html", message="Thank you, your address is confirmed.")


@bp.post("/profile")
@auth.login_required
def save_profile() -> Any:
    """Store what the customer changed in the profile form."""
    user = auth.current_user()
    for field, value in request.form.items():
        if hasattr(user, field):
            # expect: CWE-915
            setattr(user, field, value)
    Session.commit()
    return redirect(url_for("account.profile"))


@bp.patch("/profile")
@auth.login_required
def patch_profile() -> dict[str, str]:
    """Store single fields; called by the page while the customer types."""
    user = auth.current_user()
    for field in EDITABLE:
        if field in request.form:
            # ok: CWE-915
            setattr(user, field, request.form[field][:120])
    Session.commit()
    return {field: getattr(user, field) for field in EDITABLE}


@bp.get("/profile")
@auth.login_required
def profile() -> Any:
    """Show the profile form, prefilled."""
    response = make_response(render_template("profile.html"))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/remember")
@auth.login_required
def remember() -> Any:
    """Give this browser a token that signs it in again later."""
    user = auth.current_user()
    user.confirm_code = secrets.token_hex(32)
    Session.commit()
    response = redirect(url_for("account.profile"))
    # expect: CWE-614
    response.set_cookie("remember", f"{user.id}.{user.confirm_code}", max_age=90 * 24 * 3600)
    return response
