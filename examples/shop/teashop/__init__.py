"""The web shop of a tea importer: catalogue, accounts, orders, staff pages and partner hooks."""

import logging

from flask import Flask, render_template, request

from teashop import account, admin, auth, catalogue, hooks, orders
from teashop.config import Settings
from teashop.models import Session, connect

log = logging.getLogger(__name__)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application; without settings they come from the environment."""
    settings = settings or Settings.from_environment()
    app = Flask(__name__)
    app.secret_key = settings.secret_key
    app.config.update(
        SHOP=settings,
        MAX_CONTENT_LENGTH=16 * 1024 * 1024,
        SESSION_COOKIE_HTTPONLY=True,
        # ok: CWE-614
        SESSION_COOKIE_SECURE=not settings.local,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    connect(settings.database_url)

    for blueprint in (catalogue.bp, account.bp, orders.bp, admin.bp, hooks.bp):
        app.register_blueprint(blueprint)

    app.before_request(auth.check_form_token)
    app.context_processor(auth.template_values)
    app.teardown_appcontext(_close_session)
    app.register_error_handler(404, _not_found)
    app.register_error_handler(500, _failed)
    return app


def _close_session(error: BaseException | None) -> None:
    if error is not None:
        Session.rollback()
    Session.remove()


def _not_found(_error: Exception) -> tuple[str, int]:
    return render_template("message.html", message="We could not find that page."), 404


def _failed(error: Exception) -> tuple[str, int]:
    # ok: CWE-209
    log.exception("request to %s failed", request.endpoint, exc_info=error)
    return render_template("message.html", message="Something went wrong on our side."), 500
