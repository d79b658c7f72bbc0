"""A customer writes another number into a cookie and reads the bills of that household."""

import sys
import types
from datetime import date
from types import SimpleNamespace

from flask import Flask
from flask_login import LoginManager, UserMixin, login_user
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool


class Base(DeclarativeBase):
    """The tables of the water works."""


class Contract(Base):
    """A household's contract."""

    __tablename__ = "contract"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    address: Mapped[str]
    ended: Mapped[bool] = mapped_column(default=False)
    least_euros: Mapped[int] = mapped_column(default=10)
    monthly_euros: Mapped[int] = mapped_column(default=30)


class Bill(Base):
    """A bill of a contract."""

    __tablename__ = "bill"
    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int]
    issued: Mapped[date]
    cents: Mapped[int]


class Customer(UserMixin):
    """The account that signs in."""

    id = "ada"
    contract_id = 1


def prepare(folder):
    """Stand in for the modules of the water works, with a real database behind them."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    session = Session(engine)
    session.add(Contract(id=1, number=10000001, address="Mill Street 4"))
    session.add(Contract(id=2, number=10000002, address="Lake Road 9"))
    session.add(Bill(contract_id=1, issued=date(2026, 9, 1), cents=4100))
    session.commit()
    sys.modules |= {
        "waterworks": types.ModuleType("waterworks"),
        "waterworks.db": SimpleNamespace(session=session),
        "waterworks.models": SimpleNamespace(Bill=Bill, Contract=Contract),
    }


def customer(program):
    """Sign the customer of contract 1 in and open the start page."""
    app = Flask("waterworks")
    app.secret_key = "of this run"
    LoginManager(app).user_loader(lambda name: Customer())
    app.register_blueprint(program.bills)
    app.add_url_rule("/login", "login", lambda: str(login_user(Customer())))
    client = app.test_client()
    client.get("/login", base_url="https://water.example")
    client.get("/bills/start", base_url="https://water.example")
    return client


def works(program, folder):
    """The own bills are shown."""
    shown = customer(program).get("/bills/", base_url="https://water.example").json
    assert shown["address"] == "Mill Street 4"
    assert [bill["cents"] for bill in shown["bills"]] == [4100]


def holds(program, folder):
    """No cookie leads to another household."""
    client = customer(program)
    client.set_cookie("contract", "10000002", domain="water.example")
    page = client.get("/bills/", base_url="https://water.example").text
    assert "Lake Road 9" not in page, "the address of another household is shown"
    form = {"euros": "400"}
    client.post("/bills/payment", data=form, base_url="https://water.example")
    other = sys.modules["waterworks.db"].session.get(Contract, 2)
    assert other.monthly_euros == 30, "the payment of another household was changed"
