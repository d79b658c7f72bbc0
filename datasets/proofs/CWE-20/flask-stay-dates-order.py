"""A departure before the arrival is paid out to the guest."""

import contextlib
import sys
import types
from datetime import date, timedelta
from types import SimpleNamespace

from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool


class Base(DeclarativeBase):
    """The tables of the huts."""


class Hut(Base):
    """A hut with beds for every stay."""

    __tablename__ = "hut"
    id: Mapped[int] = mapped_column(primary_key=True)
    price_per_night: Mapped[int]

    def has_beds(self, session, stay):
        """Tell whether the hut has beds for a stay."""
        return True


class Member(Base):
    """A member with an account."""

    __tablename__ = "member"
    id: Mapped[int] = mapped_column(primary_key=True)
    balance: Mapped[int]


class Stay(Base):
    """A booked stay."""

    __tablename__ = "stay"
    id: Mapped[int] = mapped_column(primary_key=True)
    hut_id: Mapped[int]
    member_id: Mapped[int]
    arrival: Mapped[date]
    departure: Mapped[date]
    beds: Mapped[int]
    price: Mapped[int]


def prepare(folder):
    """Stand in for the club's modules, with a real database behind them."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    session = Session(engine)
    session.add_all([Hut(id=3, price_per_night=20), Member(id=9, balance=200)])
    session.commit()
    sys.modules |= {
        "huts": types.ModuleType("huts"),
        "huts.db": SimpleNamespace(session=session),
        "huts.login": SimpleNamespace(member_required=lambda view: view),
        "huts.models": SimpleNamespace(Hut=Hut, Member=Member, Stay=Stay),
    }


def balance_after(program, nights):
    """Book two beds for a number of nights and give the member's balance."""
    app = Flask("huts")
    app.secret_key = "of this run"
    app.register_blueprint(program.bookings)
    app.add_url_rule("/mine", "bookings.mine", lambda: "")
    app.before_request(lambda: setattr(program.g, "member_id", 9))
    program.render_template = lambda name, **values: name
    arrival = program.date.today() + timedelta(days=20)
    form = {"arrival": arrival, "departure": arrival + timedelta(days=nights), "beds": 2}
    with contextlib.closing(sys.modules["huts.db"].session) as session:
        app.test_client().post("/huts/3/book", data=form)
        return session.get(Member, 9).balance


def works(program, folder):
    """Three nights are paid from the account."""
    assert balance_after(program, 3) == 200 - 3 * 2 * 20


def holds(program, folder):
    """A booking never adds to the balance."""
    assert balance_after(program, -10) <= 200, "the stay was paid out"
