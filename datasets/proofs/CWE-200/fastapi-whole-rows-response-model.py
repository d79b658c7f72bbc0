"""The crew list sends addresses, medical notes and PIN hashes of the other rowers."""

import sys
import types
from datetime import date
from types import SimpleNamespace

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool


class AwaitedSession:
    """Lets a session without an event loop be awaited."""

    def __init__(self, session):
        self.session = session

    async def get(self, model, key):
        """Fetch a row by its key."""
        return self.session.get(model, key)

    async def scalars(self, query):
        """Run a query."""
        return self.session.scalars(query)


async def session():
    """Open a session on the club's database."""
    program = sys.modules["program"]
    engine = create_engine("sqlite://", poolclass=StaticPool)
    program.Base.metadata.create_all(engine)
    with Session(engine) as db:
        boat = program.Boat(id=2, name="Otter")
        rower = program.Member(
            id=5,
            name="Ada",
            seat=1,
            boat_id=2,
            born=date(1990, 4, 1),
            address="Mill Street 4",
            medical_note="asthma",
            boathouse_pin_hash="of the boathouse",
        )
        db.add_all([boat, rower])
        db.commit()
        yield AwaitedSession(db)


def prepare(folder):
    """Stand in for the login and the database of the club."""
    sys.modules |= {
        "club": types.ModuleType("club"),
        "club.access": SimpleNamespace(signed_in_member=lambda: 8),
        "club.db": SimpleNamespace(session=session),
    }


def crew(program):
    """Open the crew list of a boat."""
    app = FastAPI()
    app.include_router(program.router)
    return TestClient(app).get("/boats/2/crew")


def works(program, folder):
    """The list says who sits where."""
    (rower,) = crew(program).json()
    assert (rower["id"], rower["name"], rower["seat"]) == (5, "Ada", 1)


def holds(program, folder):
    """It says nothing more of a rower."""
    text = crew(program).text
    for column in ("Mill Street 4", "asthma", "1990", "of the boathouse"):
        assert column not in text, f"the answer holds {column}"
