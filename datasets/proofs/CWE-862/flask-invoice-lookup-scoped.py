"""A customer counts upwards and reads the bills of every other boat owner."""

import sys
import types
from types import SimpleNamespace

from flask import Flask, abort
from flask_login import LoginManager, UserMixin, login_user


class Invoices:
    """A query on invoices that filters as SQLAlchemy's does."""

    def __init__(self, rows):
        self.rows = rows

    def filter_by(self, **values):
        """Keep the rows with these values."""
        wanted = values.items()
        return Invoices([r for r in self.rows if all(getattr(r, k) == v for k, v in wanted)])

    def all(self):
        """Give all rows."""
        return self.rows

    def first_or_404(self):
        """Give the first row."""
        return self.rows[0] if self.rows else abort(404)


def invoice(number, owner, is_draft=False):
    """Make an invoice."""
    return SimpleNamespace(number=number, owner=owner, is_draft=is_draft, lines=["mooring"])


INVOICES = Invoices([invoice(70, "ada"), invoice(71, "bo"), invoice(72, "ada", is_draft=True)])


class Customer(UserMixin):
    """The customer who signs in."""

    id = "ada"
    invoices = INVOICES.filter_by(owner="ada")


class Session:
    """The session of the database."""

    def get(self, model, number):
        """Fetch a row by its key."""
        return next((row for row in INVOICES.rows if row.number == number), None)


def prepare(folder):
    """Stand in for the tables and the printer of the boatyard."""
    printed = folder / "invoice.pdf"
    printed.write_bytes(b"%PDF-1.7")
    models = SimpleNamespace(Invoice=None, db=SimpleNamespace(session=Session()))
    sys.modules |= {
        "boatyard": types.ModuleType("boatyard"),
        "boatyard.models": models,
        "boatyard.printing": SimpleNamespace(invoice_pdf=lambda invoice: str(printed)),
    }


def status(program, path):
    """Open a page as the signed-in customer."""
    app = Flask("boatyard")
    app.secret_key = "of this run"
    LoginManager(app).user_loader(lambda name: Customer())
    app.register_blueprint(program.bills)
    app.add_url_rule("/login", "login", lambda: str(login_user(Customer())))
    program.render_template = lambda name, invoice: str(invoice.number)
    client = app.test_client()
    client.get("/login")
    return client.get(path).status_code


def works(program, folder):
    """The own invoices are shown and printed, drafts are not."""
    assert status(program, "/bills/70") == 200
    assert status(program, "/bills/70.pdf") == 200
    assert status(program, "/bills/72") == 404


def holds(program, folder):
    """The invoice of another customer is not found."""
    assert status(program, "/bills/71") == 404, "the bill of another is shown"
    assert status(program, "/bills/71.pdf") == 404, "the bill of another is printed"
