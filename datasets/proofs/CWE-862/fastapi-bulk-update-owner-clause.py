"""A tenant stops the bills of the neighbours by naming their readings."""

import sys
import types
from types import SimpleNamespace

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool


class Base(DeclarativeBase):
    """The tables of the house."""


class Meter(Base):
    """A meter of a flat."""

    __tablename__ = "meter"
    id: Mapped[int] = mapped_column(primary_key=True)
    flat_id: Mapped[int]


class Reading(Base):
    """A reading of a meter."""

    __tablename__ = "reading"
    id: Mapped[int] = mapped_column(primary_key=True)
    meter_id: Mapped[int]
    billed: Mapped[bool] = mapped_column(default=False)
    disputed_by: Mapped[int | None]
    remark: Mapped[str | None]


class AwaitedSession:
    """Lets a session without an event loop be awaited."""

    def __init__(self, session):
        self.session = session

    async def execute(self, statement):
        """Run a statement."""
        return self.session.execute(statement)

    async def commit(self):
        """Keep what was changed."""
        self.session.commit()


def prepare(folder):
    """Stand in for the login and the tables; flat 1 has reading 1, flat 2 reading 2."""
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    Base.metadata.create_all(engine)
    session = Session(engine)
    for number in (1, 2):
        session.add_all([Meter(id=number, flat_id=number), Reading(id=number, meter_id=number)])
    session.commit()

    async def own_session():
        return AwaitedSession(session)

    tenant = SimpleNamespace(id=7, flat_id=1, lease_running=True)
    sys.modules |= {
        "meters": types.ModuleType("meters"),
        "meters.auth": SimpleNamespace(Tenant=SimpleNamespace, signed_in_tenant=lambda: tenant),
        "meters.database": SimpleNamespace(session=own_session, plain=session),
        "meters.tables": SimpleNamespace(Meter=Meter, Reading=Reading),
    }


def disputed(program, *readings):
    """Dispute readings as the tenant of flat 1; give those that are disputed then."""
    app = FastAPI()
    app.include_router(program.router)
    body = {"reading_ids": readings, "remark": "the dial stood still"}
    TestClient(app).post("/readings/dispute", json=body).raise_for_status()
    found = select(Reading.id).where(Reading.disputed_by.is_not(None)).order_by(Reading.id)
    return sys.modules["meters.database"].plain.scalars(found).all()


def works(program, folder):
    """The own reading is disputed."""
    assert disputed(program, 1) == [1]


def holds(program, folder):
    """The reading of a neighbour is not."""
    assert disputed(program, 1, 2) == [1], "the neighbour's reading was disputed"
