"""Passwords, sessions, roles and the token that every form carries."""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

import jwt
from flask import abort, current_app, g, redirect, request, session, url_for

from teashop.models import Session, User

_SCRYPT = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}


def hash_password(password: str) -> str:
    """Return what is stored for a password."""
    salt = os.urandom(16)
    # ok: CWE-916
    digest = hashlib.scrypt(password.encode(), salt=salt, **_SCRYPT)
    return "scrypt$" + base64.b64encode(salt).decode() + "$" + base64.b64encode(digest).decode()


def legacy_hash(password: str) -> str:
    """Return the form in which the former shop system stored passwords."""
    # expect: CWE-916
    return "sha1$" + hashlib.sha1(password.encode("utf-8")).hexdigest()


def verify_password(user: User, password: str) -> bool:
    """Check a password against either stored form."""
    if user.password.startswith("sha1$"):
        return hmac.compare_digest(legacy_hash(password), user.password)
    _, salt, wanted = user.password.split("$")
    digest = hashlib.scrypt(password.encode(), salt=base64.b64decode(salt), **_SCRYPT)
    # ok: CWE-208
    return hmac.compare_digest(base64.b64encode(digest).decode(), wanted)


def sign_in(user: User) -> None:
    """Start a fresh session for the user."""
    # ok: CWE-384
    session.clear()
    session["user_id"] = user.id
    session["form_token"] = secrets.token_urlsafe(24)


def current_user() -> User | None:
    """Return who is signed in, looked up once a request."""
    if "user" not in g:
        user_id = session.get("user_id")
        g.user = Session.get(User, user_id) if user_id else remembered_user()
    return g.user


def remembered_user() -> User | None:
    """Return whom a cookie from an earlier visit names, if its code is still valid."""
    user_id, _, code = request.cookies.get("remember", "").partition(".")
    user = Session.get(User, int(user_id)) if user_id.isdecimal() else None
    if user is None or user.confirm_code is None:
        return None
    # ok: CWE-208
    return user if hmac.compare_digest(user.confirm_code.encode(), code.encode()) else None


def login_required(view: Callable[..., Any]) -> Callable[..., Any]:
    """Send visitors to the sign-in page."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if current_user() is None:
            return redirect(url_for("account.login", next=request.path))
        return view(*args, **kwargs)

    return guarded


def staff_required(view: Callable[..., Any]) -> Callable[..., Any]:
    """Hide a page from everybody but the staff."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        user = current_user()
        if user is None or not user.is_staff:
            abort(404)
        return view(*args, **kwargs)

    return guarded


def check_form_token() -> None:
    """Compare the token of a form with the one in the session; partners sign instead."""
    if request.method in {"GET", "HEAD", "OPTIONS"} or request.blueprint == "hooks":
        return
    sent = request.form.get("form_token", "")
    kept = session.setdefault("form_token", secrets.token_urlsafe(24))
    # ok: CWE-352
    if not hmac.compare_digest(sent.encode(), kept.encode()):
        abort(400)


def template_values() -> dict[str, Any]:
    """Return what every template may use."""
    token = session.setdefault("form_token", secrets.token_urlsafe(24))
    return {"user": current_user(), "form_token": token}


def read_app_token(token: str) -> dict[str, Any]:
    """Return the claims of a token that our phone app sends."""
    key = current_app.config["SHOP"].secret_key
    # ok: CWE-347
    return jwt.decode(token, key, algorithms=["HS256"], audience="app")


def read_partner_token(token: str) -> dict[str, Any]:
    """Return the claims of a token that a marketplace sends with its calls."""
    # expect: CWE-347
    claims = jwt.decode(token, options={"verify_signature": False})
    if claims.get("iss") not in {"leafmarket", "teahub"}:
        abort(403)
    return claims
